//! What the server knows while it works with a client, and what it makes of each message.

mod capabilities;
mod project;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use lsp_types::json_rpc::{Error, Id};
use lsp_types::{
    Diagnostic as Shown, DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, ErrorCodes,
    LogMessageNotification, LogMessageParams, LspErrorCodes, MessageType, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, ShowMessageNotification, ShowMessageParams, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::client::{Client, folders, named_projects};
use crate::documents::{Document, Documents};
use crate::features;
use crate::message::{answer, fault, notification};
use crate::projects::{Finder, Root, declares_mesh, is_manifest};
use crate::publish::by_file;
use crate::server::Event;
use crate::uri::to_path;
use crate::view::View;
use crate::worker::{self, Done, Failure, Job};
use crate::{Loader, OpenTexts};
use project::Project;

/// How long nothing must be typed before a project is compiled.
const QUIET: Duration = Duration::from_millis(120);

/// Said of a project whose clusters nobody lists.
const NO_MESH: &str = "there is no Mesh in or above the folder of an open file, so only what is wrong with a document by \
                       itself is reported";

/// Said where the compiler panicked.
const BUG: &str = "the compiler failed by a bug in meshc; what it wrote to stderr says where";

pub(crate) struct Session {
    client: Client,
    finder: Finder,
    documents: Documents,
    /// The project of each open text, by what the client calls it.
    roots: BTreeMap<String, Root>,
    projects: BTreeMap<Root, Project>,
    /// What the client was told last of each file, and of which version of it.
    told: BTreeMap<String, (Option<i32>, Vec<Shown>)>,
    jobs: Sender<Job>,
    /// Whether the compiler is at work. It gets one job at a time: what changes meanwhile is one job more, and not many.
    busy: bool,
    /// Questions whose project has to be compiled first.
    waiting: Vec<Question>,
    outbox: Vec<String>,
    /// The last state that a project was given.
    last_state: u64,
}

/// A request that was not answered yet.
struct Question {
    id: Id,
    method: String,
    params: Value,
    uri: Uri,
}

impl Session {
    pub(crate) fn new(params: &Value, load: Box<Loader>, done: Sender<Event>) -> Self {
        let folders = folders(params);
        let named = named_projects(params, &folders);
        Self {
            client: Client::new(params),
            finder: Finder::new(folders, named),
            documents: Documents::default(),
            roots: BTreeMap::new(),
            projects: BTreeMap::new(),
            told: BTreeMap::new(),
            jobs: worker::start(load, done),
            busy: false,
            waiting: Vec::new(),
            outbox: Vec::new(),
            last_state: 0,
        }
    }

    /// What the server can do.
    pub(crate) fn introduce(&self) -> Result<Value, Error> {
        capabilities::introduce(self.client)
    }

    pub(crate) fn take_outbox(&mut self) -> Vec<String> {
        std::mem::take(&mut self.outbox)
    }

    /// Takes a notification. Those that it does not know are not for it.
    pub(crate) fn notified(&mut self, method: &str, params: Value) {
        let result = match method {
            "initialized" => {
                self.outbox.extend(capabilities::watch(self.client));
                Ok(())
            }
            "textDocument/didOpen" => read(params).map(|params| self.opened(params)),
            "textDocument/didChange" => read(params).map(|params| self.changed(params)),
            "textDocument/didSave" => {
                read(params).map(|params: DidSaveTextDocumentParams| self.on_disk(&[params.text_document.uri]))
            }
            "textDocument/didClose" => read(params).map(|params| self.closed(&params)),
            "workspace/didChangeWatchedFiles" => read(params).map(|params: DidChangeWatchedFilesParams| {
                self.on_disk(&params.changes.into_iter().map(|change| change.uri).collect::<Vec<_>>());
            }),
            "workspace/didChangeWorkspaceFolders" => read(params).map(|params| self.moved(&params)),
            "$/cancelRequest" => {
                self.cancel(&params);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(error) = result {
            let message = format!("`{method}` could not be understood: {error}");
            let params = LogMessageParams { kind: MessageType::Error, message };
            self.outbox.push(notification::<LogMessageNotification>(params));
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let language = params.text_document.language_id.to_string();
        let document = Document::new(params.text_document);
        let readable = match &document.path {
            Some(path) => is_manifest(path),
            None => language.starts_with("yaml") || language.starts_with("json"),
        };
        if !readable {
            return;
        }
        let uri = document.uri.clone();
        self.documents.insert(document);
        self.finder.forget();
        self.assign();
        self.touch_document(&uri, Instant::now());
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.text_document_identifier.uri;
        let Some(document) = self.documents.get_mut(&uri) else {
            return;
        };
        let before = declares_mesh(&document.text);
        document.change(params.text_document.version, params.content_changes, self.client.encoding);
        if declares_mesh(&document.text) != before {
            self.finder.forget();
            self.assign();
        }
        self.touch_document(&uri, Instant::now() + QUIET);
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri;
        if self.documents.remove(uri).is_none() {
            return;
        }
        self.answer_waiting(|question| question.uri == *uri, |_| Ok(Value::Null));
        self.finder.forget();
        self.assign();
        // Where others of its project are open, what is on disk counts from now on.
        if let Some(path) = to_path(uri) {
            self.touch_path(&path);
        }
    }

    /// Something happened to files on disk.
    fn on_disk(&mut self, uris: &[Uri]) {
        self.finder.forget();
        self.assign();
        for path in uris.iter().filter_map(to_path) {
            self.touch_path(&path);
        }
    }

    fn moved(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[lsp_types::WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| to_path(&folder.uri)).collect()
        };
        let removed = paths(&params.event.removed);
        self.finder.folders.retain(|folder| !removed.contains(folder));
        self.finder.folders.extend(paths(&params.event.added));
        self.finder.forget();
        self.assign();
    }

    /// Finds the project of each open text anew: those that have none any more go, with what was said of them.
    fn assign(&mut self) {
        let now = Instant::now();
        let found = self
            .documents
            .iter()
            .map(|document| (document.uri.0.clone(), self.finder.root_of(document, &self.documents)));
        self.roots = found.collect();
        let roots: Vec<_> = self.roots.values().cloned().collect();
        self.projects.retain(|root, _| roots.contains(root));
        for root in roots {
            if !self.projects.contains_key(&root) {
                self.projects.insert(root.clone(), Project::default());
                self.touch(&root, now);
            }
        }
        self.tell();
    }

    fn touch(&mut self, root: &Root, due: Instant) {
        self.last_state += 1;
        if let Some(project) = self.projects.get_mut(root) {
            project.touch(self.last_state, due);
        }
    }

    /// A text changed: its project is another, and so is each that has the file on its way.
    fn touch_document(&mut self, uri: &Uri, due: Instant) {
        let path = to_path(uri);
        let own = self.roots.get(&uri.0);
        let holds = |root: &&Root| Some(*root) == own || path.as_ref().is_some_and(|path| root.holds(path));
        let roots: Vec<_> = self.projects.keys().filter(holds).cloned().collect();
        for root in roots {
            self.touch(&root, due);
        }
    }

    fn touch_path(&mut self, path: &std::path::Path) {
        let roots: Vec<_> = self.projects.keys().filter(|root| root.holds(path)).cloned().collect();
        for root in roots {
            self.touch(&root, Instant::now());
        }
    }

    /// When the next project has to be compiled.
    pub(crate) fn due(&self) -> Option<Instant> {
        if self.busy { None } else { self.projects.values().filter_map(|project| project.due).min() }
    }

    /// Has the project compiled that has waited longest, if one is due and the compiler is free.
    pub(crate) fn start_due(&mut self, now: Instant) {
        if self.busy {
            return;
        }
        let waiting = self.projects.iter_mut().filter(|(_, project)| project.due.is_some_and(|due| due <= now));
        let Some((root, project)) = waiting.min_by_key(|(_, project)| project.due) else {
            return;
        };
        project.due = None;
        let texts: OpenTexts = match root {
            Root::Mesh(folder) | Root::Folder(folder) => self.documents.below(folder),
            Root::Single(uri) => {
                let document = self.documents.get(&Uri(uri.clone()));
                document.map(|document| (PathBuf::from(uri), document.text.clone())).into_iter().collect()
            }
        };
        self.busy = self.jobs.send(Job { root: root.clone(), state: project.state, texts }).is_ok();
    }

    /// Takes what the compiler found. What belongs to an older state is dropped: a newer one is on its way.
    pub(crate) fn compiled(&mut self, done: Done) {
        self.busy = false;
        let Some(project) = self.projects.get_mut(&done.root).filter(|project| project.state == done.state) else {
            return;
        };
        project.compiled = done.state;
        let view = |analysis| View { analysis, documents: &self.documents, client: self.client };
        let word = match &done.outcome {
            Ok(analysis) if analysis.has_clusters() => None,
            Ok(_) => Some((MessageType::Info, NO_MESH.to_owned())),
            Err(Failure::Unread(text)) => Some((MessageType::Error, text.clone())),
            Err(Failure::Bug) => Some((MessageType::Error, BUG.to_owned())),
        };
        project.analysis = done.outcome.ok();
        project.found = project.analysis.as_ref().map(|analysis| by_file(view(analysis))).unwrap_or_default();
        if project.word != word {
            project.word.clone_from(&word);
            self.outbox.extend(word.map(|(kind, text)| said(kind, &text)));
        }
        self.tell();
        self.answer_ready();
    }

    /// Tells the client what is new: of each file what all projects found in it.
    fn tell(&mut self) {
        let mut now = BTreeMap::<String, (Option<i32>, Vec<Shown>)>::new();
        for project in self.projects.values() {
            for (uri, found) in &project.found {
                let (_, all) = now.entry(uri.clone()).or_default();
                // A file in two projects, one within the other, has many of its findings twice.
                let new: Vec<_> =
                    found.iter().filter(|shown| all.is_empty() || !all.contains(shown)).cloned().collect();
                all.extend(new);
            }
        }
        for document in self.documents.iter() {
            let Some(project) = self.roots.get(&document.uri.0).and_then(|root| self.projects.get(root)) else {
                continue;
            };
            if project.is_current() {
                now.entry(document.uri.0.clone()).or_default().0 = Some(document.version);
            } else if let Some((version, _)) = self.told.get(&document.uri.0) {
                now.entry(document.uri.0.clone()).or_default().0 = *version;
            }
        }
        for uri in self.told.keys() {
            now.entry(uri.clone()).or_default();
        }
        for (uri, (version, diagnostics)) in &now {
            if self.told.get(uri) != Some(&(*version, diagnostics.clone())) {
                let params = PublishDiagnosticsParams {
                    uri: Uri(uri.clone()),
                    version: *version,
                    diagnostics: diagnostics.clone(),
                };
                self.outbox.push(notification::<PublishDiagnosticsNotification>(params));
            }
        }
        now.retain(|_, (version, found)| version.is_some() || !found.is_empty());
        self.told = now;
    }

    /// Takes a request that is about texts, or one that nobody knows.
    pub(crate) fn asked(&mut self, id: Id, method: &str, params: Value) {
        if !features::METHODS.contains(&method) {
            let error = fault(ErrorCodes::MethodNotFound, format!("there is no method `{method}`"));
            return self.outbox.push(answer(id, Err(error)));
        }
        let Some(uri) = params.pointer("/textDocument/uri").and_then(Value::as_str).map(Uri::from) else {
            let error = fault(ErrorCodes::InvalidParams, "`textDocument` has no `uri`");
            return self.outbox.push(answer(id, Err(error)));
        };
        let Some(root) = self.roots.get(&uri.0).cloned() else {
            return self.outbox.push(answer(id, Ok(Value::Null)));
        };
        if let Some(project) = self.projects.get_mut(&root) {
            project.hurry();
        }
        self.waiting.push(Question { id, method: method.to_owned(), params, uri });
        self.answer_ready();
    }

    /// Answers each question whose project is compiled.
    fn answer_ready(&mut self) {
        for question in std::mem::take(&mut self.waiting) {
            let project = self.roots.get(&question.uri.0).and_then(|root| self.projects.get(root));
            let Some(project) = project.filter(|project| project.is_current()) else {
                self.waiting.push(question);
                continue;
            };
            let document = self.documents.get(&question.uri);
            let place = project.analysis.as_ref().zip(document);
            let place = place.and_then(|(analysis, document)| Some((analysis, analysis.file_of(document)?)));
            let result = match place {
                Some((analysis, file)) => {
                    let view = View { analysis, documents: &self.documents, client: self.client };
                    features::answer(view, file, &question.method, question.params)
                }
                None => Ok(Value::Null),
            };
            self.outbox.push(answer(question.id, result));
        }
    }

    fn answer_waiting(
        &mut self,
        which: impl Fn(&Question) -> bool,
        result: impl Fn(&Question) -> Result<Value, Error>,
    ) {
        let (answered, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(which);
        self.waiting = waiting;
        let answered: Vec<Question> = answered;
        for question in answered {
            let result = result(&question);
            self.outbox.push(answer(question.id, result));
        }
    }

    fn cancel(&mut self, params: &Value) {
        let Some(id) = params.get("id").and_then(|id| serde_json::from_value::<Id>(id.clone()).ok()) else {
            return;
        };
        let code = ErrorCodes::Custom(LspErrorCodes::RequestCancelled.into());
        self.answer_waiting(|question| question.id == id, |_| Err(fault(code, "the client took it back")));
    }
}

/// What the user is told of a project: an error where it is seen, the rest in the log.
fn said(kind: MessageType, text: &str) -> String {
    let message = format!("meshc: {text}");
    if kind == MessageType::Error {
        notification::<ShowMessageNotification>(ShowMessageParams { kind, message })
    } else {
        notification::<LogMessageNotification>(LogMessageParams { kind, message })
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, serde_json::Error> {
    serde_json::from_value(params)
}
