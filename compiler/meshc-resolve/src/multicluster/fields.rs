//! What else exports disagree about: fields that the oldest export decides whole (`checkConflictExport` in
//! `serviceimport_controller.go`).

use meshc_model::{ConflictKind, ExportConflict, Name, Pair, Reach};

use super::offer::{Offer, value};
use super::profile::Profile;

/// A field: whether a version tells the others of it and compares it, and how.
struct Field {
    is_told: fn(Profile) -> bool,
    compare: fn(&Offer<'_>, &Offer<'_>) -> Option<ConflictKind>,
}

/// The fields in the order in which they are compared.
const FIELDS: [Field; 7] = [
    Field { is_told: always, compare: service_type },
    Field { is_told: always, compare: session_affinity },
    Field { is_told: always, compare: session_affinity_config },
    Field { is_told: Profile::passes_metadata, compare: annotation },
    Field { is_told: Profile::passes_metadata, compare: label },
    Field { is_told: Profile::passes_policies, compare: internal_policy },
    Field { is_told: Profile::passes_policies, compare: distribution },
];

/// The first export that differs from the oldest one, and the first field in which it does.
pub(super) fn conflict(offers: &[Offer<'_>], profile: Profile) -> Option<ExportConflict> {
    let (oldest, others) = offers.split_first()?;
    let compared = || FIELDS.iter().filter(|field| (field.is_told)(profile));
    others.iter().find_map(|other| compared().find_map(|field| differ(field, oldest, other)))
}

fn differ(field: &Field, oldest: &Offer<'_>, other: &Offer<'_>) -> Option<ExportConflict> {
    let kind = (field.compare)(oldest, other)?;
    let untold = [oldest, other].into_iter().find(|offer| !(field.is_told)(offer.profile));
    let untold = untold.map(|offer| offer.export.cluster);
    Some(ExportConflict { kind, kept: oldest.export, lost: other.export, untold })
}

fn always(_: Profile) -> bool {
    true
}

fn service_type(kept: &Offer<'_>, lost: &Offer<'_>) -> Option<ConflictKind> {
    let (kept, lost) = (kept.service.traffic.cluster_ip_none, lost.service.traffic.cluster_ip_none);
    (kept.is_some() != lost.is_some()).then_some(ConflictKind::Type { kept, lost })
}

fn session_affinity(kept: &Offer<'_>, lost: &Offer<'_>) -> Option<ConflictKind> {
    let (kept, lost) = (kept.service.traffic.session_affinity, lost.service.traffic.session_affinity);
    (kept.is_some() != lost.is_some()).then_some(ConflictKind::SessionAffinity { kept, lost })
}

fn session_affinity_config(kept: &Offer<'_>, lost: &Offer<'_>) -> Option<ConflictKind> {
    let (kept, lost) = (kept.service.traffic.session_affinity?, lost.service.traffic.session_affinity?);
    (kept.value != lost.value).then_some(ConflictKind::SessionAffinityConfig { kept, lost })
}

fn annotation(kept: &Offer<'_>, lost: &Offer<'_>) -> Option<ConflictKind> {
    let (kept, lost) = first_difference(kept.annotations(), lost.annotations())?;
    Some(ConflictKind::Annotation { kept, lost })
}

fn label(kept: &Offer<'_>, lost: &Offer<'_>) -> Option<ConflictKind> {
    let (kept, lost) = first_difference(kept.labels(), lost.labels())?;
    Some(ConflictKind::Label { kept, lost })
}

/// What is not said stands for `Cluster`.
fn internal_policy(kept: &Offer<'_>, lost: &Offer<'_>) -> Option<ConflictKind> {
    let (kept, lost) = (kept.internal_policy(), lost.internal_policy());
    let reach = |said: Option<meshc_model::Said<Reach>>| said.map_or(Reach::Cluster, |said| said.value);
    (reach(kept) != reach(lost)).then_some(ConflictKind::InternalTrafficPolicy { kept, lost })
}

fn distribution(kept: &Offer<'_>, lost: &Offer<'_>) -> Option<ConflictKind> {
    let (kept, lost) = (kept.distribution(), lost.distribution());
    let same = kept.map(|said| said.value) == lost.map(|said| said.value);
    (!same).then_some(ConflictKind::TrafficDistribution { kept, lost })
}

/// Both sides of the first key whose values differ, by name.
fn first_difference(kept: &[Pair], lost: &[Pair]) -> Option<(Option<Pair>, Option<Pair>)> {
    let differs = |key: &Name| {
        let text = |pair: Option<&'_ Pair>| pair.map(|pair| Name::new(&pair.value));
        text(value(kept, *key)) != text(value(lost, *key))
    };
    let first = kept.iter().chain(lost).map(|pair| pair.key).filter(differs).min()?;
    Some((value(kept, first).cloned(), value(lost, first).cloned()))
}
