//! What the server can do, and what it asks the client to do.

use lsp_types::json_rpc::Error;
use lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, DidChangeWatchedFilesRegistrationOptions, ErrorCodes,
    FileSystemWatcher, InitializeResult, Registration, RegistrationParams, RegistrationRequest, Save,
    ServerCapabilities, ServerInfo, TextDocumentSyncKind, TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceOptions,
};
use serde_json::Value;

use crate::client::Client;
use crate::message::{fault, request};

/// The answer to `initialize`.
pub(crate) fn introduce(client: Client) -> Result<Value, Error> {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        save: Some(Save::Bool(true)),
        ..TextDocumentSyncOptions::default()
    };
    let actions =
        CodeActionOptions { code_action_kinds: Some(vec![CodeActionKind::QuickFix]), ..CodeActionOptions::default() };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(ChangeNotifications::Bool(true)),
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(sync.into()),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        implementation_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_symbol_provider: Some(true.into()),
        code_action_provider: Some(actions.into()),
        workspace: Some(WorkspaceOptions { workspace_folders: Some(folders), ..WorkspaceOptions::default() }),
        ..ServerCapabilities::default()
    };
    let server_info =
        Some(ServerInfo { name: "meshc".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) });
    serde_json::to_value(InitializeResult { capabilities, server_info })
        .map_err(|error| fault(ErrorCodes::InternalError, error.to_string()))
}

/// Asks the client to tell of manifests that change on disk, if it can.
pub(crate) fn watch(client: Client) -> Option<String> {
    let globs = ["**/*.{yaml,yml,json}", "**/.gitignore"];
    let watchers = globs.map(|glob| FileSystemWatcher { glob_pattern: glob.to_owned().into(), kind: None });
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.into() };
    let registration = Registration {
        id: "manifests".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    let params = RegistrationParams { registrations: vec![registration] };
    client.watches.then(|| request::<RegistrationRequest>(1, params))
}
