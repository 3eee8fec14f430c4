//! One question after the other to a cluster, without a process for each: over the socket of a `kubectl proxy`.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use serde_json::Value;

/// A cluster that answers on a socket.
pub(super) struct Api {
    pub(super) socket: PathBuf,
}

impl Api {
    pub(super) fn get(&self, path: &str) -> Option<Value> {
        self.ask("GET", path, "application/json", "")
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Option<Value> {
        self.ask("POST", path, "application/json", &body.to_string())
    }

    pub(super) fn patch(&self, path: &str, body: &Value) -> Option<Value> {
        self.ask("PATCH", path, "application/strategic-merge-patch+json", &body.to_string())
    }

    pub(super) fn delete(&self, path: &str) -> Option<Value> {
        self.ask("DELETE", path, "application/json", "")
    }

    /// What the server answers; nothing while there is no server.
    fn ask(&self, method: &str, path: &str, media: &str, body: &str) -> Option<Value> {
        let mut stream = UnixStream::connect(&self.socket).ok()?;
        // To HTTP/1.0 a server answers in one piece, and hangs up.
        let length = body.len();
        let head = format!("Host: localhost\r\nContent-Type: {media}\r\nContent-Length: {length}");
        write!(stream, "{method} {path} HTTP/1.0\r\n{head}\r\n\r\n{body}").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }
}
