//! Which cluster a context really leads to. Two clusters of a Mesh that are one would each prune what the other applied.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Connection, Error, Goal};

impl Connection {
    /// What tells this cluster from all others: the uid of a namespace that every cluster has. `None` where one may not see
    /// it.
    pub(crate) async fn identity(&self) -> Result<Option<String>, Error> {
        match self.find("/api/v1/namespaces/kube-system", "get Namespace kube-system").await {
            Ok(namespace) => {
                let uid = namespace.as_ref().and_then(|namespace| namespace.pointer("/metadata/uid"));
                Ok(uid.and_then(Value::as_str).map(str::to_owned))
            }
            Err(Error::Forbidden(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Puts an error in the place of each cluster of `goals` that is the same as another one.
pub(crate) fn refuse_twins<T>(
    clusters: &mut [Result<T, Error>],
    goals: &[Goal<'_>],
    identity: impl Fn(&T) -> Option<&str>,
) {
    let mut places = BTreeMap::<String, Vec<usize>>::new();
    for (at, cluster) in clusters.iter().enumerate() {
        if let Some(uid) = cluster.as_ref().ok().and_then(&identity) {
            places.entry(uid.to_owned()).or_default().push(at);
        }
    }
    for twins in places.into_values().filter(|places| places.len() > 1) {
        for at in &twins {
            let other = if *at == twins[0] { twins[1] } else { twins[0] };
            let name = |at: usize| goals[at].cluster.clone();
            clusters[*at] = Err(Error::SameCluster { cluster: name(*at), other: name(other) });
        }
    }
}
