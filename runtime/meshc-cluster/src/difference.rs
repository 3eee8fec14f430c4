//! What differs between two states of an object, field by field.

use serde_json::{Map, Value};

/// A field that is not as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Where it is, as `spec.ports[0].port`.
    pub path: String,
    /// What it was; `None` if it was not there.
    pub before: Option<Value>,
    /// What it becomes; `None` if it goes.
    pub after: Option<Value>,
}

/// What stands for a value that may be secret.
pub(crate) const HIDDEN: &str = "(hidden)";

/// What servers keep of an object by themselves.
pub(crate) const OF_SERVERS: &[&str] = &[
    "managedFields",
    "resourceVersion",
    "generation",
    "uid",
    "creationTimestamp",
    "selfLink",
    "deletionGracePeriodSeconds",
];

/// Parts of names behind which people keep secrets.
const SECRET_WORDS: &[&str] = &["secret", "token", "passw", "credential", "apikey", "api_key", "private"];

/// What differs between two states of an object of `kind`, without what servers keep themselves. Values that may be
/// secret are not in it, only that they differ.
pub(crate) fn differences(kind: &str, before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare("", Some(&what_counts(before)), Some(&what_counts(after)), &mut found);
    for change in &mut found {
        for value in [&mut change.before, &mut change.after].into_iter().flatten() {
            hide(kind, &change.path, value);
        }
    }
    found
}

/// An object without what servers keep themselves, and without its status.
pub(crate) fn what_counts(object: &Value) -> Value {
    let mut kept = object.clone();
    if let Some(map) = kept.as_object_mut() {
        map.remove("status");
    }
    if let Some(metadata) = kept.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|key, _| !OF_SERVERS.contains(&key.as_str()));
    }
    kept
}

/// Puts [`HIDDEN`] in the place of every text below `path` that may be secret.
fn hide(kind: &str, path: &str, value: &mut Value) {
    match value {
        Value::String(text) if may_be_secret(kind, path, text) => *value = Value::from(HIDDEN),
        Value::Array(items) => {
            for item in items {
                let name = item["name"].as_str().unwrap_or_default();
                let path = format!("{path}[{name}]");
                hide(kind, &path, item);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                hide(kind, &child(path, key), value);
            }
        }
        _ => {}
    }
}

/// Whether `text` at `path` may be secret: whatever a Secret holds, what is called like one, and arguments that say so.
fn may_be_secret(kind: &str, path: &str, text: &str) -> bool {
    if kind == "Secret" {
        return !path.starts_with("metadata.labels") && path != "type";
    }
    let says_so = |text: &str| {
        let lower = text.to_ascii_lowercase();
        SECRET_WORDS.iter().any(|word| lower.contains(word))
    };
    // A reference to a secret is none.
    let refers = [".name", ".key", ".secretName"].iter().any(|end| path.ends_with(end));
    says_so(path) && !refers || path.ends_with(']') && says_so(text)
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    let none = Map::new();
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => compare_maps(path, before, after, found),
        // Labels and annotations mean something one by one, the first and the last too.
        (None, Some(Value::Object(after))) if is_loose(path) => compare_maps(path, &none, after, found),
        (Some(Value::Object(before)), None) if is_loose(path) => compare_maps(path, before, &none, found),
        (Some(Value::Array(before)), Some(Value::Array(after))) => compare_lists(path, before, after, found),
        _ => found.push(FieldChange { path: path.to_owned(), before: before.cloned(), after: after.cloned() }),
    }
}

/// Whether the keys of a mapping are people's own.
fn is_loose(path: &str) -> bool {
    path == "data" || path.ends_with("metadata.labels") || path.ends_with("metadata.annotations")
}

fn compare_maps(path: &str, before: &Map<String, Value>, after: &Map<String, Value>, found: &mut Vec<FieldChange>) {
    let mut keys: Vec<_> = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key))).collect();
    keys.sort_unstable();
    for key in keys {
        compare(&child(path, key), before.get(key), after.get(key), found);
    }
}

