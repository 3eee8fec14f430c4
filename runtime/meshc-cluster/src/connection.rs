//! A cluster that can be asked.

use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::contexts::unusable;
use crate::words::Words;
use crate::{Error, Limits, Stop};

/// Where contexts are looked for.
#[derive(Clone, Debug)]
pub struct Access {
    /// The kubeconfig; `$KUBECONFIG` or `~/.kube/config` where it is not said.
    pub kubeconfig: Option<PathBuf>,
    /// What a request may cost.
    pub limits: Limits,
    /// Set by whoever wants no more to be begun.
    pub stop: Stop,
}

impl Access {
    /// Reads the kubeconfig.
    ///
    /// # Errors
    /// If that cannot be done, in which case no cluster can be reached.
    pub fn check(&self) -> Result<(), Error> {
        self.read().map(drop)
    }

    fn read(&self) -> Result<Kubeconfig, Error> {
        let read = match &self.kubeconfig {
            Some(path) => Kubeconfig::read_from(path),
            None => Kubeconfig::read(),
        };
        read.map_err(|error| unusable(self.kubeconfig.as_deref(), &error))
    }
}

/// A cluster that can be asked.
pub struct Connection {
    pub(crate) client: Client,
    pub(crate) cluster: String,
    pub(crate) limits: Limits,
    pub(crate) stop: Stop,
    /// How its words are repeated.
    pub(crate) words: Words,
}

impl Connection {
    /// Makes ready to ask the cluster that messages call `cluster`, by the context of that name or `context`. Nothing is
    /// sent yet but what a credential plugin sends.
    ///
    /// # Errors
    /// If the kubeconfig or its context cannot be used.
    pub async fn open(access: &Access, cluster: &str, context: Option<&str>) -> Result<Self, Error> {
        let context = context.unwrap_or(cluster);
        let kubeconfig = access.read()?;
        if !kubeconfig.contexts.iter().any(|known| known.name == context) {
            let known = kubeconfig.contexts.into_iter().map(|known| known.name).collect();
            return Err(Error::NoContext { context: context.into(), known });
        }
        let secrets = secrets(&kubeconfig, context);
        let bad = |why: String| Error::BadContext { context: context.into(), why };
        if !secrets.iter().all(|secret| HeaderValue::from_str(secret).is_ok()) {
            return Err(bad("its token or password has a line break, or another character that cannot be sent".into()));
        }
        let options = KubeConfigOptions { context: Some(context.into()), ..KubeConfigOptions::default() };
        let mut config =
            Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| bad(error.to_string()))?;
        config.connect_timeout = Some(access.limits.connect);
        // A limit on reading would count while nothing is asked; every request has one of its own.
        config.read_timeout = None;
        // When to ask again is said by what is asked, and in one place.
        config.default_retry = false;
        // What a credential plugin says may hold the credential.
        let client = Client::try_from(config).map_err(|error| bad(without_credentials(&error)))?;
        Ok(Self {
            client,
            cluster: cluster.into(),
            limits: Limits { patience: Duration::ZERO, ..access.limits },
            stop: access.stop.clone(),
            words: Words::without(&secrets),
        })
    }
}

/// The secrets that the user of a context signs in with, as far as they stand in the kubeconfig.
fn secrets(kubeconfig: &Kubeconfig, context: &str) -> Vec<String> {
    let context = kubeconfig.contexts.iter().find(|known| known.name == context);
    let user = context.and_then(|known| known.context.as_ref()?.user.as_ref());
    let infos = kubeconfig.auth_infos.iter().filter(|info| Some(&info.name) == user);
    let infos: Vec<_> = infos.filter_map(|info| serde_json::to_value(info.auth_info.as_ref()?).ok()).collect();
    let keys = infos.iter().flat_map(|info| ["token", "password"].map(|key| info[key].as_str()));
    keys.flatten().map(str::to_owned).collect()
}

/// What is wrong with a client, in words of ours where theirs may repeat a secret.
fn without_credentials(error: &kube::Error) -> String {
    match error {
        kube::Error::Auth(_) => "its credentials cannot be had; run its login or credential plugin by hand".into(),
        other => other.to_string(),
    }
}
