//! One question to an API server: with a time limit, and again where that can help.

use std::time::Duration;

use http::{Request, StatusCode};
use kube::core::Status;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::{Connection, Error};

/// What a request may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take to connect.
    pub connect: Duration,
    /// How long an answer may take.
    pub request: Duration,
    /// How often a request is sent that meets a server which is busy or gone.
    pub attempts: u32,
    /// How many objects come in one answer.
    pub page: u32,
    /// How many clusters and lists are read at once.
    pub at_once: usize,
}

impl Limits {
    /// What people expect who wait at a terminal.
    pub const STANDARD: Limits = Limits {
        connect: Duration::from_secs(10),
        request: Duration::from_secs(30),
        attempts: 5,
        page: 500,
        at_once: 8,
    };
}

/// The first pause before a request is sent again; each later one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest pause, whatever the server asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How a request ended that may be sent again.
enum Attempt {
    /// After so long, if the server says.
    Again {
        why: String,
        after: Option<Duration>,
    },
    Failed(Error),
}

impl Connection {
    /// Asks for `path`; `what` says in messages what was asked, as "list services".
    pub(crate) async fn get(&self, path: &str, what: &str) -> Result<Value, Error> {
        let mut pause = FIRST_PAUSE;
        let mut last = String::new();
        for attempt in 1..=self.limits.attempts {
            match self.once(path, what).await {
                Ok(value) => return Ok(value),
                Err(Attempt::Failed(error)) => return Err(error),
                Err(Attempt::Again { why, after }) => {
                    last = why;
                    if attempt < self.limits.attempts {
                        sleep(after.unwrap_or(pause).min(LONGEST_PAUSE)).await;
                        pause *= 2;
                    }
                }
            }
        }
        Err(Error::Unreachable { cluster: self.cluster.clone(), why: last, attempts: self.limits.attempts })
    }

    async fn once(&self, path: &str, what: &str) -> Result<Value, Attempt> {
        let request = Request::get(path)
            .body(Vec::new())
            .map_err(|error| Attempt::Failed(self.unreadable(what, error.to_string())))?;
        match timeout(self.limits.request, self.client.request::<Value>(request)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.judge(error, what)),
            Err(_) => Err(Attempt::Failed(Error::TimedOut {
                cluster: self.cluster.clone(),
                what: what.into(),
                limit: self.limits.request,
            })),
        }
    }

    /// Whether asking again can help.
    fn judge(&self, error: kube::Error, what: &str) -> Attempt {
        match error {
            kube::Error::Api(status) => self.judge_status(&status, what),
            kube::Error::HyperError(error) => Attempt::Again { why: causes(&error), after: None },
            kube::Error::Service(error) => Attempt::Again { why: causes(error.as_ref()), after: None },
            kube::Error::Auth(_) => Attempt::Failed(Error::Unauthorized { cluster: self.cluster.clone() }),
            other => Attempt::Failed(self.unreadable(what, other.to_string())),
        }
    }

    fn judge_status(&self, status: &Status, what: &str) -> Attempt {
        let cluster = self.cluster.clone();
        let (what, message) = (what.to_owned(), status.message.clone());
        match StatusCode::from_u16(status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR) {
            StatusCode::UNAUTHORIZED => Attempt::Failed(Error::Unauthorized { cluster }),
            StatusCode::FORBIDDEN => Attempt::Failed(Error::Forbidden { cluster, what, message }),
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                let seconds = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
                let after = (seconds > 0).then(|| Duration::from_secs(u64::from(seconds)));
                Attempt::Again { why: format!("{} {message}", status.code), after }
            }
            code => Attempt::Failed(Error::Refused { cluster, what, code: code.as_u16(), message }),
        }
    }

    fn unreadable(&self, what: &str, why: String) -> Error {
        Error::Unreadable { cluster: self.cluster.clone(), what: what.into(), why }
    }

    /// Reads a list page by page and hands every item to `each`.
    pub(crate) async fn list(&self, path: &str, what: &str, mut each: impl FnMut(Value)) -> Result<(), Error> {
        let mut next = String::new();
        loop {
            let mut page = self.get(&format!("{path}?limit={}{next}", self.limits.page), what).await?;
            if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
                items.into_iter().for_each(&mut each);
            }
            match page.pointer("/metadata/continue").and_then(Value::as_str) {
                Some(token) if !token.is_empty() => next = format!("&continue={}", encoded(token)),
                _ => return Ok(()),
            }
        }
    }
}

/// An error with what caused it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = inner.source();
    }
    text
}

/// A value in the query of a URI (RFC 3986, 2.3).
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
