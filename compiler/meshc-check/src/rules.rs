//! The rules, one file each: code, condition and words.

mod affinity_not_global;
mod alias_contradicts;
mod annotation_value;
mod not_global_everywhere;
mod policy_selects_nothing;
mod port_names_differ;
mod shared_not_global;
mod unknown_affinity;

use meshc_diag::{Code, Diagnostics};
use meshc_model::{AnnotationPair, Body, Mesh, Object, ObjectId, Service, names};

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
    (Code::PolicySelectsNothing, policy_selects_nothing::check),
];

/// The Services that stand in any cluster, each once however many clusters it stands in.
fn services(mesh: &Mesh) -> impl Iterator<Item = (&Object, &Service)> {
    mesh.objects.iter().enumerate().filter_map(|(at, object)| match &object.body {
        Body::Service(service) if !mesh.placement(ObjectId(at as u32)).is_empty() => Some((object, service.as_ref())),
        _ => None,
    })
}

/// What makes a service global, for help texts: a line more, or another value of the line that is there.
fn make_global(global: AnnotationPair) -> String {
    match global.effective() {
        Some(annotation) => format!("set `{}` to `\"true\"`, or remove this line", annotation.key),
        None => format!("add `{}: \"true\"`, or remove this line", names::GLOBAL),
    }
}

/// The clusters that an object stands in, for people: all of the first three names.
fn cluster_names(mesh: &Mesh, id: ObjectId) -> String {
    let names: Vec<_> = mesh.placement(id).iter().map(|cluster| mesh.cluster(cluster).name.as_str()).collect();
    match names.as_slice() {
        [] => "no cluster".into(),
        [one] => (*one).into(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}
