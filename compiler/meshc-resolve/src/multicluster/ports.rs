//! The ports of all exports, united in the order of their age (`mergePorts` in `serviceimport_controller.go`).

use meshc_model::{ConflictKind, Export, ExportConflict, ServicePort};

use super::offer::Offer;
use super::profile::Profile;

/// A port, and the export that it comes from.
type Merged<'m> = (Export, &'m ServicePort);

/// Unites the ports. A port is its number and protocol; of one port the oldest name stands, and of one name the oldest
/// port. The conflict is the first one.
pub(super) fn unite<'m>(offers: &[Offer<'m>], profile: Profile) -> (Vec<&'m ServicePort>, Option<ExportConflict>) {
    let mut united: Vec<Merged<'m>> = Vec::new();
    let mut conflict = None;
    for offer in offers {
        for port in offer.ports() {
            let (stays, found) = place(offer.export, port, &united);
            conflict = conflict.or(found);
            if stays {
                united.push((offer.export, port));
            }
        }
    }
    if profile.compares_ports() {
        conflict = conflict.or_else(|| offers.iter().find_map(|offer| differs(offer, &united)));
    }
    (united.into_iter().map(|(_, port)| port).collect(), conflict)
}

/// Whether a port is added to those of older exports, and what is wrong with it.
fn place(export: Export, port: &ServicePort, united: &[Merged<'_>]) -> (bool, Option<ExportConflict>) {
    let conflict = |kept: Export, kind| Some(ExportConflict { kind, kept, lost: export, untold: None });
    let both = |kept: &ServicePort| (kept.clone(), port.clone());
    if let Some((owner, kept)) = united.iter().find(|(_, kept)| kept.name == port.name && !is_same(kept, port)) {
        let (kept, lost) = both(kept);
        return (false, conflict(*owner, ConflictKind::PortNameTaken { kept, lost }));
    }
    let Some((owner, kept)) = united.iter().find(|(_, kept)| is_same(kept, port)) else {
        return (true, None);
    };
    let (kept, lost) = both(kept);
    let found = if kept.name != lost.name {
        conflict(*owner, ConflictKind::PortName { kept, lost })
    } else if kept.app_protocol != lost.app_protocol {
        conflict(*owner, ConflictKind::AppProtocol { kept, lost })
    } else {
        None
    };
    (false, found)
}

/// What the ports of one export lack; without any other conflict they can only be fewer, or in another order.
fn differs(offer: &Offer<'_>, united: &[Merged<'_>]) -> Option<ExportConflict> {
    let own = offer.ports();
    let conflict = |kept: Export, kind| Some(ExportConflict { kind, kept, lost: offer.export, untold: None });
    let missing = united.iter().find(|(_, port)| !own.iter().any(|own| is_same(own, port)));
    if let Some((owner, port)) = missing {
        return conflict(*owner, ConflictKind::PortMissing((*port).clone()));
    }
    let in_order = own.iter().zip(united).all(|(own, (_, port))| is_same(own, port));
    let order = || united.iter().map(|(_, port)| (*port).clone()).collect();
    if in_order { None } else { conflict(united.first()?.0, ConflictKind::PortOrder(order())) }
}

fn is_same(one: &ServicePort, other: &ServicePort) -> bool {
    one.number == other.number && one.protocol == other.protocol
}
