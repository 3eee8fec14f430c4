use crate::{State, TableBackend};

/// How a connection enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Path {
    /// A pod's `connect()` under socket load balancing.
    Socket,
    /// Packet by packet: from outside, or in a cluster without socket load balancing.
    Packet,
}

/// The paths that pick a slot of the table, with their words.
pub const SLOT_PATHS: [(Path, &str); 2] = [(Path::Socket, "socket"), (Path::Packet, "packet")];

/// The share of new connections that each backend of a `ClusterIP` frontend gets. They add up to 1, or are all 0 where
/// nothing can serve.
///
/// The slots are those of the active backends, or of the terminating ones where none is active (CILIUM.md 3.6). Both
/// paths pick a slot at random: the socket path always, whatever the algorithm (CILIUM.md 3.7), and the packet path
/// because a `ClusterIP` has a Maglev table only where it is reachable from outside (CILIUM.md 3.6).
pub fn shares(backends: &[TableBackend], path: Path) -> Vec<f64> {
    match path {
        Path::Socket | Path::Packet => {}
    }
    let in_slots =
        if backends.iter().any(|backend| backend.state == State::Active) { State::Active } else { State::Terminating };
    // A data plane holds at most 65,536 rows (CILIUM.md 1), so the count is exact.
    let count: f64 = backends.iter().filter(|backend| backend.state == in_slots).map(|_| 1.0).sum();
    backends.iter().map(|backend| if backend.state == in_slots { 1.0 / count } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use meshc_model::ClusterId;

    use super::*;

    fn backends(states: &[State]) -> Vec<TableBackend> {
        let backend = |state| TableBackend { cluster: ClusterId(0), backend: 0, port: 80, state, weight: 100 };
        states.iter().map(|state| backend(*state)).collect()
    }

    #[test]
    fn active_backends_share_evenly() {
        use State::{Active, Maintenance, Terminating};
        assert_eq!(shares(&backends(&[Active, Active, Terminating, Maintenance]), Path::Socket), [0.5, 0.5, 0.0, 0.0]);
    }

    #[test]
    fn terminating_backends_serve_where_nothing_is_active() {
        use State::{Maintenance, Terminating, TerminatingNotServing};
        let found = shares(&backends(&[Terminating, TerminatingNotServing, Maintenance]), Path::Packet);
        assert_eq!(found, [1.0, 0.0, 0.0]);
    }

    #[test]
    fn nothing_serves_where_all_are_in_maintenance() {
        assert_eq!(shares(&backends(&[State::Maintenance]), Path::Socket), [0.0]);
        assert_eq!(shares(&[], Path::Socket), [0.0; 0]);
    }
}
