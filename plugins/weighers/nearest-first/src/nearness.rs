//! How near a group of endpoints is to a client.

use std::fmt;

use meshc_plugin::Cell;

/// From nearest to farthest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nearness {
    /// In the client's own zone.
    Zone,
    /// In its region.
    Region,
    /// Anywhere else.
    Rest,
}

impl Nearness {
    /// Tells how near. What is unknown is equal to nothing, except at home: a cluster without zones is one zone.
    pub(crate) fn of(cell: &Cell<'_>) -> Self {
        let (here, there) = (cell.client, cell.cluster);
        let zones = (here.zone.as_str(), cell.zone());
        if cell.is_home() {
            return if known(zones) && zones.0 != zones.1 { Self::Region } else { Self::Zone };
        }
        let regions = (here.region.as_str(), there.region.as_str());
        // Clouds name zones after their region, but private ones may have an `a` in each.
        let other_region = known(regions) && regions.0 != regions.1;
        if other_region {
            Self::Rest
        } else if known(zones) && zones.0 == zones.1 {
            Self::Zone
        } else if known(regions) {
            Self::Region
        } else {
            Self::Rest
        }
    }
}

fn known((one, other): (&str, &str)) -> bool {
    !one.is_empty() && !other.is_empty()
}

impl fmt::Display for Nearness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zone => "in the client's zone",
            Self::Region => "in the client's region",
            Self::Rest => "far away",
        })
    }
}
