//! `latency`: what is near weighs more, by the round-trip times of the Mesh and a curve.

use meshc_schema::microseconds;
use serde::Deserialize;

use super::{descriptor, read, refused};
use crate::apply::fit;
use crate::contract::{
    Basis, Descriptor, Fault, Finding, FindingSeverity, MeshView, Options, Outcome, Reason, ServiceView, Subject,
    UNKNOWN_RTT, Weigher, Weights,
};

/// Where the curves start: the weight of what is at no distance.
const START: u64 = 1000;
/// What `inverse` adds to each time, in microseconds, so that the near is not infinitely better than the rest.
const NEAR: u64 = 1000;

const SCHEMA: &str = r##"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "curve": {
      "description": "How the weight falls with the round-trip time: as 1000 / (1 + milliseconds), by half with each `halve`, or as `steps` says; inverse unless it is said",
      "enum": ["inverse", "exponential", "steps"]
    },
    "halve": {"description": "Of exponential: each so much halves the weight, as 10ms", "$ref": "#/$defs/time"},
    "steps": {
      "description": "Of steps: the weight of what is within a time, the nearest first; what is farther than the last gets no new connections as long as anything is nearer",
      "type": "array",
      "minItems": 1,
      "maxItems": 64,
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["within", "weight"],
        "properties": {
          "within": {"description": "The longest round-trip time, as 5ms", "$ref": "#/$defs/time"},
          "weight": {"description": "The weight", "$ref": "#/$defs/weight"}
        }
      }
    },
    "unknown": {
      "description": "The weight where the round-trip time is not known; 1 unless it is said, on a scale where no distance is 1000",
      "$ref": "#/$defs/weight"
    }
  },
  "allOf": [
    {"if": {"required": ["curve"], "properties": {"curve": {"const": "exponential"}}}, "then": {"required": ["halve"]}},
    {"if": {"required": ["curve"], "properties": {"curve": {"const": "steps"}}}, "then": {"required": ["steps"]}}
  ],
  "$defs": {
    "time": {"type": "string", "pattern": "^[0-9]{1,9}([.][0-9]{1,9})?(us|ms|s)$"},
    "weight": {"type": "integer", "minimum": 0, "maximum": 65535}
  }
}"##;

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    curve: CurveName,
    halve: Option<String>,
    #[serde(default)]
    steps: Vec<StepConfig>,
    unknown: Option<u32>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CurveName {
    #[default]
    Inverse,
    Exponential,
    Steps,
}

#[derive(Deserialize)]
struct StepConfig {
    within: String,
    weight: u32,
}

/// A curve that can be used.
enum Curve {
    Inverse,
    /// Each so many microseconds halve the weight.
    Exponential(u64),
    /// Times in microseconds, ascending, and weights.
    Steps(Vec<(u32, u32)>),
}

impl Curve {
    fn new(config: &Config) -> Result<Self, Finding> {
        match config.curve {
            CurveName::Inverse => Ok(Self::Inverse),
            CurveName::Exponential => {
                let text = config.halve.as_deref().unwrap_or_default();
                let halve = microseconds(text).filter(|halve| *halve > 0);
                let why =
                    || refused(format!("`halve` cannot be `{text}`"), "/halve", "it is more than 0 and at most 60s");
                halve.map(|halve| Self::Exponential(u64::from(halve))).ok_or_else(why)
            }
            CurveName::Steps => {
                let mut steps = Vec::<(u32, u32)>::new();
                for (at, step) in config.steps.iter().enumerate() {
                    let pointer = format!("/steps/{at}/within");
                    let Some(within) = microseconds(&step.within) else {
                        let message = format!("`within` cannot be `{}`", step.within);
                        return Err(refused(message, &pointer, "a time is at most 60s"));
                    };
                    if steps.last().is_some_and(|(last, _)| *last >= within) {
                        let message = format!("the step of {} comes after one that is as far", step.within);
                        return Err(refused(message, &pointer, "order the steps from near to far"));
                    }
                    steps.push((within, step.weight));
                }
                Ok(Self::Steps(steps))
            }
        }
    }

