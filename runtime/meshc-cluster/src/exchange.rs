//! One exchange: a request goes out, and what comes back is read as far as an answer may go.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Request};
use http_body::Body as _;
use kube::client::Body;
use kube::core::Status;
use serde_json::Value;

use crate::Connection;
use crate::words::Words;

/// The largest answer that is read. A page of 500 objects has a few MiB, and many lists are read at once.
const LARGEST_ANSWER: usize = 64 << 20;

/// Why there is no answer.
pub(crate) enum Fault {
    /// The connection came to nothing, or broke.
    Lost(String),
    /// The server's certificate is not trusted, and nothing was sent.
    Untrusted(String),
    /// There are no credentials to ask with.
    NoCredentials,
    /// The server says no.
    Refused {
        /// In its words, fit to be repeated.
        status: Box<Status>,
        /// When it wants to be asked again.
        after: Option<Duration>,
    },
    /// It is no answer of an API server.
    Unreadable(String),
}

impl Connection {
    /// Sends a request, once, and reads the answer.
    pub(crate) async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Value, Fault> {
        let response = self.client.send(request.map(Body::from)).await.map_err(|error| self.fault(&error))?;
        let (parts, body) = response.into_parts();
        let bytes = self.read(body).await?;
        if parts.status.is_success() {
            return serde_json::from_slice(&bytes)
                .map_err(|error| Fault::Unreadable(format!("it is no JSON: {error}")));
        }
        let status = status(&parts.headers, &bytes, &self.words).with_code(parts.status.as_u16());
        let after = retry_after(&parts.headers, &status);
        Err(Fault::Refused { status: status.boxed(), after })
    }

    async fn read(&self, mut body: Body) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let frame = frame.map_err(|error| self.fault(&error))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if bytes.len() + data.len() > LARGEST_ANSWER {
                return Err(Fault::Unreadable(format!("it is larger than {} MiB", LARGEST_ANSWER >> 20)));
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    }

    fn fault(&self, error: &kube::Error) -> Fault {
        match error {
            kube::Error::Auth(_) => Fault::NoCredentials,
            // The words around these two are those of a library.
            kube::Error::Service(error) => self.broken(error.as_ref()),
            kube::Error::HyperError(error) => self.broken(error),
            error => self.broken(error),
        }
    }

    fn broken(&self, error: &(dyn StdError + 'static)) -> Fault {
        distrust(error).map_or_else(|| Fault::Lost(self.words.repeat(&causes(error))), Fault::Untrusted)
    }
}

/// What a server says when it says no. Something in front of it says so in a page of its own, which is not repeated.
fn status(headers: &HeaderMap, bytes: &[u8], words: &Words) -> Status {
    let mut status = serde_json::from_slice::<Status>(bytes).unwrap_or_else(|_| {
        let is_text = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
        let text = if is_text { String::from_utf8_lossy(bytes) } else { "it says no more".into() };
        Status::failure(&text, "")
    });
    status.message = words.repeat(&status.message);
    for cause in status.details.iter_mut().flat_map(|details| &mut details.causes) {
        cause.message = words.repeat(&cause.message);
        cause.field = words.repeat(&cause.field);
    }
    status
}

/// When the server wants to be asked again: in its header (RFC 9110, 10.2.3), or in its words.
fn retry_after(headers: &HeaderMap, status: &Status) -> Option<Duration> {
    let of_header = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let of_status = || status.details.as_ref().map(|details| u64::from(details.retry_after_seconds));
    of_header.or_else(of_status).filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

/// Why the certificate of a server is not trusted, if an error is about that.
fn distrust(error: &(dyn StdError + 'static)) -> Option<String> {
    if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
        return Some(why.to_string());
    }
    // The source of an error of the system is not the error that it holds, but the source of that one.
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(held) => distrust(held),
        None => error.source().and_then(distrust),
    }
}

/// An error with what caused it.
fn causes(error: &dyn StdError) -> String {
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
