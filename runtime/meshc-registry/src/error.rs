//! Why a plugin could not be fetched or published.

use std::path::PathBuf;

use thiserror::Error;

use crate::digest::Digest;

/// What went wrong, and what to do about it.
///
/// **Invariant**: texts are made of the reference, of what is on this machine, of status codes, digests, media types and
/// host names. Nothing else that a registry sent is quoted, since it may repeat what it was sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not a reference.
    #[error("`{text}` is not the place of a plugin: {problem}, as in `oci://ghcr.io/acme/nearest:1.2`")]
    Reference {
        /// The text, made printable.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A push needs a tag and no digest.
    #[error("could not publish to `{reference}`: name a tag and no digest, as in `oci://ghcr.io/acme/nearest:1.2`")]
    NeedsTag {
        /// Where to.
        reference: String,
    },
    /// What should be published is not a component.
    #[error(
        "could not publish to `{reference}`: the file is not a WebAssembly component; make one with `meshc plugin build`"
    )]
    NotComponent {
        /// Where to.
        reference: String,
    },
    /// The registry does not have it.
    #[error(
        "`{reference}` is not there: `{registry}` has no such repository, tag or digest, or hides it; check the spelling, or run `docker login {registry}` if it is private"
    )]
    NotFound {
        /// What was asked for.
        reference: String,
        /// The registry that answered.
        registry: String,
    },
    /// The registry wants other credentials, or any.
    #[error(
        "`{registry}` does not let us in to `{reference}` {credentials}; run `docker login {registry}` with an account that may"
    )]
    Unauthorized {
        /// What was asked for.
        reference: String,
        /// The registry that answered.
        registry: String,
        /// Which credentials were used and where they were looked for, without the credentials.
        credentials: String,
    },
    /// Docker's configuration could not be used.
    #[error("could not read the credentials for `{registry}` from `{}`: {problem}", path.display())]
    Credentials {
        /// The registry they were wanted for.
        registry: String,
        /// The file that was looked at.
        path: PathBuf,
        /// What is wrong, without any of the content.
        problem: String,
    },
    /// The bytes are not those that the digest stands for.
    #[error(
        "the {what} of `{reference}` is not what it should be: expected {expected}, got {actual}; do not use it, and tell who runs the registry"
    )]
    Digest {
        /// What was asked for.
        reference: String,
        /// The part whose digest differs.
        what: &'static str,
        /// The digest it should have.
        expected: Digest,
        /// The digest it has.
        actual: Digest,
    },
    /// The artifact is something else than a plugin.
    #[error("`{reference}` is not a plugin: it needs one layer, of type `application/wasm`, and has {}", list(found))]
    NoPlugin {
        /// What was asked for.
        reference: String,
        /// The media types of what is there instead, made printable.
        found: Vec<String>,
    },
    /// Something has more bytes than it may.
    #[error("the {what} of `{reference}` is too large: the limit is {limit} bytes")]
    TooLarge {
        /// What was asked for.
        reference: String,
        /// The part that is too large.
        what: &'static str,
        /// How many bytes there may be.
        limit: u64,
    },
    /// No answer.
    #[error("could not reach `{host}` for `{reference}`: {problem}; check the name, the network and the proxy")]
    Unreachable {
        /// What was asked for.
        reference: String,
        /// The host that did not answer.
        host: String,
        /// What happened instead.
        problem: &'static str,
    },
    /// Not done within [`Limits::whole`](crate::Limits::whole) or not connected within
    /// [`Limits::connect`](crate::Limits::connect).
    #[error("`{host}` was too slow with `{reference}`: gave up; try again later")]
    TooSlow {
        /// What was asked for.
        reference: String,
        /// The host that was slow.
        host: String,
    },
    /// The registry has a problem of its own, or too much to do.
    #[error("`{host}` answered {status} for `{reference}`: {}", advice(*status))]
    Refused {
        /// What was asked for.
        reference: String,
        /// The host that answered.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// An answer that no OCI registry gives.
    #[error(
        "`{host}` does not answer as an OCI registry does for `{reference}`: {problem}; check the name of the registry"
    )]
    NotOci {
        /// What was asked for.
        reference: String,
        /// The host that answered.
        host: String,
        /// What is odd about the answer.
        problem: &'static str,
    },
}

fn list(found: &[String]) -> String {
    if found.is_empty() {
        return "none".to_owned();
    }
    found.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn advice(status: u16) -> &'static str {
    match status {
        429 => "too many requests; wait a while, or log in for a higher limit",
        500.. => "it has a problem of its own; try again later",
        _ => "it refuses the request; check that it takes artifacts of WebAssembly",
    }
}
