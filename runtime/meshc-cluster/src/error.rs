use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// What could not be done with a cluster.
#[derive(Debug, Error)]
pub enum Error {
    /// The kubeconfig cannot be read.
    #[error("could not read the kubeconfig{}", .path.as_ref().map(|path| format!(" `{}`", path.display())).unwrap_or_default())]
    Kubeconfig {
        /// Where it was looked for, if that was said.
        path: Option<PathBuf>,
        /// Why.
        source: kube::config::KubeconfigError,
    },
    /// The kubeconfig has no context of that name.
    #[error("the kubeconfig has no context `{context}`{}", they_are(.known))]
    NoContext {
        /// The name.
        context: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// What the context says cannot be used: a certificate, a key, a credential plugin.
    #[error("the context `{context}` cannot be used: {why}")]
    BadContext {
        /// Its name.
        context: String,
        /// What is wrong with it, without the credentials themselves.
        why: String,
    },
    /// The server does not answer.
    #[error("could not reach `{cluster}`: {why}; tried {attempts} times")]
    Unreachable {
        /// The cluster.
        cluster: String,
        /// What the connection came to.
        why: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The server did not answer in time.
    #[error("`{cluster}` did not answer {what} within {} s", .limit.as_secs())]
    TimedOut {
        /// The cluster.
        cluster: String,
        /// What was asked.
        what: String,
        /// How long it had.
        limit: Duration,
    },
    /// The server does not know who asks.
    #[error("`{cluster}` does not accept the credentials of its context: sign in again, or renew the token")]
    Unauthorized {
        /// The cluster.
        cluster: String,
    },
    /// Whoever asks may not.
    #[error("`{cluster}` does not let you {what}: {message}")]
    Forbidden {
        /// The cluster.
        cluster: String,
        /// What was asked.
        what: String,
        /// What the server says.
        message: String,
    },
    /// The server refuses for another reason.
    #[error("`{cluster}` refused to {what}: {message}")]
    Refused {
        /// The cluster.
        cluster: String,
        /// What was asked.
        what: String,
        /// The status code (RFC 9110).
        code: u16,
        /// What the server says.
        message: String,
    },
    /// The server answers what no API server answers.
    #[error("`{cluster}` gave an answer to {what} that cannot be read: {why}")]
    Unreadable {
        /// The cluster.
        cluster: String,
        /// What was asked.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

fn they_are(contexts: &[String]) -> String {
    if contexts.is_empty() {
        return "; it has none".into();
    }
    let names: Vec<_> = contexts.iter().map(|name| format!("`{name}`")).collect();
    format!("; it has {}", names.join(", "))
}
