//! What a scalar means to Kubernetes: the rules of go-yaml v2, which kubectl and the API server read YAML with.

use crate::Value;
use crate::tree::Tag;

/// Reads a scalar; `None` if it does not fit its tag. The result may be infinite or NaN.
pub(crate) fn resolve(text: &str, plain: bool, tag: Tag) -> Option<Value<'_>> {
    match tag {
        Tag::None if plain => Some(plain_value(text)),
        Tag::None | Tag::Str => Some(Value::Str(text)),
        Tag::Int | Tag::Float | Tag::Bool | Tag::Null => fit(plain_value(text), tag),
    }
}

/// The value if it is what the tag says, with integers widened to floats.
fn fit(value: Value<'_>, tag: Tag) -> Option<Value<'_>> {
    match (tag, value) {
        #[expect(clippy::cast_precision_loss, reason = "an integer under !!float is the nearest float")]
        (Tag::Float, Value::Int(int)) => Some(Value::Float(int as f64)),
        (Tag::Int, Value::Int(_) | Value::UInt(_))
        | (Tag::Float, Value::Float(_))
        | (Tag::Bool, Value::Bool(_))
        | (Tag::Null, Value::Null) => Some(value),
        _ => None,
    }
}

/// Whether a plain scalar may be anything but a string, judged by its first byte alone.
pub(crate) fn may_differ(text: &str) -> bool {
    match text.as_bytes().first() {
        None => true,
        Some(first) => matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.' | b'~') || b"yYnNtTfFoO".contains(first),
    }
}

fn plain_value(text: &str) -> Value<'_> {
    if !may_differ(text) {
        return Value::Str(text);
    }
    if let Some(value) = word(text) {
        return value;
    }
    match text.as_bytes().first() {
        Some(b'.') => point(text),
        Some(b'0'..=b'9' | b'+' | b'-') => number(text),
        _ => Value::Str(text),
    }
}

/// The words that are not strings.
fn word(text: &str) -> Option<Value<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// A text that starts with a point: a float if Go's `strconv.ParseFloat` takes it.
fn point(text: &str) -> Value<'_> {
    let bytes = text.as_bytes();
    let underscores_fit = bytes.iter().enumerate().all(|(at, byte)| {
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        *byte != b'_' || (digit(at.checked_sub(1)) && digit(Some(at + 1)))
    });
    if !underscores_fit {
        return Value::Str(text);
    }
    float(text, &without_underscores(text))
}

/// A text that starts with a digit or sign: an integer with Go's prefixes, else a float, else a string.
fn number(text: &str) -> Value<'_> {
    let digits = without_underscores(text);
    integer(&digits).unwrap_or_else(|| float(text, &digits))
}

fn without_underscores(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// Go's `ParseInt` and `ParseUint` with base 0.
fn integer(text: &str) -> Option<Value<'static>> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if let Some(value) = signed_binary(text) {
        return Some(value);
    }
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &unsigned[2..]),
        [b'0', b'o' | b'O', ..] => (8, &unsigned[2..]),
        [b'0', b'b' | b'B', ..] => (2, &unsigned[2..]),
        [b'0', _, ..] => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    match (negative, i64::try_from(size)) {
        (false, Ok(int)) => Some(Value::Int(int)),
        (true, Ok(int)) => Some(Value::Int(-int)),
        (true, Err(_)) if size == i64::MIN.unsigned_abs() => Some(Value::Int(i64::MIN)),
        (false, Err(_)) if unsigned.len() == text.len() => Some(Value::UInt(size)),
        (true | false, Err(_)) => None,
    }
}

/// A leftover of go-yaml: after `0b` it takes a sign.
fn signed_binary(text: &str) -> Option<Value<'static>> {
    let digits = text.strip_prefix("0b")?;
    let size = digits.strip_prefix(['-', '+'])?;
    if !size.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    i64::from_str_radix(digits, 2).ok().map(Value::Int)
}

/// The float that `digits` says, or the string `text`.
fn float<'t>(text: &'t str, digits: &str) -> Value<'t> {
    if !is_float(digits.as_bytes()) {
        return Value::Str(text);
    }
    match digits.parse::<f64>() {
        Ok(float) if float.is_finite() => Value::Float(float),
        _ => Value::Str(text),
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(bytes: &[u8]) -> bool {
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits(&bytes[sign..]);
    let mut at = sign + whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(&bytes[at + 1..]);
        if whole + fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return false;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let exponent = digits(&bytes[at..]);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == bytes.len()
}

/// How many digits `bytes` starts with.
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
