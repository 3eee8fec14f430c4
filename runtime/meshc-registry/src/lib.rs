//! Fetches and publishes plugins by OCI registries: a reference such as `oci://ghcr.io/acme/nearest:1.2` goes in, the
//! bytes of a component and the digest to pin come out. **Invariant**: what a registry, or whoever answers in its place,
//! sends is believed only as far as a digest confirms it, and costs no more than the [`Limits`].
//!
//! ```no_run
//! use meshc_registry::{Access, Limits, Reference, pull};
//!
//! let reference: Reference = "oci://ghcr.io/acme/nearest:1.2".parse()?;
//! let pulled = pull(&reference, &Access::from_env(Vec::new()), Limits::STANDARD)?;
//! println!("{}", reference.pinned(&pulled.manifest_digest)); // oci://ghcr.io/acme/nearest:1.2@sha256:…
//! # Ok::<(), meshc_registry::Error>(())
//! ```
//!
//! - **Layout.** A plugin is a [Wasm OCI artifact](https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/):
//!   an image manifest, a config of type `application/vnd.wasm.config.v0+json` and one layer of type `application/wasm`,
//!   which is the component. `oras` reads and writes the same, and it is the layout of `wkg`. Equal bytes and
//!   annotations have an equal manifest digest: the config says that it was created at the start of 1970.
//! - **Pinning.** A tag can be moved, a digest cannot. The digest of a reference is the digest of the manifest, and the
//!   manifest has the digest of the component, so a pinned reference stands for certain bytes. With a tag and a digest,
//!   the digest decides and the tag is for the reader.
//! - **Credentials.** Those of Docker: `config.json` and its helpers, so `docker login` is the way to log in. They go to
//!   the registry that they are for and to the token service that it names, and to nobody else: a redirect to another
//!   host is followed without them. No text of an [`Error`] has a secret, nor anything else of an answer's body but
//!   digests and media types.
//! - **Encryption.** Plain HTTP is for loopback and for the registries in [`Access::insecure`].
//!
//! The calls block. They neither cache nor retry.

mod access;
mod artifact;
mod component;
mod digest;
mod error;
mod limits;
mod pull;
mod push;
mod reference;
mod secret;
mod session;
mod transport;
mod url;

pub use access::Access;
pub use digest::Digest;
pub use error::Error;
pub use limits::Limits;
pub use pull::{Pulled, pull};
pub use push::{Pushed, push};
pub use reference::Reference;
