//! Makes what a plugin wrote fit to be shown.

/// Characters of a guest's text that fit in one line of ours.
const LINE: usize = 300;

/// Characters of a guest's backtrace, at 20 frames.
const BLOCK: usize = 4_000;

/// Turns text into one printable line: a plugin must not move the cursor of the terminal or write lines of its own.
pub(crate) fn line(text: &str) -> String {
    cut(text.chars().map(|char| if hidden(char) { ' ' } else { char }), LINE)
}

/// Does the same for text whose line breaks matter.
pub(crate) fn block(text: &str) -> String {
    cut(text.chars().map(|char| if hidden(char) && char != '\n' { ' ' } else { char }), BLOCK)
}

/// Control characters, and those that reorder or hide the text around them.
fn hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn cut(mut chars: impl Iterator<Item = char>, limit: usize) -> String {
    let mut text: String = chars.by_ref().take(limit).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_line_breaks_and_overrides_are_blanked() {
        assert_eq!(line("a\u{1b}[31mb\nc\u{202e}d"), "a [31mb c d");
        assert_eq!(block("a\u{1b}\nb"), "a \nb");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(line(&"x".repeat(LINE)).chars().count(), LINE);
        assert_eq!(line(&"x".repeat(LINE + 1)).chars().count(), LINE + 1);
        assert!(line(&"x".repeat(LINE + 1)).ends_with('…'));
    }
}
