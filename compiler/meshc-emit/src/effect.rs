//! M0601 weight-without-effect: weights are asked for where the data plane ignores them (CILIUM.md 3.7 and 6.1).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, ObjectId};
use meshc_weigh::WeightedTables;

/// Reports each policy that asks for shares which no path of the data plane gives: once, with the number of services.
pub fn check_effect(weighted: &WeightedTables, diags: &mut Diagnostics) {
    let mesh = weighted.mesh.mesh();
    let mut idle = BTreeMap::<ObjectId, Vec<u32>>::new();
    for table in &weighted.tables.clusters {
        for service in &table.services {
            for (at, frontend) in service.frontends.iter().enumerate() {
                let weights = weighted.weights(table.cluster, service.group, at);
                if let Some(weights) = weights.filter(|weights| !weights.is_given(frontend)) {
                    idle.entry(weights.policy).or_default().push(service.group);
                }
            }
        }
    }
    for (policy, mut groups) in idle {
        groups.sort_unstable();
        groups.dedup();
        let object = mesh.object(policy);
        let Body::Policy(said) = &object.body else {
            continue;
        };
        let first = &mesh.services[groups[0] as usize];
        let services = match groups.len() {
            1 => format!("`{}/{}`", first.namespace, first.name),
            count => format!("{count} services, `{}/{}` the first", first.namespace, first.name),
        };
        diags.push(
            Diagnostic::new(
                Code::WeightWithoutEffect,
                format!("the weights of the policy `{}` change nothing for {services}", object.key.name),
            )
            .at(said.weigher_span, "asked for here")
            .help(
                "Cilium spreads the connections to a ClusterIP evenly, on `connect()` and packet by packet; the tables \
                 show what is wanted beside what happens",
            ),
        );
    }
}
