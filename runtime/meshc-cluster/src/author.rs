//! Who wrote a field of an object, by the book that servers keep (its `managedFields`).

use serde_json::{Map, Value};

/// Who wrote a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name by which it writes, as `kubectl-edit`.
    pub manager: String,
    /// When, as the server says it (RFC 3339); servers do not note it of a `kubectl scale`.
    pub time: Option<String>,
    /// Whether the field is its own. Of a field that is gone nobody is; then it is who wrote the object last.
    pub owns: bool,
}

/// A step of a path as differences have it.
#[derive(Debug, PartialEq, Eq)]
enum Step<'p> {
    /// A field.
    Key(&'p str),
    /// An item of a list, by its name or its place.
    Item(&'p str),
}

/// Who wrote the field at `path` of `object`, as differences name it.
pub(crate) fn author_of(object: &Value, path: &str) -> Option<Author> {
    let steps = steps(path);
    let own = |entry: &&Value| {
        let fields = &entry["fieldsV1"];
        fields.as_object().is_some_and(|fields| !fields.is_empty()) && owns(fields, Some(object), &steps)
    };
    let owner = entries(object).filter(own).max_by_key(|entry| text(entry, "time"));
    owner.map(|entry| author(entry, true)).or_else(|| last_author(object))
}

/// Who wrote `object` last, besides meshc.
pub(crate) fn last_author(object: &Value) -> Option<Author> {
    let others = entries(object).filter(|entry| !is_ours(entry));
    others.max_by_key(|entry| text(entry, "time")).map(|entry| author(entry, false))
}

/// The entries of the book but those about the status.
fn entries(object: &Value) -> impl Iterator<Item = &Value> {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array);
    entries.into_iter().flatten().filter(|entry| entry["subresource"] != "status")
}

fn is_ours(entry: &Value) -> bool {
    entry["manager"] == crate::patch::MANAGER
}

fn text<'e>(entry: &'e Value, key: &str) -> &'e str {
    entry[key].as_str().unwrap_or_default()
}

fn author(entry: &Value, owns: bool) -> Author {
    Author { manager: text(entry, "manager").to_owned(), time: entry["time"].as_str().map(str::to_owned), owns }
}

/// Whether `fields`, in the form `FieldsV1`, have what `steps` lead to in `object`.
fn owns(fields: &Value, object: Option<&Value>, steps: &[Step<'_>]) -> bool {
    let (Some(fields), [step, rest @ ..]) = (fields.as_object(), steps) else {
        return true;
    };
    // Without parts it is owned as a whole.
    if fields.is_empty() {
        return true;
    }
    match step {
        Step::Key(key) => {
            let below = object.and_then(|object| object.get(key));
            fields.get(&format!("f:{key}")).is_some_and(|fields| owns(fields, below, rest))
        }
        Step::Item(name) => {
            let item = object.and_then(|list| item(list, name));
            fields.iter().any(|(key, fields)| item.is_some_and(|item| is_key_of(key, item)) && owns(fields, item, rest))
        }
    }
}

/// The item of a list that is called `name`, or is at that place.
fn item<'v>(list: &'v Value, name: &str) -> Option<&'v Value> {
    let items = list.as_array()?;
    let named = items.iter().find(|item| item["name"] == name);
    named.or_else(|| items.get(name.parse::<usize>().ok()?))
}

/// Whether `key`, as `k:{"port":80}`, is about `item`.
fn is_key_of(key: &str, item: &Value) -> bool {
    let key = key.strip_prefix("k:").and_then(|key| serde_json::from_str::<Map<String, Value>>(key).ok());
    key.is_some_and(|key| key.iter().all(|(name, value)| item.get(name) == Some(value)))
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, after) = if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = quoted.split_once("\"]").unwrap_or((quoted, ""));
            (Step::Key(key), after)
        } else if let Some(named) = rest.strip_prefix('[') {
            let (name, after) = named.split_once(']').unwrap_or((named, ""));
            (Step::Item(name), after)
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            (Step::Key(&rest[..end]), &rest[end..])
        };
        steps.push(step);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_book_says_who_wrote_a_field() {
        let port = r#"k:{"port":8080,"protocol":"TCP"}"#;
        let object = json!({
            "metadata": {"annotations": {"a.b/c": "1"}, "managedFields": [
                {"manager": "meshc", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:spec": {"f:selector": {}}}},
                {"manager": "kubectl", "time": "2026-01-02T00:00:00Z", "subresource": "scale",
                 "fieldsV1": {"f:spec": {"f:replicas": {}}}},
                {"manager": "kubectl-edit", "time": "2026-01-03T00:00:00Z", "fieldsV1": {
                    "f:metadata": {"f:annotations": {".": {}, "f:a.b/c": {}}},
                    "f:spec": {"f:ports": {port: {".": {}, "f:port": {}}}},
                }},
                {"manager": "controller", "time": "2026-01-04T00:00:00Z", "subresource": "status",
                 "fieldsV1": {"f:status": {}}},
            ]},
            "spec": {"selector": {"app": "a"}, "replicas": 3, "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}]},
        });
        let cases = [
            ("spec.selector.app", "meshc", true),
            ("spec.replicas", "kubectl", true),
            (r#"metadata.annotations["a.b/c"]"#, "kubectl-edit", true),
            ("spec.ports[http].port", "kubectl-edit", true),
            ("spec.ports[0].port", "kubectl-edit", true),
            // It is gone: whoever wrote last may have removed it.
            ("spec.ports[tls]", "kubectl-edit", false),
            ("spec.paused", "kubectl-edit", false),
        ];
        for (path, manager, owns) in cases {
            let author = author_of(&object, path).expect("somebody wrote it");
            assert_eq!((author.manager.as_str(), author.owns), (manager, owns), "{path}");
        }
    }
}
