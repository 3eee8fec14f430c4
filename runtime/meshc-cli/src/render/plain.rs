//! Text of the input, as it may be sent to a terminal.

use std::borrow::Cow;

/// `text` with a picture in the place of every character that a terminal would obey instead of showing it.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(obeyed) { Cow::Owned(text.chars().map(shown).collect()) } else { Cow::Borrowed(text) }
}

/// The same for a text of several lines.
pub(super) fn plain_lines(text: &str) -> Cow<'_, str> {
    if text.contains(obeyed) {
        Cow::Owned(text.chars().map(|c| if c == '\n' { c } else { shown(c) }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The character that stands for `c`.
pub(super) fn shown(c: char) -> char {
    match c {
        '\t' => c,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ if obeyed(c) => '\u{fffd}',
        _ => c,
    }
}

/// Controls, and what turns the direction of text around, so that it reads as something else.
fn obeyed(c: char) -> bool {
    c != '\t' && c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(plain("a\u{1b}[31m\r\u{7f}\u{9b}\tb"), "a\u{241b}[31m\u{240d}\u{2421}\u{fffd}\tb");
        assert_eq!(plain("\u{202e}txt"), "\u{fffd}txt");
        assert_eq!(plain("ü 你好 🚀"), "ü 你好 🚀");
        assert_eq!(plain_lines("a\nb\0"), "a\nb\u{2400}");
    }
}
