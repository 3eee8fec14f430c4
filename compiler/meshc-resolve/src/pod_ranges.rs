//! The ranges of pods: no address belongs to two clusters (CILIUM.md 5).

use ipnet::IpNet;
use meshc_diag::{Code, Diagnostic, Diagnostics, Severity};
use meshc_model::{Cluster, Name, Said};

/// A range of a cluster.
#[derive(Clone, Copy)]
struct Range {
    cluster: Name,
    said: Said<IpNet>,
}

/// Reports ranges that lie in others. Two ranges are apart, or one lies in the other: so those that lie in one come right
/// behind it in the order of first addresses.
pub(crate) fn check(clusters: &[Cluster], diags: &mut Diagnostics) {
    let of_cluster = |cluster: &Cluster| {
        let name = cluster.name;
        cluster.pod_cidrs.iter().map(move |said| Range { cluster: name, said: *said }).collect::<Vec<_>>()
    };
    let mut ranges: Vec<Range> = clusters.iter().flat_map(of_cluster).collect();
    ranges.sort_by_key(|range| {
        let net = range.said.value.trunc();
        (net.addr(), net.prefix_len(), range.said.span)
    });
    let mut rest = ranges.as_slice();
    while let [outer, others @ ..] = rest {
        let count = others.iter().take_while(|range| lies_in(**range, *outer)).count();
        let (inside, behind) = others.split_at(count);
        report(*outer, inside, diags);
        rest = behind;
    }
}

fn lies_in(range: Range, outer: Range) -> bool {
    outer.said.value.trunc().contains(&range.said.value.trunc())
}

/// One finding for all ranges that lie in `outer`: those of other clusters, or else those of its own.
fn report(outer: Range, inside: &[Range], diags: &mut Diagnostics) {
    let foreign: Vec<_> = inside.iter().filter(|range| range.cluster != outer.cluster).copied().collect();
    let diagnostic = match (foreign.first(), inside.first()) {
        (Some(first), _) => in_two_clusters(outer, *first, &foreign),
        (None, Some(first)) => within_one(outer, *first),
        (None, None) => return,
    };
    diags.push(diagnostic);
}

fn in_two_clusters(outer: Range, first: Range, foreign: &[Range]) -> Diagnostic {
    let mut others: Vec<Name> =
        foreign.iter().map(|range| range.cluster).filter(|name| *name != first.cluster).collect();
    others.sort_unstable();
    others.dedup();
    let names = match others.as_slice() {
        [] => format!("`{}` and `{}`", outer.cluster, first.cluster),
        [one] => format!("`{}`, `{}` and `{one}`", outer.cluster, first.cluster),
        more => format!("`{}`, `{}` and {} more", outer.cluster, first.cluster, more.len()),
    };
    let (ours, theirs) = (outer.said.value, first.said.value);
    let shared = if ours.trunc() == theirs.trunc() {
        format!("both have `{ours}`")
    } else {
        format!("`{theirs}` lies in `{ours}`")
    };
    let shared = if others.is_empty() { shared } else { shared.replacen("both", "all", 1) };
    let (early, late) = if outer.said.span <= first.said.span { (outer, first) } else { (first, outer) };
    Diagnostic::new(Code::PodCidrOverlap, format!("the pods of {names} share addresses: {shared}"))
        .at(late.said.span, format!("pods of {}", late.cluster))
        .at(early.said.span, format!("pods of {}", early.cluster))
        .help("give each cluster of the mesh ranges of its own: an address leads to one pod only")
}

/// The cluster works, and one of the two is likely a slip.
fn within_one(outer: Range, inner: Range) -> Diagnostic {
    let (ours, theirs) = (outer.said.value, inner.said.value);
    let headline = if ours.trunc() == theirs.trunc() {
        format!("`{}` lists its range `{theirs}` twice", outer.cluster)
    } else {
        format!("the range `{theirs}` of `{}` lies in its range `{ours}`", outer.cluster)
    };
    let (early, late) = if outer.said.span <= inner.said.span { (outer, inner) } else { (inner, outer) };
    Diagnostic::new(Code::PodCidrOverlap, headline)
        .at(late.said.span, "adds no address")
        .at(early.said.span, "the other one")
        .help("remove one of them, or write the range that was meant")
        .severity(Severity::Warning)
}
