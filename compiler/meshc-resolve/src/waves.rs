//! In which order clusters are changed.

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Cluster, ClusterId, Name, Said};
use meshc_source::Span;

use crate::clusters::unknown;

/// The clusters of each wave; those that no wave names are the last one.
pub(crate) fn resolve(waves: &[Vec<Said<Name>>], clusters: &[Cluster], diags: &mut Diagnostics) -> Vec<Vec<ClusterId>> {
    let mut named = BTreeMap::<ClusterId, Span>::new();
    let mut resolved = Vec::new();
    for wave in waves {
        let mut own = Vec::new();
        for name in wave {
            let Some(at) = clusters.iter().position(|cluster| cluster.name == name.value) else {
                unknown(name.value.as_str(), name.span, clusters, diags);
                continue;
            };
            let id = ClusterId(at as u16);
            if let Some(first) = named.insert(id, name.span) {
                diags.push(twice(name, first));
            } else {
                own.push(id);
            }
        }
        resolved.push(own);
    }
    if !waves.is_empty() {
        resolved
            .push((0..clusters.len()).map(|at| ClusterId(at as u16)).filter(|id| !named.contains_key(id)).collect());
    }
    resolved.retain(|wave| !wave.is_empty());
    resolved
}

fn twice(name: &Said<Name>, first: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidValue, format!("`waves` names the cluster `{}` twice", name.value))
        .at(name.span, "named again")
        .at(first, "the first")
        .help("name each cluster once; those that no wave names come last")
}
