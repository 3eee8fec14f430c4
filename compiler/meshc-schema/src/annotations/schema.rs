//! The known annotations as a JSON Schema.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::{KNOWN, KnownAnnotation};

/// The JSON Schema of any Kubernetes object as far as its annotations go, in draft 7, which editors read. It lets
/// everything else pass, so that it can be used beside the schema of the object itself.
pub fn annotations_schema() -> Schema {
    let mut properties = Map::new();
    for known in KNOWN {
        properties.insert(known.key.to_owned(), property(known));
        for alias in known.aliases {
            properties.insert((*alias).to_owned(), alias_property(known));
        }
    }
    json_schema!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Annotations of Cilium Cluster Mesh and meshc",
        "description": "Any object of Kubernetes, as far as annotations say who serves whom",
        "type": "object",
        "properties": {
            "metadata": {
                "type": "object",
                "properties": {"annotations": {"$ref": "#/definitions/annotations"}},
            },
            "items": {"type": "array", "items": {"$ref": "#"}},
        },
        "definitions": {
            "annotations": {
                "description": "Annotations; every value is a string",
                // Kubernetes takes nothing for no annotations, and no value for an empty string.
                "type": ["object", "null"],
                "properties": properties,
                "additionalProperties": {"type": ["string", "null"]},
            },
        },
    })
}

fn property(known: &KnownAnnotation) -> Value {
    let mut schema = values(known);
    schema.insert("description".to_owned(), description(known).into());
    Value::Object(schema)
}

/// An older name: the same values, and the name of today.
fn alias_property(known: &KnownAnnotation) -> Value {
    let mut schema = values(known);
    let about =
        format!("The older name of `{}`, which counts instead where both stand. {}", known.key, description(known));
    schema.insert("description".to_owned(), about.into());
    Value::Object(schema)
}

/// The words are offered; where they are read in any case, each way to write them passes.
fn values(known: &KnownAnnotation) -> Map<String, Value> {
    let words = json!({"type": "string", "enum": known.values});
    let schema = match (known.values.is_empty(), known.any_case) {
        (true, _) => json!({"type": "string"}),
        (false, false) => words,
        (false, true) => json!({"anyOf": [words, {"type": "string", "pattern": any_case(known.values)}]}),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// A pattern of one of `words` in any case, without the flags that not every reader of patterns has.
fn any_case(words: &[&str]) -> String {
    let letter = |letter: char| {
        if letter.is_ascii_alphabetic() {
            format!("[{}{}]", letter.to_ascii_uppercase(), letter.to_ascii_lowercase())
        } else {
            letter.to_string()
        }
    };
    let words: Vec<String> = words.iter().map(|word| word.chars().map(letter).collect()).collect();
    format!("^({})$", words.join("|"))
}

fn description(known: &KnownAnnotation) -> String {
    let mut text = known.about.to_owned();
    if !known.kinds.is_empty() {
        text.push_str(&format!(" It belongs on: {}.", known.kinds.join(", ")));
    }
    if !known.otherwise.is_empty() {
        text.push_str(&format!(" Without it, {}.", known.otherwise));
    }
    if let Some(since) = known.since {
        let since = if since == "main" {
            "Only Cilium's main branch reads it.".to_owned()
        } else {
            format!("Since Cilium {since}.")
        };
        text.push_str(&format!(" {since}"));
    }
    if let Some(needs) = known.needs {
        text.push_str(&format!(" It needs `{needs}`."));
    }
    text
}
