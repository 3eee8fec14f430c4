use crate::{Annotation, Member, Mesh, Service};

impl Service {
    /// Whether it asks for mirrors of other clusters' backends in `EndpointSlices`: the operators make them for headless
    /// services, and for others that say so; the old name of the annotation for global services does not count here
    /// (CILIUM.md 5).
    pub fn asks_for_mirrors(&self) -> bool {
        let global = self.annotations.global.primary.is_some_and(Annotation::is_true);
        global && self.traffic.sync.map_or(self.traffic.cluster_ip_none.is_some(), Annotation::is_true)
    }
}

impl Mesh {
    /// Whether the cluster of `member` offers its service to the others (CILIUM.md 2.1).
    pub fn is_offered(&self, member: &Member) -> bool {
        self.service(member).annotations.is_shared() && !self.is_held_back(member)
    }
}
