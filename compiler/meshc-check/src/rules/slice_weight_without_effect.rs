//! M0420 slice-weight-without-effect: an EndpointSlice says a weight where it does nothing (CILIUM.md 6.1 and 3.7).

mod maglev;

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{
    Annotation, Backend, Body, ClusterId, ClusterSet, Import, Member, Mesh, Name, Object, ObjectId, ServiceExportMode,
    ServiceGroup, names,
};

use maglev::{Effect, effect};

use super::names_of;
use super::supply::import;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let mut weighted = BTreeMap::<(Name, Name), Weighted<'_>>::new();
    for (at, object) in mesh.objects.iter().enumerate() {
        let Body::Endpoints(slices) = &object.body else {
            continue;
        };
        let placement = mesh.placement(ObjectId(at as u32));
        for slice in slices.iter().filter(|_| !placement.is_empty()) {
            let Some(said) = slice.weight_annotation else {
                continue;
            };
            let read = placement.iter().all(|id| mesh.cluster(id).data_plane.version.reads_slice_weights());
            match slice.weight {
                None if read => diags.push(no_weight(object, said)),
                // An endpoint in maintenance takes no connections, however they are spread.
                Some(0) if read => {}
                // What counts anyway need not have an effect.
                Some(Backend::STANDARD_WEIGHT) => {}
                Some(_) | None => {
                    let key = (object.key.namespace, slice.service);
                    let new = || Weighted {
                        mesh,
                        object,
                        service: slice.service,
                        said,
                        more: 0,
                        clusters: ClusterSet::new(),
                    };
                    let weighted = weighted.entry(key).and_modify(|first| first.more += 1).or_insert_with(new);
                    weighted.clusters.insert_all(placement);
                }
            }
        }
    }
    for diagnostic in weighted.into_values().filter_map(|weighted| weighted.diagnostic()) {
        diags.push(diagnostic);
    }
}

fn no_weight(object: &Object, said: Annotation) -> Diagnostic {
    let (namespace, name) = (object.key.namespace, object.key.name);
    let headline = format!("the EndpointSlice `{namespace}/{name}` has the weight `{}`, which is none", said.value);
    Diagnostic::new(Code::SliceWeightWithoutEffect, headline)
        .at(said.value_span, "Cilium ignores this, and 100 counts")
        .help("a weight is a whole number from 0 to 65535")
}

/// The slices of a service that say a weight: the first of them, and how many more there are.
struct Weighted<'m> {
    mesh: &'m Mesh,
    object: &'m Object,
    service: Name,
    said: Annotation,
    more: usize,
    clusters: ClusterSet,
}

