//! The rules, one file each: code, condition and words.

mod affinity_drops_remote;
mod affinity_not_global;
mod affinity_remote_everywhere;
mod affinity_without_local;
mod algorithm_without_effect;
mod alias_contradicts;
mod annotation_value;
mod differences;
mod export_conflict;
mod export_without_service;
mod families_differ;
mod few_local_backends;
mod global_external_name;
mod headless_differs;
mod headless_without_sync;
mod local_policy_on_global;
mod namespace_not_global;
mod no_backends_anywhere;
mod nobody_shares;
mod node_in_two_clusters;
mod node_ports_without_kube_proxy_replacement;
mod not_global_everywhere;
mod one_address_two_clusters;
mod policy_selects_nothing;
mod port_names_differ;
mod reach;
mod remote_has_no_order;
mod route_sees_local_only;
mod selector_matches_nothing;
mod service_import_ignored;
mod session_affinity_differs;
mod shared_not_global;
mod shared_target_port;
mod slice_weight_without_effect;
mod substitution_loses_text;
mod supply;
mod sync_needs_primary;
mod topology_without_effect;
mod type_differs;
mod unknown_affinity;
mod unknown_service_annotation_value;
mod unnamed_port_loses_remote;

use std::collections::BTreeSet;
use std::net::IpAddr;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{
    AnnotationPair, Body, ClusterSet, Mesh, MeshAnnotations, Object, ObjectId, Service, ServiceGroup, names,
};
use meshc_source::Span;

/// A rule looks at the whole mesh and says what it finds.
pub(crate) type Rule = fn(&Mesh, &mut Diagnostics);

/// Every rule, in the order of codes.
pub(crate) const RULES: &[(Code, Rule)] = &[
    (Code::AnnotationValue, annotation_value::check),
    (Code::SharedNotGlobal, shared_not_global::check),
    (Code::UnknownAffinity, unknown_affinity::check),
    (Code::AliasContradicts, alias_contradicts::check),
    (Code::NotGlobalEverywhere, not_global_everywhere::check),
    (Code::PortNamesDiffer, port_names_differ::check),
    (Code::AffinityNotGlobal, affinity_not_global::check),
    (Code::ExportConflict, export_conflict::check),
    (Code::ExportWithoutService, export_without_service::check),
    (Code::AffinityDropsRemote, affinity_drops_remote::check),
    (Code::AffinityWithoutLocal, affinity_without_local::check),
    (Code::AffinityRemoteEverywhere, affinity_remote_everywhere::check),
    (Code::NobodyShares, nobody_shares::check),
    (Code::NoBackendsAnywhere, no_backends_anywhere::check),
    (Code::SelectorMatchesNothing, selector_matches_nothing::check),
    (Code::OneAddressTwoClusters, one_address_two_clusters::check),
    (Code::NamespaceNotGlobal, namespace_not_global::check),
    (Code::LocalPolicyOnGlobal, local_policy_on_global::check),
    (Code::TopologyWithoutEffect, topology_without_effect::check),
    (Code::SliceWeightWithoutEffect, slice_weight_without_effect::check),
    (Code::AlgorithmWithoutEffect, algorithm_without_effect::check),
    (Code::HeadlessWithoutSync, headless_without_sync::check),
    (Code::SyncNeedsPrimary, sync_needs_primary::check),
    (Code::FamiliesDiffer, families_differ::check),
    (Code::NodeInTwoClusters, node_in_two_clusters::check),
    (Code::GlobalExternalName, global_external_name::check),
    (Code::HeadlessDiffers, headless_differs::check),
    (Code::SessionAffinityDiffers, session_affinity_differs::check),
    (Code::TypeDiffers, type_differs::check),
    (Code::SharedTargetPort, shared_target_port::check),
    (Code::UnnamedPortLosesRemote, unnamed_port_loses_remote::check),
    (Code::FewLocalBackends, few_local_backends::check),
    (Code::RemoteHasNoOrder, remote_has_no_order::check),
    (Code::NodePortsWithoutKubeProxyReplacement, node_ports_without_kube_proxy_replacement::check),
    (Code::RouteSeesLocalOnly, route_sees_local_only::check),
    (Code::ServiceImportIgnored, service_import_ignored::check),
    (Code::UnknownServiceAnnotationValue, unknown_service_annotation_value::check),
    (Code::SubstitutionLosesText, substitution_loses_text::check),
    (Code::PolicySelectsNothing, policy_selects_nothing::check),
];

