//! `wasi:cli`: no environment, no arguments, no input, and no way out but an answer.

use wasmtime::component::Resource;

use super::io::{Input, Output};
use super::{Denied, Interface};

/// A terminal to read from. There is none.
pub(super) struct TerminalInput;

/// A terminal to write to. There is none.
pub(super) struct TerminalOutput;

pub(super) fn environment(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-environment", |_, (): ()| Ok((Vec::<(String, String)>::new(),)))?;
    interface.answer("get-arguments", |_, (): ()| Ok((Vec::<String>::new(),)))?;
    interface.answer("initial-cwd", |_, (): ()| Ok((None::<String>,)))
}

pub(super) fn exit(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    let denied = Denied { function: format!("{}#exit", interface.name) };
    interface.answer("exit", move |_, (_,): (Result<(), ()>,)| Err::<(), _>(denied.clone().into()))
}

pub(super) fn stdin(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-stdin", |_, (): ()| Ok((Resource::<Input>::new_own(0),)))
}

pub(super) fn stdout(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-stdout", |_, (): ()| Ok((Resource::<Output>::new_own(1),)))
}

pub(super) fn stderr(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-stderr", |_, (): ()| Ok((Resource::<Output>::new_own(2),)))
}

pub(super) fn terminal_stdin(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-terminal-stdin", |_, (): ()| Ok((None::<Resource<TerminalInput>>,)))
}

pub(super) fn terminal_stdout(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-terminal-stdout", |_, (): ()| Ok((None::<Resource<TerminalOutput>>,)))
}

pub(super) fn terminal_stderr(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-terminal-stderr", |_, (): ()| Ok((None::<Resource<TerminalOutput>>,)))
}
