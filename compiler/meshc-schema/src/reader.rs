//! Reading typed values out of trees: each wrong one is reported at its place, and reading goes on without it.

use std::fmt::Display;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Name, Said};
use meshc_source::Span;
use meshc_syntax::{Entry, Node, Value};

use crate::edit;
use crate::suggest::{did_you_mean, nearest};

/// A mapping whose fields are read by name. A field that is null counts as absent, as it does for Kubernetes.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'t> {
    node: Node<'t>,
}

impl<'t> Fields<'t> {
    /// Takes the value of the field `key`; anything but a mapping is reported.
    pub(crate) fn of(node: Node<'t>, key: &str, diags: &mut Diagnostics) -> Option<Self> {
        Self::named(node, &format_args!("`{key}`"), diags)
    }

    /// Takes an item of the list in the field `key`; anything but a mapping is reported.
    pub(crate) fn item(node: Node<'t>, key: &str, diags: &mut Diagnostics) -> Option<Self> {
        Self::named(node, &format_args!("an item of `{key}`"), diags)
    }

    fn named(node: Node<'t>, what: &dyn Display, diags: &mut Diagnostics) -> Option<Self> {
        if matches!(node.value(), Value::Map) {
            return Some(Self { node });
        }
        wrong_type(node, what, "a mapping", diags);
        None
    }

    /// Takes a mapping, and nothing of anything else, which whoever reads the value reports.
    pub(crate) fn quiet_of(node: Node<'t>) -> Option<Self> {
        matches!(node.value(), Value::Map).then_some(Self { node })
    }

    /// The mapping in the field `key`, as [`Self::quiet_of`].
    pub(crate) fn quiet(self, key: &str) -> Option<Self> {
        Self::quiet_of(self.get(key)?)
    }

