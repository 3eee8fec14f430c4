//! Text for readers of SARIF.

use meshc_diag::Diagnostic;

/// The headline, the help, and a link to each of the other places; GitHub shows those places only that are linked.
pub(super) fn of(diagnostic: &Diagnostic) -> String {
    let mut text = escaped(&diagnostic.headline);
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\nhelp: {}", escaped(help)));
    }
    for (label, id) in diagnostic.labels.iter().skip(1).zip(1..) {
        let words: String =
            label.words().chars().flat_map(|c| is_bracket(c).then_some('\\').into_iter().chain([c])).collect();
        text.push_str(&format!("\nsee [{words}]({id})"));
    }
    text
}

/// Text that makes no link of its own, whatever it quotes of the input.
///
/// The standard (3.11.5) has braces doubled, too. Readers that we know, as the viewer of VS Code, put arguments into
/// braces only where a message has some, as ours never have, and show doubled ones: text to type that is wrong.
pub(super) fn escaped(text: &str) -> String {
    text.replace("](", "\\](")
}

const fn is_bracket(c: char) -> bool {
    matches!(c, '[' | ']' | '\\')
}

#[cfg(test)]
mod tests {
    use meshc_diag::{Code, Diagnostic};
    use meshc_source::{FileId, Span};

    use super::*;

    #[test]
    fn input_makes_no_links() {
        let span = Span::new(FileId(0), 0, 1);
        let diagnostic = Diagnostic::new(Code::UnknownCluster, "`[here](https://a.example)` is wrong")
            .at(span, "")
            .at(span, "the [1](2)")
            .help("write `[a]`");
        assert_eq!(
            of(&diagnostic),
            "`[here\\](https://a.example)` is wrong\nhelp: write `[a]`\nsee [the \\[1\\](2)](1)"
        );
    }
}
