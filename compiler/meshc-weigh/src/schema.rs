//! Holds a policy's config against the JSON Schema of its weigher, before the weigher sees it.
//!
//! The schema of a plugin is hostile input: [`bounds`] says what it may be, and everything that it asks for costs little.

mod bounds;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

use self::words::Violation;
use crate::contract::{Finding, FindingSeverity, Subject};

/// How many violations are shown.
const MOST_VIOLATIONS: usize = 10;
/// The memory that one compiled pattern may take, in bytes.
const PATTERN_MEMORY: usize = 1 << 20;

/// What is wrong with `config` (JSON) by `schema`; an empty schema allows everything.
///
/// # Errors
/// If the schema cannot be used: why.
pub(crate) fn violations(schema: &str, config: &str) -> Result<Vec<Finding>, String> {
    if schema.is_empty() {
        return Ok(Vec::new());
    }
    let schema: Value = serde_json::from_str(schema).map_err(|error| format!("it is no JSON: {error}"))?;
    let config: Value = serde_json::from_str(config).map_err(|error| format!("the config is no JSON: {error}"))?;
    bounds::hold(&schema)?;
    // Whatever the validator does with what nobody foresaw, it is the schema's fault.
    let found = catch_unwind(AssertUnwindSafe(|| Ok(held(&compile(&schema)?, &schema, &config))));
    found.unwrap_or_else(|_| Err("the validator failed on it".to_owned()))
}

fn compile(schema: &Value) -> Result<Validator, String> {
    let patterns = PatternOptions::regex().size_limit(PATTERN_MEMORY).dfa_size_limit(PATTERN_MEMORY);
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_pattern_options(patterns)
        .should_validate_formats(false)
        .offline()
        .build(schema)
        .map_err(|error| format!("at `{}`: {}", error.instance_path(), words::cut(&error.to_string())))
}

