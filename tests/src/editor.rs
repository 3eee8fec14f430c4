//! An editor for the language server: a client that opens texts, waits for what comes, and fails loudly if it does not.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take. It is for a server that hangs, and says nothing of speed.
const PATIENCE: Duration = Duration::from_mins(2);

/// A client and its server.
pub struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came and was not asked for yet.
    seen: Vec<Value>,
    last_id: i64,
}

impl Editor {
    /// Starts the server and says nothing.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn silent(mut command: Command) -> Self {
        let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it can be started");
        let input = server.stdin.take();
        let output = server.stdout.take().expect("it has one");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { server, input, messages, seen: Vec::new(), last_id: 0 }
    }

    /// Starts the server for the workspace `folder`, with `capabilities` of the client. Gives its answer too.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn start(command: Command, folder: &Path, capabilities: &Value) -> (Self, Value) {
        let mut editor = Self::silent(command);
        let folders = json!([{"uri": uri(folder), "name": "workspace"}]);
        let params =
            json!({"processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders});
        let answer = editor.ask("initialize", &params).expect("it starts");
        editor.tell("initialized", &json!({}));
        (editor, answer)
    }

    /// Sends bytes as they are.
    ///
    /// # Panics
    /// If the server has gone.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    /// Sends a text with a header.
    pub fn send_text(&mut self, text: &str) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn tell(&mut self, method: &str, params: &Value) {
        self.send_text(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
    }

    /// Sends a request, and gives its id.
    pub fn request(&mut self, method: &str, params: &Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send_text(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string());
        id
    }

    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// If the answer is an error, that.
    pub fn ask(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        let id = self.request(method, params);
        self.answer_to(&json!(id))
    }

    /// Waits for the answer to the request `id`.
    ///
    /// # Errors
    /// If the answer is an error, that.
    pub fn answer_to(&mut self, id: &Value) -> Result<Value, Value> {
        let mut answer = self.wait_for(&format!("the answer to {id}"), |message| {
            (message.get("method").is_none() && message.get("id") == Some(id)).then(|| message.clone())
        });
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["result"].take()),
        }
    }

    /// Waits for a message that `wanted` finds something in; those before it are kept for others.
    ///
    /// # Panics
    /// If none comes.
    pub fn wait_for<T>(&mut self, what: &str, mut wanted: impl FnMut(&Value) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut at = 0;
        loop {
            while at < self.seen.len() {
                if let Some(found) = wanted(&self.seen[at]) {
                    self.seen.remove(at);
                    return found;
                }
                at += 1;
            }
            match self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(message) => self.seen.push(message),
                Err(RecvTimeoutError::Timeout) => panic!("{what} did not come; there came {:#?}", self.seen),
                Err(RecvTimeoutError::Disconnected) => panic!("the server ended; {what} did not come"),
            }
        }
    }

    /// Opens a text.
    pub fn open(&mut self, path: &Path, text: &str) {
        let language = if path.extension().is_some_and(|extension| extension == "json") { "json" } else { "yaml" };
        let document = json!({"uri": uri(path), "languageId": language, "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
    }

    /// Puts another text in the place of an open one.
    pub fn replace(&mut self, path: &Path, version: i32, text: &str) {
        self.change(path, version, &json!([{"text": text}]));
    }

    /// Changes an open text.
    pub fn change(&mut self, path: &Path, version: i32, changes: &Value) {
        let document = json!({"uri": uri(path), "version": version});
        self.tell("textDocument/didChange", &json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Closes a text.
    pub fn close(&mut self, path: &Path) {
        self.tell("textDocument/didClose", &json!({"textDocument": {"uri": uri(path)}}));
    }

    /// Says that files on disk are others.
    pub fn changed_on_disk(&mut self, paths: &[&Path]) {
        let changes: Vec<_> = paths.iter().map(|path| json!({"uri": uri(path), "type": 2})).collect();
        self.tell("workspace/didChangeWatchedFiles", &json!({"changes": changes}));
    }

    /// Waits for what is said of the version `version` of an open text.
    pub fn diagnostics(&mut self, path: &Path, version: i32) -> Vec<Value> {
        self.published(path, &json!(version))
    }

    /// Waits for what is said of a text that is not open.
    pub fn diagnostics_on_disk(&mut self, path: &Path) -> Vec<Value> {
        self.published(path, &Value::Null)
    }

    fn published(&mut self, path: &Path, version: &Value) -> Vec<Value> {
        let uri = uri(path);
        self.wait_for(&format!("diagnostics of version {version} of {uri}"), |message| {
            let params = &message["params"];
            let is_it = message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == *uri
                && params["version"] == *version;
            is_it.then(|| params["diagnostics"].as_array().cloned().unwrap_or_default())
        })
    }

    /// Everything that came and was not waited for.
    pub fn rest(&mut self) -> Vec<Value> {
        self.seen.extend(self.messages.try_iter());
        std::mem::take(&mut self.seen)
    }

    /// Asks about the place `line`, `character` of an open text.
    ///
    /// # Panics
    /// If the answer is an error.
    pub fn ask_at(&mut self, method: &str, path: &Path, line: u32, character: u32) -> Value {
        let position = json!({"line": line, "character": character});
        let mut params = json!({"textDocument": {"uri": uri(path)}, "position": position});
        if method == "textDocument/references" {
            params["context"] = json!({"includeDeclaration": true});
        }
        self.ask(method, &params).expect("it has an answer")
    }

    /// Ends as the protocol has it, and gives the status.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn finish(mut self) -> Option<i32> {
        self.ask("shutdown", &Value::Null).expect("it shuts down");
        self.tell("exit", &Value::Null);
        self.status()
    }

    /// Closes the input and gives the status.
    ///
    /// # Panics
    /// If the server does not end.
    pub fn status(mut self) -> Option<i32> {
        self.input = None;
        let deadline = Instant::now() + PATIENCE;
        loop {
            // The end of the output is the end of the process, or close to it.
            match self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the server did not end"),
            }
        }
        self.server.wait().expect("it has ended").code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // A test that failed leaves no server behind.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|count| *count > 0)?;
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None if line == "\r\n" => break,
            None => panic!("stdout has something else than the protocol: {line:?}"),
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    Some(serde_json::from_slice(&text).expect("the server writes JSON"))
}

/// What editors call a path.
///
/// # Panics
/// If the path is not UTF-8.
pub fn uri(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in path.to_str().expect("it is UTF-8").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// One diagnostic as a line: `5:31-5:34 error M0203 the first line of the message`, places from 0.
///
/// # Panics
/// If it is no diagnostic.
pub fn line(diagnostic: &Value) -> String {
    let severity =
        ["", "error", "warning", "information", "hint"][diagnostic["severity"].as_u64().unwrap_or(0) as usize];
    let message = diagnostic["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default();
    let code = diagnostic["code"].as_str().expect("it has a code");
    format!("{} {severity} {code} {message}", range(&diagnostic["range"]))
}

/// A range as `5:31-5:34`.
pub fn range(range: &Value) -> String {
    let place = |end: &str| format!("{}:{}", range[end]["line"], range[end]["character"]);
    format!("{}-{}", place("start"), place("end"))
}

/// Makes edits in a text, with columns in UTF-16, the last first.
///
/// # Panics
/// If an edit has no range in the text.
pub fn apply(text: &str, edits: &[Value]) -> String {
    let offset = |place: &Value| {
        let line = place["line"].as_u64().expect("a line") as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = place["character"].as_u64().expect("a column") as usize;
        let mut at = start;
        for character in text[start..].chars() {
            if units == 0 {
                break;
            }
            units = units.checked_sub(character.len_utf16()).expect("a column at a character");
            at += character.len_utf8();
        }
        at
    };
    let mut ranges: Vec<_> = edits
        .iter()
        .map(|edit| (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]), edit["newText"].as_str()))
        .collect();
    ranges.sort_unstable();
    let mut changed = text.to_owned();
    for (start, end, new) in ranges.into_iter().rev() {
        changed.replace_range(start..end, new.expect("a text"));
    }
    changed
}

/// A folder of texts on disk.
pub struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    /// Writes `files`.
    ///
    /// # Panics
    /// If the file system does not let it.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let workspace = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        for (path, text) in files {
            workspace.write(path, text);
        }
        workspace
    }

    /// Writes one file.
    ///
    /// # Panics
    /// If the file system does not let it.
    pub fn write(&self, path: &str, text: &str) {
        let full = self.path(path);
        std::fs::create_dir_all(full.parent().expect("it has a folder")).expect("a folder can be made");
        std::fs::write(full, text).expect("a file can be written");
    }

    /// Where a file is.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}
