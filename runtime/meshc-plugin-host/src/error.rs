//! Why a plugin could not be loaded or made.

use std::fmt;

use thiserror::Error;

use crate::export;
use crate::limits::Size;

/// What kept a file from becoming a plugin. Each text continues a sentence that names the file.
///
/// Causes are text and not sources: they quote the file, so they are made printable first.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The WebAssembly engine refused its configuration.
    #[error("could not set up the WebAssembly engine: {cause}")]
    Engine {
        /// What the engine said.
        cause: String,
    },
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// More bytes than [`Limits::file_bytes`](crate::Limits::file_bytes).
    #[error("the file has {}, and the limit is {}", Size(*.bytes), Size(*.limit))]
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The bytes do not start as WebAssembly does.
    #[error("the file is not WebAssembly{hint}")]
    NotWasm {
        /// What it looks like instead, as the end of the sentence; may be empty.
        hint: &'static str,
    },
    /// WebAssembly of a version that is neither a core module nor a component.
    #[error("the file is WebAssembly of the unknown version {version}")]
    UnknownVersion {
        /// The version field, as written in the binary format.
        version: u32,
    },
    /// A core module where a component is needed.
    #[error("the file is a core module and not a component: componentize it with `meshc plugin build`")]
    CoreModule,
    /// A component that ends early, breaks the binary format, or uses what the engine has turned off.
    #[error("the file is not a valid component: {cause}")]
    Invalid {
        /// What the compiler said.
        cause: String,
    },
    /// Imports that no version of meshc provides.
    #[error("the plugin imports {}, which meshc does not provide", Names(.names))]
    Imports {
        /// Their names, in the order of the component.
        names: Vec<String>,
    },
    /// Imports of WASI where the policy refuses them.
    #[error("the plugin imports {} of WASI, which its policy refuses (`wasi: refuse`)", Names(.names))]
    Wasi {
        /// Their names, in the order of the component.
        names: Vec<String>,
    },
    /// More of something than any honest plugin has.
    #[error("the file has {found} {what}, and the limit is {limit}")]
    Oversized {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The compiler took more time than it may.
    #[error("compiling it took more than {seconds} s of processor time")]
    CompileTime {
        /// How many seconds there are.
        seconds: u64,
    },
    /// The compiler took more memory than it may, or failed in another way that ends a process.
    #[error("compiling it failed with {how}; it may take {} of memory", Size(usize::try_from(*.bytes).unwrap_or(usize::MAX)))]
    CompileCrash {
        /// How the process ended.
        how: String,
        /// How much memory it had.
        bytes: u64,
    },
    /// The compiler could not be run.
    #[error("could not run the compiler of plugins: {cause}")]
    CompileStart {
        /// What the system said.
        cause: String,
    },
    /// No weigher among the exports.
    #[error(
        "the plugin exports no `{}`; it exports {}",
        export::INTERFACE,
        if .exports.is_empty() { "nothing".to_owned() } else { Names(.exports).to_string() }
    )]
    NoWeigher {
        /// What it exports instead.
        exports: Vec<String>,
    },
    /// A weigher of another major version.
    #[error("the plugin speaks weigher{}{version}; this meshc speaks {}", if .version.is_empty() { "" } else { "@" }, export::SPOKEN)]
    Version {
        /// The version that it speaks; empty if its export has none.
        version: String,
    },
    /// A weigher by name whose functions have other types.
    #[error("the plugin does not keep to the contract that it names: {cause}")]
    Shape {
        /// What differs.
        cause: String,
    },
    /// The plugin failed while it described itself.
    #[error("the plugin could not describe itself: it {message}")]
    Describe {
        /// What happened, as in [`Fault`](meshc_weigh::contract::Fault).
        message: String,
        /// More of it; may be empty.
        detail: String,
    },
    /// The plugin says something of itself that cannot be.
    #[error("the plugin describes itself wrongly: {what}")]
    Descriptor {
        /// What is wrong.
        what: String,
    },
    /// A core module that does not say what it is to be.
    #[error(
        "the core module has no component type: call `export!` of the SDK, or what binds its language to the contract"
    )]
    NoComponentType,
    /// A core module that cannot be made a component.
    #[error("could not make a component of the core module: {cause}")]
    Componentize {
        /// What the encoder said.
        cause: String,
    },
}

/// Names in backticks, and how many more there are.
struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        for (index, name) in self.0.iter().take(SHOWN).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}`{name}`")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
