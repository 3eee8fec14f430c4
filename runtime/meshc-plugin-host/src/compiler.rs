//! Where plugins are compiled: in a process of its own, so that one can be stopped that takes too long.
//!
//! Compilers take time and memory that grow faster than their input, and nothing stops one from within. The process is
//! this very program, started with [`Compiler::Child::arguments`]; there it calls [`compile_here`].

use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::engine::{Backend, Engine};
use crate::error::Error;
use crate::limits::Limits;
use crate::text;

/// Who compiles.
#[derive(Clone, Debug)]
pub enum Compiler {
    /// This process, for as long as it takes: for components that are trusted, and for tests.
    Here,
    /// A child, within [`Limits::compile_seconds`] and [`Limits::compile_bytes`].
    Child {
        /// The program to run.
        program: PathBuf,
        /// Its first arguments. Behind them come the backend's word, the seconds and the bytes, for [`compile_here`].
        arguments: Vec<OsString>,
    },
}

/// How many threads the child has at most.
const THREADS: &str = "4";

/// What the child exits with when the component is not valid. Its output is then what the compiler said.
const INVALID: u8 = 3;

impl Compiler {
    /// Compiles for `engine`. What comes out is code of this machine: it is handed to the engine as it is, or kept under
    /// a seal, and never taken from anybody else.
    pub(crate) fn compile(&self, engine: &Engine, bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Error> {
        match self {
            Self::Here => engine.wasm().precompile_component(bytes).map_err(|error| invalid(&error)),
            Self::Child { program, arguments } => {
                let mut child = Command::new(program);
                child.args(arguments).arg(engine.backend().word());
                child.arg(limits.compile_seconds.to_string()).arg(limits.compile_bytes.to_string());
                in_child(child, bytes, limits)
            }
        }
    }
}

fn invalid(error: &wasmtime::Error) -> Error {
    Error::Invalid { cause: text::line(&error.root_cause().to_string()) }
}

fn in_child(mut command: Command, bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Error> {
    let start = |error: std::io::Error| Error::CompileStart { cause: error.to_string() };
    // Each thread takes addresses, of which there are so many for all of them.
    command.env("RAYON_NUM_THREADS", THREADS);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(start)?;
    let mut input = child.stdin.take().expect("the pipe was asked for");
    // The child reads all of it before it writes; one that is gone already tells why by its status.
    let _ = input.write_all(bytes);
    drop(input);
    let mut output = Vec::new();
    let read = child.stdout.take().expect("the pipe was asked for").read_to_end(&mut output);
    let status = child.wait().map_err(start)?;
    read.map_err(start)?;
    if status.success() {
        return Ok(output);
    }
    if status.code() == Some(i32::from(INVALID)) {
        return Err(Error::Invalid { cause: text::line(&String::from_utf8_lossy(&output)) });
    }
    Err(ended(status, limits))
}

/// The numbers of signals are those of Linux and macOS alike.
fn ended(status: ExitStatus, limits: &Limits) -> Error {
    const SIGABRT: i32 = 6;
    const SIGKILL: i32 = 9;
    const SIGXCPU: i32 = 24;
    let bytes = limits.compile_bytes;
    match status.signal() {
        Some(SIGXCPU | SIGKILL) => Error::CompileTime { seconds: limits.compile_seconds },
        Some(SIGABRT) => Error::CompileCrash { how: "an abort".to_owned(), bytes },
        Some(signal) => Error::CompileCrash { how: format!("the signal {signal}"), bytes },
        None => Error::CompileCrash { how: format!("the status {}", status.code().unwrap_or_default()), bytes },
    }
}

/// Is the child of [`Compiler::Child`]: takes the limits upon itself, reads a component, and writes its code.
///
/// `arguments` are those behind [`Compiler::Child::arguments`]. Gives the status to exit with.
pub fn compile_here(arguments: &[OsString], mut input: impl Read, mut output: impl Write) -> u8 {
    const FAILED: u8 = 1;
    let Some((backend, seconds, bytes)) = read_arguments(arguments) else {
        return FAILED;
    };
    let cap = |resource, limit| setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit + 1) });
    // On systems that cannot limit addresses, time still is.
    let _ = cap(Resource::As, bytes);
    if cap(Resource::Cpu, seconds).is_err() {
        return FAILED;
    }
    let mut component = Vec::new();
    if input.read_to_end(&mut component).is_err() {
        return FAILED;
    }
    let Ok(engine) = Engine::for_compiling(backend) else {
        return FAILED;
    };
    let (text, status) = match engine.wasm().precompile_component(&component) {
        Ok(code) => (code, 0),
        Err(error) => (error.root_cause().to_string().into_bytes(), INVALID),
    };
    if output.write_all(&text).and_then(|()| output.flush()).is_err() { FAILED } else { status }
}

fn read_arguments(arguments: &[OsString]) -> Option<(Backend, u64, u64)> {
    let [backend, seconds, bytes] = arguments else {
        return None;
    };
    let number = |text: &OsString| text.to_str()?.parse().ok();
    Some((Backend::find(backend.to_str()?)?, number(seconds)?, number(bytes)?))
}
