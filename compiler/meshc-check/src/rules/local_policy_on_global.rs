//! M0418 local-policy-on-global: a traffic policy keeps connections on their node, and a service is global. What that makes
//! of the backends of other clusters depends on how a cluster hears of them (CILIUM.md 3.3).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Affinity, ClusterId, ClusterSet, Import, Member, Mesh, Service, ServiceGroup, ServiceType};
use meshc_source::Span;

use super::supply::{import, offering};
use super::{declared_services, names_of};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh).filter(|group| group.members.len() > 1) {
        let mut local = group.members.iter().filter(|member| policies(mesh, member).next().is_some()).peekable();
        if local.peek().is_none() {
            continue;
        }
        let offering = offering(mesh, group);
        let mut found = BTreeMap::<Span, Finding>::new();
        for member in local {
            let others = || offering.iter().map(|other| other.cluster);
            let heard = others().find_map(|other| Some((other, import(mesh, member.cluster, other)?)));
            let Some((_, import)) = heard else {
                continue;
            };
            for policy in policies(mesh, member).filter(|policy| policy.matters(mesh.service(member), import)) {
                let finding = found.entry(policy.span).or_insert_with(|| Finding {
                    policy,
                    import,
                    clusters: ClusterSet::new(),
                    others: others().filter(|other| *other != member.cluster).collect(),
                    first: member.cluster,
                });
                finding.clusters.insert(member.cluster);
            }
        }
        for finding in found.into_values() {
            diags.push(finding.diagnostic(mesh, group));
        }
    }
}

/// A policy `Local` that holds for frontends of a service.
#[derive(Clone, Copy)]
struct Policy {
    field: &'static str,
    span: Span,
    outside: bool,
}

fn policies(mesh: &Mesh, member: &Member) -> impl Iterator<Item = Policy> {
    let service = mesh.service(member);
    let traffic = &service.traffic;
    let counts = service.annotations.is_global() && !service.headless;
    let outer = matches!(service.service_type, ServiceType::NodePort | ServiceType::LoadBalancer);
    let served = mesh.cluster(member.cluster).data_plane.kube_proxy_replacement;
    let external = traffic.external_policy.filter(|_| traffic.is_external_local() && outer && served);
    let internal = traffic.internal_policy.filter(|_| traffic.is_internal_local());
    let external = external.map(|said| Policy { field: "externalTrafficPolicy", span: said.span, outside: true });
    let internal = internal.map(|said| Policy { field: "internalTrafficPolicy", span: said.span, outside: false });
    internal.into_iter().chain(external).filter(move |_| counts)
}

impl Policy {
    /// Whether the policy does to remote backends what one might not expect. A service that prefers remote ones asks for
    /// them; and a load balancer sends nothing to nodes without a backend, so that one which prefers local ones keeps to
    /// them.
    fn matters(self, service: &Service, import: Import) -> bool {
        match (import, service.annotations.affinity()) {
            (Import::Slices, _) | (Import::Record, Affinity::None) => true,
            (Import::Record, Affinity::Local) => !self.outside,
            (Import::Record, Affinity::Remote) | (Import::Nothing, _) => false,
        }
    }
}

/// A policy, and the clusters that it is said in.
struct Finding {
    policy: Policy,
    import: Import,
    clusters: ClusterSet,
    others: ClusterSet,
    first: ClusterId,
}

impl Finding {
    fn diagnostic(&self, mesh: &Mesh, group: &ServiceGroup) -> Diagnostic {
        let (field, service) = (self.policy.field, format!("{}/{}", group.namespace, group.name));
        let (here, there) = (names_of(mesh, &self.clusters), names_of(mesh, &self.others));
        let version = mesh.cluster(self.first).data_plane.version;
        if self.import == Import::Slices {
            return Diagnostic::new(
                Code::LocalPolicyOnGlobal,
                format!("`{field}: Local` of `{service}` leaves out the backends of other clusters in {here}"),
            )
            .at(self.policy.span, format!("the backends of {there} are on other nodes"))
            .help(format!(
                "Cilium {version} reads endpoint slices, which name the node of each backend: write \
                 `{field}: Cluster` to reach other clusters, or remove `global`"
            ));
        }
        let help = if self.policy.outside {
            "set `service.cilium.io/affinity: \"local\"` to keep to the backends of the node where it has some, or write \
             `externalTrafficPolicy: Cluster` if connections may go anywhere"
        } else {
            "write `internalTrafficPolicy: Cluster` if connections may go anywhere, or remove `global` to keep them on \
             their node"
        };
        Diagnostic::new(
            Code::LocalPolicyOnGlobal,
            format!("`{field}: Local` of `{service}` does not keep connections in {here} on their node"),
        )
        .at(self.policy.span, format!("they go to {there} too"))
        .help(format!(
            "Cilium {version} reads service records, which name no nodes, and takes every backend of another cluster for \
             one of the node: {help}"
        ))
    }
}
