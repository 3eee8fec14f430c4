//! Being let in: answers a registry's challenge once, and keeps the permission for the requests that follow.

mod challenge;
mod token;

use std::time::Duration;

use ureq::http::Method;
use ureq::http::StatusCode;

use crate::access::{Access, Credentials, Found};
use crate::error::Error;
use crate::limits::Limits;
use crate::reference::Reference;
use crate::secret::Secret;
use crate::session::challenge::Challenge;
use crate::transport::{Answer, Request, Transport};
use crate::url::Url;

/// What one wants to do with a repository, in the words of token services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Pull,
    Push,
}

impl Purpose {
    fn actions(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "pull,push",
        }
    }
}

/// A conversation with the registry of one reference.
pub(crate) struct Session<'a> {
    transport: Transport<'a>,
    access: &'a Access,
    reference: &'a Reference,
    purpose: Purpose,
    /// For how long a credential helper may take.
    patience: Duration,
    /// The value of the header, once the registry has asked for it.
    authorization: Option<Secret>,
}

/// The host that answers for Docker Hub.
const HUB: (&str, &str) = ("docker.io", "registry-1.docker.io");

impl<'a> Session<'a> {
    pub(crate) fn new(reference: &'a Reference, access: &'a Access, limits: Limits, purpose: Purpose) -> Self {
        let transport = Transport::new(reference, access, limits);
        Self { transport, access, reference, purpose, patience: limits.connect, authorization: None }
    }

    /// The address of something in the repository.
    pub(crate) fn url(&self, path: &str) -> Url {
        let registry = self.reference.registry();
        let host = if registry == HUB.0 { HUB.1 } else { registry };
        Url::new(!self.access.is_plain(registry), host, format!("/v2/{}/{path}", self.reference.repository()))
    }

    /// Sends a request that has no body.
    pub(crate) fn ask(&mut self, method: Method, url: Url, accept: &'static str) -> Result<Answer, Error> {
        self.send(&Request { method, url, accept, body: None })
    }

    /// Sends a request with a body.
    pub(crate) fn hand_in(
        &mut self,
        method: Method,
        url: Url,
        media_type: &'static str,
        bytes: &[u8],
    ) -> Result<Answer, Error> {
        self.send(&Request { method, url, accept: "*/*", body: Some((media_type, bytes)) })
    }

    /// Sends a request, and once more with credentials if the registry asks who we are.
    ///
    /// A request to another host, where uploads may lead, has no authorization.
    fn send(&mut self, request: &Request<'_>) -> Result<Answer, Error> {
        let is_registry = request.url.has_origin_of(&self.url(""));
        let answer = self.transport.send(request, self.authorization.as_ref().filter(|_| is_registry))?;
        if answer.status != StatusCode::UNAUTHORIZED || !is_registry || !answer.url.has_origin_of(&request.url) {
            return Ok(answer);
        }
        let found = self.access.credentials(self.reference, self.patience)?;
        self.authorization = Some(self.authorize(&answer, &found)?);
        let answer = self.transport.send(request, self.authorization.as_ref())?;
        if matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(self.unauthorized(&found));
        }
        Ok(answer)
    }

    /// Makes the authorization that a registry asks for.
    fn authorize(&self, answer: &Answer, found: &Found) -> Result<Secret, Error> {
        let challenges: Vec<_> = answer.headers("www-authenticate").filter_map(Challenge::parse).collect();
        let bearer = challenges.iter().find_map(|challenge| match challenge {
            Challenge::Bearer { realm, service } => Some((realm, service.as_deref())),
            Challenge::Basic => None,
        });
        if let Some((realm, service)) = bearer {
            let realm = Url::parse(realm)
                .filter(|realm| self.access.may_follow(&answer.url, realm))
                .ok_or_else(|| self.transport.not_oci(&answer.url, "it names a token service without encryption"))?;
            let scope = format!("repository:{}:{}", self.reference.repository(), self.purpose.actions());
            let token = token::fetch(&self.transport, realm, service, &scope, found.credentials.as_ref())?;
            return token.ok_or_else(|| self.unauthorized(found));
        }
        match &found.credentials {
            Some(Credentials::Basic { user, password }) if challenges.contains(&Challenge::Basic) => {
                Ok(token::basic(user, password))
            }
            _ => Err(self.unauthorized(found)),
        }
    }

    /// The error of a status that is not what was hoped for.
    pub(crate) fn refusal(&self, answer: &Answer) -> Error {
        let reference = self.reference.to_string();
        let registry = self.reference.registry().to_owned();
        match answer.status.as_u16() {
            401 | 403 => match self.access.credentials(self.reference, self.patience) {
                Ok(found) => self.unauthorized(&found),
                Err(error) => error,
            },
            404 => Error::NotFound { reference, registry },
            status @ (400..) => Error::Refused { reference, host: answer.url.authority.clone(), status },
            _ => self.not_oci(answer, "its status is not one that registries give"),
        }
    }

    /// An answer that no registry gives.
    pub(crate) fn not_oci(&self, answer: &Answer, problem: &'static str) -> Error {
        self.transport.not_oci(&answer.url, problem)
    }

    /// Reads a body of bounded size.
    pub(crate) fn read(&self, answer: Answer, what: &'static str, limit: u64) -> Result<Vec<u8>, Error> {
        self.transport.read(answer, what, limit)
    }

    fn unauthorized(&self, found: &Found) -> Error {
        Error::Unauthorized {
            reference: self.reference.to_string(),
            registry: self.reference.registry().to_owned(),
            credentials: found.account.clone(),
        }
    }

    /// Where an upload goes on, if we may go there.
    pub(crate) fn upload(&self, answer: &Answer) -> Result<Url, Error> {
        let location = answer.header("location").and_then(|location| answer.url.join(location));
        let location = location.ok_or_else(|| self.not_oci(answer, "it does not say where to upload to"))?;
        if self.access.may_follow(&answer.url, &location) {
            Ok(location)
        } else {
            Err(self.not_oci(answer, "it wants uploads without encryption"))
        }
    }
}
