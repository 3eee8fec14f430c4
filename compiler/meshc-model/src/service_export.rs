use crate::{Service, Timestamp};

/// A `ServiceExport` of the MCS-API: it offers the Service of its name to the other clusters (CILIUM.md 5).
///
/// Where clusters export the same name and disagree, the oldest export wins: the one made first, and of those as old as
/// each other the one whose cluster is the first by name. Manifests that are kept in git usually do not say when they
/// were made. Then all are as old as each other, and the name of the cluster decides. One that does not say it is
/// younger than any that does: it is not made yet.
#[derive(Clone, Debug)]
pub struct ServiceExport {
    /// When it was made, where it says so.
    pub created: Option<Timestamp>,
    /// A Service with the labels and annotations that it exports, and with nothing else.
    pub template: Service,
}

/// A `ServiceImport` of the MCS-API. Cilium writes it; from 1.18 on it overwrites whatever a user put there.
#[derive(Clone, Debug)]
pub struct ServiceImport {
    /// A Service with its labels and annotations, and with nothing else.
    pub template: Service,
}
