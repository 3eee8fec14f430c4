//! What a server says, fit to be repeated.

use meshc_diag::printable;

/// How long a message may be. What API servers say stays below; a page of a proxy does not.
const LONGEST: usize = 2_000;

/// What stands where a secret stood.
const HIDDEN: &str = "(hidden)";

/// The shortest secret that is looked for: anything shorter would be found in words.
const SHORTEST_SECRET: usize = 6;

/// Repeats what a server says: in one line, of bounded length, with nothing that a terminal acts on, and without
/// credentials, which some proxies send back.
#[derive(Clone)]
pub(crate) struct Words {
    secrets: Vec<String>,
}

impl Words {
    /// Repeats none of `secrets`, nor what looks like one.
    pub(crate) fn without(secrets: &[String]) -> Self {
        let secrets = secrets.iter().map(|secret| secret.trim()).filter(|secret| secret.len() >= SHORTEST_SECRET);
        Self { secrets: secrets.map(str::to_owned).collect() }
    }

    pub(crate) fn repeat(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = text.replace(secret.as_str(), HIDDEN);
        }
        let mut words: Vec<&str> = Vec::new();
        for word in text.split_whitespace() {
            let names_secret = words.last().is_some_and(|last| is_scheme(last));
            words.push(if names_secret || is_web_token(word) { HIDDEN } else { word });
        }
        let text = words.join(" ");
        let cut = text.char_indices().nth(LONGEST).map(|(at, _)| format!("{}…", &text[..at]));
        printable(&cut.unwrap_or(text)).into_owned()
    }
}

/// Whether a credential comes next (RFC 9110, 11.4).
fn is_scheme(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// Whether it has a JSON Web Token, which begins with an encoded brace (RFC 7519).
fn is_web_token(word: &str) -> bool {
    word.find("eyJ").is_some_and(|at| word[at..].matches('.').count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_repeated() {
        let words = Words::without(&["hunter2-token".to_owned(), "a".to_owned()]);
        let cases = [
            ("a plain word", "a plain word"),
            ("your hunter2-token is old", "your (hidden) is old"),
            ("sent \"Authorization: Bearer abcdef\" here", "sent \"Authorization: Bearer (hidden) here"),
            ("got eyJhbGciOi.eyJzdWIi.c2ln, which", "got (hidden) which"),
            ("two\nlines\tand \u{1b}[31m", "two lines and \\u{1b}[31m"),
        ];
        for (said, repeated) in cases {
            assert_eq!(words.repeat(said), repeated);
        }
        assert_eq!(words.repeat(&"é".repeat(1_000_000)).chars().count(), LONGEST + 1);
    }
}
