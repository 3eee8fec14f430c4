//! M0432 few-local-backends: with the affinity `local`, one ready backend takes all connections of its cluster, however
//! many the others have (CILIUM.md 3.4, issue #46633).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Affinity, Body, ClusterSet, Member, Mesh, Replicas, ServiceGroup};
use meshc_source::Span;

use super::{declared_services, names_of, reach};

/// So many times as many has another cluster.
const TIMES: usize = 4;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        let is_local = |member: &&Member| mesh.service(member).annotations.affinity() == Affinity::Local;
        let local: Vec<_> = reach::global(mesh, group).filter(is_local).collect();
        if local.is_empty() {
            continue;
        }
        // The largest that gives, and the next for whoever is the largest: so no cluster looks at all others.
        let mut giving: Vec<_> = group.members.iter().filter(|member| mesh.is_offered(member)).collect();
        giving.sort_by_key(|member| (std::cmp::Reverse(reach::ready(member)), member.cluster));
        let few: Vec<_> = local.iter().filter_map(|member| Some((*member, larger(mesh, member, &giving)?))).collect();
        if let Some((member, other)) = few.first() {
            let clusters = few.iter().map(|(member, _)| member.cluster).collect();
            if let Some(found) = diagnostic(mesh, group, member, other, &clusters) {
                diags.push(found);
            }
        }
    }
}

/// The largest other cluster that `member` hears of, if that has many times as many backends.
fn larger<'m>(mesh: &Mesh, member: &Member, giving: &[&'m Member]) -> Option<&'m Member> {
    let own = reach::ready(member);
    let other = giving.iter().find(|other| other.cluster != member.cluster && reach::offers_to(mesh, other, member))?;
    (own > 0 && reach::ready(other) >= TIMES * own).then_some(other)
}

fn diagnostic(
    mesh: &Mesh,
    group: &ServiceGroup,
    member: &Member,
    other: &Member,
    clusters: &ClusterSet,
) -> Option<Diagnostic> {
    let said = mesh.service(member).annotations.said_affinity()?;
    let (here, there) = (mesh.cluster(member.cluster).name, mesh.cluster(other.cluster).name);
    let (few, many) = (reach::ready(member), reach::ready(other));
    let backends = if few == 1 { "backend takes" } else { "backends take" };
    let diagnostic = Diagnostic::new(
        Code::FewLocalBackends,
        format!(
            "{few} {backends} all connections to `{}/{}` in {here}, while {there} has {many}",
            group.namespace, group.name
        ),
    )
    .at(said.value_span, format!("{} keeps to its own while one of them is ready", names_of(mesh, clusters)));
    let diagnostic = match replicas(mesh, member) {
        Some(span) => diagnostic.at(span, format!("what {here} has")),
        None => diagnostic,
    };
    Some(diagnostic.help(format!(
        "run as many in {here} as its clients need, or remove the affinity there: then all clusters share the load"
    )))
}

/// Where the number of the only workload is said.
fn replicas(mesh: &Mesh, member: &Member) -> Option<Span> {
    let [only] = member.backends.workloads.as_slice() else {
        return None;
    };
    match &mesh.object(only.object).body {
        Body::Workload(workload) => match workload.replicas {
            Replicas::Declared { span, .. } => Some(span),
            Replicas::Unsaid | Replicas::PerNode => None,
        },
        _ => None,
    }
}
