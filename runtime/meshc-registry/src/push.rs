//! Publishing a plugin.

use std::collections::BTreeMap;

use ureq::http::{Method, StatusCode};

use crate::access::Access;
use crate::artifact::{Artifact, MANIFEST};
use crate::component::Names;
use crate::digest::Digest;
use crate::error::Error;
use crate::limits::Limits;
use crate::reference::Reference;
use crate::session::{Purpose, Session};

/// A plugin as it is now in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The digest of the manifest.
    pub manifest_digest: Digest,
    /// Where it is, pinned.
    pub reference: Reference,
}

/// Publishes a component under a tag.
///
/// Annotations are for people and tools, such as `org.opencontainers.image.source`; they are part of the manifest, so
/// they change its digest. Limits are [`Limits::STANDARD`]: what cannot be fetched is not published.
///
/// # Errors
///
/// If the reference has no tag or has a digest, the bytes are not a component or too many, or the registry cannot be
/// reached, does not let us in or does not take them.
pub fn push(
    reference: &Reference,
    component: &[u8],
    annotations: &BTreeMap<String, String>,
    access: &Access,
) -> Result<Pushed, Error> {
    let limits = Limits::STANDARD;
    if reference.tag().is_none() || reference.is_pinned() {
        return Err(Error::NeedsTag { reference: reference.to_string() });
    }
    let limit = limits.component_bytes;
    if component.len() as u64 > limit {
        return Err(Error::TooLarge { reference: reference.to_string(), what: "component", limit });
    }
    let Some(names) = Names::read(component) else {
        return Err(Error::NotComponent { reference: reference.to_string() });
    };
    let artifact = Artifact::describe(component, &names, annotations);
    let mut session = Session::new(reference, access, limits, Purpose::Push);
    upload(&mut session, component)?;
    upload(&mut session, &artifact.config)?;
    let manifest_digest = name(reference, &mut session, &artifact.manifest)?;
    let reference = reference.pinned(&manifest_digest);
    Ok(Pushed { manifest_digest, reference })
}

/// Uploads a blob in one piece, unless the repository has it.
fn upload(session: &mut Session<'_>, bytes: &[u8]) -> Result<(), Error> {
    let digest = Digest::of(bytes).to_string();
    let url = session.url(&format!("blobs/{digest}"));
    if session.ask(Method::HEAD, url, "*/*")?.status == StatusCode::OK {
        return Ok(());
    }
    let media_type = "application/octet-stream";
    let url = session.url("blobs/uploads/");
    let answer = session.hand_in(Method::POST, url, media_type, &[])?;
    if answer.status != StatusCode::ACCEPTED {
        return Err(session.refusal(&answer));
    }
    let url = session.upload(&answer)?.with("digest", &digest);
    let answer = session.hand_in(Method::PUT, url, media_type, bytes)?;
    if answer.status != StatusCode::CREATED {
        return Err(session.refusal(&answer));
    }
    Ok(())
}

/// Puts the manifest under the tag, and compares the digest that the registry gives it.
fn name(reference: &Reference, session: &mut Session<'_>, manifest: &[u8]) -> Result<Digest, Error> {
    let url = session.url(&format!("manifests/{}", reference.manifest()));
    let answer = session.hand_in(Method::PUT, url, MANIFEST, manifest)?;
    if answer.status != StatusCode::CREATED {
        return Err(session.refusal(&answer));
    }
    let expected = Digest::of(manifest);
    match answer.header("docker-content-digest").and_then(|digest| digest.parse::<Digest>().ok()) {
        Some(actual) if actual != expected => {
            Err(Error::Digest { reference: reference.to_string(), what: "manifest", expected, actual })
        }
        _ => Ok(expected),
    }
}
