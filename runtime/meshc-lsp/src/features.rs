//! What the client can ask of a text, one file each.

mod fixes;
mod hover;
mod jumps;
mod mentions;
mod symbols;

use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_types::json_rpc::Error;
use lsp_types::{CodeActionParams, DefinitionParams, ErrorCodes, HoverParams, ImplementationParams, ReferenceParams};
use meshc_source::FileId;
use meshc_syntax::{Tree, parse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::message::fault;
use crate::view::View;

/// The requests that are about a text.
pub(crate) const METHODS: &[&str] = &[
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/implementation",
    "textDocument/references",
    "textDocument/codeAction",
    "textDocument/documentSymbol",
];

/// Answers a request about `file`. A panic is an answer too.
pub(crate) fn answer(view: View<'_>, file: FileId, method: &str, params: Value) -> Result<Value, Error> {
    guard(method, || match method {
        "textDocument/hover" => {
            let params: HoverParams = read(params)?;
            write(&hover::hover(view, file, params.text_document_position_params.position))
        }
        "textDocument/definition" => {
            let params: DefinitionParams = read(params)?;
            write(&jumps::definition(view, file, params.text_document_position_params.position))
        }
        "textDocument/implementation" => {
            let params: ImplementationParams = read(params)?;
            write(&jumps::definition(view, file, params.text_document_position_params.position))
        }
        "textDocument/references" => {
            let params: ReferenceParams = read(params)?;
            let place = params.text_document_position_params.position;
            write(&jumps::references(view, file, place, params.context.include_declaration))
        }
        "textDocument/codeAction" => {
            let params: CodeActionParams = read(params)?;
            write(&fixes::fixes(view, file, params.range, &params.context))
        }
        "textDocument/documentSymbol" => write(&symbols::symbols(view, file)),
        other => Err(fault(ErrorCodes::MethodNotFound, format!("there is no method `{other}`"))),
    })
}

fn guard(method: &str, answer: impl FnOnce() -> Result<Value, Error>) -> Result<Value, Error> {
    catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|_| {
        Err(fault(
            ErrorCodes::InternalError,
            format!("`{method}` failed by a bug in meshc; what it wrote to stderr says where"),
        ))
    })
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, Error> {
    serde_json::from_value(params).map_err(|error| fault(ErrorCodes::InvalidParams, error.to_string()))
}

fn write(found: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(found).map_err(|error| fault(ErrorCodes::InternalError, error.to_string()))
}

/// The documents of `file` that are valid.
fn tree(view: View<'_>, file: FileId) -> Tree {
    parse(file, view.text(file), &mut meshc_diag::Diagnostics::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer() {
        let answer = guard("textDocument/hover", || panic!("on purpose"));
        assert_eq!(answer.unwrap_err().code, ErrorCodes::InternalError);
    }
}
