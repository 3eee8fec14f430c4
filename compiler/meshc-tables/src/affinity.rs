//! Which of a frontend's matching backends are used, by the affinity of the client's own service (CILIUM.md 3.4).

use meshc_model::{Affinity, MeshAnnotations};

use crate::profile::Profile;
use crate::{Reason, State};

/// What the affinity lets through; a reason for what it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) local: Result<(), Reason>,
    pub(crate) remote: Result<(), Reason>,
}

/// Chooses among the states of a frontend's local and remote backends, as they are after ports, families, traffic policy
/// and topology.
pub(crate) fn choose(annotations: &MeshAnnotations, profile: Profile, local: &[State], remote: &[State]) -> Choice {
    let healthy = |state: &State| matches!(state, State::Active | State::Terminating);
    let active_local = local.contains(&State::Active);
    let healthy_local = local.iter().any(healthy);
    let healthy_remote = remote.iter().any(healthy);
    let unless = |refused: bool, reason: Reason| if refused { Err(reason) } else { Ok(()) };
    match annotations.affinity() {
        Affinity::None => {
            let other = annotations.said_affinity().is_some_and(|said| !said.value.is_empty());
            let dropped = other && profile.version.other_affinity_drops_remote();
            Choice { local: Ok(()), remote: unless(dropped, Reason::AffinityUnknown) }
        }
        Affinity::Local => {
            Choice { local: Ok(()), remote: unless(active_local || !healthy_remote, Reason::AffinityLocal) }
        }
        Affinity::Remote => {
            Choice { local: unless(healthy_remote || !healthy_local, Reason::AffinityRemote), remote: Ok(()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use meshc_model::{Annotation, AnnotationPair, DataPlane, Name, Version};
    use meshc_source::{FileId, Span};

    use super::*;

    const USED: Result<(), Reason> = Ok(());

    fn chosen(version: &str, affinity: &str, local: &[State], remote: &[State]) -> (bool, bool) {
        let span = Span::new(FileId(0), 0, 0);
        let pair = |value: &str| AnnotationPair {
            primary: Some(Annotation { key: Name::EMPTY, value: Name::new(value), key_span: span, value_span: span }),
            alias: None,
        };
        let annotations =
            MeshAnnotations { global: pair("true"), affinity: pair(affinity), ..MeshAnnotations::default() };
        let version = Version::parse(version).expect("it is known");
        let profile = Profile::of(&DataPlane { version, ..DataPlane::STANDARD });
        let choice = choose(&annotations, profile, local, remote);
        (choice.local == USED, choice.remote == USED)
    }

    #[test]
    fn local_goes_abroad_only_without_an_active_backend_at_home() {
        use State::{Active, Maintenance, Terminating};
        let local = |own: &[State], other: &[State]| chosen("1.20", "local", own, other);
        assert_eq!(local(&[Active, Maintenance], &[Active]), (true, false));
        assert_eq!(local(&[Terminating], &[Active]), (true, true));
        assert_eq!(local(&[Maintenance], &[Active]), (true, true));
        assert_eq!(local(&[], &[Active]), (true, true));
        assert_eq!(local(&[], &[Maintenance]), (true, false));
        assert_eq!(local(&[], &[]), (true, false));
    }

    #[test]
    fn remote_comes_home_only_without_a_healthy_backend_abroad() {
        use State::{Active, Maintenance, Terminating};
        let remote = |own: &[State], other: &[State]| chosen("1.20", "remote", own, other);
        assert_eq!(remote(&[Active], &[Active]), (false, true));
        assert_eq!(remote(&[Active], &[Terminating]), (false, true));
        assert_eq!(remote(&[Terminating], &[]), (true, true));
        assert_eq!(remote(&[Maintenance], &[]), (false, true));
    }

    #[test]
    fn the_word_none_drops_remote_backends_in_some_versions() {
        let active = &[State::Active];
        for (version, word, remote) in [
            ("1.18", "none", false),
            ("1.18", "None", false),
            ("1.18", "locl", false),
            ("1.18", "", true),
            ("1.19.5", "none", false),
            ("1.19.6", "none", true),
            ("1.17", "none", true),
            ("1.20", "locl", true),
        ] {
            assert_eq!(chosen(version, word, active, active), (true, remote), "{version} {word:?}");
        }
    }
}
