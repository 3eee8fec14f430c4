use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// What could not be done with a cluster.
#[derive(Debug, Error)]
pub enum Error {
    /// The kubeconfig cannot be read.
    #[error("could not read the kubeconfig{}: {why}", .path.as_ref().map(|path| format!(" `{}`", path.display())).unwrap_or_default())]
    Kubeconfig {
        /// Which, if that is known.
        path: Option<PathBuf>,
        /// Why, without anything that it holds.
        why: String,
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
    /// The server does not answer, or only that it cannot.
    #[error(
        "could not get an answer from `{cluster}`: {why}; tried {attempts} times; it is up when `kubectl get --raw /readyz` \
         with its context says ok"
    )]
    Unreachable {
        /// The cluster.
        cluster: String,
        /// What the connection came to.
        why: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// Whoever answers there may not be the server.
    #[error(
        "`{cluster}` shows a certificate that its context does not trust: {why}; check `server` and `certificate-authority` of the context"
    )]
    Untrusted {
        /// The cluster.
        cluster: String,
        /// What is wrong with the certificate.
        why: String,
    },
    /// The server did not answer in time.
    #[error(
        "`{cluster}` did not answer within {} s when it was asked to {what}; `--request-timeout` gives it more", .limit.as_secs()
    )]
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
    #[error("`{}` does not let you {}: {}; grant it, as the roles in `rbac/` do", .0.cluster, .0.what, .0.message)]
    Forbidden(Box<Refusal>),
    /// The server refuses for another reason.
    #[error("`{}` refused to {}: {}", .0.cluster, .0.what, .0.message)]
    Refused(Box<Refusal>),
    /// Two clusters of the Mesh are one.
    #[error(
        "`{cluster}` and `{other}` are one cluster: their contexts lead to the same servers, and each would prune what the other applied; give each a `context` of its own in the Mesh"
    )]
    SameCluster {
        /// The cluster.
        cluster: String,
        /// The other one.
        other: String,
    },
    /// What stands for the set is not meshc's.
    #[error(
        "ConfigMap `{set}` in `{cluster}` is not a set of meshc's{}; choose another with `--applyset`",
        if .tool.is_empty() { String::new() } else { format!(" but of `{tool}`") }
    )]
    ForeignSet {
        /// The cluster.
        cluster: String,
        /// Its namespace and name.
        set: String,
        /// The tool whose it is; empty if it does not say.
        tool: String,
    },
    /// The server answers what no API server answers.
    #[error(
        "`{cluster}` gave an answer that cannot be read when it was asked to {what}: {why}; see that `server` in its context \
         is an API server"
    )]
    Unreadable {
        /// The cluster.
        cluster: String,
        /// What was asked.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

/// What a server says when it does not do as it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The cluster.
    pub cluster: String,
    /// What was asked.
    pub what: String,
    /// The status code (RFC 9110).
    pub code: u16,
    /// The words of the server.
    pub message: String,
    /// The kind of object that it is about, as the server calls it; empty if it does not say.
    pub subject: String,
    /// The single reasons.
    pub causes: Vec<Cause>,
}

/// One of the reasons of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its word, as `FieldManagerConflict`.
    pub reason: String,
    /// The field that it is about.
    pub field: String,
    /// The words of the server.
    pub message: String,
}

impl Error {
    /// What was refused, or forbidden.
    pub(crate) fn of_refusal(refusal: Box<Refusal>) -> Self {
        if refusal.code == 403 { Self::Forbidden(refusal) } else { Self::Refused(refusal) }
    }

    /// Whether what was asked for is not there.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == 404)
    }
}

fn they_are(contexts: &[String]) -> String {
    if contexts.is_empty() {
        return "; it has none".into();
    }
    let names: Vec<_> = contexts.iter().map(|name| format!("`{name}`")).collect();
    format!("; it has {}", names.join(", "))
}
