//! What one cluster tells the others of a Service that it exports (`serviceexportsync.go`).

use meshc_model::{Distribution, Export, Family, Name, Pair, Reach, Said, Service, ServicePort, Timestamp};

use super::profile::Profile;

/// An export with what its cluster's version tells of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer<'m> {
    pub(super) export: Export,
    pub(super) created: Option<Timestamp>,
    pub(super) service: &'m Service,
    /// The Service of exported labels and annotations.
    pub(super) template: &'m Service,
    pub(super) profile: Profile,
}

impl<'m> Offer<'m> {
    pub(super) fn ports(&self) -> &'m [ServicePort] {
        &self.service.ports
    }

    pub(super) fn annotations(&self) -> &'m [Pair] {
        if self.profile.passes_metadata() { &self.template.all_annotations } else { &[] }
    }

    pub(super) fn labels(&self) -> &'m [Pair] {
        if self.profile.passes_metadata() { &self.template.labels } else { &[] }
    }

    /// The families, where the manifest says them or has addresses; otherwise the cluster fills them in, and they are
    /// not known.
    pub(super) fn families(&self) -> Vec<Family> {
        if !self.profile.passes_policies() {
            return Vec::new();
        }
        if !self.service.traffic.ip_families.is_empty() {
            return self.service.traffic.ip_families.clone();
        }
        let mut families: Vec<_> = self.service.cluster_ips.iter().copied().map(Family::of).collect();
        families.dedup();
        families
    }

    pub(super) fn internal_policy(&self) -> Option<Said<Reach>> {
        self.service.traffic.internal_policy.filter(|_| self.profile.passes_policies())
    }

    pub(super) fn distribution(&self) -> Option<Said<Distribution>> {
        self.service.traffic.distribution.filter(|_| self.profile.passes_policies())
    }
}

/// Puts the oldest first. One that does not say when it was made is not made yet; the ids of clusters are in the order
/// of their names.
pub(super) fn sort(offers: &mut [Offer<'_>]) {
    offers.sort_by_key(|offer| (offer.created.is_none(), offer.created, offer.export.cluster));
}

/// The value of `key`.
pub(super) fn value(pairs: &[Pair], key: Name) -> Option<&Pair> {
    pairs.iter().find(|pair| pair.key == key)
}
