//! Deletions of more than single objects, which have to be meant.

use std::collections::BTreeMap;

use crate::plan::{Action, ClusterPlan};

/// What goes and is more than single objects, so that it has to be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// A Namespace, with whatever is in it.
    Namespace(String),
    /// A `CustomResourceDefinition`, with every object of its kind.
    Kind(String),
    /// All objects of the set in a namespace.
    AllIn {
        /// The namespace.
        namespace: String,
        /// How many.
        objects: usize,
    },
}

impl Sweep {
    /// The name by which it is allowed.
    pub fn name(&self) -> &str {
        match self {
            Self::Namespace(name) | Self::Kind(name) | Self::AllIn { namespace: name, .. } => name,
        }
    }
}

impl ClusterPlan {
    /// What goes and is more than single objects.
    pub fn sweeps(&self) -> Vec<Sweep> {
        let pruned: Vec<_> = self
            .objects
            .iter()
            .filter(|planned| planned.action == Action::Prune)
            .map(|planned| &planned.object)
            .collect();
        let mut sweeps = Vec::new();
        let mut emptied = BTreeMap::<&str, usize>::new();
        for object in &pruned {
            match object.kind.as_str() {
                "Namespace" => sweeps.push(Sweep::Namespace(object.name.clone())),
                "CustomResourceDefinition" => sweeps.push(Sweep::Kind(object.name.clone())),
                _ if object.namespace.is_empty() || self.namespaces.contains(&object.namespace) => {}
                _ => *emptied.entry(object.namespace.as_str()).or_insert(0) += 1,
            }
        }
        let goes = |name: &str| pruned.iter().any(|object| object.kind == "Namespace" && object.name == name);
        let emptied = emptied.into_iter().filter(|(name, _)| !goes(name));
        sweeps.extend(emptied.map(|(name, objects)| Sweep::AllIn { namespace: name.to_owned(), objects }));
        sweeps
    }
}
