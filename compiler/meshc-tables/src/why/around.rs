//! What a reader of verdicts may wonder about beside the candidates: frontends and backends that there are none of.

use meshc_model::{Member, Name, NodeExposure, ServiceType, Unclaimed, names};
use meshc_source::Span;

use super::case::and;
use super::declared::Made;
use super::{Asked, Basis};
use crate::client::OnNode;
use crate::conflict::owners;
use crate::frontends::frontends;
use crate::profile::Profile;
use crate::{AbsentFrontends, AbsentReason, Frontend, FrontendKind};

/// Why a service does not have the frontends of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Their type.
    pub kind: FrontendKind,
    /// Why, in one word.
    pub reason: AbsentReason,
    /// Why, for people.
    pub text: String,
    /// The lines that it goes by.
    pub basis: Basis,
}

/// A remark beside verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is so.
    pub text: String,
    /// The lines that it goes by.
    pub basis: Basis,
    /// Why it is so, or what it means.
    pub detail: String,
}

impl Note {
    fn new(text: impl Into<String>, basis: Basis, detail: impl Into<String>) -> Self {
        Self { text: text.into(), basis, detail: detail.into() }
    }
}

/// More clusters than these are counted, not listed.
const LISTED: usize = 3;

pub(super) fn absence(asked: &Asked<'_>, absent: AbsentFrontends) -> Absence {
    let (from, service) = (asked.cluster(), asked.view.service);
    let member = own_member(asked);
    let object = asked.question.mesh.object(member.object).span;
    let field = |path: &[&str]| asked.places.field(member.object, path);
    let (text, basis) = match absent.reason {
        AbsentReason::Headless => {
            let label = field(&["metadata", "labels", "service.kubernetes.io/headless"]);
            let line = service.traffic.cluster_ip_none.or(label);
            ("the service is headless: it has no address of its own".to_owned(), Basis::of(line, Some(object)))
        }
        AbsentReason::TypeAnnotation => {
            let said = service.traffic.exposed;
            let word = said.and_then(|said| ServiceType::ALL.iter().find(|(known, _)| *known == said.value));
            let word = word.map_or("another type", |(_, word)| *word);
            (format!("`{}` exposes {word} only", names::SERVICE_TYPE), Basis::lines([said.map(|said| said.span)]))
        }
        AbsentReason::KubeProxyReplacement => (
            format!("Cilium does not replace kube-proxy in {}", from.name),
            asked.setting(from, "kubeProxyReplacement"),
        ),
        AbsentReason::Node => {
            let line = nodes_span(&service.traffic.nodes, asked.view.profile());
            let node = asked.view.topology.place.node.unwrap_or_default();
            (format!("the node {node} is not one of those that have the service"), Basis::lines([line]))
        }
        AbsentReason::ExternalIps => (format!("{} has no external IPs", from.name), asked.setting(from, "externalIPs")),
        AbsentReason::IpMode => (
            "the load balancer has only names, or addresses of a proxy before it".to_owned(),
            Basis::of(field(&["status", "loadBalancer", "ingress"]), Some(object)),
        ),
        AbsentReason::NodePortRange => (
            "an address of the node stays free for a node port of this number".to_owned(),
            Basis::of(field(&["spec", "ports"]), Some(object)),
        ),
        AbsentReason::Conflict => (conflict(asked), Basis::Written(vec![object])),
    };
    Absence { kind: absent.kind, reason: absent.reason, text, basis }
}

fn conflict(asked: &Asked<'_>) -> String {
    let question = asked.question;
    let wanted = frontends(asked.view.service, asked.view.data_plane).addresses;
    let table = &question.tables.clusters[usize::from(question.cluster.0)];
    let owners: Vec<_> = owners(question.mesh, table, &asked.view.service.ports, &wanted)
        .map(|owner| owner.group(question.mesh))
        .map(|group| Name::new(&format!("{}/{}", group.namespace, group.name)))
        .collect();
    format!("{} has an address of it already, and an address belongs to one service", and(&owners))
}

pub(super) fn notes(asked: &Asked<'_>, frontend: Option<&Frontend>) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(no_frontend_at_all(asked));
    notes.extend(frontend.and_then(|frontend| not_programmed(asked, frontend)));
    notes.extend(some_nodes(asked));
    notes.extend(unshared(asked));
    notes.extend(asked.view.offers.iter().filter_map(|offer| empty(asked, offer.member)));
    notes.extend(without_service(asked));
    notes
}

fn no_frontend_at_all(asked: &Asked<'_>) -> Option<Note> {
    let table = asked.question.table;
    if !table.frontends.is_empty() || !table.absent.is_empty() {
        return None;
    }
    let member = own_member(asked);
    let object = asked.question.mesh.object(member.object).span;
    let kind = asked.places.field(member.object, &["spec", "type"]);
    Some(if asked.view.service.service_type == ServiceType::ExternalName {
        let detail = "an ExternalName is a name for another name";
        Note::new("no frontend of any type", Basis::of(kind, Some(object)), detail)
    } else {
        Note::new("no frontend of any type", Basis::Written(vec![object]), "the service has no port")
    })
}

