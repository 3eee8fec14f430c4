//! Traffic policies: whether a frontend keeps to the backends of the client's node (CILIUM.md 3.3).

use meshc_model::Traffic;

use crate::{FrontendKind, Scope};

/// Whether connections to a frontend stay on their node. A `ClusterIP` has one scope, and the policy for connections
/// from inside; the others have the one for connections from outside, and a frontend more where the two differ.
pub(crate) fn stays_on_node(kind: FrontendKind, scope: Scope, traffic: &Traffic) -> bool {
    match (scope, kind) {
        (Scope::External, FrontendKind::NodePort | FrontendKind::LoadBalancer | FrontendKind::ExternalIp) => {
            traffic.is_external_local()
        }
        (Scope::External, FrontendKind::ClusterIp) | (Scope::Internal, _) => traffic.is_internal_local(),
    }
}

#[cfg(test)]
mod tests {
    use meshc_model::{Reach, Said};
    use meshc_source::{FileId, Span};

    use super::*;

    #[test]
    fn each_scope_has_its_policy() {
        let said = |value| Some(Said { value, span: Span::new(FileId(0), 0, 0) });
        let traffic = Traffic {
            external_policy: said(Reach::Local),
            internal_policy: said(Reach::Cluster),
            ..Traffic::default()
        };
        assert!(!stays_on_node(FrontendKind::ClusterIp, Scope::External, &traffic));
        assert!(stays_on_node(FrontendKind::NodePort, Scope::External, &traffic));
        assert!(!stays_on_node(FrontendKind::LoadBalancer, Scope::Internal, &traffic));
        assert!(!stays_on_node(FrontendKind::LoadBalancer, Scope::External, &Traffic::default()));
    }
}