    /// The weight at a distance in microseconds.
    fn at(&self, rtt: u32) -> u64 {
        let rtt = u64::from(rtt);
        match self {
            Self::Inverse => (START * NEAR + u64::midpoint(NEAR, rtt)) / (NEAR + rtt),
            Self::Exponential(halve) => {
                // Between two halvings the curve is a line, which is the same on every machine.
                let start = (START * (2 * halve - rtt % halve)) / (2 * halve);
                start.checked_shr(u32::try_from(rtt / halve).unwrap_or(u32::MAX)).unwrap_or(0)
            }
            Self::Steps(steps) => {
                let found = steps.iter().find(|(within, _)| rtt <= u64::from(*within));
                return found.map_or(0, |(_, weight)| u64::from(*weight));
            }
        }
        .max(1)
    }
}

pub(super) struct Latency {
    descriptor: Descriptor,
}

impl Latency {
    pub(super) fn new() -> Self {
        Self { descriptor: descriptor("latency", SCHEMA, &[]) }
    }
}

impl Weigher for Latency {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn check(&self, config: &str, mesh: &MeshView) -> Result<Vec<Finding>, Fault> {
        let mut findings: Vec<_> = Curve::new(&read(config)?).err().into_iter().collect();
        if mesh.rtt_us.is_none() {
            findings.push(no_latency(mesh));
        }
        Ok(findings)
    }

