use std::borrow::Cow;

/// How long a headline or label may be. What people write stays far below; a key of a megabyte does not.
const LONGEST_LINE: usize = 500;

/// How long help may be, which may hold text to type.
const LONGEST_HELP: usize = 2_000;

/// `text` without anything that a terminal acts on: control characters are escaped, and so are the characters that turn
/// the direction of what is read, since they make a line look like another one.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, acts)
}

/// Text of the input that is quoted in a line stays in that line, sends nothing to a terminal but characters, and does
/// not make the line much longer than a line.
pub(crate) fn one_line(text: String) -> String {
    settled(&text, LONGEST_LINE, acts).unwrap_or(text)
}

/// The same for help, which may have several lines.
pub(crate) fn help(text: String) -> String {
    settled(&text, LONGEST_HELP, |c| c != '\n' && acts(c)).unwrap_or(text)
}

/// `None` if the text is fine as it is.
fn settled(text: &str, longest: usize, acts: impl Fn(char) -> bool) -> Option<String> {
    let short = shortened(text, longest);
    match (escaped(&short, acts), &short) {
        (Cow::Owned(escaped), _) => Some(escaped),
        (Cow::Borrowed(_), Cow::Owned(short)) => Some(short.clone()),
        (Cow::Borrowed(_), Cow::Borrowed(_)) => None,
    }
}

/// Text of at most `longest` characters or so: the middle goes, since the ends say what it is about.
fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest || text.chars().count() <= longest {
        return Cow::Borrowed(text);
    }
    let half = longest / 2;
    let start = text.char_indices().nth(half).map_or(text.len(), |(at, _)| at);
    let end = text.char_indices().rev().nth(half - 1).map_or(0, |(at, _)| at);
    Cow::Owned(format!("{}…{}", &text[..start], &text[end..]))
}

fn escaped(text: &str, acts: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&acts) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| if acts(c) { c.escape_default().collect() } else { String::from(c) };
    Cow::Owned(text.chars().map(escape).collect())
}

/// Whether a terminal does something else with `c` than to show it.
fn acts(c: char) -> bool {
    let breaks_line = matches!(c, '\u{2028}' | '\u{2029}');
    let turns_direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || breaks_line || turns_direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        assert_eq!(printable("größe 漢字 🚀"), "größe 漢字 🚀");
        assert_eq!(printable("a\u{1b}[31m\u{9b}\u{202e}b\u{2028}"), "a\\u{1b}[31m\\u{9b}\\u{202e}b\\u{2028}");
    }

    #[test]
    fn help_keeps_its_lines() {
        assert_eq!(help("a\nb\tc".to_owned()), "a\nb\\tc");
    }

    #[test]
    fn long_text_keeps_its_ends() {
        let long = one_line(format!("the key `{}` is set twice", "é".repeat(1_000_000)));
        assert!(long.starts_with("the key `é") && long.ends_with("é` is set twice"), "{long}");
        assert_eq!(long.chars().count(), LONGEST_LINE + 1);
    }
}
