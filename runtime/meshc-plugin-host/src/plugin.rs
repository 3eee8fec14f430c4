//! A loaded plugin.

use std::fmt::{self, Write as _};

use meshc_weigh::contract::{Descriptor, Fault, Finding, MeshView, Options, Outcome, ServiceView, Weigher};
use sha2::{Digest as _, Sha256};
use wasmtime::Store;
use wasmtime::component::{Component, Linker};

use crate::abi::v1_0::{Instance, Prepared};
use crate::engine::Engine;
use crate::error::Error;
use crate::limits::{Budget, Limits};
use crate::sandbox::{Answer, Sandbox, Trouble};
use crate::{bytes, descriptor, export, fault, imports, sandbox, text};

/// A plugin that has been checked, compiled and asked what it is.
pub struct Plugin {
    engine: Engine,
    prepared: Prepared,
    limits: Limits,
    digest: String,
    contract: String,
    descriptor: Descriptor,
}

/// The answer to a batch, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metered {
    /// One outcome for each service, in their order.
    pub outcomes: Vec<Outcome>,
    /// Fuel of all calls that the answer comes from. Equal for equal input, with the same release of wasmtime.
    pub fuel: u64,
}

impl Plugin {
    /// Checks and compiles a component and lets it describe itself.
    ///
    /// # Errors
    /// If the bytes are no component, want anything of the world, do not speak the contract, or fail to describe
    /// themselves within the limits.
    pub fn load(engine: &Engine, bytes: &[u8], limits: Limits) -> Result<Self, Error> {
        bytes::check(bytes, &limits)?;
        let component = compile(engine, bytes)?;
        imports::check(engine, &component)?;
        let contract = export::version(engine, &component)?;
        let prepared = prepare(engine, &component)?;
        let descriptor = descriptor::ask(engine, &prepared, &limits)?;
        Ok(Self { engine: engine.clone(), prepared, limits, digest: digest(bytes), contract, descriptor })
    }

    /// The SHA-256 of the component, in lower-case hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The version of the contract that the component speaks, such as `1.0.0`.
    pub fn contract(&self) -> &str {
        &self.contract
    }

    /// The limits that the plugin runs under.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Weighs as [`Weigher::weigh`] does, and says what it took.
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
            return Ok(Metered { outcomes: vec![], fuel: 0 });
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
        let mut all = Metered { outcomes: Vec::with_capacity(services.len()), fuel: 0 };
        for (index, service) in services.iter().enumerate() {
            let alone = self
                .weigh_batch(config, mesh, std::slice::from_ref(service), options)
                .map_err(|fault| Fault { service: Some(index), ..fault })?;
            all.outcomes.extend(alone.outcomes);
            all.fuel += alone.fuel;
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
        let Answer { value: outcomes, fuel } =
            self.run(budget, |instance, store| instance.weigh(store, config, mesh, services, options))?;
        if outcomes.len() != services.len() {
            let message = format!("gave {} outcomes for {} services", outcomes.len(), services.len());
            return Err(fault::new(message));
        }
        for outcome in &outcomes {
            self.count_findings(&outcome.findings, "a service")?;
        }
        Ok(Metered { outcomes, fuel })
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
        sandbox::run(&self.engine, &self.prepared, &self.limits, budget, call)
            .map_err(|trouble: Trouble| fault::of(&trouble, &self.limits, budget))
    }
}

impl Weigher for Plugin {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn check(&self, config: &str, mesh: &MeshView) -> Result<Vec<Finding>, Fault> {
        let budget = self.limits.budget(mesh.clusters.len());
        let findings = self.run(budget, |instance, store| instance.check(store, config, mesh))?.value;
        self.count_findings(&findings, "its config")?;
        Ok(findings)
    }

    fn weigh(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Vec<Outcome>, Fault> {
        self.weigh_metered(config, mesh, services, options).map(|metered| metered.outcomes)
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { engine: _, prepared: _, limits: _, digest, contract, descriptor } = self;
        f.debug_struct("Plugin")
            .field("name", &descriptor.name)
            .field("version", &descriptor.version)
            .field("contract", contract)
            .field("digest", digest)
            .finish_non_exhaustive()
    }
}

fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, Error> {
    Component::from_binary(engine.wasm(), bytes)
        .map_err(|error| Error::Invalid { cause: text::line(&error.root_cause().to_string()) })
}

/// Nothing is linked: a component that got here has no imports.
fn prepare(engine: &Engine, component: &Component) -> Result<Prepared, Error> {
    Linker::new(engine.wasm())
        .instantiate_pre(component)
        .and_then(Prepared::new)
        .map_err(|error| Error::Shape { cause: text::line(&format!("{error:#}")) })
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}
