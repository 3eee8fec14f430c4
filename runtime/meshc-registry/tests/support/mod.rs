//! A registry for tests: in this process, on loopback, with the faults of registries on demand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]
#![allow(dead_code, reason = "each suite uses its part")]

mod http;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use meshc_registry::{Access, Digest, Limits, Reference};

pub(crate) use http::Request;

/// A user of guarded registries.
pub(crate) const USER: &str = "luke";
/// The password of that user. With a colon, since only the first one separates.
pub(crate) const PASSWORD: &str = "t0p:secret";
/// What stands for the user in Docker's configuration.
pub(crate) const IDENTITY: &str = "identity-t0psecret";
/// What the token service gives out.
const TOKEN: &str = "granted-t0psecret";

/// Limits for tests that should end in time.
pub(crate) const LIMITS: Limits =
    Limits { component_bytes: 1 << 20, connect: Duration::from_millis(400), whole: Duration::from_millis(800) };

/// Whom a registry lets in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    Open,
    Basic,
    Token,
}

/// What a registry does wrong.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// A byte of each blob is another.
    WrongBlob,
    /// A byte of each manifest is another, and the header has the digest of the right one.
    WrongManifest,
    /// Each answer about a manifest has this status and repeats what was asked.
    Status(u16),
    /// Blobs have no end.
    EndlessBlob,
    /// Manifests have no end.
    EndlessManifest,
    /// Blobs come a byte at a time.
    SlowBlob,
    /// Blobs are somewhere else, at this address before their path.
    Redirect(String),
    /// Uploads go on somewhere else.
    UploadTo(String),
    /// Every answer is a page for people.
    Page,
    /// Answers are no HTTP.
    Noise,
}

/// What a registry holds and has seen.
pub(crate) struct State {
    pub(crate) guard: Guard,
    pub(crate) fault: Fault,
    pub(crate) manifests: BTreeMap<String, Vec<u8>>,
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
    pub(crate) seen: Vec<Request>,
}

/// A running registry. It ends with the process.
pub(crate) struct Registry {
    pub(crate) host: String,
    state: Arc<Mutex<State>>,
}

impl Registry {
    pub(crate) fn start(guard: Guard) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let state =
            State { guard, fault: Fault::None, manifests: BTreeMap::new(), blobs: BTreeMap::new(), seen: vec![] };
        let state = Arc::new(Mutex::new(state));
        let registry = Self { host: host.clone(), state: Arc::clone(&state) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (host, state) = (host.clone(), Arc::clone(&state));
                thread::spawn(move || answer(&host, &state, stream));
            }
        });
        registry
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn fail(&self, fault: Fault) {
        self.state().fault = fault;
    }

    /// The reference of a plugin here, with what comes after the repository.
    pub(crate) fn reference(&self, rest: &str) -> Reference {
        format!("oci://{}/acme/nearest{rest}", self.host).parse().unwrap()
    }

    /// Puts a manifest under a tag without an upload.
    pub(crate) fn put_manifest(&self, tag: &str, manifest: &str) {
        self.state().manifests.insert(tag.to_owned(), manifest.as_bytes().to_vec());
    }

    /// Requests of blobs that were not about uploads.
    pub(crate) fn fetched_blobs(&self) -> usize {
        self.state().seen.iter().filter(|seen| seen.method == "GET" && seen.path.contains("/blobs/")).count()
    }
}

/// Nobody in particular.
pub(crate) fn anonymous() -> Access {
    Access { docker_config: None, helper_path: OsString::new(), insecure: vec![] }
}

/// The `auth` of Docker's configuration.
pub(crate) fn auth(user: &str, password: &str) -> String {
    STANDARD.encode(format!("{user}:{password}"))
}

/// A component of about so many bytes; the same number gives the same bytes.
pub(crate) fn component(padding: usize) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0\0".to_vec();
    let mut length = padding + 4;
    while length > 127 {
        bytes.push((length & 127) as u8 | 128);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend(b"\x03pad");
    bytes.resize(bytes.len() + padding, 7);
    bytes
}

