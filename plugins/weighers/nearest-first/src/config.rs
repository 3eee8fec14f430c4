//! What the user may say: `{"zone": 100, "region": 10, "rest": 1}`, all of it optional.

use std::fmt::Display;
use std::num::NonZeroU16;

use meshc_plugin::{Finding, Subject};
use serde::Deserialize;

use crate::nearness::Nearness;

/// The JSON Schema that editors and meshc hold a config against.
pub(crate) const SCHEMA: &str = include_str!("config.schema.json");

/// By what the baseline is multiplied. A 0 would forbid what the mesh allows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    zone: NonZeroU16,
    region: NonZeroU16,
    rest: NonZeroU16,
}

/// With these, one in a hundred requests still goes to each far endpoint: enough to notice when that way is broken.
impl Default for Config {
    fn default() -> Self {
        let [zone, region, rest] = [100, 10, 1].map(|factor| NonZeroU16::new(factor).expect("none of them is 0"));
        Self { zone, region, rest }
    }
}

impl Config {
    pub(crate) fn factor(&self, nearness: Nearness) -> u64 {
        let factor = match nearness {
            Nearness::Zone => self.zone,
            Nearness::Region => self.region,
            Nearness::Rest => self.rest,
        };
        u64::from(factor.get())
    }

    /// What a schema cannot say: that one number should be larger than another.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let pairs = [("zone", self.zone, "region", self.region), ("region", self.region, "rest", self.rest)];
        let reversed = pairs.into_iter().filter(|(_, near_factor, _, far_factor)| near_factor < far_factor);
        reversed
            .map(|(near, near_factor, far, far_factor)| {
                let message =
                    format!("`{far}` is {far_factor} and `{near}` is {near_factor}: what is farther gets more");
                Finding::warning("FAR-FIRST", message)
                    .about(Subject::Config(format!("/{far}")))
                    .help(format!("give `{near}` the larger number"))
            })
            .collect()
    }
}

/// Reads a config. meshc has held it against the schema, but a test or another host may not have.
pub(crate) fn read(config: &str) -> Result<Config, Finding> {
    let invalid = |what: &dyn Display| {
        Finding::error("CONFIG", format!("the config cannot be read: {what}"))
            .about(Subject::Config(String::new()))
            .help(r#"write it like `{"zone": 100, "region": 10, "rest": 1}`"#)
    };
    // Serde would take a list for the fields in their order.
    if !config.starts_with('{') {
        return Err(invalid(&"it is no object"));
    }
    serde_json::from_str(config).map_err(|error| invalid(&error))
}