fn not_programmed(asked: &Asked<'_>, frontend: &Frontend) -> Option<Note> {
    let from = asked.cluster();
    (!frontend.programmed).then(|| {
        let text = format!("the data plane of {} has no entry for this {}", from.name, frontend.kind.word());
        let basis = asked.setting(from, "kubeProxyReplacement");
        Note::new(text, basis, "Cilium does not replace kube-proxy there")
    })
}

/// A service that not all nodes have, where the client's node is not known.
fn some_nodes(asked: &Asked<'_>) -> Option<Note> {
    let nodes = &asked.view.service.traffic.nodes;
    let depends = asked.view.topology.place.has(nodes, asked.view.profile()) == OnNode::Depends;
    depends.then(|| {
        let basis = Basis::lines([nodes_span(nodes, asked.view.profile())]);
        Note::new("only some nodes have the service", basis, "the client's node is not given")
    })
}

/// Where the nodes are chosen that have a service.
fn nodes_span(nodes: &NodeExposure, profile: Profile) -> Option<Span> {
    let counts = profile.node_exposure(*nodes);
    counts.selector.or(counts.label).map(|said| said.value_span)
}

/// What `shared: "false"` does and does not do, which is often taken the other way round.
pub(super) fn unshared(asked: &Asked<'_>) -> Option<Note> {
    let annotations = &asked.view.service.annotations;
    if !annotations.is_global() || annotations.is_shared() {
        return None;
    }
    let name = asked.cluster().name;
    let line = annotations.shared.effective().map(|said| said.value_span);
    let detail = format!("its backends are hidden from the other clusters, and theirs are not hidden from {name}");
    Some(Note::new(format!("not shared in {name}"), Basis::lines([line]), detail))
}

/// A cluster that has the service and nothing that serves it.
fn empty(asked: &Asked<'_>, member: &Member) -> Option<Note> {
    let mesh = asked.question.mesh;
    if !member.backends.list.is_empty() {
        return None;
    }
    let text = format!("{} has no backend", mesh.cluster(member.cluster).name);
    if let Some(of_workload) = member.backends.workloads.first() {
        let Made { text: detail, basis } = asked.workloads.made_by(member.cluster, of_workload.workload);
        return Some(Note::new(text, basis, detail));
    }
    let selector = asked.places.field(member.object, &["spec", "selector"]);
    let detail = if mesh.service(member).selector.is_empty() {
        "it has no selector, and no EndpointSlice has an endpoint of it"
    } else {
        "no EndpointSlice has an endpoint of it, and no workload matches its selector"
    };
    let object = mesh.object(member.object).span;
    Some(Note::new(text, Basis::lines([selector.or(Some(object))]), detail))
}

/// The clusters that a global service cannot hear of, because they do not have it.
fn without_service(asked: &Asked<'_>) -> Vec<Note> {
    let (mesh, group) = (asked.question.mesh, asked.question.table.group(asked.question.mesh));
    if !asked.view.service.annotations.is_global() {
        return Vec::new();
    }
    let service = format!("{}/{}", group.namespace, group.name);
    let without: Vec<_> =
        mesh.cluster_ids().filter(|id| group.member(*id).is_none()).map(|id| mesh.cluster(id).name).collect();
    let text = match without.as_slice() {
        [] => None,
        [one] => Some(format!("{one} has no service {service}")),
        few if few.len() <= LISTED => Some(format!("{} have no service {service}", and(few))),
        [first, rest @ ..] => Some(format!("{first} and {} other clusters have no service {service}", rest.len())),
    };
    let none = text.map(|text| Note::new(text, Basis::Written(Vec::new()), "nobody is offered from there"));
    none.into_iter().chain(unclaimed(asked)).collect()
}

/// Endpoints that name the service in a cluster which does not have it.
fn unclaimed(asked: &Asked<'_>) -> Vec<Note> {
    let (mesh, group) = (asked.question.mesh, asked.question.table.group(asked.question.mesh));
    let named = mesh.unclaimed.iter().filter(|found| (found.namespace, found.service) == (group.namespace, group.name));
    let note = |found: &Unclaimed| {
        let (there, count) = (mesh.cluster(found.cluster).name, found.backends.list.len());
        let origin = found.backends.list.first()?.origin;
        let plural = if count == 1 { " names" } else { "s name" };
        let text = format!("{count} endpoint{plural} the service in {there}");
        Some(Note::new(
            text,
            Basis::Written(vec![mesh.object(origin).span]),
            format!("{there} does not have the service"),
        ))
    };
    named.filter_map(note).collect()
}

fn own_member<'m>(asked: &Asked<'m>) -> &'m Member {
    let group = asked.question.table.group(asked.question.mesh);
    group.member(asked.question.cluster).expect("a table's cluster has the service")
}
