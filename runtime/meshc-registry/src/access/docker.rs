//! Docker's `config.json`, as `docker login` and its like write it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::access::{Credentials, helper};
use crate::secret::Secret;

/// The part of the file that is about credentials.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
    #[serde(default)]
    auths: BTreeMap<String, Entry>,
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
    creds_store: Option<String>,
}

/// What the file has for one registry.
#[derive(Deserialize)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

/// Reads the file. None if it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Config>, String> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(cause) => return Err(cause.to_string()),
    };
    // What the parser says may quote a value, so only the place is told.
    let problem = |cause: serde_json::Error| {
        format!("it is not what Docker writes, at line {} column {}", cause.line(), cause.column())
    };
    serde_json::from_slice(&text).map(Some).map_err(problem)
}

impl Config {
    /// Looks a registry up: first its helper, then the store of all, then the file itself.
    pub(super) fn credentials(
        &self,
        registry: &str,
        helper_path: &OsStr,
        patience: Duration,
    ) -> Result<Option<Credentials>, String> {
        let names = names(registry);
        let own = names.iter().find_map(|name| self.cred_helpers.get(name));
        if let Some(helper) = own.or(self.creds_store.as_ref()).filter(|helper| !helper.is_empty()) {
            // Docker Hub is stored by its address only.
            let server = if registry == HUB { HUB_KEY } else { registry };
            if let Some(credentials) = helper::get(helper, server, helper_path, patience)? {
                return Ok(Some(credentials));
            }
        }
        let entry = names.iter().find_map(|name| self.auths.get(name));
        entry.map_or(Ok(None), Entry::credentials)
    }
}

impl Entry {
    fn credentials(&self) -> Result<Option<Credentials>, String> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(token) = given(&self.identitytoken) {
            return Ok(Some(Credentials::Identity(Secret::new(token))));
        }
        if let Some(auth) = given(&self.auth) {
            let bytes = STANDARD.decode(auth.trim()).map_err(|_| "`auth` is not base64")?;
            let text = String::from_utf8(bytes).map_err(|_| "`auth` is not text")?;
            let (user, password) = text.split_once(':').ok_or("`auth` is not of the form `user:password`")?;
            // Some writers end it with zeros.
            let password = Secret::new(password.trim_end_matches('\0').to_owned());
            return Ok(Some(Credentials::Basic { user: user.to_owned(), password }));
        }
        let (Some(user), Some(password)) = (given(&self.username), given(&self.password)) else {
            return Ok(None);
        };
        Ok(Some(Credentials::Basic { user, password: Secret::new(password) }))
    }
}

/// Docker Hub as references name it.
const HUB: &str = "docker.io";
/// Docker Hub as the file names it.
const HUB_KEY: &str = "https://index.docker.io/v1/";

/// The names that a registry has in the file, the usual first.
fn names(registry: &str) -> Vec<String> {
    let mut names = vec![registry.to_owned()];
    if registry == HUB {
        names.push(HUB_KEY.to_owned());
        names.push("index.docker.io".to_owned());
    }
    for scheme in ["https", "http"] {
        names.extend(["", "/", "/v1/", "/v2/"].map(|path| format!("{scheme}://{registry}{path}")));
    }
    names
}