/// Items that have names are told apart by them, others by their places; a list of plain values is one value.
fn compare_lists(path: &str, before: &[Value], after: &[Value], found: &mut Vec<FieldChange>) {
    if let (Some(old), Some(new)) = (names(before), names(after)) {
        let added = new.iter().filter(|name| !old.contains(name));
        for name in old.iter().chain(added) {
            let of =
                |names: &[&str], items: &[Value]| names.iter().position(|own| own == name).map(|at| items[at].clone());
            compare(&format!("{path}[{name}]"), of(&old, before).as_ref(), of(&new, after).as_ref(), found);
        }
    } else if before.len() == after.len() && before.iter().chain(after).all(Value::is_object) {
        for (at, (before, after)) in before.iter().zip(after).enumerate() {
            compare(&format!("{path}[{at}]"), Some(before), Some(after), found);
        }
    } else {
        let (before, after) = (Value::from(before.to_vec()), Value::from(after.to_vec()));
        found.push(FieldChange { path: path.to_owned(), before: Some(before), after: Some(after) });
    }
}

/// The names of all items, if every item has one of its own.
fn names(items: &[Value]) -> Option<Vec<&str>> {
    let names: Vec<_> = items.iter().map(|item| item["name"].as_str()).collect::<Option<_>>()?;
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    (sorted.len() == names.len()).then_some(names)
}

fn child(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    match (plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[\"{key}\"]"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_have_a_path_and_both_sides() {
        let before = json!({
            "metadata": {"resourceVersion": "1", "annotations": {"service.cilium.io/shared": "true"}},
            "spec": {"replicas": 2, "ports": [{"name": "http", "port": 80}, {"name": "tls", "port": 443}], "args": ["a"]},
            "status": {"replicas": 2},
        });
        let after = json!({
            "metadata": {"resourceVersion": "2", "annotations": {"service.cilium.io/shared": "false"}},
            "spec": {"replicas": 0, "ports": [{"name": "tls", "port": 8443}, {"name": "http", "port": 80}], "args": ["b", "c"]},
            "status": {"replicas": 0},
        });
        let shown: Vec<_> = differences("Service", &before, &after)
            .into_iter()
            .map(|change| format!("{}: {} -> {}", change.path, change.before.unwrap(), change.after.unwrap()))
            .collect();
        assert_eq!(
            shown,
            [
                r#"metadata.annotations["service.cilium.io/shared"]: "true" -> "false""#,
                r#"spec.args: ["a"] -> ["b","c"]"#,
                "spec.ports[tls].port: 443 -> 8443",
                "spec.replicas: 2 -> 0",
            ]
        );
    }

    #[test]
    fn the_last_annotation_is_one_that_goes() {
        let before = json!({"metadata": {"annotations": {"service.cilium.io/global": "true"}}});
        let changes = differences("Service", &before, &json!({"metadata": {}}));
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].path, r#"metadata.annotations["service.cilium.io/global"]"#);
        assert_eq!((&changes[0].before, &changes[0].after), (&Some("true".into()), &None));
    }

    #[test]
    fn what_may_be_secret_is_not_in_it() {
        let secret = |value: &str| json!({"metadata": {"annotations": {"a": value}}, "data": {"key": value}});
        let env = |value: &str| json!({"spec": {"containers": [{"name": "c", "env": [{"name": "API_TOKEN", "value": value}]}]}});
        let cases = [("Secret", secret("hunter1"), secret("hunter2")), ("Pod", env("hunter1"), env("hunter2"))];
        for (kind, before, after) in cases {
            let changes = differences(kind, &before, &after);
            assert!(
                !changes.is_empty() && changes.iter().all(|change| change.after == Some(HIDDEN.into())),
                "{changes:?}"
            );
        }
        // A whole list or mapping that comes or goes may hold one too.
        let none = json!({"spec": {}});
        let changes = differences("Pod", &none, &env("hunter1"));
        assert!(!format!("{changes:?}").contains("hunter"), "{changes:?}");
    }
}