fn answer(host: &str, state: &Mutex<State>, mut stream: TcpStream) {
    let Some(request) = http::read(&mut stream) else { return };
    let fault = {
        let mut state = state.lock().unwrap();
        state.seen.push(request.clone());
        state.fault.clone()
    };
    if fault == Fault::Page {
        return http::write(&mut stream, 200, &[("Content-Type", "text/html")], b"<html>hello</html>");
    }
    if fault == Fault::Noise {
        return http::noise(&mut stream);
    }
    let path = request.path.split('?').next().unwrap().to_owned();
    if path == "/token" {
        return give_token(&mut stream, &request);
    }
    let guard = state.lock().unwrap().guard;
    let wanted = match guard {
        Guard::Open => None,
        Guard::Basic => Some(format!("Basic {}", auth(USER, PASSWORD))),
        Guard::Token => Some(format!("Bearer {TOKEN}")),
    };
    if wanted.is_some() && request.authorization != wanted {
        let challenge = match guard {
            Guard::Token => format!("Bearer realm=\"http://{host}/token\",service=\"tiny\""),
            Guard::Open | Guard::Basic => "Basic realm=\"tiny\"".to_owned(),
        };
        return http::write(&mut stream, 401, &[("WWW-Authenticate", &challenge)], request.echo().as_bytes());
    }
    let name = path.rsplit('/').next().unwrap().to_owned();
    if path.contains("/manifests/") {
        manifest(&mut stream, &mut state.lock().unwrap(), &request, &name, &fault);
    } else if path.contains("/blobs/uploads/") {
        upload(&mut stream, &mut state.lock().unwrap(), &request, &path, &fault);
    } else {
        let blob = state.lock().unwrap().blobs.get(&name).cloned();
        give_blob(&mut stream, &request, blob, &fault);
    }
}

fn give_token(stream: &mut TcpStream, request: &Request) {
    let known = format!("Basic {}", auth(USER, PASSWORD));
    let body = String::from_utf8_lossy(&request.body);
    let is_known = request.authorization == Some(known) || body.contains(&format!("refresh_token={IDENTITY}"));
    if is_known && (request.path.contains("service=tiny") || body.contains("service=tiny")) {
        http::write(stream, 200, &[], format!("{{\"token\":\"{TOKEN}\"}}").as_bytes());
    } else {
        http::write(stream, 401, &[], request.echo().as_bytes());
    }
}

fn manifest(stream: &mut TcpStream, state: &mut State, request: &Request, name: &str, fault: &Fault) {
    if let Fault::Status(status) = fault {
        return http::write(stream, *status, &[], request.echo().as_bytes());
    }
    if request.method == "PUT" {
        let digest = Digest::of(&request.body).to_string();
        for name in [name, &digest] {
            state.manifests.insert(name.to_owned(), request.body.clone());
        }
        return http::write(stream, 201, &[("Docker-Content-Digest", &digest), ("Location", "/")], b"");
    }
    let Some(bytes) = state.manifests.get(name) else { return http::write(stream, 404, &[], b"{}") };
    let digest = Digest::of(bytes).to_string();
    match fault {
        Fault::EndlessManifest => http::endless(stream),
        Fault::WrongManifest => http::write(stream, 200, &[("Docker-Content-Digest", &digest)], &wrong(bytes)),
        _ => http::write(stream, 200, &[("Docker-Content-Digest", &digest)], bytes),
    }
}

fn upload(stream: &mut TcpStream, state: &mut State, request: &Request, path: &str, fault: &Fault) {
    if request.method == "POST" {
        let base = if let Fault::UploadTo(base) = fault { base.as_str() } else { "" };
        return http::write(stream, 202, &[("Location", &format!("{base}{path}one?state=x"))], b"");
    }
    let digest = Digest::of(&request.body).to_string();
    if !request.path.ends_with(&format!("?state=x&digest={}", digest.replace(':', "%3A"))) {
        return http::write(stream, 400, &[], b"{}");
    }
    state.blobs.insert(digest, request.body.clone());
    http::write(stream, 201, &[("Location", "/")], b"");
}

fn give_blob(stream: &mut TcpStream, request: &Request, blob: Option<Vec<u8>>, fault: &Fault) {
    if let Fault::Redirect(base) = fault {
        return http::write(stream, 307, &[("Location", &format!("{base}{}?sig=t0psecret", request.path))], b"");
    }
    let Some(bytes) = blob else { return http::write(stream, 404, &[], b"{}") };
    match fault {
        _ if request.method == "HEAD" => http::write(stream, 200, &[], b""),
        Fault::WrongBlob => http::write(stream, 200, &[], &wrong(&bytes)),
        Fault::EndlessBlob => http::endless(stream),
        Fault::SlowBlob => http::slow(stream, &bytes),
        _ => http::write(stream, 200, &[], &bytes),
    }
}

fn wrong(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}
