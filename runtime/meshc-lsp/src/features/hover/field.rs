//! A field of a document of ours, as its JSON Schema describes it.

use std::sync::LazyLock;

use meshc_compiler::schema::{mesh_schema, traffic_policy_schema};
use serde_json::Value;

use crate::cursor::{Cursor, Step};

static MESH: LazyLock<Value> = LazyLock::new(|| mesh_schema().to_value());
static TRAFFIC_POLICY: LazyLock<Value> = LazyLock::new(|| traffic_policy_schema().to_value());

pub(super) fn describe(cursor: &Cursor<'_>) -> Option<String> {
    let root: &Value = if cursor.is_ours("Mesh") {
        &MESH
    } else if cursor.is_ours("TrafficPolicy") {
        &TRAFFIC_POLICY
    } else {
        return None;
    };
    let mut schema = root;
    let mut name = None;
    for step in &cursor.steps {
        let resolved = resolve(root, schema);
        schema = match step {
            Step::Item => resolved.get("items")?,
            Step::Field(field) => {
                name = Some(*field);
                resolved
                    .get("properties")
                    .and_then(|fields| fields.get(*field))
                    .or_else(|| resolved.get("additionalProperties").filter(|schema| schema.is_object()))?
            }
        };
    }
    let about = text(schema, "description").or_else(|| text(resolve(root, schema), "description"));
    let mut parts = vec![format!("**{}**: {}", name?, about?)];
    parts.extend(values(resolve(root, schema)));
    Some(parts.join("\n\n"))
}

fn text<'s>(schema: &'s Value, key: &str) -> Option<&'s str> {
    schema.get(key).and_then(Value::as_str)
}

/// The schema that `schema` stands for: itself, what it refers to, or the one that it is unless null.
fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let alternatives =
        ["anyOf", "allOf", "oneOf"].into_iter().find_map(|key| schema.get(key)).and_then(Value::as_array);
    if let Some(first) = alternatives.into_iter().flatten().find(|other| text(other, "type") != Some("null")) {
        return resolve(root, first);
    }
    let referred = text(schema, "$ref").and_then(|reference| root.pointer(reference.strip_prefix('#')?));
    referred.map_or(schema, |referred| resolve(root, referred))
}

fn values(schema: &Value) -> Option<String> {
    let words: Vec<_> = match (schema.get("enum").and_then(Value::as_array), schema.get("const")) {
        (Some(words), _) => words.iter().filter(|word| !word.is_null()).map(ToString::to_string).collect(),
        (None, Some(word)) => vec![word.to_string()],
        (None, None) => return None,
    };
    let words: Vec<_> = words.iter().map(|word| format!("`{}`", word.trim_matches('"'))).collect();
    Some(format!("Values: {}", words.join(", ")))
}
