//! Server-side apply and deletion: what changes a cluster.

use http::Method;
use serde_json::{Value, json};

use crate::request::Ask;
use crate::{Connection, Error};

/// The name by which servers keep book of the fields that meshc applies.
pub(crate) const MANAGER: &str = "meshc";

/// What is added to a query so that nothing is kept.
pub(crate) const DRY_RUN: &str = "&dryRun=All";
/// What is added to a query so that fields of others are taken over.
pub(crate) const FORCE: &str = "&force=true";

impl Connection {
    /// Applies `body` at `path` and gives the object as it is then.
    pub(crate) async fn apply(&self, path: &str, body: &Value, query: &str, what: &str) -> Result<Value, Error> {
        let path = format!("{path}?fieldManager={MANAGER}&fieldValidation=Strict{query}");
        let body = body.to_string().into_bytes();
        let content = Some("application/apply-patch+yaml");
        self.ask(&Ask { method: Method::PATCH, path: &path, accept: None, content, body, what }).await
    }

    /// Deletes what is at `path` if it is still the object `uid` in the version `resource_version`.
    pub(crate) async fn delete(&self, path: &str, uid: &str, resource_version: &str, what: &str) -> Result<(), Error> {
        let options = json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Background",
            "preconditions": {"uid": uid, "resourceVersion": resource_version},
        });
        let (content, body) = (Some("application/json"), options.to_string().into_bytes());
        let ask = Ask { method: Method::DELETE, path, accept: None, content, body, what };
        match self.ask(&ask).await {
            Err(error) if !error.is_not_found() => Err(error),
            // It is gone, by whomever: that is what was wanted.
            _ => Ok(()),
        }
    }
}

/// The fields of `object` that are meshc's, as servers keep book of them; `None` if it never applied the object.
pub(crate) fn owned_fields(object: &Value) -> Option<&Value> {
    let entries = object.pointer("/metadata/managedFields")?.as_array()?;
    let own = |entry: &&Value| {
        entry["manager"] == MANAGER
            && entry["operation"] == "Apply"
            && entry["subresource"].as_str().is_none_or(str::is_empty)
    };
    entries.iter().find(own).map(|entry| &entry["fieldsV1"])
}
