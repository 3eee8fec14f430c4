//! WASI as plugins see it: it stands still. No files, no environment, no network, one instant, one sequence of random
//! numbers, and an output that goes nowhere but into messages.
//!
//! Guests of most languages import WASI whether they use it or not. What they can do without harm has a fixed answer;
//! every other function ends the call and says its name. So the same call has the same end on every machine.

mod cli;
mod clocks;
mod io;
mod random;
mod state;

use thiserror::Error;
use wasmtime::StoreContextMut;
use wasmtime::component::types::{ComponentInstance, ComponentItem};
use wasmtime::component::{Component, Linker, LinkerInstance, ResourceType, Val};

use crate::engine::Engine;
use crate::sandbox::Sandbox;

pub(crate) use state::Frozen;

/// A guest called what it may not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("called `{function}`, which meshc denies to plugins")]
pub(crate) struct Denied {
    function: String,
}

/// Fuel of any call to the host. Without it a guest could spend its time here for nearly nothing.
const CALL_FUEL: u64 = 200;

/// Fuel of each byte that a call moves.
const BYTE_FUEL: u64 = 4;

/// Takes the fuel of a call that moves so many bytes.
fn charge(store: &mut StoreContextMut<'_, Sandbox>, bytes: usize) -> wasmtime::Result<()> {
    let cost = CALL_FUEL + BYTE_FUEL.saturating_mul(bytes as u64);
    match store.get_fuel()?.checked_sub(cost) {
        Some(left) => store.set_fuel(left),
        None => Err(wasmtime::Trap::OutOfFuel.into()),
    }
}

/// Links the WASI interfaces that a component imports, under the very names that it imports them by.
pub(crate) fn link(engine: &Engine, component: &Component, linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    let component = component.component_type();
    for (name, import) in component.imports(engine.wasm()) {
        if !name.starts_with("wasi:") {
            continue;
        }
        let ComponentItem::ComponentInstance(interface) = import.ty else {
            continue;
        };
        let mut linker = Interface { linker: linker.instance(name)?, name, known: Vec::new() };
        match name.split_once('@').map_or(name, |(base, _)| base) {
            "wasi:cli/environment" => cli::environment(&mut linker)?,
            "wasi:cli/exit" => cli::exit(&mut linker)?,
            "wasi:cli/stdin" => cli::stdin(&mut linker)?,
            "wasi:cli/stdout" => cli::stdout(&mut linker)?,
            "wasi:cli/stderr" => cli::stderr(&mut linker)?,
            "wasi:cli/terminal-stdin" => cli::terminal_stdin(&mut linker)?,
            "wasi:cli/terminal-stdout" => cli::terminal_stdout(&mut linker)?,
            "wasi:cli/terminal-stderr" => cli::terminal_stderr(&mut linker)?,
            "wasi:clocks/monotonic-clock" => clocks::monotonic(&mut linker)?,
            "wasi:clocks/wall-clock" => clocks::wall(&mut linker)?,
            "wasi:filesystem/preopens" => preopens(&mut linker)?,
            "wasi:io/poll" => io::poll(&mut linker)?,
            "wasi:io/streams" => io::streams(&mut linker)?,
            "wasi:random/random" => random::random(&mut linker)?,
            "wasi:random/insecure" => random::insecure(&mut linker)?,
            "wasi:random/insecure-seed" => random::insecure_seed(&mut linker)?,
            _ => {}
        }
        linker.deny_the_rest(engine, &interface)?;
    }
    Ok(())
}

/// An interface that is being linked.
struct Interface<'l> {
    linker: LinkerInstance<'l, Sandbox>,
    name: &'l str,
    known: Vec<&'static str>,
}

impl Interface<'_> {
    /// Gives a function its fixed answer.
    fn answer<Params, Return>(
        &mut self,
        name: &'static str,
        function: impl Fn(StoreContextMut<'_, Sandbox>, Params) -> wasmtime::Result<Return> + Send + Sync + 'static,
    ) -> wasmtime::Result<()>
    where
        Params: wasmtime::component::ComponentNamedList + wasmtime::component::Lift + 'static,
        Return: wasmtime::component::ComponentNamedList + wasmtime::component::Lower + 'static,
    {
        self.known.push(name);
        self.linker.func_wrap(name, move |mut store: StoreContextMut<'_, Sandbox>, params: Params| {
            charge(&mut store, 0)?;
            function(store, params)
        })
    }

    /// Lets every function that has no answer end the call, and gives resources a type that nobody can make.
    fn deny_the_rest(&mut self, engine: &Engine, interface: &ComponentInstance) -> wasmtime::Result<()> {
        for (name, export) in interface.exports(engine.wasm()) {
            if self.known.contains(&name) {
                continue;
            }
            match export.ty {
                ComponentItem::ComponentFunc(_) => {
                    let denied = Denied { function: format!("{}#{name}", self.name) };
                    self.linker.func_new(name, move |_, _, _, _| Err(denied.clone().into()))?;
                }
                ComponentItem::Resource(_) => {
                    self.linker.resource(name, resource(name), |_, _| Ok(()))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The type of a resource. One that interfaces hand to each other has to be the same in all of them, and only there.
fn resource(name: &str) -> ResourceType {
    /// Resources that nothing here can make.
    struct Never<const KIND: u8>;
    match name {
        "error" => ResourceType::host::<io::Failure>(),
        "input-stream" => ResourceType::host::<io::Input>(),
        "output-stream" => ResourceType::host::<io::Output>(),
        "pollable" => ResourceType::host::<io::Pollable>(),
        "terminal-input" => ResourceType::host::<cli::TerminalInput>(),
        "terminal-output" => ResourceType::host::<cli::TerminalOutput>(),
        "descriptor" => ResourceType::host::<Never<0>>(),
        "directory-entry-stream" => ResourceType::host::<Never<1>>(),
        "network" => ResourceType::host::<Never<2>>(),
        "tcp-socket" => ResourceType::host::<Never<3>>(),
        "udp-socket" => ResourceType::host::<Never<4>>(),
        "incoming-datagram-stream" => ResourceType::host::<Never<5>>(),
        "outgoing-datagram-stream" => ResourceType::host::<Never<6>>(),
        "resolve-address-stream" => ResourceType::host::<Never<7>>(),
        _ => ResourceType::host::<Never<8>>(),
    }
}

/// No folder is open, and so no file can be.
fn preopens(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    const NAME: &str = "get-directories";
    interface.known.push(NAME);
    interface.linker.func_new(NAME, |mut store, _, _, results| {
        charge(&mut store, 0)?;
        results[0] = Val::List(Vec::new());
        Ok(())
    })
}
