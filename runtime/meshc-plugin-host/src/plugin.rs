//! A loaded plugin.

use std::fmt;
use std::sync::{Arc, OnceLock};

use meshc_weigh::contract::{Descriptor, Fault, Finding, MeshView, Options, Outcome, ServiceView, Weigher};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasmtime::Store;

use crate::abi::v1_0::{Instance, Prepared};
use crate::cache::Entry;
use crate::description::{self, Description};
use crate::digest::Digest;
use crate::engine::Engine;
use crate::error::Error;
use crate::limits::{Budget, Limits};
use crate::sandbox::{Answer, Sandbox, Trouble};
use crate::{bytes, fault, sandbox};

/// A plugin that has been checked and asked what it is. Its code is made ready when it is first needed: an answer from
/// the cache needs none.
pub struct Plugin {
    engine: Engine,
    bytes: Arc<[u8]>,
    code: OnceLock<Result<Prepared, Error>>,
    limits: Limits,
    digest: Digest,
    digest_text: String,
    /// What every question's name in the cache starts with: the engine, the component, the limits.
    id: Digest,
    description: Description,
}

/// The answer to a batch, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metered {
    /// One outcome for each service, in their order.
    pub outcomes: Vec<Outcome>,
    /// Fuel of all calls that the answer comes from. Equal for equal input, with the same release of wasmtime.
    pub fuel: u64,
    /// What the plugin wrote to its standard output and error.
    pub output: String,
}

impl Plugin {
    /// Checks and compiles a component and lets it describe itself.
    ///
    /// # Errors
    /// If the bytes are no component, want more of the world than `limits` allow, do not speak the contract, or fail to
    /// describe themselves within the limits.
    pub fn load(engine: &Engine, bytes: &[u8], limits: Limits) -> Result<Self, Error> {
        bytes::check(bytes, &limits)?;
        let digest = Digest::of(bytes);
        let terms = postcard::to_stdvec(&limits).expect("limits are numbers");
        let id = Digest::of_parts([engine.identity().bytes(), digest.bytes(), &terms]);
        let (description, prepared) = description::describe(engine, bytes, &id, &limits)?;
        let code = prepared.map_or_else(OnceLock::new, |prepared| OnceLock::from(Ok(prepared)));
        let digest_text = digest.to_string();
        Ok(Self { engine: engine.clone(), bytes: bytes.into(), code, limits, digest, digest_text, id, description })
    }

    /// The SHA-256 of a component, as [`Plugin::digest`] gives it.
    pub fn digest_of(bytes: &[u8]) -> String {
        Digest::of(bytes).to_string()
    }

    /// The SHA-256 of the component, in lower-case hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest_text
    }

    /// The size of the component.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The version of the contract that the component speaks, such as `1.0.0`.
    pub fn contract(&self) -> &str {
        &self.description.contract
    }

    /// The WASI interfaces that the component imports, in its order. A pure plugin has none.
    pub fn imports(&self) -> &[String] {
        &self.description.imports
    }

    /// The limits that the plugin runs under.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Weighs as [`Weigher::weigh`] does, without the cache, and says what it took.
    ///
    /// # Errors
    /// If the plugin fails at a service that it is asked about alone.
    pub fn weigh_metered(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Metered, Fault> {
        if services.is_empty() {
            return Ok(Metered { outcomes: vec![], fuel: 0, output: String::new() });
        }
        self.weigh_batch(config, mesh, services, options).or_else(|fault| match services {
            [_] => Err(Fault { service: Some(0), ..fault }),
            // A batch has less than its services have together, and which of them it failed at is not known.
            _ => self.weigh_each(config, mesh, services, options),
        })
    }

    fn weigh_each(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Metered, Fault> {
        let mut all = Metered { outcomes: Vec::with_capacity(services.len()), fuel: 0, output: String::new() };
        for (index, service) in services.iter().enumerate() {
            let alone = self
                .weigh_batch(config, mesh, std::slice::from_ref(service), options)
                .map_err(|fault| Fault { service: Some(index), ..fault })?;
            all.outcomes.extend(alone.outcomes);
            all.fuel += alone.fuel;
            all.output.push_str(&alone.output);
        }
        Ok(all)
    }

    fn weigh_batch(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Metered, Fault> {
        let budget = self.limits.batch_budget(services);
        let Answer { value: outcomes, fuel, output } =
            self.run(budget, |instance, store| instance.weigh(store, config, mesh, services, options))?;
        if outcomes.len() != services.len() {
            let message = format!("gave {} outcomes for {} services", outcomes.len(), services.len());
            return Err(fault::new(message));
        }
        for outcome in &outcomes {
            self.count_findings(&outcome.findings, "a service")?;
        }
        Ok(Metered { outcomes, fuel, output })
    }

    fn count_findings(&self, findings: &[Finding], about: &str) -> Result<(), Fault> {
        if findings.len() <= self.limits.findings {
            return Ok(());
        }
        let message =
            format!("has {} findings about {about}, and the limit is {}", findings.len(), self.limits.findings);
        Err(fault::new(message))
    }

    fn run<T>(
        &self,
        budget: Budget,
        call: impl FnOnce(&Instance, &mut Store<Sandbox>) -> wasmtime::Result<T>,
    ) -> Result<Answer<T>, Fault> {
        let code = self.code()?;
        sandbox::run(&self.engine, code, &self.limits, budget, call)
            .map_err(|trouble: Trouble| fault::of(&trouble, &self.limits, budget))
    }

    fn code(&self) -> Result<&Prepared, Fault> {
        let code = self.code.get_or_init(|| description::code(&self.engine, &self.bytes, &self.limits));
        code.as_ref().map_err(|error| fault::new(format!("could not be made ready: {error}")))
    }

    /// The answer to a question, from the cache if it is there. A fault is not kept: it is to be seen each time.
    fn answer<T: Serialize + DeserializeOwned>(
        &self,
        question: &[u8],
        ask: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Some(cache) = self.engine.cache() else {
            return ask();
        };
        let id = Digest::of_parts([self.id.bytes(), self.contract().as_bytes(), question]);
        if let Some(known) = cache.get(Entry::Answer, &id)
            && let Ok(known) = postcard::from_bytes(&known)
        {
            return Ok(known);
        }
        let found = ask()?;
        if let Ok(content) = postcard::to_stdvec(&found) {
            cache.put(Entry::Answer, &id, &content);
        }
        Ok(found)
    }
}

impl Weigher for Plugin {
    fn descriptor(&self) -> &Descriptor {
        &self.description.descriptor
    }

    fn check(&self, config: &str, mesh: &MeshView) -> Result<Vec<Finding>, Fault> {
        let question = question(&("check", config, mesh));
        self.answer(&question, || {
            let budget = self.limits.budget(mesh.clusters.len());
            let findings = self.run(budget, |instance, store| instance.check(store, config, mesh))?.value;
            self.count_findings(&findings, "its config")?;
            Ok(findings)
        })
    }

    fn weigh(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Vec<Outcome>, Fault> {
        let question = question(&("weigh", config, mesh, services, options));
        self.answer(&question, || Ok(self.weigh_metered(config, mesh, services, options)?.outcomes))
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { description: Description { contract, descriptor, imports }, digest, .. } = self;
        f.debug_struct("Plugin")
            .field("name", &descriptor.name)
            .field("version", &descriptor.version)
            .field("contract", contract)
            .field("imports", imports)
            .field("digest", digest)
            .finish_non_exhaustive()
    }
}

/// A question as bytes.
fn question(parts: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(parts).expect("questions are texts, numbers and lists of them")
}
