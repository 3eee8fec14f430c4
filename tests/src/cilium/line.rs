//! A line of a script, in the language of `rsc.io/script`: prefixes, a command, words.

use std::collections::BTreeMap;

/// The variables of a script.
pub type Variables = BTreeMap<String, String>;

/// A command as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How it has to end.
    pub want: Want,
    /// What has to hold for it to run, each with what it has to be.
    pub conditions: Vec<(String, bool)>,
    /// Its name.
    pub command: String,
    /// Its words.
    pub words: Vec<Word>,
}

/// How a command has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Well, be it after some time.
    Success,
    /// Badly, be it after some time.
    Failure,
    /// In any way.
    Either,
}

/// A word: pieces of text, each with whether it was quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    pieces: Vec<(String, bool)>,
}

impl Word {
    /// The word with its variables replaced.
    pub fn expand(&self, variables: &Variables) -> String {
        let expand = |(text, quoted): &(String, bool)| if *quoted { text.clone() } else { expand(text, variables) };
        self.pieces.iter().map(expand).collect()
    }

    fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [(text, false)] => Some(text),
            _ => None,
        }
    }
}

/// Reads a line; `None` if it holds no command.
///
/// # Errors
/// What is wrong with it.
pub fn parse(line: &str) -> Result<Option<Step>, String> {
    let mut step = Step { want: Want::Success, conditions: Vec::new(), command: String::new(), words: Vec::new() };
    for word in split(line)? {
        match word.plain() {
            Some("!" | "!*") if step.command.is_empty() => step.want = Want::Failure,
            Some("?") if step.command.is_empty() => step.want = Want::Either,
            Some("*") if step.command.is_empty() => {}
            Some(text) if step.command.is_empty() => match condition(text) {
                Some(condition) => step.conditions.push(condition),
                None => text.clone_into(&mut step.command),
            },
            _ => step.words.push(word),
        }
    }
    if !step.command.is_empty() {
        return Ok(Some(step));
    }
    let bare = step.conditions.is_empty() && step.words.is_empty() && step.want == Want::Success;
    if bare { Ok(None) } else { Err("a line without a command".to_owned()) }
}

fn condition(text: &str) -> Option<(String, bool)> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?.trim();
    Some(match inner.strip_prefix('!') {
        Some(negated) => (negated.trim().to_owned(), false),
        None => (inner.to_owned(), true),
    })
}

/// The words of a line, up to a comment. Two quotes within quotes are one.
fn split(line: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut word = Word::default();
    let mut text = String::new();
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\'' if quoted && characters.peek() == Some(&'\'') => {
                characters.next();
                text.push('\'');
            }
            '\'' => {
                if quoted || !text.is_empty() {
                    word.pieces.push((std::mem::take(&mut text), quoted));
                }
                quoted = !quoted;
            }
            '#' if !quoted => break,
            ' ' | '\t' | '\r' if !quoted => end_word(&mut words, &mut word, &mut text),
            _ => text.push(c),
        }
    }
    if quoted {
        return Err("a quote that does not end".to_owned());
    }
    end_word(&mut words, &mut word, &mut text);
    Ok(words)
}

fn end_word(words: &mut Vec<Word>, word: &mut Word, text: &mut String) {
    if !text.is_empty() {
        word.pieces.push((std::mem::take(text), false));
    }
    if !word.pieces.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// `$NAME` and `${NAME}`; a dollar without a name stays.
fn expand(text: &str, variables: &Variables) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (name, behind) = braced.unwrap_or_else(|| {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            after.split_at(end)
        });
        if name.is_empty() {
            out.push('$');
        }
        out.push_str(variables.get(name).map_or("", String::as_str));
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let variables = Variables::from([("WORK".to_owned(), "/w".to_owned())]);
        parse(line).unwrap().unwrap().words.iter().map(|word| word.expand(&variables)).collect()
    }

    #[test]
    fn quotes_keep_spaces_and_variables() {
        assert_eq!(words("sed 'a  b' '$WORK' x.yaml # why"), ["a  b", "$WORK", "x.yaml"]);
        assert_eq!(words("x 'don''t' ''"), ["don't", ""]);
        assert_eq!(words("x \"a b\" pre'mid'post"), ["\"a", "b\"", "premidpost"]);
    }

    #[test]
    fn variables_are_replaced_outside_of_quotes() {
        assert_eq!(words("x $WORK/a ${WORK}b $NO| end$"), ["/w/a", "/wb", "|", "end$"]);
    }

    #[test]
    fn prefixes_say_how_a_command_ends() {
        let step = parse("[privileged] [!race] !* db/empty x").unwrap().unwrap();
        assert_eq!((step.want, step.command.as_str()), (Want::Failure, "db/empty"));
        assert_eq!(step.conditions, [("privileged".to_owned(), true), ("race".to_owned(), false)]);
        assert_eq!(parse("* cmp a b").unwrap().unwrap().want, Want::Success);
    }

    #[test]
    fn lines_without_a_command_are_empty_or_wrong() {
        assert_eq!(parse("  # only this"), Ok(None));
        assert!(parse("! ").is_err());
        assert!(parse("grep 'x").is_err());
    }
}