impl Weighted<'_> {
    fn diagnostic(&self) -> Option<Diagnostic> {
        let reads = |cluster: &ClusterId| self.mesh.cluster(*cluster).data_plane.version.reads_slice_weights();
        let (new, old): (Vec<_>, Vec<_>) = self.clusters.iter().partition(reads);
        if !old.is_empty() {
            return Some(self.too_old(&old));
        }
        let key = (self.object.key.namespace, self.service);
        let at = self.mesh.services.binary_search_by_key(&key, |group| (group.namespace, group.name)).ok()?;
        let group = &self.mesh.services[at];
        let idle: Vec<_> = new.iter().filter_map(|cluster| Some((*cluster, self.idle(group, *cluster)?))).collect();
        // A choice of Maglev that is not heeded is another rule's.
        let chooses = |member: &Member| {
            self.mesh.service(member).all_annotations.iter().any(|pair| pair.key == *names::LB_ALGORITHM)
        };
        match idle.first() {
            Some(_) if idle.iter().filter_map(|(cluster, _)| group.member(*cluster)).any(chooses) => None,
            Some((_, effect)) => Some(self.ignored(*effect, &idle)),
            None => self.light(group, *new.first()?),
        }
    }

    fn start(&self, what: &str, label: impl Into<String>) -> Diagnostic {
        let name = format!("{}/{}", self.object.key.namespace, self.object.key.name);
        let more = match self.more {
            0 => String::new(),
            more => format!(" (and of {more} more)"),
        };
        let headline = format!("the weight of the EndpointSlice `{name}`{more} {what}");
        Diagnostic::new(Code::SliceWeightWithoutEffect, headline).at(self.said.value_span, label)
    }

    fn too_old(&self, old: &[ClusterId]) -> Diagnostic {
        let here = names_of(self.mesh, &old.iter().copied().collect());
        let cluster = self.mesh.cluster(old[0]);
        let version = cluster.data_plane.version;
        let what = format!("has no effect in {here}");
        let diagnostic = self.start(&what, format!("Cilium {version} does not read this"));
        let said = cluster.setting("version");
        let diagnostic = said
            .into_iter()
            .fold(diagnostic, |diagnostic, said| diagnostic.at(said, format!("the version of {}", cluster.name)));
        diagnostic.help("Cilium reads weights since 1.20: update it, or remove the annotation")
    }

    /// Why a weight does nothing in `cluster`, nor in another that reads the slice itself.
    fn idle(&self, group: &ServiceGroup, cluster: ClusterId) -> Option<Effect> {
        let member = group.member(cluster)?;
        let own = effect(self.mesh, member);
        let read =
            self.mesh.clusters.iter().any(|other| other.data_plane.service_v2 != ServiceExportMode::PreferLegacy);
        let shared = read && self.mesh.is_offered(member);
        let acts_there = group.members.iter().filter(|_| shared).any(|other| {
            let slices = import(self.mesh, other.cluster, cluster) == Some(Import::Slices);
            slices && self.mesh.service(other).annotations.is_global() && effect(self.mesh, other) == Effect::Acts
        });
        (own != Effect::Acts && !acts_there).then_some(own)
    }

    fn ignored(&self, effect: Effect, idle: &[(ClusterId, Effect)]) -> Diagnostic {
        let here = names_of(self.mesh, &idle.iter().map(|(cluster, _)| *cluster).collect());
        let (service, what) = (self.service, format!("has no effect in {here}"));
        let cluster = self.mesh.cluster(idle[0].0);
        match effect {
            Effect::NotMaglev | Effect::Acts => {
                let diagnostic = self.start(&what, format!("the backends of `{service}` are picked at random"));
                let said = cluster.setting("algorithm");
                let diagnostic =
                    said.into_iter().fold(diagnostic, |diagnostic, said| diagnostic.at(said, "not maglev"));
                diagnostic.help(
                    "weights count for Maglev only: if the clusters have it, say so in the Mesh, below \
                     `dataPlane.cilium`: `algorithm: maglev`",
                )
            }
            Effect::InsideOnly => self.start(&what, format!("`{service}` is reached from inside only")).help(
                "connections to a ClusterIP are spread evenly whatever the weights; they count for what comes from \
                     outside, to a load balancer or node port",
            ),
            Effect::Headless => self
                .start(&what, format!("`{service}` is headless"))
                .help("clients choose among the addresses of a headless service themselves: remove the annotation"),
        }
    }

    /// Weights of 1 in the mean, or less, are as if they were equal.
    fn light(&self, group: &ServiceGroup, cluster: ClusterId) -> Option<Diagnostic> {
        let member = group.member(cluster)?;
        let others =
            |other: &Member| import(self.mesh, cluster, other.cluster).is_some() && self.mesh.is_offered(other);
        let global = self.mesh.service(member).annotations.is_global();
        if global && group.members.iter().any(|other| others(other) && !other.backends.list.is_empty()) {
            return None;
        }
        let taking = |backend: &&Backend| backend.conditions.ready && backend.weight > 0;
        let weights: Vec<_> =
            member.backends.list.iter().filter(taking).map(|backend| u64::from(backend.weight)).collect();
        let sum: u64 = weights.iter().sum();
        let mean = sum.checked_div(weights.len() as u64)?;
        let different = weights.windows(2).any(|pair| pair[0] != pair[1]);
        (mean <= 1 && different).then(|| {
            self.start("has no effect", "1 in the mean of all endpoints")
                .help("Cilium ignores weights that are 1 in the mean, rounded down: multiply all of them, as by 100")
        })
    }
}
