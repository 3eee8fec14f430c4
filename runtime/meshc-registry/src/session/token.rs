//! Tokens of a registry's token service.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use ureq::http::{Method, StatusCode};

use crate::access::Credentials;
use crate::error::Error;
use crate::limits::TOKEN_BYTES;
use crate::secret::Secret;
use crate::transport::{Request, Transport};
use crate::url::{Url, encode};

/// What we call ourselves to a token service.
const CLIENT: &str = "meshc";

#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
}

/// Asks for a token and makes an authorization of it. None if the service does not let us in.
pub(super) fn fetch(
    transport: &Transport<'_>,
    realm: Url,
    service: Option<&str>,
    scope: &str,
    credentials: Option<&Credentials>,
) -> Result<Option<Secret>, Error> {
    let accept = "application/json";
    let answer = match credentials {
        Some(Credentials::Identity(token)) => {
            let form = Secret::new(format!(
                "grant_type=refresh_token&client_id={CLIENT}&service={}&scope={}&refresh_token={}",
                encode(service.unwrap_or_default()),
                encode(scope),
                encode(token.expose()),
            ));
            let body = Some(("application/x-www-form-urlencoded", form.expose().as_bytes()));
            transport.send(&Request { method: Method::POST, url: realm, accept, body }, None)?
        }
        Some(Credentials::Basic { .. }) | None => {
            let url = match service {
                Some(service) => realm.with("service", service),
                None => realm,
            };
            let authorization = match credentials {
                Some(Credentials::Basic { user, password }) => Some(basic(user, password)),
                _ => None,
            };
            let request = Request { method: Method::GET, url: url.with("scope", scope), accept, body: None };
            transport.send(&request, authorization.as_ref())?
        }
    };
    match answer.status {
        StatusCode::OK => {}
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Ok(None),
        _ => return Err(transport.refused(&answer)),
    }
    let url = answer.url.clone();
    let bytes = transport.read(answer, "token", TOKEN_BYTES)?;
    let odd = || transport.not_oci(&url, "its token service does not answer with a token");
    let answer: Answer = serde_json::from_slice(&bytes).map_err(|_| odd())?;
    let token = answer.token.or(answer.access_token).filter(|token| !token.is_empty()).ok_or_else(odd)?;
    Ok(Some(Secret::new(format!("Bearer {token}"))))
}

/// The authorization of a name and a password.
pub(super) fn basic(user: &str, password: &Secret) -> Secret {
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.expose()))))
}
