use meshc_model::{Backend, Version};

/// The state of a backend in a table (CILIUM.md 3.1). The order is that of the slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It takes new connections.
    Active,
    /// It ends, and takes new connections only where nothing is active.
    Terminating,
    /// It ends and no longer serves.
    TerminatingNotServing,
    /// A health check failed.
    Quarantined,
    /// It is not ready, or has the weight 0; it has a row and no slot.
    Maintenance,
}

impl State {
    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Terminating => "terminating",
            Self::TerminatingNotServing => "terminating-not-serving",
            Self::Quarantined => "quarantined",
            Self::Maintenance => "maintenance",
        }
    }

    /// The state of a backend in the tables of its own cluster. Weights are read from 1.20 on (CILIUM.md 6.1).
    pub fn of_local(backend: &Backend, version: Version) -> State {
        let conditions = backend.conditions;
        if backend.weight == 0 && version.is_at_least(20) {
            State::Maintenance
        } else if conditions.ready {
            State::Active
        } else if conditions.terminating {
            if conditions.serving { State::Terminating } else { State::TerminatingNotServing }
        } else {
            State::Maintenance
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use meshc_model::{Conditions, Identity, Name, ObjectId};

    use super::*;

    fn backend(ready: bool, serving: bool, terminating: bool, weight: u16) -> Backend {
        Backend {
            identity: Identity::Address(IpAddr::from([10, 0, 0, 1])),
            conditions: Conditions { ready, serving, terminating },
            zone: Name::EMPTY,
            node: Name::EMPTY,
            weight,
            ports: 0,
            origin: ObjectId(0),
        }
    }

    #[test]
    fn conditions_give_the_state() {
        let version = Version::Release { minor: 20, patch: None };
        for (ready, serving, terminating, weight, state) in [
            (true, true, false, 100, State::Active),
            (true, true, true, 100, State::Active),
            (false, true, true, 100, State::Terminating),
            (false, false, true, 100, State::TerminatingNotServing),
            (false, false, false, 100, State::Maintenance),
            (true, true, false, 0, State::Maintenance),
        ] {
            assert_eq!(State::of_local(&backend(ready, serving, terminating, weight), version), state);
        }
    }

    #[test]
    fn weights_mean_nothing_before_1_20() {
        let older = Version::Release { minor: 19, patch: None };
        assert_eq!(State::of_local(&backend(true, true, false, 0), older), State::Active);
    }
}
