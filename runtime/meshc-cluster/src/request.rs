//! One question to an API server: with a time limit, and again where that can help.

use std::time::Duration;

use http::{Method, Request, StatusCode};
use kube::core::Status;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use crate::error::{Cause, Refusal};
use crate::exchange::Fault;
use crate::{Connection, Error};

/// What a request may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take to connect.
    pub connect: Duration,
    /// How long an answer may take.
    pub request: Duration,
    /// How often a request is sent at least that meets a server which is busy or gone.
    pub attempts: u32,
    /// For how long a request is sent again, even if that is more often, until a server that is gone is back.
    pub patience: Duration,
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
        patience: Duration::ZERO,
        page: 500,
        at_once: 8,
    };
}

/// The first pause before a request is sent again; each later one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest pause, whatever the server asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The longest pause that is our own choice.
const LONGEST_OWN_PAUSE: Duration = Duration::from_secs(3);

/// The status of a page that is asked for too late (410 Gone).
const GONE: u16 = 410;

/// How a request ended that may be sent again.
enum Attempt {
    /// After so long, if the server says.
    Again {
        why: String,
        after: Option<Duration>,
        /// What the server has against this request, where it may be the request that fails and not the server: more
        /// patience does not help.
        refusal: Option<Box<Refusal>>,
    },
    Failed(Error),
}

/// One question.
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    /// The path with its query.
    pub(crate) path: &'a str,
    /// What the answer is to be, where that is not plain JSON.
    pub(crate) accept: Option<&'static str>,
    /// What the body is.
    pub(crate) content: Option<&'static str>,
    pub(crate) body: Vec<u8>,
    /// What messages call it, as "list services".
    pub(crate) what: &'a str,
}

impl<'a> Ask<'a> {
    /// A question that changes nothing.
    pub(crate) fn get(path: &'a str, what: &'a str) -> Self {
        Self { method: Method::GET, path, accept: None, content: None, body: Vec::new(), what }
    }

    fn request(&self) -> Result<Request<Vec<u8>>, http::Error> {
        let mut request = Request::builder().method(&self.method).uri(self.path);
        for (name, value) in [("Accept", self.accept), ("Content-Type", self.content)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.body(self.body.clone())
    }
}

impl Connection {
    /// Asks for `path`; `what` says in messages what was asked, as "list services".
    pub(crate) async fn get(&self, path: &str, what: &str) -> Result<Value, Error> {
        self.ask(&Ask::get(path, what)).await
    }

    /// Asks for `path`, which may lead to nothing.
    pub(crate) async fn find(&self, path: &str, what: &str) -> Result<Option<Value>, Error> {
        match self.get(path, what).await {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks, and again where that can help.
    pub(crate) async fn ask(&self, ask: &Ask<'_>) -> Result<Value, Error> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let outcome = match self.once(ask).await {
                Err(Attempt::Failed(Error::Forbidden(refusal))) => Err(self.judge_forbidden(refusal).await),
                outcome => outcome,
            };
            match outcome {
                Ok(value) => return Ok(value),
                Err(Attempt::Failed(error)) => return Err(error),
                Err(Attempt::Again { why, after, refusal }) => {
                    let patient = refusal.is_none() && start.elapsed() < self.limits.patience;
                    if attempt >= self.limits.attempts && !patient || self.stop.is_set() {
                        let gone = Error::Unreachable { cluster: self.cluster.clone(), why, attempts: attempt };
                        return Err(refusal.map_or(gone, Error::of_refusal));
                    }
                    self.stop.sleep(after.unwrap_or(pause).min(LONGEST_PAUSE)).await;
                    pause = (pause * 2).min(LONGEST_OWN_PAUSE);
                    attempt += 1;
                }
            }
        }
    }

    async fn once(&self, ask: &Ask<'_>) -> Result<Value, Attempt> {
        let request = ask.request().map_err(|error| Attempt::Failed(self.unreadable(ask.what, error.to_string())))?;
        match timeout(self.limits.request, self.exchange(request)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.judge(error, ask.what)),
            Err(_) => Err(Attempt::Failed(Error::TimedOut {
                cluster: self.cluster.clone(),
                what: ask.what.into(),
                limit: self.limits.request,
            })),
        }
    }

    /// Whether asking again can help.
    fn judge(&self, fault: Fault, what: &str) -> Attempt {
        match fault {
            Fault::Lost(why) => Attempt::Again { why, after: None, refusal: None },
            Fault::Untrusted(why) => Attempt::Failed(Error::Untrusted { cluster: self.cluster.clone(), why }),
            Fault::NoCredentials => Attempt::Failed(Error::Unauthorized { cluster: self.cluster.clone() }),
            Fault::Refused { status, after } => self.judge_status(&status, after, what),
            Fault::Unreadable(why) => Attempt::Failed(self.unreadable(what, why)),
        }
    }

