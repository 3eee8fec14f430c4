//! Fetching a plugin.

use ureq::http::{Method, StatusCode};

use crate::access::Access;
use crate::artifact::{Descriptor, LAYERS, Manifest};
use crate::digest::Digest;
use crate::error::Error;
use crate::limits::{Limits, MANIFEST_BYTES};
use crate::reference::Reference;
use crate::session::{Purpose, Session};

/// The types of a manifest that we ask for.
const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
                      application/vnd.docker.distribution.manifest.list.v2+json";
/// How many media types are worth telling.
const TOLD: usize = 8;

/// A plugin as it came from a registry, checked against its digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The component.
    pub bytes: Vec<u8>,
    /// The digest of the manifest, by which a reference is pinned.
    pub manifest_digest: Digest,
    /// The SHA-256 of the component, as hexadecimal digits.
    pub sha256: String,
    /// The type that the manifest gives the component.
    pub media_type: String,
}

/// Fetches a plugin.
///
/// # Errors
///
/// If the registry cannot be reached, does not let us in, does not have it, has something else, or sends bytes that do
/// not have their digest or are more than the limits allow.
pub fn pull(reference: &Reference, access: &Access, limits: Limits) -> Result<Pulled, Error> {
    let mut session = Session::new(reference, access, limits, Purpose::Pull);
    let (manifest, manifest_digest) = manifest(reference, &mut session)?;
    let layer = layer(reference, &manifest)?;
    let (bytes, digest) = blob(reference, &mut session, layer, limits.component_bytes)?;
    let media_type = layer.media_type.clone();
    Ok(Pulled { bytes, manifest_digest, sha256: digest.hex().to_owned(), media_type })
}

/// Fetches the manifest and its digest.
fn manifest(reference: &Reference, session: &mut Session<'_>) -> Result<(Manifest, Digest), Error> {
    let url = session.url(&format!("manifests/{}", reference.manifest()));
    let answer = session.ask(Method::GET, url, ACCEPT)?;
    if answer.status != StatusCode::OK {
        return Err(session.refusal(&answer));
    }
    // With a tag, it is the registry that says what the digest should be.
    let told = answer.header("docker-content-digest").and_then(|digest| digest.parse().ok());
    let odd = session.not_oci(&answer, "what it sends is not a manifest");
    let bytes = session.read(answer, "manifest", MANIFEST_BYTES)?;
    let actual = Digest::of(&bytes);
    if let Some(expected) = reference.digest().cloned().or(told).filter(|expected| *expected != actual) {
        return Err(Error::Digest { reference: reference.to_string(), what: "manifest", expected, actual });
    }
    let manifest = Manifest::read(&bytes).ok_or(odd)?;
    Ok((manifest, actual))
}

/// Finds the component among the layers.
fn layer<'m>(reference: &Reference, manifest: &'m Manifest) -> Result<&'m Descriptor, Error> {
    if let [layer] = &manifest.layers[..]
        && LAYERS.contains(&layer.media_type.as_str())
    {
        return Ok(layer);
    }
    let types = manifest.layers.iter().map(|layer| layer.media_type.as_str());
    let found = manifest.index().into_iter().chain(types).take(TOLD);
    Err(Error::NoPlugin { reference: reference.to_string(), found: found.map(printable).collect() })
}

/// Fetches a blob, unless it is too large by what the manifest says.
fn blob(
    reference: &Reference,
    session: &mut Session<'_>,
    layer: &Descriptor,
    limit: u64,
) -> Result<(Vec<u8>, Digest), Error> {
    if layer.size > limit {
        return Err(Error::TooLarge { reference: reference.to_string(), what: "component", limit });
    }
    let Ok(expected) = layer.digest.parse::<Digest>() else {
        return Err(Error::NoPlugin {
            reference: reference.to_string(),
            found: vec![format!("{} without a digest of SHA-256", printable(&layer.media_type))],
        });
    };
    let url = session.url(&format!("blobs/{expected}"));
    let answer = session.ask(Method::GET, url, "*/*")?;
    if answer.status != StatusCode::OK {
        return Err(session.refusal(&answer));
    }
    let bytes = session.read(answer, "component, by the size in its manifest,", layer.size)?;
    let actual = Digest::of(&bytes);
    if actual != expected {
        return Err(Error::Digest { reference: reference.to_string(), what: "component", expected, actual });
    }
    Ok((bytes, actual))
}

/// Text of a registry that is safe to show: the letters of media types, and not many.
fn printable(text: &str) -> String {
    let is_plain =
        |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '.' | '+' | '-' | '_' | ':');
    text.chars().filter(is_plain).take(100).collect()
}
