//! M0419 topology-without-effect: a service asks for near backends and does not get them (CILIUM.md 3.3).

mod hints;

use std::cell::LazyCell;
use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{ClusterId, ClusterSet, Member, Mesh, ServiceType};
use meshc_source::Span;

use hints::Hints;

use super::{declared_services, names_of};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        let hints = LazyCell::new(|| Hints::new(mesh, group));
        let mut found = BTreeMap::<Span, (Wish, Why, ClusterSet)>::new();
        for member in &group.members {
            let Some(wish) = Wish::of(mesh, member) else {
                continue;
            };
            if let Some(why) = own(mesh, member).or_else(|| hints.missing_for(mesh, member)) {
                let finding = found.entry(wish.span).or_insert_with(|| (wish, why, ClusterSet::new()));
                finding.2.insert(member.cluster);
            }
        }
        for (wish, why, clusters) in found.into_values() {
            let headline = format!(
                "`{}` of `{}/{}` has no effect in {}",
                wish.text,
                group.namespace,
                group.name,
                names_of(mesh, &clusters)
            );
            diags.push(why.explain(mesh, &wish, Diagnostic::new(Code::TopologyWithoutEffect, headline)));
        }
    }
}

/// What a service asks of nearness.
struct Wish {
    /// The line that says so.
    text: String,
    span: Span,
}

impl Wish {
    /// Where the service has frontends of Cilium's.
    fn of(mesh: &Mesh, member: &Member) -> Option<Self> {
        let service = mesh.service(member);
        let traffic = &service.traffic;
        let field = traffic.distribution.map(|said| (said.span, "trafficDistribution", said.value.word()));
        let hints = || traffic.zone_hints.map(|said| (said.value_span, said.key.as_str(), said.value.as_str()));
        let (span, key, value) = field.or_else(hints)?;
        let served = mesh.cluster(member.cluster).data_plane.kube_proxy_replacement;
        let counts = served && !service.headless && service.service_type != ServiceType::ExternalName;
        counts.then(|| Self { text: format!("{key}: {value}"), span })
    }
}

/// Why a wish for near backends has no effect.
#[derive(Clone, Copy)]
enum Why {
    /// The cluster does not have topology switched on.
    Off(ClusterId),
    /// A policy comes first.
    Policy(&'static str, Span),
    /// The version does not know the word.
    Unknown(ClusterId),
    /// Records of services hold no hints between these versions.
    Records { client: ClusterId, other: ClusterId },
    /// A backend of another cluster has no hints.
    NoHints { other: ClusterId, place: Span, text: &'static str },
}

/// What keeps a cluster from doing what its own service asks for.
fn own(mesh: &Mesh, member: &Member) -> Option<Why> {
    let data_plane = &mesh.cluster(member.cluster).data_plane;
    let traffic = &mesh.service(member).traffic;
    if !data_plane.service_topology {
        return Some(Why::Off(member.cluster));
    }
    if data_plane.version.distribution(traffic).is_some() {
        return None;
    }
    let internal = traffic.internal_policy.filter(|_| traffic.is_internal_local());
    let external =
        traffic.external_policy.filter(|_| traffic.is_external_local() && !data_plane.version.is_at_least(18));
    let internal = internal.map(|said| Why::Policy("internalTrafficPolicy", said.span));
    let external = external.map(|said| Why::Policy("externalTrafficPolicy", said.span));
    Some(internal.or(external).unwrap_or(Why::Unknown(member.cluster)))
}

impl Why {
    fn explain(self, mesh: &Mesh, wish: &Wish, diagnostic: Diagnostic) -> Diagnostic {
        match self {
            Self::Off(cluster) => {
                let diagnostic = diagnostic.at(wish.span, "Cilium heeds this with `serviceTopology` only");
                let said = mesh.cluster(cluster).setting("serviceTopology");
                let diagnostic = said.into_iter().fold(diagnostic, |diagnostic, said| diagnostic.at(said, "off"));
                diagnostic.help(
                    "if it is on in the clusters, say so in the Mesh, below `dataPlane.cilium`: \
                     `serviceTopology: true`; else clients reach backends of every zone alike",
                )
            }
            Self::Policy(field, said) => diagnostic
                .at(wish.span, format!("does not count beside `{field}: Local`"))
                .at(said, "comes first")
                .help("remove one of the two"),
            Self::Unknown(cluster) => {
                let version = mesh.cluster(cluster).data_plane.version;
                let diagnostic = diagnostic.at(wish.span, format!("Cilium {version} does not know this word"));
                let said = mesh.cluster(cluster).setting("version");
                let diagnostic =
                    said.into_iter().fold(diagnostic, |diagnostic, said| diagnostic.at(said, "the version"));
                diagnostic.help("before Cilium 1.20 there is `PreferClose` only")
            }
            Self::Records { client, other } => {
                let (client, other) = (mesh.cluster(client), mesh.cluster(other));
                let old = if client.data_plane.version.records_zones() { other } else { client };
                let diagnostic = diagnostic.at(wish.span, format!("backends of {} have no hints here", other.name));
                let said = old.setting("version");
                let diagnostic = said
                    .into_iter()
                    .fold(diagnostic, |diagnostic, said| diagnostic.at(said, format!("the version of {}", old.name)));
                diagnostic.help(format!(
                    "one backend without zone hints turns them off for all, and before Cilium 1.19 clusters do not tell \
                     each other of hints: {} has {}",
                    old.name, old.data_plane.version
                ))
            }
            Self::NoHints { other, place, text } => diagnostic
                .at(wish.span, format!("backends of {} have no zone hints", mesh.cluster(other).name))
                .at(place, text)
                .help(
                    "one backend without zone hints turns them off for all: ask for the same in every cluster, so that \
                     all endpoints get hints",
                ),
        }
    }
}
