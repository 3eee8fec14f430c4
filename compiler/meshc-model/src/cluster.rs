use ipnet::IpNet;
use meshc_source::Span;

use crate::{DataPlane, Name, Said};

/// A cluster of a mesh, by its place in the order of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub u16);

/// A cluster of the mesh.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name, unique in the mesh.
    pub name: Name,
    /// Cilium's `cluster.id`; `None` if it is not given.
    pub id: Option<u16>,
    /// Empty if unknown.
    pub region: Name,
    /// The zone, where the whole cluster is in one; empty if unknown.
    pub zone: Name,
    /// The context of a kubeconfig that reaches it.
    pub context: Option<Name>,
    /// The ranges of its pods, each with its place.
    pub pod_cidrs: Vec<Said<IpNet>>,
    /// Its labels, which weighers see, by key.
    pub labels: Vec<(Name, Name)>,
    /// What programs its tables.
    pub data_plane: DataPlane,
    /// Where settings of its data plane are written, by their names: its own before those of all the mesh.
    pub settings: Vec<(&'static str, Span)>,
    /// Where it is declared; `None` if only a folder says that it exists.
    pub span: Option<Span>,
}

impl Cluster {
    /// Where the setting `name` of its data plane is written; `None` where it is as Cilium is installed.
    pub fn setting(&self, name: &str) -> Option<Span> {
        self.settings.iter().find(|(own, _)| *own == name).map(|(_, span)| *span)
    }
}

/// A set of clusters of one mesh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterSet {
    words: Vec<u64>,
}

impl ClusterSet {
    /// No cluster.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first `count` clusters, which are all of a mesh that has so many.
    pub fn all(count: usize) -> Self {
        (0..count).map(|at| ClusterId(at as u16)).collect()
    }

    /// Adds one.
    pub fn insert(&mut self, id: ClusterId) {
        let word = usize::from(id.0) / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (id.0 % 64);
    }

    /// Takes away all of `other`.
    pub fn remove_all(&mut self, other: &ClusterSet) {
        for (word, gone) in self.words.iter_mut().zip(&other.words) {
            *word &= !gone;
        }
    }

    /// Adds all of `other`.
    pub fn insert_all(&mut self, other: &ClusterSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// Whether it holds `id`.
    pub fn contains(&self, id: ClusterId) -> bool {
        self.words.get(usize::from(id.0) / 64).is_some_and(|word| word >> (id.0 % 64) & 1 == 1)
    }

    /// Whether it shares a cluster with `other`, and the first such.
    pub fn first_common(&self, other: &ClusterSet) -> Option<ClusterId> {
        self.iter().find(|id| other.contains(*id))
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Its clusters, in order.
    pub fn iter(&self) -> impl Iterator<Item = ClusterId> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| ClusterId((at * 64 + bit) as u16))
        })
    }
}

impl FromIterator<ClusterId> for ClusterSet {
    fn from_iter<I: IntoIterator<Item = ClusterId>>(ids: I) -> Self {
        let mut set = Self::new();
        for id in ids {
            set.insert(id);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let mut set: ClusterSet = [ClusterId(3), ClusterId(200)].into_iter().collect();
        assert!(set.contains(ClusterId(3)) && set.contains(ClusterId(200)) && !set.contains(ClusterId(4)));
        assert_eq!(set.iter().collect::<Vec<_>>(), [ClusterId(3), ClusterId(200)]);
        assert_eq!(set.first_common(&ClusterSet::all(300)), Some(ClusterId(3)));
        set.remove_all(&ClusterSet::all(4));
        assert_eq!(set.iter().collect::<Vec<_>>(), [ClusterId(200)]);
        set.remove_all(&ClusterSet::all(256));
        assert!(set.is_empty());
    }
}