    /// Whether the server may only not know yet who may what: it answers a moment before it has read the roles.
    async fn judge_forbidden(&self, refusal: Box<Refusal>) -> Attempt {
        let again = |refusal| Attempt::Again { why: "it is not ready yet".into(), after: None, refusal };
        let Ok(request) = Request::get("/readyz").body(Vec::new()) else {
            return Attempt::Failed(Error::Forbidden(refusal));
        };
        match timeout(self.limits.request, self.exchange(request)).await {
            // Everybody may ask this, once the roles are known, unless the cluster's owner has changed that.
            Ok(Err(Fault::Refused { status, .. })) if status.code == 403 => again(Some(refusal)),
            Ok(Err(Fault::Refused { status, .. })) if status.code >= 500 => again(None),
            Ok(Err(Fault::Lost(_))) | Err(_) => again(None),
            _ => Attempt::Failed(Error::Forbidden(refusal)),
        }
    }

    fn judge_status(&self, status: &Status, after: Option<Duration>, what: &str) -> Attempt {
        let code = StatusCode::from_u16(status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match code {
            StatusCode::UNAUTHORIZED => Attempt::Failed(Error::Unauthorized { cluster: self.cluster.clone() }),
            StatusCode::FORBIDDEN => Attempt::Failed(Error::Forbidden(Box::new(self.refusal(status, what)))),
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                let may_be_ours = code == StatusCode::INTERNAL_SERVER_ERROR;
                let refusal = may_be_ours.then(|| Box::new(self.refusal(status, what)));
                Attempt::Again { why: format!("{} {}", status.code, status.message), after, refusal }
            }
            _ => Attempt::Failed(Error::Refused(Box::new(self.refusal(status, what)))),
        }
    }

    fn refusal(&self, status: &Status, what: &str) -> Refusal {
        let details = status.details.as_ref();
        let causes = details.iter().flat_map(|details| &details.causes);
        Refusal {
            cluster: self.cluster.clone(),
            what: what.into(),
            code: status.code,
            message: status.message.clone(),
            subject: details.map(|details| details.kind.clone()).unwrap_or_default(),
            causes: causes
                .map(|cause| Cause {
                    reason: cause.reason.clone(),
                    field: cause.field.clone(),
                    message: cause.message.clone(),
                })
                .collect(),
        }
    }

    fn unreadable(&self, what: &str, why: String) -> Error {
        Error::Unreadable { cluster: self.cluster.clone(), what: what.into(), why }
    }

    /// Reads a list page by page and keeps what `each` makes of its items.
    pub(crate) async fn list<T>(
        &self,
        path: &str,
        what: &str,
        each: impl FnMut(Value) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        self.pages(Ask::get("", what), path, each).await
    }

    /// The same for the list at `path` as `ask` wants it. A list that a server forgets while it is read is read again from
    /// its start.
    pub(crate) async fn pages<T>(
        &self,
        ask: Ask<'_>,
        path: &str,
        mut each: impl FnMut(Value) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let first = if path.contains('?') { '&' } else { '?' };
        let (mut found, mut token, mut starts) = (Vec::new(), String::new(), 1);
        loop {
            let next = if token.is_empty() { String::new() } else { format!("&continue={}", encoded(&token)) };
            let path = format!("{path}{first}limit={}{next}", self.limits.page);
            let page = self.ask(&Ask { path: &path, body: Vec::new(), method: ask.method.clone(), ..ask }).await;
            let mut page = match page {
                Err(Error::Refused(refusal))
                    if refusal.code == GONE && !token.is_empty() && starts < self.limits.attempts =>
                {
                    (found, token) = (Vec::new(), String::new());
                    starts += 1;
                    continue;
                }
                page => page?,
            };
            let items = match page.get_mut("items").map(Value::take) {
                Some(Value::Array(items)) => items,
                // A list of nothing may be written so.
                Some(Value::Null) if page["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => Vec::new(),
                _ => return Err(self.unreadable(ask.what, "it is no list".into())),
            };
            found.extend(items.into_iter().filter_map(&mut each));
            match page.pointer("/metadata/continue").and_then(Value::as_str).unwrap_or_default() {
                "" => return Ok(found),
                same if same == token => {
                    return Err(self.unreadable(ask.what, "it has the same page again and again".into()));
                }
                more => more.clone_into(&mut token),
            }
        }
    }
}

/// A value in the query of a URI (RFC 3986, 2.3).
pub(crate) fn encoded(text: &str) -> String {
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