    /// The string in the field `key`; anything else is reported by whoever reads it.
    pub(crate) fn text(self, key: &str) -> Option<Said<&'t str>> {
        text_of(self.get(key)?)
    }

    /// The strings of the list in the field `key`, as [`Self::text`].
    pub(crate) fn texts(self, key: &str) -> impl Iterator<Item = Said<&'t str>> + use<'t> {
        self.get(key).into_iter().flat_map(Node::items).filter_map(text_of)
    }

    pub(crate) fn span(self) -> Span {
        self.node.span()
    }

    /// The fields, in the order of the text.
    pub(crate) fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        self.node.entries()
    }

    pub(crate) fn get(self, key: &str) -> Option<Node<'t>> {
        self.node.get(key).filter(|node| !matches!(node.value(), Value::Null))
    }

    /// The mapping in the field `key`.
    pub(crate) fn fields(self, key: &str, diags: &mut Diagnostics) -> Option<Fields<'t>> {
        Fields::of(self.get(key)?, key, diags)
    }

    /// The items of the list in the field `key`; none if it is absent.
    pub(crate) fn list(self, key: &str, diags: &mut Diagnostics) -> Vec<Node<'t>> {
        let Some(node) = self.get(key) else {
            return Vec::new();
        };
        if !matches!(node.value(), Value::Seq) {
            wrong_type(node, &format_args!("`{key}`"), "a list", diags);
            return Vec::new();
        }
        node.items().collect()
    }

    pub(crate) fn string(self, key: &str, diags: &mut Diagnostics) -> Option<Said<&'t str>> {
        string(self.get(key)?, &format_args!("`{key}`"), diags)
    }

    pub(crate) fn name(self, key: &str, diags: &mut Diagnostics) -> Option<Said<Name>> {
        let text = self.string(key, diags)?;
        Some(Said { value: Name::new(text.value), span: text.span })
    }

    /// The strings of the list in the field `key`.
    pub(crate) fn names(self, key: &str, diags: &mut Diagnostics) -> Vec<Said<Name>> {
        self.list(key, diags)
            .into_iter()
            .filter_map(|node| string(node, &format_args!("an item of `{key}`"), diags))
            .map(|text| Said { value: Name::new(text.value), span: text.span })
            .collect()
    }

    pub(crate) fn boolean(self, key: &str, diags: &mut Diagnostics) -> Option<Said<bool>> {
        let node = self.get(key)?;
        let Value::Bool(value) = node.value() else {
            wrong_type(node, &format_args!("`{key}`"), "a boolean", diags);
            return None;
        };
        Some(Said { value, span: node.span() })
    }

    /// The whole number in the field `key`, which must lie in `range`.
    pub(crate) fn number<T: TryFrom<i64>>(
        self,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
        diags: &mut Diagnostics,
    ) -> Option<Said<T>> {
        let node = self.get(key)?;
        number(node, key, range, diags)
    }

    /// The word in the field `key`, which must be one of `words`.
    pub(crate) fn word<T: Copy>(
        self,
        key: &str,
        words: &[(T, &'static str)],
        diags: &mut Diagnostics,
    ) -> Option<Said<T>> {
        let text = self.string(key, diags)?;
        if let Some((value, _)) = words.iter().find(|(_, word)| *word == text.value) {
            return Some(Said { value: *value, span: text.span });
        }
        let known = || words.iter().map(|(_, word)| *word);
        let all = || format!("it is one of {}", known().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
        let diagnostic = Diagnostic::new(Code::InvalidValue, format!("`{key}` cannot be `{}`", text.value))
            .at(text.span, "not a known value");
        diags.push(match nearest(text.value, known()) {
            Some(word) => diagnostic.help(format!("did you mean `{word}`?")).fix(written_so(text, word)),
            None => diagnostic.help(all()),
        });
        None
    }

    /// Reports that a field which must be there is not, at the mapping that lacks it.
    pub(crate) fn missing(self, key: &str, of: &str, diags: &mut Diagnostics) {
        diags.push(
            Diagnostic::new(Code::MissingField, format!("{of} has no `{key}`"))
                .at(first_of(self.node), format!("`{key}` belongs here")),
        );
    }

    /// Reports every field that is not one of `known`; for our own documents, where none may pass unread.
    pub(crate) fn deny_unknown(self, known: &[&str], diags: &mut Diagnostics) {
        for entry in self.node.entries() {
            if known.contains(&entry.key) {
                continue;
            }
            let suggestion = nearest(entry.key, known.iter().copied());
            let all = || {
                format!(
                    "the fields here are {}",
                    known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
                )
            };
            let diagnostic = Diagnostic::new(Code::UnknownField, format!("there is no field `{}`", entry.key))
                .at(entry.key_span, "not known")
                .help(did_you_mean(suggestion).unwrap_or_else(all));
            // What is there already would be there twice.
            diags.push(match suggestion.filter(|field| self.node.get(field).is_none()) {
                Some(field) => {
                    let edit = edit::replace(entry.key_span, entry.key, field);
                    diagnostic.fix(Fix::likely(format!("write `{field}`"), vec![edit]))
                }
                None => diagnostic,
            });
        }
    }
}

/// A place for "it belongs here": the first entry of a mapping, or the mapping itself where it is empty.
pub(crate) fn first_of(node: Node<'_>) -> Span {
    node.entries().next().map_or(node.span(), |entry| entry.key_span)
}

/// The strings of a list that is an item of the list in the field `key`.
pub(crate) fn names_of(node: Node<'_>, key: &str, diags: &mut Diagnostics) -> Vec<Said<Name>> {
    if !matches!(node.value(), Value::Seq) {
        wrong_type(node, &format_args!("an item of `{key}`"), "a list", diags);
        return Vec::new();
    }
    let strings = node.items().filter_map(|item| string(item, &format_args!("an item of `{key}`"), diags));
    strings.map(|text| Said { value: Name::new(text.value), span: text.span }).collect()
}

/// Reports a value of the wrong type.
pub(crate) fn wrong_type(node: Node<'_>, what: &dyn Display, expected: &str, diags: &mut Diagnostics) {
    let found = node.value().type_name();
    let diagnostic = Diagnostic::new(Code::WrongType, format!("{what} must be {expected}"))
        .at(node.span(), format!("this is {found}"));
    diags.push(match retyped(node, expected) {
        Some((title, text)) => {
            diagnostic.help(title.clone()).fix(Fix::certain(title, vec![Edit::replace(node.span(), text)]))
        }
        None => diagnostic,
    });
}

/// The value in the type that was expected, where quotes are all that is wrong: what to do, and the text.
fn retyped(node: Node<'_>, expected: &str) -> Option<(String, String)> {
    // A tag says of what type it is, with quotes or without.
    let text = node.scalar_text().filter(|_| !node.has_tag())?;
    let bare = match expected {
        "a string" => return node.is_plain().then(|| (format!("quote it: `\"{text}\"`"), format!("\"{text}\""))),
        // One that starts with a zero would be another number without quotes.
        "a whole number" => text.parse::<i64>().is_ok_and(|number| number.to_string() == text),
        "a boolean" => matches!(text, "true" | "false"),
        _ => false,
    };
    bare.then(|| (format!("write it without quotes: `{text}`"), text.to_owned()))
}

/// A fix that writes `word` in the place of a value; one that only has other capitals was certainly meant to be it.
fn written_so(value: Said<&str>, word: &str) -> Fix {
    let edits = vec![edit::replace(value.span, value.value, word)];
    let title = format!("write `{word}`");
    if value.value.eq_ignore_ascii_case(word) { Fix::certain(title, edits) } else { Fix::likely(title, edits) }
}

fn text_of(node: Node<'_>) -> Option<Said<&str>> {
    match node.value() {
        Value::Str(value) => Some(Said { value, span: node.span() }),
        _ => None,
    }
}

/// The string that `node` is.
pub(crate) fn string<'t>(node: Node<'t>, what: &dyn Display, diags: &mut Diagnostics) -> Option<Said<&'t str>> {
    let Value::Str(value) = node.value() else {
        wrong_type(node, what, "a string", diags);
        return None;
    };
    Some(Said { value, span: node.span() })
}

/// The whole number that `node` is.
pub(crate) fn number<T: TryFrom<i64>>(
    node: Node<'_>,
    what: &str,
    range: std::ops::RangeInclusive<i64>,
    diags: &mut Diagnostics,
) -> Option<Said<T>> {
    let found = match node.value() {
        Value::Int(value) => Some(value),
        Value::UInt(value) => Some(i64::try_from(value).unwrap_or(i64::MAX)),
        _ => None,
    };
    let Some(found) = found else {
        wrong_type(node, &format_args!("`{what}`"), "a whole number", diags);
        return None;
    };
    let value = if range.contains(&found) { T::try_from(found).ok() } else { None };
    if value.is_none() {
        diags.push(
            Diagnostic::new(Code::InvalidValue, format!("`{what}` cannot be {found}"))
                .at(node.span(), format!("it is {} to {}", range.start(), range.end())),
        );
    }
    value.map(|value| Said { value, span: node.span() })
}
