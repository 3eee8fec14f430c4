//! Requests and answers, bounded in time and size, and credentials that stay where they belong.

use std::io::{self, Read as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::http::{self, Method, StatusCode, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, AsSendBody, Body};

use crate::access::Access;
use crate::error::Error;
use crate::limits::{Limits, REDIRECTS};
use crate::reference::Reference;
use crate::secret::Secret;
use crate::url::{Url, is_loopback};

/// A request before it knows who asks.
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) accept: &'static str,
    /// The type and the bytes of a body.
    pub(crate) body: Option<(&'static str, &'a [u8])>,
}

/// An answer whose body has not been read.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Where it came from, after redirects.
    pub(crate) url: Url,
    response: http::Response<Body>,
}

/// What sends, on behalf of one reference and until one deadline.
pub(crate) struct Transport<'a> {
    agent: Agent,
    access: &'a Access,
    reference: &'a Reference,
    deadline: Instant,
}

impl<'a> Transport<'a> {
    pub(crate) fn new(reference: &'a Reference, access: &'a Access, limits: Limits) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // Followed here, where credentials are taken off.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(limits.connect))
            .timeout_resolve(Some(limits.connect))
            .user_agent(concat!("meshc/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.new_agent(), access, reference, deadline: Instant::now() + limits.whole }
    }

    /// Sends a request, and follows where the answer leads if that is safe.
    ///
    /// **Invariant**: the authorization goes to the origin of the request and to no other. Requests with a body are not
    /// redirected, as that could carry the body elsewhere.
    pub(crate) fn send(&self, request: &Request<'_>, authorization: Option<&Secret>) -> Result<Answer, Error> {
        let mut url = request.url.clone();
        for _ in 0..=REDIRECTS {
            let own = authorization.filter(|_| url.has_origin_of(&request.url));
            let response = self.send_once(request, &url, own)?;
            let status = response.status();
            let is_reading = matches!(request.method, Method::GET | Method::HEAD);
            if !is_reading || !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(Answer { status, url, response });
            }
            let next = text_of(&response, &header::LOCATION).and_then(|location| url.join(location));
            let Some(next) = next else {
                return Err(self.not_oci(&url, "it redirects to nowhere"));
            };
            if !self.access.may_follow(&url, &next) {
                return Err(self.not_oci(&url, "it redirects to an address without encryption"));
            }
            url = next;
        }
        Err(self.not_oci(&url, "it redirects again and again"))
    }

    fn send_once(
        &self,
        request: &Request<'_>,
        url: &Url,
        authorization: Option<&Secret>,
    ) -> Result<http::Response<Body>, Error> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.too_slow(url));
        }
        let mut builder = http::Request::builder().method(request.method.clone()).uri(url.text());
        builder = builder.header(header::ACCEPT, request.accept);
        if let Some(secret) = authorization {
            builder = builder.header(header::AUTHORIZATION, secret.expose());
        }
        let odd = |_| self.not_oci(url, "it gives an address or a token that cannot be sent");
        let answer = if let Some((media_type, bytes)) = request.body {
            let request = builder.header(header::CONTENT_TYPE, media_type).body(bytes).map_err(odd)?;
            self.agent.run(self.configure(request, url, left))
        } else {
            let request = builder.body(()).map_err(odd)?;
            self.agent.run(self.configure(request, url, left))
        };
        answer.map_err(|cause| self.failed(url, &cause))
    }

    /// Gives a request the time that is left. A proxy cannot know what our loopback is, so it is not asked.
    fn configure<S: AsSendBody>(&self, request: http::Request<S>, url: &Url, left: Duration) -> http::Request<S> {
        let config = self.agent.configure_request(request).timeout_global(Some(left));
        if is_loopback(&url.authority) { config.proxy(None).build() } else { config.build() }
    }

    /// Reads the body of an answer if it has no more than so many bytes.
    pub(crate) fn read(&self, answer: Answer, what: &'static str, limit: u64) -> Result<Vec<u8>, Error> {
        let too_large = || Error::TooLarge { reference: self.reference.to_string(), what, limit };
        let body = answer.response.into_body();
        if body.content_length().is_some_and(|bytes| bytes > limit) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let read = body.into_reader().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|cause| self.broke_off(&answer.url, &cause))?;
        if bytes.len() as u64 > limit {
            return Err(too_large());
        }
        Ok(bytes)
    }

    /// An answer that no registry gives.
    pub(crate) fn not_oci(&self, url: &Url, problem: &'static str) -> Error {
        Error::NotOci { reference: self.reference.to_string(), host: url.authority.clone(), problem }
    }

    /// An answer that says no for reasons that are not ours.
    pub(crate) fn refused(&self, answer: &Answer) -> Error {
        let status = answer.status.as_u16();
        Error::Refused { reference: self.reference.to_string(), host: answer.url.authority.clone(), status }
    }

    fn too_slow(&self, url: &Url) -> Error {
        Error::TooSlow { reference: self.reference.to_string(), host: url.authority.clone() }
    }

    fn unreachable(&self, url: &Url, problem: &'static str) -> Error {
        Error::Unreachable { reference: self.reference.to_string(), host: url.authority.clone(), problem }
    }

    /// Says what happened in words of ours, since the client's may quote the address with its query.
    fn failed(&self, url: &Url, cause: &ureq::Error) -> Error {
        match cause {
            ureq::Error::Timeout(_) => self.too_slow(url),
            ureq::Error::HostNotFound => self.unreachable(url, "no host has this name"),
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
                self.unreachable(url, "its certificate or its encryption is not to be trusted")
            }
            ureq::Error::Io(cause) => self.broke_off(url, cause),
            ureq::Error::Protocol(_) | ureq::Error::Http(_) | ureq::Error::BadUri(_) => {
                self.not_oci(url, "it does not speak HTTP")
            }
            _ => self.unreachable(url, "the connection failed"),
        }
    }

    fn broke_off(&self, url: &Url, cause: &io::Error) -> Error {
        let inner = cause.get_ref().and_then(|cause| cause.downcast_ref::<ureq::Error>());
        if let Some(inner) = inner {
            return self.failed(url, inner);
        }
        let is_tls = cause.get_ref().is_some_and(|cause| cause.downcast_ref::<rustls::Error>().is_some());
        match cause.kind() {
            _ if is_tls => self.unreachable(url, "its certificate or its encryption is not to be trusted"),
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => self.too_slow(url),
            io::ErrorKind::ConnectionRefused => self.unreachable(url, "nothing listens there"),
            io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
                self.unreachable(url, "the connection broke off")
            }
            _ => self.unreachable(url, "it was not found or does not answer"),
        }
    }
}

impl Answer {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// All headers of a name, as text.
    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok())
    }
}

fn text_of<'r>(response: &'r http::Response<Body>, name: &header::HeaderName) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}
