//! Violations in our words.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use meshc_schema::nearest;
use serde_json::Value;

/// The longest text of somebody else's that is shown within a sentence, in characters.
const LONGEST: usize = 80;
/// How many values or fields are listed.
const LISTED: usize = 12;

/// What is wrong, where, and what to do about it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    pub(super) pointer: String,
    pub(super) message: String,
    pub(super) help: String,
}

/// Says what a violation is; each field that should not be there is one of its own.
pub(super) fn say(error: &ValidationError<'_>, schema: &Value, config: &Value) -> Vec<Violation> {
    let pointer = error.instance_path().to_string();
    let what = named(&pointer);
    let is = shown(error.instance());
    let mut help = String::new();
    let message = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let known = known_fields(error, schema);
            return unexpected.iter().map(|field| unexpected_field(&pointer, &what, field, &known)).collect();
        }
        ValidationErrorKind::Type { kind } => {
            format!("{what} must be {}, and is {}", types(kind), type_of(error.instance()))
        }
        ValidationErrorKind::Required { property } => format!("{what} has no `{}`", bare(property)),
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let meant = error.instance().as_str();
            let near = meant.and_then(|meant| nearest(meant, options.iter().filter_map(Value::as_str)));
            help = near.map(|word| format!("did you mean `{}`?", cut(word))).unwrap_or_default();
            format!("{what} must be one of {}, and is {is}", list(options.iter().map(shown)))
        }
        ValidationErrorKind::Constant { expected_value } => {
            format!("{what} must be {}, and is {is}", shown(expected_value))
        }
        ValidationErrorKind::Minimum { limit } => format!("{what} must be at least {limit}, and is {is}"),
        ValidationErrorKind::Maximum { limit } => format!("{what} must be at most {limit}, and is {is}"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("{what} must be more than {limit}, and is {is}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("{what} must be less than {limit}, and is {is}"),
        ValidationErrorKind::MultipleOf { multiple_of } => {
            format!("{what} must be a multiple of {multiple_of}, and is {is}")
        }
        ValidationErrorKind::Pattern { pattern } => format!("{what} must match `{}`, and is {is}", cut(pattern)),
        ValidationErrorKind::MinLength { limit } => format!("{what} must have at least {limit} character(s)"),
        ValidationErrorKind::MaxLength { limit } => format!("{what} must have at most {limit} character(s)"),
        ValidationErrorKind::MinItems { limit } => format!("{what} must have at least {limit} item(s)"),
        ValidationErrorKind::MaxItems { limit } => format!("{what} must have at most {limit} item(s)"),
        ValidationErrorKind::MinProperties { limit } => format!("{what} must have at least {limit} field(s)"),
        ValidationErrorKind::MaxProperties { limit } => format!("{what} must have at most {limit} field(s)"),
        ValidationErrorKind::AdditionalItems { limit } => format!("{what} must have at most {limit} item(s)"),
        ValidationErrorKind::UnevaluatedItems { .. } => format!("{what} has items that are not allowed"),
        ValidationErrorKind::UniqueItems => format!("{what} has the same item twice"),
        ValidationErrorKind::FalseSchema if error.schema_path().to_string().ends_with("/additionalProperties") => {
            // Without `properties` beside it, one error stands for all fields.
            let fields =
                config.pointer(&pointer).and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys);
            return fields.map(|field| unexpected_field(&pointer, &what, field, &[])).collect();
        }
        ValidationErrorKind::FalseSchema => format!("{what} is not allowed here"),
        ValidationErrorKind::Not { .. } => format!("{what} cannot be {is}"),
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            help = forms(context, &pointer);
            format!("{what} has none of the forms that are allowed")
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => format!("{what} can be read in more than one way"),
        ValidationErrorKind::PropertyNames { error } => {
            let why = match error.kind() {
                ValidationErrorKind::Pattern { pattern } => format!("must match `{}`", cut(pattern)),
                kind => format!("does not fit `{}`", cut(kind.keyword())),
            };
            format!("{what} has a field with a wrong name: {} {why}", shown(error.instance()))
        }
        ValidationErrorKind::Contains => format!("{what} lacks an item that it must have"),
        kind @ (ValidationErrorKind::BacktrackLimitExceeded { .. }
        | ValidationErrorKind::RegexEngineFailure { .. }
        | ValidationErrorKind::ContentEncoding { .. }
        | ValidationErrorKind::ContentMediaType { .. }
        | ValidationErrorKind::Custom { .. }
        | ValidationErrorKind::Format { .. }
        | ValidationErrorKind::FromUtf8 { .. }
        | ValidationErrorKind::Referencing(_)) => format!("{what} does not fit `{}`", cut(kind.keyword())),
    };
    vec![Violation { pointer, message, help }]
}

fn unexpected_field(pointer: &str, what: &str, field: &str, known: &[&str]) -> Violation {
    let help = match nearest(field, known.iter().copied()) {
        Some(word) => format!("did you mean `{}`?", cut(word)),
        None if known.is_empty() => String::new(),
        None => format!("the fields here are {}", list(known.iter().map(|field| format!("`{}`", cut(field))))),
    };
    Violation {
        pointer: format!("{pointer}/{}", field.replace('~', "~0").replace('/', "~1")),
        message: format!("there is no field `{}` in {what}", cut(field)),
        help,
    }
}

/// The fields beside the keyword that found too many.
fn known_fields<'s>(error: &ValidationError<'_>, schema: &'s Value) -> Vec<&'s str> {
    let path = error.schema_path().to_string();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let properties = schema.pointer(parent).and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// The types of alternatives, where the type is what each of them misses.
fn forms(context: &[Vec<ValidationError<'static>>], pointer: &str) -> String {
    let of = |errors: &Vec<ValidationError<'static>>| {
        errors.iter().find_map(|error| match error.kind() {
            ValidationErrorKind::Type { kind } if error.instance_path().to_string() == pointer => Some(types(kind)),
            _ => None,
        })
    };
    let forms: Option<Vec<_>> = context.iter().take(LISTED).map(of).collect();
    forms.map(|forms| forms.join(", or ")).unwrap_or_default()
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => type_name(*one).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(type_name).collect::<Vec<_>>().join(" or "),
    }
}

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "a list",
        JsonType::Object => "a mapping",
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// A JSON pointer as people write it: `steps[0].within`.
fn named(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if !path.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
            path.push_str(&format!("[{part}]"));
        } else {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(&part);
        }
    }
    if path.is_empty() { "`config`".to_owned() } else { format!("`{}`", cut(&path)) }
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| cut(&value.to_string()), cut)
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{}`", cut(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => cut(&value.to_string()),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    let mut shown: Vec<_> = items.take(LISTED + 1).collect();
    if shown.len() > LISTED {
        shown.truncate(LISTED);
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// A text that is not ours, short enough to stand within a sentence.
pub(super) fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
