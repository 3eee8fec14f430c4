//! Which backends are near enough: the client's node, then the client's zone (CILIUM.md 3.3).

use meshc_model::{DataPlane, Distribution, Name, Service, ZoneRule};

use crate::client::Place;
use crate::profile::Profile;
use crate::{Dependence, Reason, State};

/// A backend that serves a frontend, or might.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'m> {
    pub(crate) state: State,
    pub(crate) remote: bool,
    /// Its node; empty where the data plane does not know it.
    pub(crate) node: Name,
    /// Whether it will have a node of the client's cluster that is not known yet.
    pub(crate) homeless: bool,
    pub(crate) for_zones: &'m [Name],
}

/// What a service asks of nearness, and where the client is.
pub(crate) struct Topology<'m> {
    pub(crate) profile: Profile,
    pub(crate) distribution: Option<Distribution>,
    pub(crate) place: Place<'m>,
}

/// The zone rule as it stands for one frontend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zones {
    /// Every zone is as good.
    Any,
    /// Backends keep to this zone where the rule says so.
    Only(Name, ZoneRule),
    /// They keep to the client's zone, which is not known.
    Unknown,
}

impl<'m> Topology<'m> {
    pub(crate) fn new(service: &Service, data_plane: &DataPlane, place: Place<'m>) -> Self {
        let profile = Profile::of(data_plane);
        let heeded = profile.version.distribution(&service.traffic).filter(|_| data_plane.service_topology);
        Self { profile, distribution: heeded, place }
    }

    /// Whether the frontend keeps to the backends of the client's node, of which one has to count. This looks at no
    /// traffic policy.
    pub(crate) fn keeps_to_node(&self, candidates: &[Candidate<'_>], depends: &mut Dependence) -> Option<Name> {
        if self.distribution != Some(Distribution::PreferSameNode) {
            return None;
        }
        let Some(node) = self.place.node else {
            depends.node |= candidates.iter().any(|candidate| candidate.homeless || !candidate.node.is_empty());
            return None;
        };
        depends.node |= candidates.iter().any(|candidate| candidate.homeless);
        let here = |candidate: &Candidate<'_>| candidate.node == node && self.profile.is_candidate(candidate.state);
        candidates.iter().any(here).then_some(node)
    }

    /// The zone that a frontend keeps to. `serving` are the backends that serve it and that its traffic policy leaves,
    /// `all` are those of the whole service.
    pub(crate) fn zones(&self, serving: &[Candidate<'_>], all: &[Candidate<'_>]) -> Zones {
        match self.distribution {
            Some(Distribution::PreferClose | Distribution::PreferSameZone) => {}
            Some(Distribution::PreferSameNode) | None => return Zones::Any,
        }
        let rule = self.profile.version.zone_rule();
        let asked: Vec<_> = match rule {
            ZoneRule::EachBackend => serving.iter().filter(|candidate| !candidate.for_zones.is_empty()).collect(),
            ZoneRule::Candidates => {
                serving.iter().filter(|candidate| self.profile.is_candidate(candidate.state)).collect()
            }
            ZoneRule::WholeService => all.iter().collect(),
            ZoneRule::OwnEndpoints => all.iter().filter(|candidate| !candidate.remote).collect(),
        };
        if asked.is_empty() || asked.iter().any(|candidate| candidate.for_zones.is_empty()) {
            return Zones::Any;
        }
        let Some(zone) = self.place.zone else {
            return Zones::Unknown;
        };
        let found = asked.iter().any(|candidate| candidate.for_zones.contains(&zone));
        if found || rule == ZoneRule::EachBackend { Zones::Only(zone, rule) } else { Zones::Any }
    }
}

impl Zones {
    /// Why a backend is left out, if it is.
    pub(crate) fn refuse(self, candidate: &Candidate<'_>) -> Option<Reason> {
        let Self::Only(zone, rule) = self else {
            return None;
        };
        let exempt = match rule {
            ZoneRule::OwnEndpoints => candidate.remote,
            ZoneRule::EachBackend => candidate.for_zones.is_empty(),
            ZoneRule::WholeService | ZoneRule::Candidates => false,
        };
        (!exempt && !candidate.for_zones.contains(&zone)).then_some(Reason::OtherZone)
    }
}

#[cfg(test)]
mod tests {
    use meshc_model::{Mesh, Version};

    use super::*;

    /// Each backend is a word: the zones that it is for, `-` before it if it ends, `~` if it is remote.
    fn used(version: &str, zone: &str, backends: &[&str]) -> Vec<bool> {
        let version = Version::parse(version).expect("it is known");
        let data_plane = DataPlane { version, service_topology: true, ..DataPlane::STANDARD };
        let mesh = Mesh {
            clusters: vec![meshc_model::Cluster {
                name: Name::new("c"),
                id: None,
                region: Name::EMPTY,
                zone: Name::EMPTY,
                context: None,
                pod_cidrs: Vec::new(),
                labels: Vec::new(),
                data_plane,
                settings: Vec::new(),
                span: None,
            }],
            ..Mesh::default()
        };
        let client = crate::Client { node: None, zone: Some(Name::new(zone)) };
        let place = Place::new(&mesh, meshc_model::ClusterId(0), client);
        let distribution = Some(Distribution::PreferClose);
        let topology = Topology { profile: Profile::of(&data_plane), distribution, place };
        let zones: Vec<Vec<Name>> = backends
            .iter()
            .map(|text| {
                text.trim_start_matches(['-', '~']).split(',').filter(|zone| !zone.is_empty()).map(Name::new).collect()
            })
            .collect();
        let candidates: Vec<_> = backends
            .iter()
            .zip(&zones)
            .map(|(text, for_zones)| Candidate {
                state: if text.contains('-') { State::Terminating } else { State::Active },
                remote: text.contains('~'),
                node: Name::EMPTY,
                homeless: false,
                for_zones,
            })
            .collect();
        let kept = topology.zones(&candidates, &candidates);
        candidates.iter().map(|candidate| kept.refuse(candidate).is_none()).collect()
    }

    #[test]
    fn hints_count_only_if_every_active_backend_has_some() {
        assert_eq!(used("1.20", "a", &["a", "b"]), [true, false]);
        assert_eq!(used("1.20", "a", &["a", ""]), [true, true]);
        assert_eq!(used("1.20", "c", &["a", "b"]), [true, true]);
        assert_eq!(used("1.20", "a", &["a", "~b"]), [true, false]);
        assert_eq!(used("1.20", "a", &["a", "~"]), [true, true]);
        assert_eq!(used("1.20", "a", &["a", "-"]), [true, false]);
        assert_eq!(used("1.20", "a", &["-", "-"]), [true, true]);
    }

    #[test]
    fn older_versions_look_elsewhere() {
        assert_eq!(used("1.19", "a", &["a", "-"]), [true, true]);
        assert_eq!(used("1.18.0", "a", &["a", "", "b"]), [true, true, false]);
        assert_eq!(used("1.18.0", "c", &["a", "b"]), [false, false]);
        assert_eq!(used("1.17", "a", &["a", "b", "~b", "~"]), [true, false, true, true]);
    }
}
