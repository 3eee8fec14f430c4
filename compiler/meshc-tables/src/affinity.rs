//! Which of a frontend's matching backends are used, by the affinity of the client's own service (CILIUM.md 3.4).

use meshc_model::Affinity;

use crate::State;

/// What the affinity lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) local: bool,
    pub(crate) remote: bool,
}

/// Chooses among the states of a frontend's local and remote backends, as they are after port and family matching.
pub(crate) fn choose(affinity: Affinity, local: &[State], remote: &[State]) -> Choice {
    let healthy = |state: &State| matches!(state, State::Active | State::Terminating);
    let active_local = local.contains(&State::Active);
    let healthy_local = local.iter().any(healthy);
    let healthy_remote = remote.iter().any(healthy);
    match affinity {
        Affinity::None => Choice { local: true, remote: true },
        Affinity::Local => Choice { local: true, remote: !active_local && healthy_remote },
        Affinity::Remote => Choice { local: !healthy_remote && healthy_local, remote: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_goes_abroad_only_without_an_active_backend_at_home() {
        use State::{Active, Maintenance, Terminating};
        let local = |own: &[State], other: &[State]| choose(Affinity::Local, own, other);
        assert_eq!(local(&[Active, Maintenance], &[Active]), Choice { local: true, remote: false });
        assert_eq!(local(&[Terminating], &[Active]), Choice { local: true, remote: true });
        assert_eq!(local(&[], &[Active]), Choice { local: true, remote: true });
        assert_eq!(local(&[], &[]), Choice { local: true, remote: false });
    }

    #[test]
    fn remote_comes_home_only_without_a_healthy_backend_abroad() {
        use State::{Active, Maintenance, Terminating};
        let remote = |own: &[State], other: &[State]| choose(Affinity::Remote, own, other);
        assert_eq!(remote(&[Active], &[Active]), Choice { local: false, remote: true });
        assert_eq!(remote(&[Active], &[Terminating]), Choice { local: false, remote: true });
        assert_eq!(remote(&[Terminating], &[]), Choice { local: true, remote: true });
        assert_eq!(remote(&[Maintenance], &[]), Choice { local: false, remote: true });
    }
}
