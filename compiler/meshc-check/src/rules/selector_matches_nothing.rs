//! M0415 selector-matches-nothing: the selector of a Service matches no workload, and there is one that it was probably
//! meant for.

mod slip;
mod strays;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Body, ClusterSet, Member, Mesh, Name, PairPlace, ServiceGroup, ServiceType, Workload};
use meshc_source::Span;

pub(super) use strays::Strays;
use strays::{Near, Why};

use super::supply::Supply;
use super::{declared_services, names_of};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let unmatched = |member: &&Member| {
        let service = mesh.service(member);
        Supply::of(mesh, member) == Supply::Unknown && service.service_type != ServiceType::ExternalName
    };
    let mut strays = None;
    for group in declared_services(mesh) {
        let mut found = Vec::<(&Member, Near, ClusterSet)>::new();
        for member in group.members.iter().filter(unmatched) {
            let strays = strays.get_or_insert_with(|| Strays::new(mesh));
            let Some(near) = strays.near(group, member) else {
                continue;
            };
            let same = found.iter_mut().find(|(first, other, _)| first.object == member.object && *other == near);
            match same {
                Some((_, _, clusters)) => clusters.insert(member.cluster),
                None => found.push((member, near, [member.cluster].into_iter().collect())),
            }
        }
        for (member, near, clusters) in found {
            diags.push(Finding { mesh, group, member, near, clusters }.diagnostic());
        }
    }
}

/// A selector that matches nothing in some clusters, and what is near.
struct Finding<'m> {
    mesh: &'m Mesh,
    group: &'m ServiceGroup,
    member: &'m Member,
    near: Near,
    clusters: ClusterSet,
}

impl Finding<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let here = names_of(self.mesh, &self.clusters);
        let (namespace, name) = (self.group.namespace, self.group.name);
        let diagnostic = Diagnostic::new(
            Code::SelectorMatchesNothing,
            format!("the selector of `{namespace}/{name}` matches no workload in {here}"),
        );
        match self.near.why {
            Why::Value { pair, label } => self.value(diagnostic, pair, label),
            Why::Key { pair, label } => self.key(diagnostic, pair, label),
            Why::Missing { pair } => self.missing(diagnostic, pair),
            Why::Sibling { pair, label, object } => {
                let diagnostic = self.value(diagnostic, pair, label);
                let there = self.mesh.placement(object).iter().next();
                let there = there.map_or(String::new(), |cluster| self.mesh.cluster(cluster).name.to_string());
                diagnostic.at(self.mesh.object(object).span, format!("the service of {there} selects that"))
            }
            Why::Namespace => self.namespace(diagnostic),
        }
    }

    fn value(&self, diagnostic: Diagnostic, pair: usize, label: usize) -> Diagnostic {
        let (key, value) = self.selector(pair);
        let meant = self.label(label).1;
        let place = self.place(pair).value;
        let diagnostic = diagnostic
            .at(place, format!("no pod has `{key}: {value}`"))
            .at(self.label_place(label).value, format!("those of `{}` have this", self.workload()))
            .help(format!("did you mean `{key}: {meant}`?"));
        fixed(diagnostic, format!("select `{key}: {meant}`"), place, meant.as_str())
    }

    fn key(&self, diagnostic: Diagnostic, pair: usize, label: usize) -> Diagnostic {
        let (key, value) = self.selector(pair);
        let meant = self.label(label).0;
        let place = self.place(pair).key;
        let diagnostic = diagnostic
            .at(place, format!("no pod has `{key}: {value}`"))
            .at(self.label_place(label).key, format!("those of `{}` have this", self.workload()))
            .help(format!("did you mean `{meant}: {value}`?"));
        fixed(diagnostic, format!("select `{meant}: {value}`"), place, meant.as_str())
    }

    fn missing(&self, diagnostic: Diagnostic, pair: usize) -> Diagnostic {
        let (key, value) = self.selector(pair);
        let workload = self.mesh.object(self.near.workload);
        diagnostic
            .at(self.place(pair).key, format!("no pod has `{key}`"))
            .at(workload.span, "its pods have the other labels")
            .help(format!("add the label `{key}: {value}` to the pods of `{}`, or remove it here", self.workload()))
    }

    fn namespace(&self, diagnostic: Diagnostic) -> Diagnostic {
        let workload = self.mesh.object(self.near.workload);
        let service = self.mesh.object(self.member.object);
        let place = service.namespace_span.unwrap_or(service.span);
        let (own, other) = (service.key.namespace, workload.key.namespace);
        diagnostic
            .at(place, format!("selects pods of the namespace `{own}` only"))
            .at(workload.namespace_span.unwrap_or(workload.span), format!("these pods are in `{other}`"))
            .help(format!("put the Service and `{}` into one namespace", self.workload()))
    }

    fn selector(&self, pair: usize) -> (Name, Name) {
        self.mesh.service(self.member).selector[pair]
    }

    fn place(&self, pair: usize) -> PairPlace {
        self.mesh.service(self.member).selector_places[pair]
    }

    fn label(&self, label: usize) -> (Name, Name) {
        self.labels().map_or_else(Default::default, |workload| workload.labels[label])
    }

    fn label_place(&self, label: usize) -> PairPlace {
        let span = self.mesh.object(self.near.workload).span;
        self.labels().map_or(PairPlace { key: span, value: span }, |workload| workload.label_places[label])
    }

    fn labels(&self) -> Option<&Workload> {
        match &self.mesh.object(self.near.workload).body {
            Body::Workload(workload) => Some(workload),
            _ => None,
        }
    }

    /// The workload as people call it: `deployment/web`.
    fn workload(&self) -> String {
        let name = self.mesh.object(self.near.workload).key.name;
        let kind = self.labels().map_or("workload", |workload| workload.kind.word());
        format!("{kind}/{name}")
    }
}

/// Offers `text` in the place of a key or value, where it is what a label can be: then nothing has to be escaped.
fn fixed(diagnostic: Diagnostic, title: String, place: Span, text: &str) -> Diagnostic {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
    if !plain {
        return diagnostic;
    }
    diagnostic.fix(Fix::likely(title, vec![Edit::replace(place, format!("\"{text}\""))]))
}
