//! An API server that answers by a script: what real ones do when they are busy, slow or broken, without waiting for it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `GET`, `PATCH`, …
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// What comes after the question mark.
    pub query: String,
    /// The headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
    /// How many requests for this method and path came before.
    pub before: usize,
    /// When it came.
    pub at: Instant,
}

/// What comes back.
pub enum Answer {
    /// An object or a list.
    Json(Value),
    /// The server says no.
    Refusal {
        /// The status code.
        code: u16,
        /// Headers besides those of the body, as `Retry-After`.
        headers: Vec<(&'static str, String)>,
        /// Its kind and bytes.
        body: (&'static str, Vec<u8>),
    },
    /// A body that is no JSON, with a status that says that all is well.
    Bytes(Vec<u8>),
    /// The start of an answer, and then the connection is closed.
    Broken,
    /// Nothing, for as long as the other side waits.
    Silence,
    /// An answer that does not end.
    Endless,
}

impl Answer {
    /// A list of `items`; with a token if there are more.
    pub fn list(items: &[Value], more: Option<&str>) -> Self {
        Self::Json(json!({"metadata": {"resourceVersion": "1", "continue": more.unwrap_or_default()}, "items": items}))
    }

    /// The server says no, as API servers do.
    pub fn status(code: u16, reason: &str, message: &str) -> Self {
        let status = json!({
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message, "code": code,
        });
        Self::Refusal { code, headers: Vec::new(), body: ("application/json", status.to_string().into_bytes()) }
    }
}

/// A server that runs until this is dropped.
pub struct FakeApi {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    ended: Arc<AtomicBool>,
}

impl FakeApi {
    /// Starts a server that answers as `script` says.
    ///
    /// # Panics
    /// If there is no port for it.
    pub fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (asked, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (script, kept, over) = (Arc::new(script), Arc::clone(&asked), Arc::clone(&ended));
        std::thread::spawn(move || {
            for stream in listener.incoming().take_while(|_| !over.load(Ordering::Relaxed)).flatten() {
                let (script, kept) = (Arc::clone(&script), Arc::clone(&kept));
                // A connection that breaks is over; whoever asked will say so.
                std::thread::spawn(move || serve(&stream, &kept, script.as_ref()));
            }
        });
        Self { port, asked, ended }
    }

    /// What was asked so far, in order.
    ///
    /// # Panics
    /// If the script has panicked.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("the script does not panic").clone()
    }

    /// How often `path` was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
    }
}

impl Drop for FakeApi {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // It looks whether it is over when somebody comes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A kubeconfig with a context for each server, under the name that it is given, whose user has `token`.
pub fn kubeconfig(servers: &[(&str, &FakeApi)], token: &str) -> String {
    let mut text =
        format!("apiVersion: v1\nkind: Config\nusers:\n- {{name: user, user: {{token: {token}}}}}\nclusters:\n");
    for (name, server) in servers {
        let _ = writeln!(text, "- {{name: {name}, cluster: {{server: \"http://127.0.0.1:{}\"}}}}", server.port);
    }
    text.push_str("contexts:\n");
    for (name, _) in servers {
        let _ = writeln!(text, "- {{name: {name}, context: {{cluster: {name}, user: user}}}}");
    }
    text
}

/// Answers what comes on a connection, until it ends.
fn serve(stream: &TcpStream, kept: &Mutex<Vec<Asked>>, script: &impl Fn(&Asked) -> Answer) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut asked = read(&mut reader)?;
        {
            let mut kept = kept.lock().ok()?;
            asked.before = kept.iter().filter(|old| old.method == asked.method && old.path == asked.path).count();
            kept.push(asked.clone());
        }
        write(stream, &mut reader, script(&asked))?;
    }
}

/// A request (RFC 9112); `None` if there is no more.
fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, path: path.into(), query: query.into(), headers, body, before: 0, at: Instant::now() })
}

/// Sends an answer; `None` if the connection is over with it.
fn write(mut stream: &TcpStream, reader: &mut impl Read, answer: Answer) -> Option<()> {
    match answer {
        Answer::Json(value) => whole(stream, 200, &[], "application/json", value.to_string().as_bytes()),
        Answer::Bytes(bytes) => whole(stream, 200, &[], "application/json", &bytes),
        Answer::Refusal { code, headers, body: (kind, bytes) } => whole(stream, code, &headers, kind, &bytes),
        Answer::Broken => {
            let start =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"items\": [";
            stream.write_all(start.as_bytes()).ok()?;
            None
        }
        Answer::Silence => {
            // It ends when the other side has waited enough and goes away.
            let _ = reader.read(&mut [0]);
            None
        }
        Answer::Endless => {
            let start = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"items\": [";
            stream.write_all(start.as_bytes()).ok()?;
            let items = "{},".repeat(1 << 18);
            while stream.write_all(items.as_bytes()).is_ok() {}
            None
        }
    }
}

fn whole(mut stream: &TcpStream, code: u16, headers: &[(&str, String)], kind: &str, body: &[u8]) -> Option<()> {
    let mut head = format!("HTTP/1.1 {code} Said\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).ok()
}