    fn weigh(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Vec<Outcome>, Fault> {
        let config: Config = read(config)?;
        let (Some(rtt), Ok(curve)) = (&mesh.rtt_us, Curve::new(&config)) else {
            return Ok(vec![Outcome::default(); services.len()]);
        };
        let unknown = u64::from(config.unknown.unwrap_or(1));
        let weight = |rtt: u32| if rtt == UNKNOWN_RTT { unknown } else { curve.at(rtt) };
        let between = |client: u32, cluster: u32| rtt[client as usize * mesh.clusters.len() + cluster as usize];
        let outcome = |service: &ServiceView| {
            let mut outcome = Outcome::default();
            let mut values = Vec::with_capacity(service.baseline.len());
            let rows = service.clients.iter().zip(service.baseline.chunks(service.groups.len()));
            for (row, (client, baseline)) in rows.enumerate() {
                let times: Vec<u32> = service.groups.iter().map(|group| between(*client, group.cluster)).collect();
                let exact: Vec<u64> =
                    baseline.iter().zip(&times).map(|(base, rtt)| u64::from(*base) * weight(*rtt)).collect();
                // Nobody is left without backends because all are far.
                let nothing = exact.iter().all(|value| *value == 0);
                values.extend(if nothing { baseline.to_vec() } else { fit(&exact) });
                if options.explain {
                    outcome.reasons.extend((0_u32..).zip(&times).map(|(group, rtt)| Reason {
                        client: Some(row as u32),
                        group: Some(group),
                        text: words(*rtt, weight(*rtt)),
                    }));
                }
            }
            outcome.weights = Some(Weights { basis: Basis::Endpoint, values });
            outcome
        };
        Ok(services.iter().map(outcome).collect())
    }
}

fn words(rtt: u32, weight: u64) -> String {
    if rtt == UNKNOWN_RTT {
        return format!("nobody knows how far it is, which weighs {weight}");
    }
    let (whole, part) = (rtt / 1000, rtt % 1000);
    let part = if part == 0 { String::new() } else { format!(".{part:03}") };
    format!("{whole}{}ms away, which weighs {weight}", part.trim_end_matches('0'))
}

fn no_latency(mesh: &MeshView) -> Finding {
    let name = |at: usize, otherwise: &str| mesh.clusters.get(at).map_or(otherwise.to_owned(), |one| one.name.clone());
    Finding {
        severity: FindingSeverity::Warning,
        code: "NO-LATENCY".to_owned(),
        message: "the mesh has no `latency`, so every cluster is as near as any other".to_owned(),
        subject: Subject::Config(String::new()),
        help: format!(
            "write into the `spec` of the Mesh: `latency: [{{between: [{}, {}], rtt: 12ms}}]`",
            name(0, "cluster1"),
            name(1, "cluster2")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{mesh, service};

    fn outcome(config: &str, view: &ServiceView) -> Outcome {
        let options = Options { explain: true, ..Options::default() };
        Latency::new().weigh(config, &mesh(), std::slice::from_ref(view), &options).unwrap().remove(0)
    }

    fn weights(config: &str, baseline: &[u32]) -> Vec<u32> {
        outcome(config, &service(&[(0, "", 1), (1, "", 1)], baseline)).weights.unwrap().values
    }

    #[test]
    fn what_is_near_weighs_more() {
        // 12 ms to `b` from `a`, 20 ms to `a` from `b`.
        assert_eq!(weights("{}", &[100, 100, 100, 100]), [1000, 77, 6, 125]);
        assert_eq!(weights(r#"{"curve":"exponential","halve":"10ms"}"#, &[100, 100, 100, 100]), [20, 9, 1, 4]);
        let steps = r#"{"curve":"steps","steps":[{"within":"1ms","weight":10},{"within":"15ms","weight":3}]}"#;
        assert_eq!(weights(steps, &[100, 100, 100, 100]), [10, 3, 0, 1]);
    }

    #[test]
    fn the_baseline_is_multiplied_and_what_is_closed_stays_closed() {
        assert_eq!(weights(r#"{"curve":"exponential","halve":"12ms"}"#, &[100, 300]), [2, 3]);
        assert_eq!(weights("{}", &[0, 100]), [0, 1]);
        // Only what is too far is open.
        let steps = r#"{"curve":"steps","steps":[{"within":"1ms","weight":10}]}"#;
        assert_eq!(weights(steps, &[0, 100]), [0, 100]);
    }

    #[test]
    fn curves_fall_and_never_reach_zero() {
        for curve in [Curve::Inverse, Curve::Exponential(10_000), Curve::Exponential(1)] {
            let found: Vec<_> = (0..200).map(|at| curve.at(at * 777)).collect();
            assert!(found.is_sorted_by(|a, b| a >= b) && found[0] == START && *found.last().unwrap() > 0);
            assert_eq!(curve.at(u32::MAX - 1), 1);
        }
    }

    #[test]
    fn reasons_say_how_far_it_is() {
        let found = outcome("{}", &service(&[(0, "", 1), (1, "", 1)], &[100, 100]));
        let texts: Vec<_> = found.reasons.into_iter().map(|reason| reason.text).collect();
        assert_eq!(texts, ["0ms away, which weighs 1000", "12ms away, which weighs 77"]);
        assert_eq!(words(1050, 3), "1.05ms away, which weighs 3");
        assert_eq!(words(UNKNOWN_RTT, 1), "nobody knows how far it is, which weighs 1");
    }

    #[test]
    fn a_config_that_cannot_be_meant_is_refused() {
        let said = |config: &str, mesh: &MeshView| {
            let findings = Latency::new().check(config, mesh).unwrap();
            findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert_eq!(said("{}", &mesh()), [""; 0]);
        let far = MeshView { rtt_us: None, ..mesh() };
        assert_eq!(said("{}", &far), ["the mesh has no `latency`, so every cluster is as near as any other"]);
        assert_eq!(said(r#"{"curve":"exponential","halve":"0ms"}"#, &mesh()), ["`halve` cannot be `0ms`"]);
        let steps = r#"{"curve":"steps","steps":[{"within":"5ms","weight":1},{"within":"5ms","weight":1}]}"#;
        assert_eq!(said(steps, &mesh()), ["the step of 5ms comes after one that is as far"]);
    }
}
