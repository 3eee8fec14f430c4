//! What manifests have alike in several clusters and the clusters do not.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Examined, State};
use crate::author::{Author, author_of};
use crate::difference::{differences, what_counts};
use crate::projection::NOISE;
use crate::{Error, Goal, ObjectRef};

/// An object that some clusters have unlike others, though it was built for all of them alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which.
    pub object: ObjectRef,
    /// The places, among the goals, of the clusters that have it so.
    pub clusters: Vec<usize>,
    /// The places of those that they are held against: they have it as it was built, or are the most.
    pub others: Vec<usize>,
    /// What differs.
    pub fields: Vec<DifferentField>,
}

/// A field that clusters have unlike others.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferentField {
    /// Where it is.
    pub path: String,
    /// What the clusters say; `None` if nothing.
    pub here: Option<Value>,
    /// What the others say.
    pub there: Option<Value>,
    /// Who wrote it in the first of the clusters.
    pub author: Option<Author>,
}

/// What each cluster chooses for itself, as paths of fields.
const OWN_CHOICE: [&str; 4] = ["clusterIP", "clusterIPs", "healthCheckNodePort", "volumeName"];

/// What of an object can be alike in several clusters.
pub(super) fn what_is_alike(object: &Value) -> Value {
    let mut kept = what_counts(object);
    if let Some(metadata) = kept.get_mut("metadata").and_then(Value::as_object_mut) {
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.retain(|key, _| !NOISE.contains(&key.as_str()));
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
        metadata.remove("ownerReferences");
    }
    if let Some(spec) = kept.get_mut("spec").and_then(Value::as_object_mut) {
        spec.retain(|key, value| !OWN_CHOICE.contains(&key.as_str()) || value == "None");
        for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
            port.as_object_mut().map(|port| port.remove("nodePort"));
        }
    }
    kept
}

/// Where an object is: the place of its cluster among the goals, and its place among the objects of that.
type Place = (usize, usize);

/// What the clusters do not have alike, object by object.
pub(super) async fn compare(goals: &[Goal<'_>], clusters: &[Result<Examined<'_>, Error>]) -> Vec<Difference> {
    let mut alike = BTreeMap::<(&ObjectRef, &str), Vec<Place>>::new();
    for (cluster, (goal, examined)) in goals.iter().zip(clusters).enumerate() {
        for (at, wanted) in goal.objects.iter().enumerate() {
            if examined.as_ref().is_ok_and(|examined| examined.digests[at].is_some()) {
                alike.entry((&wanted.object, wanted.manifest)).or_default().push((cluster, at));
            }
        }
    }
    let mut found = Vec::new();
    for places in alike.into_values() {
        let groups = groups(clusters, &places);
        let [base, others @ ..] = groups.as_slice() else {
            continue;
        };
        for group in others {
            // Whoever does not answer any more was asked a moment ago; the next run will say.
            let Some(difference) = differ(clusters, group, base).await else {
                continue;
            };
            // Of two that are as they were built, the one differs that has more.
            let has_less = difference.fields.iter().all(|field| field.here.is_none());
            let turned = has_less && group.len() == base.len() && is_as_built(clusters, group[0]);
            found.push(if turned { differ(clusters, base, group).await.unwrap_or(difference) } else { difference });
        }
    }
    found
}

/// The places at which an object is the same, first those that the others are held against.
fn groups(clusters: &[Result<Examined<'_>, Error>], places: &[Place]) -> Vec<Vec<Place>> {
    let mut groups = BTreeMap::<[u8; 32], Vec<Place>>::new();
    for place in places {
        let digest = clusters[place.0].as_ref().ok().and_then(|examined| examined.digests[place.1]);
        groups.entry(digest.unwrap_or_default()).or_default().push(*place);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| (!is_as_built(clusters, group[0]), usize::MAX - group.len(), group[0]));
    groups
}

fn is_as_built(clusters: &[Result<Examined<'_>, Error>], (cluster, at): Place) -> bool {
    clusters[cluster].as_ref().is_ok_and(|examined| {
        let object = &examined.survey.objects[at].object;
        !examined
            .drift
            .objects
            .iter()
            .any(|drifted| drifted.object == *object && matches!(drifted.state, State::Changed(_)))
    })
}

/// How the clusters of `group` have an object, held against those of `base`.
async fn differ(clusters: &[Result<Examined<'_>, Error>], group: &[Place], base: &[Place]) -> Option<Difference> {
    let (object, here) = read(clusters, *group.first()?).await?;
    let (_, there) = read(clusters, *base.first()?).await?;
    let fields: Vec<_> = differences(&object.kind, &what_is_alike(&here), &what_is_alike(&there))
        .into_iter()
        .map(|change| DifferentField {
            author: author_of(&here, &change.path),
            path: change.path,
            here: change.before,
            there: change.after,
        })
        .collect();
    let clusters_of = |places: &[Place]| places.iter().map(|(cluster, _)| *cluster).collect();
    let difference = Difference { object, clusters: clusters_of(group), others: clusters_of(base), fields };
    (!difference.fields.is_empty()).then_some(difference)
}

/// Reads an object once more: only those that differ are, so that not all have to be kept.
async fn read(clusters: &[Result<Examined<'_>, Error>], (cluster, at): Place) -> Option<(ObjectRef, Value)> {
    let survey = &clusters[cluster].as_ref().ok()?.survey;
    let object = survey.objects[at].object.clone();
    let path = survey.resources.of(&object)?.path(&object);
    let live = survey.connection.find(&path, &format!("get {object}")).await.ok()??;
    Some((object, live))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_cluster_chooses_is_not_compared() {
        let service = |ip: &str, port: u16| {
            json!({
                "metadata": {"uid": ip, "annotations": {"kubectl.kubernetes.io/last-applied-configuration": ip}},
                "spec": {"clusterIP": ip, "clusterIPs": [ip], "ports": [{"port": 80, "nodePort": port}]},
            })
        };
        assert_eq!(what_is_alike(&service("10.0.0.1", 30001)), what_is_alike(&service("10.1.0.1", 30002)));
        // That there is none is what the manifest says.
        assert_ne!(what_is_alike(&service("10.0.0.1", 30001)), what_is_alike(&service("None", 30001)));
    }
}
