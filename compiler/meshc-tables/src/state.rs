use meshc_model::Conditions;

use crate::profile::Profile;

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

    /// The state that an endpoint of the weight `weight` has, if it has a row. What is ready is active, even while it
    /// ends.
    pub(crate) fn of_endpoint(conditions: Conditions, weight: u16, profile: Profile) -> Option<State> {
        let Conditions { ready, terminating, .. } = conditions;
        let serving = profile.version.serves(conditions);
        if !profile.keeps_unready_rows() {
            return match (ready, serving, terminating) {
                (true, _, _) | (false, true, false) => Some(State::Active),
                (false, true, true) => Some(State::Terminating),
                (false, false, _) => None,
            };
        }
        Some(if weight == 0 && profile.version.reads_slice_weights() {
            State::Maintenance
        } else if ready {
            State::Active
        } else if terminating {
            if serving { State::Terminating } else { State::TerminatingNotServing }
        } else {
            State::Maintenance
        })
    }
}

#[cfg(test)]
mod tests {
    use meshc_model::{DataPlane, Version};

    use super::*;

    fn state(
        version: &str,
        ready: bool,
        serving: impl Into<Option<bool>>,
        terminating: bool,
        weight: u16,
    ) -> Option<State> {
        let serving = serving.into();
        let version = Version::parse(version).expect("it is known");
        let profile = Profile::of(&DataPlane { version, ..DataPlane::STANDARD });
        State::of_endpoint(Conditions { ready, serving, terminating }, weight, profile)
    }

    #[test]
    fn conditions_give_the_state() {
        for (ready, serving, terminating, weight, found) in [
            (true, true, false, 100, State::Active),
            (true, true, true, 100, State::Active),
            (true, false, true, 100, State::Active),
            (false, true, true, 100, State::Terminating),
            (false, false, true, 100, State::TerminatingNotServing),
            (false, true, false, 100, State::Maintenance),
            (false, false, false, 100, State::Maintenance),
            (true, true, false, 0, State::Maintenance),
        ] {
            assert_eq!(state("1.20", ready, serving, terminating, weight), Some(found));
        }
    }

    #[test]
    fn weights_mean_nothing_before_1_20() {
        assert_eq!(state("1.19", true, true, false, 0), Some(State::Active));
    }

    #[test]
    fn what_does_not_serve_has_no_row_before_1_18_5() {
        assert_eq!(state("1.18.4", false, false, false, 100), None);
        assert_eq!(state("1.18.4", false, true, true, 100), Some(State::Terminating));
        assert_eq!(state("1.18.5", false, false, false, 100), Some(State::Maintenance));
    }

    #[test]
    fn what_is_not_said_of_serving_is_true_since_1_18_5() {
        assert_eq!(state("1.18.5", false, None, true, 100), Some(State::Terminating));
        assert_eq!(state("1.18.4", false, None, true, 100), None);
    }
}
