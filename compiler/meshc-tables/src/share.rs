use meshc_model::Algorithm;

use crate::{Frontend, State, TableBackend};

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

/// The share of new connections that each backend of a frontend gets. They add up to 1, or are all 0 where nothing can
/// serve.
///
/// The slots are those of the active backends, or of the terminating ones where none is active (CILIUM.md 3.6). The socket
/// path picks any of them, whatever the algorithm (CILIUM.md 3.7). The packet path does so too, unless it looks into a
/// Maglev table: there a backend has as many entries as its weight gives it. Where backends have no address yet the table
/// cannot be known, and the shares are those of the weights.
pub fn shares(frontend: &Frontend, path: Path) -> Vec<f64> {
    let serving = serving(&frontend.backends);
    match (path, frontend.algorithm, &frontend.maglev) {
        (Path::Packet, Algorithm::Maglev, Some(entries)) => divide(entries.iter().map(|entries| f64::from(*entries))),
        (Path::Packet, Algorithm::Maglev, None) => {
            let weights = maglev_weights(frontend.backends.iter().zip(&serving).filter(|(_, on)| **on).map(|(b, _)| b));
            divide(
                frontend
                    .backends
                    .iter()
                    .zip(&serving)
                    .map(|(backend, on)| if *on { f64::from(if weights { backend.weight } else { 1 }) } else { 0.0 }),
            )
        }
        (Path::Packet, Algorithm::Random, _) | (Path::Socket, _, _) => {
            divide(serving.iter().map(|on| f64::from(u8::from(*on))))
        }
    }
}

/// Which of the backends take new connections.
pub(crate) fn serving(backends: &[TableBackend]) -> Vec<bool> {
    let active = backends.iter().any(|backend| backend.state == State::Active);
    let state = if active { State::Active } else { State::Terminating };
    backends.iter().map(|backend| backend.state == state).collect()
}

/// Whether weights count in a Maglev table: if they are more than 1 in the mean, without its fraction (CILIUM.md 6).
fn maglev_weights<'b>(backends: impl Iterator<Item = &'b TableBackend>) -> bool {
    let (count, sum) = backends.fold((0, 0), |(count, sum), backend| (count + 1, sum + u64::from(backend.weight)));
    count > 0 && sum / count > 1
}

fn divide(parts: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let whole: f64 = parts.clone().sum();
    parts.map(|part| if whole > 0.0 { part / whole } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use meshc_model::{ClusterId, Forwarding, Name};

    use super::*;
    use crate::{Dependence, FrontendKind, Scope};

    fn frontend(algorithm: Algorithm, backends: &[(State, u16)]) -> Frontend {
        let backend = |(state, weight): &(State, u16)| TableBackend {
            cluster: ClusterId(0),
            backend: 0,
            port: 80,
            state: *state,
            weight: *weight,
            node: Name::EMPTY,
        };
        Frontend {
            kind: FrontendKind::LoadBalancer,
            scope: Scope::External,
            address: None,
            port: 0,
            number: Some(80),
            algorithm,
            forwarding: Forwarding::Snat,
            programmed: true,
            routable: true,
            source_ranges: false,
            depends: Dependence::default(),
            maglev: None,
            backends: backends.iter().map(backend).collect(),
            excluded: Vec::new(),
        }
    }

    #[test]
    fn active_backends_share_evenly() {
        use State::{Active, Maintenance, Terminating};
        let frontend = frontend(Algorithm::Random, &[(Active, 9), (Active, 1), (Terminating, 1), (Maintenance, 0)]);
        assert_eq!(shares(&frontend, Path::Socket), [0.5, 0.5, 0.0, 0.0]);
        assert_eq!(shares(&frontend, Path::Packet), [0.5, 0.5, 0.0, 0.0]);
    }

    #[test]
    fn terminating_backends_serve_where_nothing_is_active() {
        use State::{Maintenance, Terminating, TerminatingNotServing};
        let states = [(Terminating, 100), (TerminatingNotServing, 100), (Maintenance, 100)];
        assert_eq!(shares(&frontend(Algorithm::Random, &states), Path::Packet), [1.0, 0.0, 0.0]);
    }

    #[test]
    fn nothing_serves_where_all_are_in_maintenance() {
        assert_eq!(shares(&frontend(Algorithm::Random, &[(State::Maintenance, 0)]), Path::Socket), [0.0]);
        assert_eq!(shares(&frontend(Algorithm::Random, &[]), Path::Socket), [0.0; 0]);
    }

    #[test]
    fn weights_act_on_packets_under_maglev_only() {
        let weighed = frontend(Algorithm::Maglev, &[(State::Active, 30), (State::Active, 10)]);
        assert_eq!(shares(&weighed, Path::Packet), [0.75, 0.25]);
        assert_eq!(shares(&weighed, Path::Socket), [0.5, 0.5]);
        let counted = Frontend { maglev: Some(vec![766, 255]), ..weighed };
        assert_eq!(shares(&counted, Path::Packet), [766.0 / 1021.0, 255.0 / 1021.0]);
    }

    #[test]
    fn weights_of_one_in_the_mean_do_not_act() {
        let light = frontend(Algorithm::Maglev, &[(State::Active, 1), (State::Active, 2)]);
        assert_eq!(shares(&light, Path::Packet), [0.5, 0.5]);
    }
}