/// The Services that stand in any cluster, each once however many clusters it stands in.
fn services(mesh: &Mesh) -> impl Iterator<Item = (&Object, &Service)> {
    placed_services(mesh).map(|(object, service, _)| (object, service))
}

/// Those Services, each with its clusters.
fn placed_services(mesh: &Mesh) -> impl Iterator<Item = (&Object, &Service, &ClusterSet)> {
    mesh.objects.iter().zip(&mesh.placements).filter_map(|(object, placement)| match &object.body {
        Body::Service(service) if !placement.is_empty() => Some((object, service.as_ref(), placement)),
        _ => None,
    })
}

/// The `ServiceExports` with an effect, each once, with a Service of what they export. What is derived of that is global.
fn exports(mesh: &Mesh) -> impl Iterator<Item = (&Object, &Service)> {
    let exports = mesh.exported.iter().flat_map(|exported| &exported.exports);
    let ids: BTreeSet<_> = exports.map(|export| export.object).collect();
    ids.into_iter().filter_map(|id| match &mesh.object(id).body {
        Body::ServiceExport(export) => Some((mesh.object(id), &export.template)),
        _ => None,
    })
}

/// The services that users declare. Those that Cilium derives of exports are as it makes them.
fn declared_services(mesh: &Mesh) -> impl Iterator<Item = &ServiceGroup> {
    mesh.services.iter().filter(|group| !group.is_derived())
}

/// An annotation that counts on global services only.
struct NeedsGlobal {
    code: Code,
    /// How people call it.
    word: &'static str,
    pick: fn(&MeshAnnotations) -> AnnotationPair,
    why: &'static str,
}

/// Reports the annotation of `rule` on each service that is not global. Where the value of `global` itself is wrong,
/// that comes first.
fn check_needs_global(rule: &NeedsGlobal, mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh) {
        let global = service.annotations.global;
        let Some(idle) = (rule.pick)(&service.annotations).effective() else {
            continue;
        };
        if service.annotations.is_global() || annotation_value::is_reported(global) {
            continue;
        }
        let diagnostic = Diagnostic::new(rule.code, format!("`{}` on `{}` has no effect", rule.word, object.key.name))
            .at(idle.key_span, rule.why);
        let make_global = match global.effective() {
            Some(said) => Edit::quoted(said.value_span, "true"),
            None => Edit::insert_entry(idle.key_span, names::GLOBAL, "true"),
        };
        let diagnostic = diagnostic
            .fix(Fix::likely("make the service global", vec![make_global]))
            .fix(Fix::likely(format!("remove `{}`", idle.key), vec![Edit::remove_entry(idle.key_span)]));
        diags.push(match global.effective() {
            Some(said) => diagnostic
                .at(said.value_span, "it is not global")
                .help(format!("set `{}` to `\"true\"`, or remove this line", said.key)),
            None => diagnostic.help(format!("add `{}: \"true\"`, or remove this line", names::GLOBAL)),
        });
    }
}

/// Where an object declares an endpoint with an address.
fn address_place(mesh: &Mesh, origin: ObjectId, address: IpAddr) -> Span {
    let object = mesh.object(origin);
    let Body::Endpoints(slices) = &object.body else {
        return object.span;
    };
    let mut endpoints = slices.iter().flat_map(|slice| &slice.endpoints);
    endpoints.find(|endpoint| endpoint.address == address).map_or(object.span, |endpoint| endpoint.span)
}

/// The clusters that an object stands in, for people.
fn cluster_names(mesh: &Mesh, id: ObjectId) -> String {
    names_of(mesh, mesh.placement(id))
}

/// Clusters, for people: all of the first three names.
fn names_of(mesh: &Mesh, clusters: &ClusterSet) -> String {
    let names: Vec<_> = clusters.iter().map(|cluster| mesh.cluster(cluster).name.as_str()).collect();
    match names.as_slice() {
        [] => "no cluster".into(),
        [one] => (*one).into(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}
