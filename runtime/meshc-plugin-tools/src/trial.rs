//! Tries a plugin on its fixtures: the expected answer, and the same answer however it is asked.

use meshc_plugin_host::{Metered, Plugin};
use meshc_weigh::contract::{Outcome, ServiceView, Weigher};
use meshc_weigh::{Fault, breach};
use serde_json::Value;

use crate::error::Error;
use crate::fixture::{Fixture, Request, reply_of};

/// What became of a fixture.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// All is as expected.
    Holds,
    /// The answer is another one.
    Differs {
        /// What was expected.
        expected: Value,
        /// What came.
        found: Value,
    },
    /// Nobody has written the expected answer down.
    NoReply {
        /// What came.
        found: Value,
    },
    /// The plugin failed or broke its contract, or answers differently when it is asked differently.
    Broken {
        /// What it did, as the end of a sentence that names it.
        what: String,
        /// More of it; may be empty.
        detail: String,
    },
}

/// Tries `native` on a fixture, and holds it against `portable`, the same plugin on the other backend.
///
/// # Errors
/// If the expected answer cannot be read.
pub fn try_fixture(native: &Plugin, portable: &Plugin, fixture: &Fixture) -> Result<Verdict, Error> {
    let found = match answer(native, portable, &fixture.request) {
        Ok(found) => found,
        Err(broken) => return Ok(broken),
    };
    Ok(match fixture.expected()? {
        None => Verdict::NoReply { found },
        Some(expected) if expected == found => Verdict::Holds,
        Some(expected) => Verdict::Differs { expected, found },
    })
}

fn answer(native: &Plugin, portable: &Plugin, request: &Request) -> Result<Value, Verdict> {
    let Request { config, mesh, services, .. } = request;
    let findings = native.check(config, mesh).map_err(failed)?;
    let all = ask(native, request, services)?;
    for (service, outcome) in services.iter().zip(&all.outcomes) {
        if let Some(what) = breach(service, outcome, mesh) {
            return Err(broken(format!("{what} ({}/{})", service.namespace, service.name)));
        }
    }
    if ask(native, request, services)? != all {
        return Err(broken("answers differently when it is asked again"));
    }
    if ask(portable, request, services)? != all {
        return Err(broken("answers differently, or takes other fuel, on the portable backend"));
    }
    let mut reversed: Vec<ServiceView> = services.clone();
    reversed.reverse();
    let mut backwards = ask(native, request, &reversed)?.outcomes;
    backwards.reverse();
    same(&all.outcomes, &backwards, "when its services come in the reverse order")?;
    for size in [1, 2, 3] {
        let mut parts = Vec::new();
        for batch in services.chunks(size) {
            parts.extend(ask(native, request, batch)?.outcomes);
        }
        same(&all.outcomes, &parts, &format!("when {size} of its services come at a time"))?;
    }
    // Each service between two others that are equal to it: what is kept from one to the next shows.
    let thrice: Vec<ServiceView> = services.iter().flat_map(|service| vec![service.clone(); 3]).collect();
    let outcomes = ask(native, request, &thrice)?.outcomes;
    for place in 0..3 {
        let each: Vec<_> = outcomes.iter().skip(place).step_by(3).cloned().collect();
        same(&all.outcomes, &each, "when the same service comes again: it keeps state between services")?;
    }
    Ok(reply_of(&findings, &all.outcomes))
}

fn ask(plugin: &Plugin, request: &Request, services: &[ServiceView]) -> Result<Metered, Verdict> {
    plugin.weigh_metered(&request.config, &request.mesh, services, &request.options).map_err(failed)
}

fn same(all: &[Outcome], other: &[Outcome], when: &str) -> Result<(), Verdict> {
    if all == other { Ok(()) } else { Err(broken(format!("answers differently {when}"))) }
}

fn failed(fault: Fault) -> Verdict {
    Verdict::Broken { what: fault.message, detail: fault.detail }
}

fn broken(what: impl Into<String>) -> Verdict {
    Verdict::Broken { what: what.into(), detail: String::new() }
}