fn held(validator: &Validator, schema: &Value, config: &Value) -> Vec<Finding> {
    let mut found: Vec<Violation> =
        validator.iter_errors(config).flat_map(|error| words::say(&error, schema, config)).collect();
    found.sort();
    found.dedup();
    let finding = |violation: Violation| Finding {
        severity: FindingSeverity::Error,
        code: "CONFIG".to_owned(),
        message: violation.message,
        subject: Subject::Config(violation.pointer),
        help: violation.help,
    };
    found.into_iter().take(MOST_VIOLATIONS).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(schema: &str, config: &str) -> Vec<String> {
        let findings = violations(schema, config).unwrap();
        findings
            .into_iter()
            .map(|finding| {
                let Subject::Config(pointer) = finding.subject else { panic!("a violation is about the config") };
                format!("{pointer}: {} ({})", finding.message, finding.help)
            })
            .collect()
    }

    #[test]
    fn each_violation_is_said_in_our_words() {
        let cases: &[(&str, &str, &str)] = &[
            (
                r#"{"properties":{"zone":{"type":"integer"}}}"#,
                r#"{"zone":"a"}"#,
                "/zone: `zone` must be an integer, and is a string ()",
            ),
            (r#"{"type":["object","null"]}"#, "[]", ": `config` must be null or a mapping, and is a list ()"),
            (
                r#"{"properties":{"weights":{}},"additionalProperties":false}"#,
                r#"{"wieghts":1}"#,
                "/wieghts: there is no field `wieghts` in `config` (did you mean `weights`?)",
            ),
            (
                r#"{"properties":{"a":{"properties":{"x":{},"y":{}},"additionalProperties":false}}}"#,
                r#"{"a":{"other":1}}"#,
                "/a/other: there is no field `other` in `a` (the fields here are `x`, `y`)",
            ),
            (r#"{"additionalProperties":false}"#, r#"{"other":1}"#, "/other: there is no field `other` in `config` ()"),
            (r#"{"required":["weight"]}"#, "{}", ": `config` has no `weight` ()"),
            (
                r#"{"properties":{"s":{"items":{"required":["within"]}}}}"#,
                r#"{"s":[{}]}"#,
                "/s/0: `s[0]` has no `within` ()",
            ),
            (
                r#"{"properties":{"curve":{"enum":["inverse","steps"]}}}"#,
                r#"{"curve":"invers"}"#,
                "/curve: `curve` must be one of `inverse`, `steps`, and is `invers` (did you mean `inverse`?)",
            ),
            (r#"{"properties":{"a":{"const":1}}}"#, r#"{"a":2}"#, "/a: `a` must be 1, and is 2 ()"),
            (r#"{"properties":{"a":{"minimum":0}}}"#, r#"{"a":-1}"#, "/a: `a` must be at least 0, and is -1 ()"),
            (r#"{"properties":{"a":{"maximum":5}}}"#, r#"{"a":6}"#, "/a: `a` must be at most 5, and is 6 ()"),
            (
                r#"{"properties":{"a":{"exclusiveMinimum":0}}}"#,
                r#"{"a":0}"#,
                "/a: `a` must be more than 0, and is 0 ()",
            ),
            (
                r#"{"properties":{"a":{"exclusiveMaximum":1}}}"#,
                r#"{"a":1}"#,
                "/a: `a` must be less than 1, and is 1 ()",
            ),
            (r#"{"properties":{"a":{"multipleOf":5}}}"#, r#"{"a":7}"#, "/a: `a` must be a multiple of 5, and is 7 ()"),
            (
                r#"{"properties":{"a":{"pattern":"^[a-z]+$"}}}"#,
                r#"{"a":"A"}"#,
                "/a: `a` must match `^[a-z]+$`, and is `A` ()",
            ),
            (r#"{"properties":{"a":{"minLength":2}}}"#, r#"{"a":"x"}"#, "/a: `a` must have at least 2 character(s) ()"),
            (r#"{"properties":{"a":{"maxItems":1}}}"#, r#"{"a":[1,2]}"#, "/a: `a` must have at most 1 item(s) ()"),
            (r#"{"minProperties":1}"#, "{}", ": `config` must have at least 1 field(s) ()"),
            (r#"{"properties":{"a":{"uniqueItems":true}}}"#, r#"{"a":[1,1]}"#, "/a: `a` has the same item twice ()"),
            (r#"{"properties":{"a":false}}"#, r#"{"a":1}"#, "/a: `a` is not allowed here ()"),
            (
                r#"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}"#,
                r#"{"a":1}"#,
                "/a: `a` has none of the forms that are allowed (a string, or null)",
            ),
            (r#"{"properties":{"a":{"not":{}}}}"#, r#"{"a":1}"#, "/a: `a` cannot be 1 ()"),
            (
                r#"{"propertyNames":{"pattern":"^a"}}"#,
                r#"{"b":1}"#,
                ": `config` has a field with a wrong name: `b` must match `^a` ()",
            ),
            (
                r#"{"properties":{"a/b~c":{"type":"string"}}}"#,
                r#"{"a/b~c":1}"#,
                "/a~1b~0c: `a/b~c` must be a string, and is an integer ()",
            ),
        ];
        for (schema, config, expected) in cases {
            assert_eq!(said(schema, config), [*expected], "{schema} {config}");
        }
    }

    #[test]
    fn definitions_of_the_schema_itself_can_be_used() {
        let schema = r##"{"properties":{"a":{"$ref":"#/$defs/weight"}},"$defs":{"weight":{"type":"integer"}}}"##;
        assert_eq!(said(schema, r#"{"a":1}"#), [""; 0]);
        assert_eq!(said(schema, r#"{"a":null}"#), ["/a: `a` must be an integer, and is null ()"]);
    }

    #[test]
    fn ten_violations_are_shown() {
        let config: serde_json::Map<_, _> = (0..100).map(|at| (format!("k{at}"), Value::Null)).collect();
        let config = Value::Object(config).to_string();
        assert_eq!(violations(r#"{"additionalProperties":false}"#, &config).unwrap().len(), MOST_VIOLATIONS);
        assert_eq!(violations(r#"{"additionalProperties":{"type":"string"}}"#, &config).unwrap().len(), 10);
    }

    #[test]
    fn a_schema_that_cannot_be_used_says_why() {
        let chain = |count: usize| {
            let defs: Vec<_> = (0..count)
                .map(|at| {
                    format!(r##""d{at}":{{"allOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##, at + 1)
                })
                .collect();
            format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d{count}":true}}}}"##, defs.join(","))
        };
        let deep = |depth: usize| format!("{}true{}", r#"{"not":"#.repeat(depth), "}".repeat(depth));
        let cases = [
            ("{", "it is no JSON"),
            ("3", "it is neither an object nor a boolean"),
            (r##"{"$ref":"#"}"##, "`#` is no reference to one of its own `$defs`"),
            (r##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}"##, "`$defs/a` refers to itself"),
            (
                r##"{"$ref":"#/$defs/a","$defs":{"a":{"not":{"$ref":"#/$defs/b"}},"b":{"not":{"$ref":"#/$defs/a"}}}}"##,
                "refers to itself",
            ),
            (r##"{"$ref":"#/$defs/b","$defs":{"a":true}}"##, "there is no `$defs/b`"),
            (r#"{"$ref":"https://example.com/a"}"#, "is no reference to one of its own `$defs`"),
            (r##"{"$dynamicRef":"#a"}"##, "`$dynamicRef` is not allowed"),
            (r#"{"$id":"https://example.com/a"}"#, "`$id` is not allowed"),
            (r#"{"properties":{"a":{"$anchor":"a"}}}"#, "`$anchor` is not allowed"),
            (r#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#, "it is not of the draft 2020-12"),
            (&chain(40), "it is too large once its references are followed"),
            (&deep(100), "it is nested too deeply"),
            (r#"{"pattern":"(a"}"#, "at `/pattern`"),
            (r#"{"pattern":"(a+)+(?=b)"}"#, "at `/pattern`"),
            (r#"{"pattern":"((a{100}){100}){100}"}"#, "at `/pattern`"),
            (r#"{"patternProperties":{"(":{}}}"#, "at `"),
            (r#"{"minimum":1e999}"#, "it is no JSON"),
            (r#"{"minLength":-1}"#, "at `/minLength`"),
            (r#"{"type":"strnig"}"#, "at `/type`"),
        ];
        for (schema, expected) in cases {
            let why = violations(schema, r#"{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#).unwrap_err();
            assert!(why.contains(expected), "{schema}: {why}");
        }
        let long = format!(r#"{{"pattern":"{}"}}"#, "a".repeat(5000));
        assert!(violations(&long, "{}").unwrap_err().contains("a pattern is too long"));
    }

    #[test]
    fn huge_numbers_are_numbers() {
        let schema =
            r#"{"properties":{"a":{"maximum":1e308,"multipleOf":1e-300},"b":{"minLength":18446744073709551615}}}"#;
        let _ = violations(schema, r#"{"a":1e308,"b":"x"}"#);
        assert_eq!(said(r#"{"properties":{"a":{"maximum":65535}}}"#, r#"{"a":1e300}"#).len(), 1);
    }
}
