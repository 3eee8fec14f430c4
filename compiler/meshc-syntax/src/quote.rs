//! Strings as YAML that every reader takes for the same string: YAML 1.1 and 1.2, `PyYAML`, go-yaml 2 and 3, kubectl.

use std::fmt::Write;

/// May start a plain scalar, and stand anywhere in one.
const START: u8 = 2;
/// May stand in a plain scalar behind its first character.
const INNER: u8 = 1;
/// A colon: within a plain scalar, but not at its end and not before a blank, which cannot follow anyway.
const COLON: u8 = 3;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        classes[at] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'/' => START,
            b'0'..=b'9' | b'_' | b'.' | b'-' | b'@' | b'$' | b'(' | b')' | b'=' | b'+' => INNER,
            b':' => COLON,
            _ => 0,
        };
        at += 1;
    }
    classes
}

/// Words that some reader takes for something else than a string, in any case.
const RESERVED: [&str; 15] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "nan", "inf", "infinity", "undefined"];

/// Whether `text` is a string to every reader of YAML when it stands without quotes.
pub fn plain_is_safe(text: &str) -> bool {
    let Some((first, rest)) = text.as_bytes().split_first() else {
        return false;
    };
    CLASSES[*first as usize] == START
        && rest.iter().all(|byte| CLASSES[*byte as usize] != 0)
        && rest.last() != Some(&b':')
        && !(text.len() <= 9 && RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// Writes one string, without quotes where [`plain_is_safe`], else in double quotes on one line.
pub fn write_scalar(text: &str, out: &mut String) {
    if plain_is_safe(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    let mut written = 0;
    for (at, character) in text.char_indices() {
        // Nearly all characters, and the cheapest question.
        if !matches!(character, '"' | '\\' | '\0'..='\x1f' | '\x7f'..) || is_printable(character) {
            continue;
        }
        out.push_str(&text[written..at]);
        written = at + character.len_utf8();
        escape(character, out);
    }
    out.push_str(&text[written..]);
    out.push('"');
}

fn escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        _ => {
            let code = character as u32;
            if code < 0x80 { write!(out, "\\x{code:02x}") } else { write!(out, "\\u{code:04x}") }
                .expect("a String takes any text");
        }
    }
}

/// Whether a character beyond ASCII can stand for itself: no reader takes it for a line break or refuses it.
fn is_printable(character: char) -> bool {
    !matches!(character, '\0'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether `text` reads the same from a literal block, and is easier on the eye there: at least two lines, no blanks
/// where an editor would remove them, nothing that only an escape can say.
pub(crate) fn literal_is_safe(text: &str) -> bool {
    let body = text.trim_end_matches('\n');
    body.contains('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && body.split('\n').all(|line| !line.ends_with([' ', '\t']))
        && body.chars().all(|c| matches!(c, '\n' | '\t' | ' '..='~') || is_printable(c))
}

/// Writes `text`, for which [`literal_is_safe`], as a literal block up to and with its last line break.
pub(crate) fn write_literal(text: &str, indent: usize, out: &mut String) {
    let body = text.trim_end_matches('\n');
    let breaks = text.len() - body.len();
    out.push_str(match breaks {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
        out.push('\n');
    }
    out.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
}
