//! Programs that keep credentials, such as `docker-credential-pass`.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::access::Credentials;
use crate::secret::Secret;

/// How much a helper may say.
const ANSWER_BYTES: u64 = 1 << 20;
/// The user name that marks a token.
const TOKEN_USER: &str = "<token>";
/// What a helper says that works and has nothing; the words are part of the protocol.
const NOT_FOUND: &str = "credentials not found";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Asks a helper for the credentials of a server. None if it has none.
///
/// What the helper says is never part of a problem, since it may be the secret.
pub(super) fn get(helper: &str, server: &str, path: &OsStr, patience: Duration) -> Result<Option<Credentials>, String> {
    let program = find(helper, path)?;
    let (done, answer) =
        ask(&program, server, patience).map_err(|problem| format!("`docker-credential-{helper}` {problem}"))?;
    if !done {
        let words = String::from_utf8_lossy(&answer);
        return if words.contains(NOT_FOUND) {
            Ok(None)
        } else {
            Err(format!("`docker-credential-{helper} get` failed; run it by hand with the registry as its input"))
        };
    }
    let answer: Answer = serde_json::from_slice(&answer)
        .map_err(|_| format!("`docker-credential-{helper} get` does not answer as a credential helper does"))?;
    let secret = Secret::new(answer.secret);
    Ok(Some(if answer.username == TOKEN_USER {
        Credentials::Identity(secret)
    } else {
        Credentials::Basic { user: answer.username, password: secret }
    }))
}

/// Finds the program of a helper. The name comes from a file, so it may not lead elsewhere.
fn find(helper: &str, path: &OsStr) -> Result<PathBuf, String> {
    if !helper.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        return Err("the name of a credential helper is of letters, digits, `-`, `_` and `.`".to_owned());
    }
    let name = format!("docker-credential-{helper}");
    let mut programs =
        std::env::split_paths(path).filter(|folder| folder.is_absolute()).map(|folder| folder.join(&name));
    programs.find(|program| program.is_file()).ok_or_else(|| format!("it names `{name}`, which is not installed"))
}

/// Runs a helper: whether it succeeded, and what it wrote.
fn ask(program: &Path, server: &str, patience: Duration) -> Result<(bool, Vec<u8>), &'static str> {
    let mut command = Command::new(program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| "could not be run")?;
    let deadline = Instant::now() + patience;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    if let Some(mut input) = input {
        // A helper that does not read has said what it wants to say.
        let _ = input.write_all(format!("{server}\n").as_bytes());
    }
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut answer = Vec::new();
        let read = output.map(|output| output.take(ANSWER_BYTES).read_to_end(&mut answer));
        // The other end is gone when the time is up.
        let _ = sender.send(read.and_then(Result::ok).map(|_| answer));
    });
    let answer = receiver.recv_timeout(patience);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                return match answer {
                    Ok(Some(answer)) => Ok((status.success(), answer)),
                    _ => Err("could not be heard"),
                };
            }
            Ok(None) if answer.is_ok() && Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
            _ => {
                // It may have ended by itself in between.
                let _ = child.kill();
                let _ = child.wait();
                return Err("did not answer in time");
            }
        }
    }
}
