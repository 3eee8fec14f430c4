//! Where a plugin is.

use std::fmt;
use std::str::FromStr;

use crate::digest::Digest;
use crate::error::Error;

/// How a reference starts.
const SCHEME: &str = "oci://";
/// The tag of a reference that has neither tag nor digest, by convention.
const LATEST: &str = "latest";

/// A place in a registry: `oci://registry[:port]/repository[:tag][@sha256:digest]`.
///
/// It can only be made by parsing, so its parts are always well-formed. It is shown as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// The host of the registry, with its port if one is given.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The path within the registry.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, if one is given.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of the manifest, if one is given.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Whether it stands for certain bytes, and not for whatever a tag points to today.
    pub fn is_pinned(&self) -> bool {
        self.digest.is_some()
    }

    /// The same place, pinned to a manifest.
    #[must_use]
    pub fn pinned(&self, manifest: &Digest) -> Self {
        Self { digest: Some(manifest.clone()), ..self.clone() }
    }

    /// What a registry calls the manifest: the digest if there is one, or else the tag.
    pub(crate) fn manifest(&self) -> String {
        match &self.digest {
            Some(digest) => digest.to_string(),
            None => self.tag.clone().unwrap_or_else(|| LATEST.to_owned()),
        }
    }
}

impl FromStr for Reference {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map_err(|problem| Error::Reference { text: text.escape_debug().to_string(), problem })
    }
}

fn parse(text: &str) -> Result<Reference, &'static str> {
    let rest = text.strip_prefix(SCHEME).ok_or("it must start with `oci://`")?;
    let (registry, path) = rest.split_once('/').ok_or("after the registry comes `/` and a repository")?;
    check_registry(registry)?;
    let (path, digest) = match path.split_once('@') {
        Some((path, digest)) => (path, Some(digest.parse()?)),
        None => (path, None),
    };
    let (repository, tag) = match path.split_once(':') {
        Some((repository, tag)) => (repository, Some(tag.to_owned())),
        None => (path, None),
    };
    if repository.len() > 255 || !repository.split('/').all(is_component) {
        return Err("a repository is of lowercase letters and digits, joined by single `.`, `_`, `-` or `/`");
    }
    if tag.as_deref().is_some_and(|tag| !is_tag(tag)) {
        return Err("a tag is of at most 128 letters, digits, `_`, `.` and `-`, and does not start with `.` or `-`");
    }
    Ok(Reference { registry: registry.to_owned(), repository: repository.to_owned(), tag, digest })
}

/// Refuses what is not `host` or `host:port`, with IPv6 addresses in brackets.
fn check_registry(registry: &str) -> Result<(), &'static str> {
    if registry.contains('@') {
        return Err("a registry has no user name or password here; log in with `docker login`");
    }
    let (host, port) = match registry.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or("an IPv6 address ends with `]`")?;
            address.parse::<std::net::Ipv6Addr>().map_err(|_| "between `[` and `]` is an IPv6 address")?;
            (None, if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or("after `]` comes a port")?) })
        }
        None => match registry.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(registry), None),
        },
    };
    if port.is_some_and(|port| !matches!(port.parse::<u16>(), Ok(1..)) || port.starts_with('+')) {
        return Err("the port of a registry is a number from 1 to 65535");
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.is_some_and(|host| host.len() > 253 || !host.split('.').all(is_label)) {
        return Err("a registry is a host name or an address, with a port if need be");
    }
    Ok(())
}

/// Whether it is one part of a repository's path, by the grammar of the distribution specification.
fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends_well = |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte));
    if !ends_well(bytes.first()) || !ends_well(bytes.last()) {
        return false;
    }
    let mut separators = text.split(|letter: char| letter.is_ascii() && is_word(letter as u8));
    separators.all(|separator| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-'))
}

fn is_tag(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (1..=128).contains(&text.len()) && text.bytes().all(is_inner) && !text.starts_with(['.', '-'])
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}
