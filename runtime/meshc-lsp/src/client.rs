//! What the client can do, as it says when it starts.

use std::path::PathBuf;

use lsp_types::{PositionEncodingKind, Uri};
use serde_json::Value;

use crate::lines::Encoding;
use crate::uri::to_path;

/// What the client can do. What it does not say it cannot.
#[allow(clippy::struct_excessive_bools, reason = "each is a capability of its own, and they are independent")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    /// How columns are counted.
    pub(crate) encoding: Encoding,
    /// It shows Markdown in hovers.
    pub(crate) markdown: bool,
    /// It shows other places beside a diagnostic.
    pub(crate) related: bool,
    /// It fades text that has no effect.
    pub(crate) tags: bool,
    /// It shows symbols within symbols.
    pub(crate) nested_symbols: bool,
    /// It takes edits that name the version of the text they are for.
    pub(crate) versioned_edits: bool,
    /// It can be asked to tell of changes on disk.
    pub(crate) watches: bool,
}

impl Client {
    /// Reads the parameters of `initialize`. A part of another form than expected counts as absent.
    pub(crate) fn new(params: &Value) -> Self {
        let can = |path: &str| params.pointer(&format!("/capabilities{path}"));
        let flag = |path: &str| can(path).and_then(Value::as_bool).unwrap_or(false);
        let offered: Option<Vec<PositionEncodingKind>> =
            can("/general/positionEncodings").and_then(|kinds| serde_json::from_value(kinds.clone()).ok());
        let formats = can("/textDocument/hover/contentFormat").and_then(Value::as_array);
        Self {
            encoding: Encoding::choose(offered.as_deref()),
            markdown: formats.is_some_and(|formats| formats.iter().any(|format| format == "markdown")),
            related: flag("/textDocument/publishDiagnostics/relatedInformation"),
            tags: can("/textDocument/publishDiagnostics/tagSupport").is_some_and(|tags| !tags.is_null()),
            nested_symbols: flag("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            versioned_edits: flag("/workspace/workspaceEdit/documentChanges"),
            watches: flag("/workspace/didChangeWatchedFiles/dynamicRegistration"),
        }
    }
}

/// The folders of the workspace, or the root that older clients name.
pub(crate) fn folders(params: &Value) -> Vec<PathBuf> {
    let path = |uri: &Value| uri.as_str().and_then(|uri| to_path(&Uri::from(uri)));
    let listed = params.get("workspaceFolders").and_then(Value::as_array);
    let named: Vec<_> = listed.into_iter().flatten().filter_map(|folder| path(folder.get("uri")?)).collect();
    if !named.is_empty() {
        return named;
    }
    let root = params.get("rootUri").and_then(path);
    root.or_else(|| params.get("rootPath").and_then(Value::as_str).map(PathBuf::from)).into_iter().collect()
}

/// The folders that the user's settings name as projects: `{"projects": ["deploy"]}`, relative to the first folder of
/// the workspace.
pub(crate) fn named_projects(params: &Value, folders: &[PathBuf]) -> Vec<PathBuf> {
    let listed = params.pointer("/initializationOptions/projects").and_then(Value::as_array);
    let base = folders.first().cloned().unwrap_or_default();
    let full = |name: &str| base.join(name).components().collect::<PathBuf>();
    listed.into_iter().flatten().filter_map(Value::as_str).map(full).filter(|path| path.is_absolute()).collect()
}
