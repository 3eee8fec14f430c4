//! M0417 namespace-not-global: services are shared, and their namespace keeps them from other clusters (CILIUM.md 2.4).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{ClusterSet, Member, Mesh, Name, ServiceGroup, names};
use meshc_source::Span;
use rustc_hash::FxHashSet;

use super::{declared_services, names_of};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let mut found = BTreeMap::<(Name, Option<Span>), Finding<'_>>::new();
    for group in declared_services(mesh).filter(|group| group.members.len() > 1) {
        for member in &group.members {
            if !mesh.service(member).annotations.is_shared() || !mesh.is_held_back(member) {
                continue;
            }
            let said = member.namespace_global.map(|said| said.span);
            let finding = found.entry((group.namespace, said)).or_insert_with(|| Finding {
                group,
                member,
                services: FxHashSet::default(),
                clusters: ClusterSet::new(),
            });
            finding.services.insert(group.name);
            finding.clusters.insert(member.cluster);
        }
    }
    for finding in found.into_values() {
        diags.push(finding.diagnostic(mesh));
    }
}

/// The services that a namespace keeps to its clusters.
struct Finding<'m> {
    /// The first of them.
    group: &'m ServiceGroup,
    member: &'m Member,
    services: FxHashSet<Name>,
    clusters: ClusterSet,
}

impl Finding<'_> {
    fn diagnostic(&self, mesh: &Mesh) -> Diagnostic {
        let (namespace, here) = (self.group.namespace, names_of(mesh, &self.clusters));
        let more = match self.services.len() - 1 {
            0 => String::new(),
            1 => " and 1 more service".into(),
            more => format!(" and {more} more services"),
        };
        let headline = format!(
            "no other cluster gets `{namespace}/{}`{more} of {here}: the namespace is not global",
            self.group.name
        );
        let cluster = mesh.cluster(self.member.cluster);
        let global = mesh.service(self.member).annotations.global.effective();
        let service = global.map_or(mesh.object(self.member.object).span, |global| global.value_span);
        let diagnostic = Diagnostic::new(Code::NamespaceNotGlobal, headline);
        let (said, standard) = (self.member.namespace_global, cluster.setting("defaultGlobalNamespace"));
        let diagnostic = match (said, standard) {
            (Some(said), _) => diagnostic
                .at(said.span, "nothing leaves this namespace")
                .at(service, "the service is global")
                .fix(Fix::likely("make the namespace global: `\"true\"`", vec![Edit::replace(said.span, "\"true\"")])),
            (None, Some(setting)) => diagnostic
                .at(service, format!("nothing leaves the namespace `{namespace}`"))
                .at(setting, "no namespace is global that does not say so"),
            (None, None) => diagnostic.at(service, format!("nothing leaves the namespace `{namespace}`")),
        };
        diagnostic.help(format!(
            "annotate the namespace `{namespace}`: `{}: \"true\"`; backends of other clusters arrive in any case",
            names::NAMESPACE_GLOBAL
        ))
    }
}
