use meshc_diag::Diagnostic;

use super::line::Line;
use super::{Failure, invalid};

/// A space that is none to YAML, where `line` needs one: before its content, or behind its dash or colon.
pub(super) fn foreign(failure: &Failure<'_, '_>, line: Line<'_>) -> Option<Diagnostic> {
    let mut before = ' ';
    let (at, space) = line.content.char_indices().find(|(_, character)| {
        let is_needed = matches!(before, ' ' | '-' | ':');
        before = *character;
        is_needed && is_foreign(*character)
    })?;
    // Behind other text it is a part of that: only the first colon ends a key.
    let passed = &line.content[..at];
    if !passed.chars().all(|character| matches!(character, ' ' | '-')) && passed.find(':') != Some(at - 1) {
        return None;
    }
    let start = line.start + at;
    let name = match space {
        '\u{a0}' => "a no-break space",
        '\u{202f}' => "a narrow no-break space",
        '\u{3000}' => "an ideographic space",
        _ => "a special space",
    };
    let diagnostic = invalid(format!("{name} (U+{:04X}) stands where a space is needed", space as u32))
        .at(failure.range(start..start + space.len_utf8()), "is no space to YAML")
        .help("replace it by a space");
    Some(diagnostic)
}

fn is_foreign(character: char) -> bool {
    character.is_whitespace() && !character.is_ascii() && !matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}')
}
