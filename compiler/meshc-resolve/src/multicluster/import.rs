//! What a cluster imports: the exports of one name, made into one (`serviceimport_controller.go`).

#[cfg(test)]
mod tests;

use meshc_model::{ExportConflict, Family, ServicePort};

use super::offer::Offer;
use super::profile::Profile;
use super::{families, fields, ports};

/// What a cluster with the version of `profile` makes of all exports of a name.
#[derive(Debug)]
pub(super) struct Import<'m> {
    pub(super) profile: Profile,
    pub(super) oldest: Offer<'m>,
    pub(super) ports: Vec<&'m ServicePort>,
    /// Empty where none is known.
    pub(super) families: Vec<Family>,
    /// What Cilium reports: the first conflict about ports, or else families, or else another field.
    pub(super) conflict: Option<ExportConflict>,
}

impl<'m> Import<'m> {
    /// `None` without an export. The oldest of `offers` comes first.
    pub(super) fn new(offers: &[Offer<'m>], profile: Profile) -> Option<Self> {
        let oldest = *offers.first()?;
        let (ports, of_ports) = ports::unite(offers, profile);
        let (families, of_families) =
            if profile.passes_policies() { families::intersect(offers) } else { (Vec::new(), None) };
        let conflict = of_ports.or(of_families).or_else(|| fields::conflict(offers, profile));
        // What one export says twice is not about two.
        let conflict = conflict.filter(|conflict| conflict.kept != conflict.lost);
        Some(Self { profile, oldest, ports, families, conflict })
    }
}
