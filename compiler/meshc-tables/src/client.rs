use std::net::IpAddr;

use meshc_model::{ClusterId, LabelSelector, Mesh, Name, Node, NodeExposure};

use crate::profile::Profile;

/// Where the clients of a table are. What a table shows may depend on it: traffic that stays on its node, a zone that
/// is preferred (CILIUM.md 3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The node that they run on.
    pub node: Option<Name>,
    /// The zone that they are in, where that is not the node's.
    pub zone: Option<Name>,
}

impl Client {
    /// Somewhere in their cluster: the table has whatever any of them could use.
    pub const ANYWHERE: Client = Client { node: None, zone: None };
}

/// The place of a client in one cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'m> {
    pub(crate) node: Option<Name>,
    pub(crate) zone: Option<Name>,
    /// The node, where it is declared.
    declared: Option<&'m Node>,
}

/// Whether a client's node has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnNode {
    /// It has.
    Yes,
    /// It has not.
    No,
    /// Some nodes have it and others do not, and which one the client is on is not known.
    Depends,
}

impl<'m> Place<'m> {
    /// A node's zone is that of its label, or else its cluster's.
    pub(crate) fn new(mesh: &'m Mesh, cluster: ClusterId, client: Client) -> Self {
        let node = client.node.and_then(|name| mesh.nodes(cluster).find(|(own, _)| *own == name)).map(|(_, node)| node);
        let label = node.and_then(|node| node.label(Node::ZONE));
        let of_cluster = Some(mesh.cluster(cluster).zone).filter(|zone| !zone.is_empty());
        let known = if client.node.is_some() { label.or(of_cluster) } else { None };
        Self { node: client.node, zone: client.zone.or(known).filter(|zone| !zone.is_empty()), declared: node }
    }

    fn labels(&self) -> &'m [(Name, Name)] {
        self.declared.map_or(&[], |node| &node.labels)
    }

    /// Whether `address` is one of the node's, or of any node where the client's is not known.
    pub(crate) fn has_address(&self, mesh: &Mesh, cluster: ClusterId, address: IpAddr) -> OnNode {
        let has = |node: &Node| node.addresses.contains(&address);
        match self.node {
            Some(_) if self.declared.is_some_and(has) => OnNode::Yes,
            None if mesh.nodes(cluster).any(|(_, node)| has(node)) => OnNode::Depends,
            Some(_) | None => OnNode::No,
        }
    }

    /// Whether the node has a service that is exposed on `nodes` (CILIUM.md 1).
    pub(crate) fn has(&self, nodes: &NodeExposure, profile: Profile) -> OnNode {
        let told = match profile.node_exposure(*nodes) {
            NodeExposure { selector: Some(selector), .. } => match LabelSelector::parse(selector.value.as_str()) {
                Some(selector) => selector.matches(self.labels()),
                // Cilium warns and installs the service.
                None => return OnNode::Yes,
            },
            NodeExposure { label: Some(label), .. } => self.labels().contains(&(label.key, label.value)),
            NodeExposure { selector: None, label: None } => return OnNode::Yes,
        };
        match (self.node, told) {
            (None, _) => OnNode::Depends,
            (Some(_), true) => OnNode::Yes,
            (Some(_), false) => OnNode::No,
        }
    }
}
