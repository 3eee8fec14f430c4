//! The address families that all exports have (`intersectIPFamilies` in `serviceimport_controller.go`).

use meshc_model::{ConflictKind, Export, ExportConflict, Family};

use super::offer::Offer;

/// What is left of the families of the oldest export once each other one has taken out what it does not have. One that
/// would take out all is passed over; the first such is the conflict. Where nobody says a family there are none: each
/// cluster takes its own.
pub(super) fn intersect(offers: &[Offer<'_>]) -> (Vec<Family>, Option<ExportConflict>) {
    let mut known = offers.iter().map(|offer| (offer.export, offer.families())).filter(|(_, said)| !said.is_empty());
    let Some((oldest, mut families)) = known.next() else {
        return (Vec::new(), None);
    };
    let mut conflict = None;
    for (export, said) in known {
        let common: Vec<_> = families.iter().copied().filter(|family| said.contains(family)).collect();
        if common.is_empty() {
            conflict = conflict.or_else(|| Some(no_common(oldest, &families, export, said)));
        } else {
            families = common;
        }
    }
    (families, conflict)
}

fn no_common(oldest: Export, families: &[Family], lost: Export, said: Vec<Family>) -> ExportConflict {
    ExportConflict {
        kind: ConflictKind::IpFamily { kept: families.to_vec(), lost: said },
        kept: oldest,
        lost,
        untold: None,
    }
}
