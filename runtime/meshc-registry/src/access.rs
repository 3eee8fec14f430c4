//! How registries are reached, and as whom.

mod docker;
mod helper;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::Error;
use crate::reference::Reference;
use crate::secret::Secret;
use crate::url::{Url, is_loopback};

/// What this machine knows about getting into registries.
///
/// It holds places and no secrets; credentials are read for the one registry that asks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Docker's `config.json`, which need not exist. None is anonymous.
    pub docker_config: Option<PathBuf>,
    /// Folders with programs such as `docker-credential-pass`, written as `PATH` is.
    pub helper_path: OsString,
    /// Registries besides loopback that are reached by plain HTTP, each with its port if it has one.
    pub insecure: Vec<String>,
}

impl Access {
    /// Finds `config.json` in `DOCKER_CONFIG`, or else in `~/.docker`, and helpers in `PATH`.
    pub fn from_env(insecure: Vec<String>) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = set("DOCKER_CONFIG").map(PathBuf::from);
        let folder = folder.or_else(|| Some(PathBuf::from(set("HOME")?).join(".docker")));
        Self {
            docker_config: folder.map(|folder| folder.join("config.json")),
            helper_path: set("PATH").unwrap_or_default(),
            insecure,
        }
    }

    /// Whether a host is reached without encryption.
    pub(crate) fn is_plain(&self, authority: &str) -> bool {
        is_loopback(authority) || self.insecure.iter().any(|host| host.eq_ignore_ascii_case(authority))
    }

    /// Whether a registry may send us to an address: encrypted, or as plain as the registry itself is.
    pub(crate) fn may_follow(&self, from: &Url, to: &Url) -> bool {
        to.encrypted || (!from.encrypted && self.is_plain(&to.authority))
    }

    /// Reads what is known for the registry of a reference.
    pub(crate) fn credentials(&self, reference: &Reference, patience: Duration) -> Result<Found, Error> {
        let Some(path) = &self.docker_config else {
            return Ok(Found { credentials: None, account: "without credentials, as there is no home folder".into() });
        };
        let registry = reference.registry();
        let failed = |problem| Error::Credentials { registry: registry.to_owned(), path: path.clone(), problem };
        let shown = path.display();
        let Some(config) = docker::read(path).map_err(failed)? else {
            let account = format!("without credentials, as `{shown}` does not exist");
            return Ok(Found { credentials: None, account });
        };
        let credentials = config.credentials(registry, &self.helper_path, patience).map_err(failed)?;
        let account = match credentials {
            Some(_) => format!("with the credentials of `{shown}`"),
            None => format!("without credentials, as `{shown}` has none for it"),
        };
        Ok(Found { credentials, account })
    }
}

/// Who one is to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// A name and a password.
    Basic { user: String, password: Secret },
    /// A token that the registry's token service exchanges for another.
    Identity(Secret),
}

/// What was found for a registry, and how to tell a person about it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) credentials: Option<Credentials>,
    /// The end of a sentence about being let in, without the credentials.
    pub(crate) account: String,
}
