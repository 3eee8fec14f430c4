//! What a schema may be, so that neither compiling it nor holding a config against it can cost much.

use std::collections::BTreeMap;

use serde_json::Value;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
/// How deep it may be nested.
const DEEPEST: usize = 64;
/// How many values it may have, each reference counted as what it refers to.
const LARGEST: usize = 10_000;
/// What a pattern counts for among them.
const PATTERN_SIZE: usize = 100;
/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 1024;
/// Keywords that would change what a reference means.
const REFUSED: [&str; 7] =
    ["$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary"];

/// Refuses a schema that could cost too much or reaches out of itself.
pub(super) fn hold(schema: &Value) -> Result<(), String> {
    if schema.is_boolean() {
        return Ok(());
    }
    let Value::Object(root) = schema else {
        return Err("it is neither an object nor a boolean".to_owned());
    };
    if root.get("$schema").is_some_and(|draft| draft.as_str().map(|draft| draft.trim_end_matches('#')) != Some(DRAFT)) {
        return Err("it is not of the draft 2020-12".to_owned());
    }
    nested(schema, 0)?;
    let empty = serde_json::Map::new();
    let definitions = root.get("$defs").and_then(Value::as_object).unwrap_or(&empty);
    let mut sizes = Sizes { definitions, known: BTreeMap::new() };
    for name in definitions.keys() {
        sizes.definition(name)?;
    }
    let mut total = 0_usize;
    for (key, value) in root {
        total = total.saturating_add(if key == "$defs" { 0 } else { sizes.entry(key, value)? });
    }
    fits(total)
}

fn fits(size: usize) -> Result<(), String> {
    if size > LARGEST { Err("it is too large once its references are followed".to_owned()) } else { Ok(()) }
}

fn nested(value: &Value, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err("it is nested too deeply".to_owned());
    }
    match value {
        Value::Object(entries) => entries.values().try_for_each(|value| nested(value, depth + 1)),
        Value::Array(items) => items.iter().try_for_each(|value| nested(value, depth + 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// The sizes of definitions; `None` while one is being measured.
struct Sizes<'s> {
    definitions: &'s serde_json::Map<String, Value>,
    known: BTreeMap<&'s str, Option<usize>>,
}

impl<'s> Sizes<'s> {
    fn definition(&mut self, name: &'s str) -> Result<usize, String> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(format!("`$defs/{name}` refers to itself")),
            None => {}
        }
        let value = self.definitions.get(name).ok_or_else(|| format!("there is no `$defs/{name}`"))?;
        self.known.insert(name, None);
        let size = self.value(value)?;
        fits(size)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }

    fn value(&mut self, value: &'s Value) -> Result<usize, String> {
        let mut size = 1_usize;
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    if key == "$schema" && value.is_string() {
                        return Err("`$schema` stands in a part of it".to_owned());
                    }
                    size = size.saturating_add(self.entry(key, value)?);
                }
            }
            Value::Array(items) => {
                for item in items {
                    size = size.saturating_add(self.value(item)?);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        Ok(size)
    }

    /// A field. One that has the name of a keyword and the form of a schema may be a property of the config.
    fn entry(&mut self, key: &str, value: &'s Value) -> Result<usize, String> {
        if REFUSED.contains(&key) && !value.is_object() || key == "$vocabulary" {
            return Err(format!("`{key}` is not allowed"));
        }
        match (key, value) {
            ("$ref", Value::String(target)) => {
                let plain = |name: &&str| !name.is_empty() && !name.contains(['/', '~', '%', '#']);
                let Some(name) = target.strip_prefix("#/$defs/").filter(plain) else {
                    return Err(format!("`{target}` is no reference to one of its own `$defs`"));
                };
                let (name, _) =
                    self.definitions.get_key_value(name).ok_or_else(|| format!("there is no `$defs/{name}`"))?;
                self.definition(name)
            }
            ("pattern", Value::String(pattern)) => short(pattern).map(|()| PATTERN_SIZE),
            ("patternProperties", Value::Object(patterns)) => {
                patterns.keys().try_for_each(|pattern| short(pattern))?;
                Ok(self.value(value)?.saturating_add(patterns.len().saturating_mul(PATTERN_SIZE)))
            }
            _ => self.value(value),
        }
    }
}

fn short(pattern: &str) -> Result<(), String> {
    if pattern.len() > LONGEST_PATTERN { Err("a pattern is too long".to_owned()) } else { Ok(()) }
}
