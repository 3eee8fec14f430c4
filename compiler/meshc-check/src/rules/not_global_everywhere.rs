//! M0405 not-global-everywhere: a service is global in one cluster, and in another it is there without being global,
//! so that cluster neither gives nor takes (CILIUM.md 2.4). Or no other cluster has it at all.

use std::collections::BTreeSet;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Member, Mesh, ServiceGroup, names};

use super::{annotation_value, cluster_names, declared_services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        // What a wrong value is meant to say is not known before it is mended.
        let known = group
            .members
            .iter()
            .filter(|member| !annotation_value::is_reported(mesh.service(member).annotations.global));
        let unknown = known.clone().count() < group.members.len();
        let (global, other): (Vec<_>, Vec<_>) = known.partition(|member| mesh.service(member).annotations.is_global());
        let Some(first) = global.first() else {
            continue;
        };
        if other.is_empty() {
            if global.len() == 1 && mesh.clusters.len() > 1 && !unknown {
                alone(mesh, group, first, diags);
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

fn alone(mesh: &Mesh, group: &ServiceGroup, member: &Member, diags: &mut Diagnostics) {
    let there = mesh.cluster(member.cluster).name;
    let annotation = mesh.service(member).annotations.global.effective();
    let at = annotation.map_or(mesh.object(member.object).span, |annotation| annotation.value_span);
    diags.push(
        Diagnostic::new(
            Code::NotGlobalEverywhere,
            format!("`{}/{}` is global in {there}, and no other cluster has it", group.namespace, group.name),
        )
        .at(at, "global for nobody")
        .help("a client needs a Service of the same name and namespace in its own cluster, global too: add one there"),
    );
}
