use granit_parser::ErrorKind;
use meshc_diag::Diagnostic;

use super::line::Line;
use super::{Failure, invalid};
use crate::write_scalar;

/// A value that starts with a character that has a meaning of its own, or one that YAML does not allow.
pub(super) fn unexpected(failure: &Failure<'_, '_>) -> Diagnostic {
    let Some(first) = failure.text[failure.at..].chars().next() else {
        return failure.here("the text ends too early", "expected more");
    };
    // The parser says where the text with the character starts.
    let character = if let ErrorKind::UnexpectedCharacter { character } = failure.kind { *character } else { first };
    if character.is_control() || !matches!(character, '@' | '`' | '%' | '&' | '*' | '|' | '>') {
        let start = failure.at + failure.text[failure.at..].find(character).unwrap_or_default();
        let help = match character {
            '\0' => "no text holds it: save the file as UTF-8, or take it out of the project if it is no manifest",
            _ => "remove it, or write it as an escape in double quotes",
        };
        return invalid(format!("the character U+{:04X} cannot stand here", character as u32))
            .at(failure.range(start..start + character.len_utf8()), "this character")
            .help(help);
    }
    let shown = if character == '`' { "a backtick".to_owned() } else { format!("`{character}`") };
    failure
        .here(format!("a value without quotes cannot start with {shown}"), "has a meaning of its own")
        .help(format!("quote the value: `{}`", quoted(failure)))
}

/// The value where the parser gave up as it has to be written, behind its key if that stands on the same line.
fn quoted(failure: &Failure<'_, '_>) -> String {
    let line = Line::at(failure.text, failure.at);
    let value = failure.text[failure.at..line.end()].split(" #").next().unwrap_or_default();
    let within_brackets = if failure.flow.is_some() { value.split([',', ']', '}']).next() } else { None };
    let value = within_brackets.unwrap_or(value).trim_end();
    let mut fixed = String::new();
    if let Some(key) = line.key().filter(|_| line.value() == Some(value)) {
        fixed.push_str(&failure.text[key]);
        fixed.push_str(": ");
    }
    write_scalar(value, &mut fixed);
    fixed
}
