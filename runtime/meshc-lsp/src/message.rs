//! What a text of the protocol says, and what is said in return.

use lsp_types::json_rpc::{Error, Id, RequestObject, ResponseObject};
use lsp_types::{ErrorCodes, Notification, Request};
use serde::Serialize;
use serde_json::{Value, json};

/// A message of the client.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// It wants an answer.
    Request {
        /// What the answer has to name.
        id: Id,
        /// What is wanted.
        method: String,
        /// Of what.
        params: Value,
    },
    /// It wants none.
    Notification {
        /// What happened.
        method: String,
        /// To what.
        params: Value,
    },
    /// An answer to something that the server asked; it asks nothing whose answer matters.
    Response,
    /// It cannot be understood; this is the answer.
    Invalid(Id, Error),
}

impl Incoming {
    /// Reads a text.
    pub(crate) fn read(text: &[u8]) -> Self {
        let value: Value = match serde_json::from_slice(text) {
            Ok(value) => value,
            Err(error) => {
                return Self::Invalid(Id::Null, fault(ErrorCodes::ParseError, format!("it is not JSON: {error}")));
            }
        };
        let answers = value.get("method").is_none() && (value.get("result").is_some() || value.get("error").is_some());
        if answers {
            return Self::Response;
        }
        let id = value.get("id").and_then(|id| serde_json::from_value(id.clone()).ok()).unwrap_or(Id::Null);
        let invalid = |why: String| Self::Invalid(id.clone(), fault(ErrorCodes::InvalidRequest, why));
        match serde_json::from_value::<RequestObject>(value).map(RequestObject::into_parts) {
            Err(error) => invalid(format!("it is no message of JSON-RPC: {error}")),
            Ok((method, ..)) if method.is_empty() => invalid("it has no method".to_owned()),
            Ok((method, Some(id), params)) => Self::Request { id, method, params: params.unwrap_or_default() },
            Ok((method, None, params)) => Self::Notification { method, params: params.unwrap_or_default() },
        }
    }
}

/// An error to answer with.
pub(crate) fn fault(code: ErrorCodes, message: impl Into<String>) -> Error {
    Error { code, message: message.into(), data: None }
}

/// The text of an answer.
pub(crate) fn answer(id: Id, result: Result<Value, Error>) -> String {
    match result {
        Ok(result) => text(&json!({"jsonrpc": "2.0", "id": id, "result": result})),
        Err(error) => text(&ResponseObject::from_error(id, error)),
    }
}

/// The text of a notification.
pub(crate) fn notification<N: Notification>(params: N::Params) -> String {
    text(&RequestObject::from_notification::<N>(params))
}

/// The text of a request.
pub(crate) fn request<R: Request>(id: i64, params: R::Params) -> String {
    text(&RequestObject::from_request::<R>(Id::Number(id), params))
}

fn text(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("keys are strings, and nothing that is serialized can fail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_of_message_is_told_from_the_others() {
        let read = |text: &str| Incoming::read(text.as_bytes());
        assert!(matches!(
            read(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#),
            Incoming::Request { id: Id::Number(1), params: Value::Null, .. }
        ));
        assert!(matches!(read(r#"{"jsonrpc":"2.0","method":"exit"}"#), Incoming::Notification { .. }));
        assert!(matches!(read(r#"{"jsonrpc":"2.0","id":7,"result":null}"#), Incoming::Response));
    }

    #[test]
    fn what_cannot_be_understood_has_an_answer() {
        for (text, code, id) in [
            ("{", ErrorCodes::ParseError, Id::Null),
            ("\u{0}", ErrorCodes::ParseError, Id::Null),
            ("[]", ErrorCodes::InvalidRequest, Id::Null),
            (r#"{"jsonrpc":"2.0","id":3}"#, ErrorCodes::InvalidRequest, Id::Number(3)),
            (r#"{"id":"a","method":"x"}"#, ErrorCodes::InvalidRequest, Id::String("a".into())),
            (r#"{"jsonrpc":"2.0","id":3,"method":[]}"#, ErrorCodes::InvalidRequest, Id::Number(3)),
        ] {
            let Incoming::Invalid(found, error) = Incoming::read(text.as_bytes()) else {
                panic!("{text} was understood");
            };
            assert_eq!((error.code, found), (code, id), "{text}");
        }
    }
}
