//! M0405 not-global-everywhere: a service is global in one cluster, and in another it is there without being global,
//! so that cluster neither gives nor takes (CILIUM.md 2.4). Or no other cluster has it at all.

use std::collections::BTreeSet;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Member, Mesh, Name, ServiceGroup, names};
use meshc_schema::nearest;
use rustc_hash::FxHashMap;

use super::{annotation_value, cluster_names, declared_services, global_external_name};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let mut lonely = Vec::new();
    for group in declared_services(mesh) {
        // What a wrong value is meant to say is not known before it is mended.
        let known = group
            .members
            .iter()
            .filter(|member| !annotation_value::is_reported(mesh.service(member).annotations.global))
            .filter(|member| !global_external_name::applies(mesh.service(member)));
        let unknown = known.clone().count() < group.members.len();
        let (global, other): (Vec<_>, Vec<_>) = known.partition(|member| mesh.service(member).annotations.is_global());
        let Some(first) = global.first() else {
            continue;
        };
        if other.is_empty() {
            if global.len() == 1 && mesh.clusters.len() > 1 && !unknown {
                lonely.push(Lonely { group, member: first });
            }
            continue;
        }
        let mut seen = BTreeSet::new();
        for member in other {
            if seen.insert(member.object) {
                differs(mesh, group, member, first, diags);
            }
        }
    }
    let partners = Partners::new(&lonely);
    for one in &lonely {
        let partner = partners.of(one);
        // Of two that mean each other the first has said it for both.
        let is_said = partner.is_some_and(|other| {
            other.key() < one.key() && partners.of(other).is_some_and(|back| back.key() == one.key())
        });
        if !is_said {
            alone(mesh, one, partner, diags);
        }
    }
}

/// A service that is global in one cluster, and in no other cluster at all.
#[derive(Clone, Copy)]
struct Lonely<'m> {
    group: &'m ServiceGroup,
    member: &'m Member,
}

impl Lonely<'_> {
    fn key(&self) -> (Name, Name) {
        (self.group.namespace, self.group.name)
    }
}

/// The lonely services by name and by namespace: two of them may be meant to be one.
struct Partners<'l, 'm> {
    by_name: FxHashMap<Name, Vec<&'l Lonely<'m>>>,
    by_namespace: FxHashMap<Name, Vec<&'l Lonely<'m>>>,
}

impl<'l, 'm> Partners<'l, 'm> {
    /// Where so many stand alone, a slip in a name is not the reason.
    const MOST: usize = 200;

    fn new(lonely: &'l [Lonely<'m>]) -> Self {
        let mut partners = Self { by_name: FxHashMap::default(), by_namespace: FxHashMap::default() };
        if lonely.len() <= Self::MOST {
            for one in lonely {
                partners.by_name.entry(one.group.name).or_default().push(one);
                partners.by_namespace.entry(one.group.namespace).or_default().push(one);
            }
        }
        partners
    }

    /// One of another cluster with nearly the same name in the namespace, or else with the same name in another one.
    fn of(&self, one: &Lonely<'m>) -> Option<&'l Lonely<'m>> {
        let elsewhere = |other: &&'l Lonely<'m>| other.member.cluster != one.member.cluster;
        let near: Vec<_> = self.by_namespace.get(&one.group.namespace)?.iter().copied().filter(elsewhere).collect();
        if let Some(name) = nearest(one.group.name.as_str(), near.iter().map(|other| other.group.name.as_str())) {
            return near.into_iter().find(|other| other.group.name == *name);
        }
        self.by_name.get(&one.group.name)?.iter().copied().find(elsewhere)
    }
}

fn differs(mesh: &Mesh, group: &ServiceGroup, member: &Member, global: &Member, diags: &mut Diagnostics) {
    let here = cluster_names(mesh, member.object);
    let there = mesh.cluster(global.cluster).name;
    let service = mesh.service(member);
    let own = service.annotations.global.effective();
    let mut diagnostic = Diagnostic::new(
        Code::NotGlobalEverywhere,
        format!("`{}/{}` is global in {there} and not in {here}", group.namespace, group.name),
    )
    .at(
        own.map_or(mesh.object(member.object).span, |annotation| annotation.value_span),
        format!("not global in {here}"),
    );
    if let Some(annotation) = mesh.service(global).annotations.global.effective() {
        diagnostic = diagnostic.at(annotation.value_span, format!("global in {there}"));
    }
    if let Some(annotation) = own {
        let edit = Edit::quoted(annotation.value_span, "true");
        diagnostic = diagnostic.fix(Fix::likely(format!("make it global in {here}"), vec![edit]));
    }
    let (verb, key) = own.map_or(("add", names::GLOBAL), |annotation| ("set", annotation.key.as_str()));
    diags.push(diagnostic.help(format!(
        "there, clients reach the backends of their own cluster only, and no other cluster reaches those: \
         {verb} `{key}: \"true\"` there too, or give the service another name",
    )));
}

fn alone(mesh: &Mesh, one: &Lonely<'_>, partner: Option<&Lonely<'_>>, diags: &mut Diagnostics) {
    let Lonely { group, member } = *one;
    let there = mesh.cluster(member.cluster).name;
    let annotation = mesh.service(member).annotations.global.effective();
    let at = annotation.map_or(mesh.object(member.object).span, |annotation| annotation.value_span);
    let diagnostic = Diagnostic::new(
        Code::NotGlobalEverywhere,
        format!("`{}/{}` is global in {there}, and no other cluster has it", group.namespace, group.name),
    )
    .at(at, "global for nobody");
    diags.push(match partner {
        Some(Lonely { group: other, member }) => diagnostic
            .at(mesh.object(member.object).span, format!("global in {} only", mesh.cluster(member.cluster).name))
            .help(format!(
                "did you mean `{}/{}`? Services of several clusters are one where namespace and name are the same",
                other.namespace, other.name
            )),
        None => diagnostic.help(
            "a client needs a Service of the same name and namespace in its own cluster, global too: add one there",
        ),
    });
}
