//! A cluster that can be asked.

use std::path::PathBuf;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::{Error, Limits};

/// Where contexts are looked for.
#[derive(Clone, Debug)]
pub struct Access {
    /// The kubeconfig; `$KUBECONFIG` or `~/.kube/config` where it is not said.
    pub kubeconfig: Option<PathBuf>,
    /// What a request may cost.
    pub limits: Limits,
}

/// A cluster that can be asked.
pub struct Connection {
    pub(crate) client: Client,
    pub(crate) cluster: String,
    pub(crate) limits: Limits,
}

impl Connection {
    /// Makes ready to ask the cluster that messages call `cluster`, by the context of that name or `context`. Nothing is
    /// sent yet but what a credential plugin sends.
    ///
    /// # Errors
    /// If the kubeconfig or its context cannot be used.
    pub async fn open(access: &Access, cluster: &str, context: Option<&str>) -> Result<Self, Error> {
        let context = context.unwrap_or(cluster);
        let read = match &access.kubeconfig {
            Some(path) => Kubeconfig::read_from(path),
            None => Kubeconfig::read(),
        };
        let kubeconfig = read.map_err(|source| Error::Kubeconfig { path: access.kubeconfig.clone(), source })?;
        if !kubeconfig.contexts.iter().any(|known| known.name == context) {
            let known = kubeconfig.contexts.into_iter().map(|known| known.name).collect();
            return Err(Error::NoContext { context: context.into(), known });
        }
        let bad = |why: String| Error::BadContext { context: context.into(), why };
        let options = KubeConfigOptions { context: Some(context.into()), ..KubeConfigOptions::default() };
        let mut config =
            Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| bad(error.to_string()))?;
        config.connect_timeout = Some(access.limits.connect);
        config.read_timeout = Some(access.limits.request);
        // What a credential plugin says may hold the credential.
        let client = Client::try_from(config).map_err(|error| bad(without_credentials(&error)))?;
        Ok(Self { client, cluster: cluster.into(), limits: access.limits })
    }
}

/// What is wrong with a client, in words of ours where theirs may repeat a secret.
fn without_credentials(error: &kube::Error) -> String {
    match error {
        kube::Error::Auth(_) => "its credentials cannot be had; run its login or credential plugin by hand".into(),
        other => other.to_string(),
    }
}
