//! Round-trip times: from names of clusters and regions to pairs of clusters.

use std::collections::{BTreeMap, BTreeSet};

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Cluster, ClusterId, Name, Said};
use meshc_schema::{LatencyDecl, nearest};

/// The time of each pair that an entry fits. Of several the one that names more clusters holds; of two that name as
/// many, both have to say the same.
pub(crate) fn resolve(
    entries: &[LatencyDecl],
    clusters: &[Cluster],
    diags: &mut Diagnostics,
) -> BTreeMap<(ClusterId, ClusterId), u32> {
    let mut chosen = BTreeMap::<(ClusterId, ClusterId), (u8, usize)>::new();
    let mut conflicts = BTreeSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let (Some(from), Some(to)) = (end(entry.from, clusters, diags), end(entry.to, clusters, diags)) else {
            continue;
        };
        let special = from.special() + to.special();
        for pair in pairs(&from, &to, entry.both) {
            // Of a region each cluster is as near to itself as any, whatever lies between them.
            if pair.0 == pair.1 && special < 2 {
                continue;
            }
            match chosen.get(&pair) {
                Some((known, _)) if *known > special => {}
                Some((known, first)) if *known == special => {
                    if entries[*first].rtt.value != entry.rtt.value && conflicts.insert((*first, at)) {
                        diags.push(conflict(entries[*first], *entry, pair, clusters));
                    }
                }
                Some(_) | None => {
                    chosen.insert(pair, (special, at));
                }
            }
        }
    }
    chosen.into_iter().map(|(pair, (_, at))| (pair, entries[at].rtt.value)).collect()
}

/// What a name stands for.
enum End {
    Cluster(ClusterId),
    Region(Vec<ClusterId>),
}

impl End {
    const fn special(&self) -> u8 {
        match self {
            Self::Cluster(_) => 1,
            Self::Region(_) => 0,
        }
    }

    fn clusters(&self) -> &[ClusterId] {
        match self {
            Self::Cluster(cluster) => std::slice::from_ref(cluster),
            Self::Region(clusters) => clusters,
        }
    }
}

/// The cluster of this name, or else the region.
fn end(name: Said<Name>, clusters: &[Cluster], diags: &mut Diagnostics) -> Option<End> {
    let ids = || (0..).map(ClusterId).zip(clusters);
    if let Some((id, _)) = ids().find(|(_, cluster)| cluster.name == name.value) {
        return Some(End::Cluster(id));
    }
    let region: Vec<_> = ids().filter(|(_, cluster)| cluster.region == name.value).map(|(id, _)| id).collect();
    if !region.is_empty() && !name.value.is_empty() {
        return Some(End::Region(region));
    }
    if !clusters.is_empty() {
        diags.push(unknown(name, clusters));
    }
    None
}

fn unknown(name: Said<Name>, clusters: &[Cluster]) -> Diagnostic {
    let known: BTreeSet<&str> = clusters
        .iter()
        .flat_map(|cluster| [cluster.name.as_str(), cluster.region.as_str()])
        .filter(|name| !name.is_empty())
        .collect();
    let all = || known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = nearest(name.value.as_str(), known.iter().copied())
        .map_or_else(|| format!("the clusters and regions are {}", all()), |name| format!("did you mean `{name}`?"));
    Diagnostic::new(Code::UnknownCluster, format!("no cluster or region is named `{}`", name.value))
        .at(name.span, "not in the mesh")
        .help(help)
}

fn pairs(from: &End, to: &End, both: bool) -> BTreeSet<(ClusterId, ClusterId)> {
    let mut pairs = BTreeSet::new();
    for from in from.clusters() {
        for to in to.clusters() {
            pairs.insert((*from, *to));
            if both {
                pairs.insert((*to, *from));
            }
        }
    }
    pairs
}

fn conflict(first: LatencyDecl, other: LatencyDecl, pair: (ClusterId, ClusterId), clusters: &[Cluster]) -> Diagnostic {
    let name = |id: ClusterId| clusters[usize::from(id.0)].name;
    let headline = format!("there are two latencies from `{}` to `{}`", name(pair.0), name(pair.1));
    Diagnostic::new(Code::InvalidValue, headline)
        .at(other.rtt.span, "another time")
        .at(first.rtt.span, "the first")
        .help("remove one of them; an entry that names clusters beats one that names their regions")
}

#[cfg(test)]
mod tests {
    use meshc_source::{FileId, Span};

    use super::*;
    use crate::clusters::undeclared;

    fn said<T>(value: T) -> Said<T> {
        Said { value, span: Span::new(FileId(0), 0, 0) }
    }

    fn times(entries: &[(&str, &str, bool, u32)]) -> BTreeMap<(u16, u16), u32> {
        let regions = [("a", "eu"), ("b", "eu"), ("c", "us")];
        let clusters = regions.map(|(name, region)| Cluster { region: Name::new(region), ..undeclared(name) });
        let entry = |(from, to, both, rtt): &(&str, &str, bool, u32)| LatencyDecl {
            from: said(Name::new(from)),
            to: said(Name::new(to)),
            both: *both,
            rtt: said(*rtt),
        };
        let entries: Vec<_> = entries.iter().map(entry).collect();
        let mut diags = Diagnostics::new();
        let found = resolve(&entries, &clusters, &mut diags);
        assert!(diags.into_sorted().is_empty());
        found.into_iter().map(|((from, to), rtt)| ((from.0, to.0), rtt)).collect()
    }

    #[test]
    fn the_entry_that_names_more_clusters_holds_in_any_order() {
        let entries = [("eu", "us", true, 80), ("a", "us", false, 70), ("a", "c", false, 60)];
        let expected = BTreeMap::from([((0, 2), 60), ((1, 2), 80), ((2, 0), 80), ((2, 1), 80)]);
        assert_eq!(times(&entries), expected);
        assert_eq!(times(&[entries[2], entries[1], entries[0]]), expected);
    }

    #[test]
    fn a_region_stands_for_the_ways_between_its_clusters() {
        assert_eq!(times(&[("eu", "eu", true, 5)]), BTreeMap::from([((0, 1), 5), ((1, 0), 5)]));
        assert_eq!(times(&[("a", "a", true, 1)]), BTreeMap::from([((0, 0), 1)]));
    }
}
