//! The work folder of a script, in memory, with the commands that change texts.

use std::collections::BTreeMap;

use regex_lite::Regex;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text of the archive.
    Given(String),
    /// Text that was made of what the compiler says.
    Ours(Format, String),
    /// Text that Cilium would have made and we cannot, with the reason.
    Unknown(String),
}

/// The forms that our texts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Columns below a header.
    Table,
    /// One JSON value after the other.
    Json,
    /// YAML documents.
    Yaml,
    /// A dump of the load-balancing maps.
    Maps,
}

impl Content {
    /// Its text.
    ///
    /// # Errors
    /// Why there is none.
    pub fn text(&self) -> Result<&str, String> {
        match self {
            Self::Given(text) | Self::Ours(_, text) => Ok(text),
            Self::Unknown(reason) => Err(reason.clone()),
        }
    }

    fn map(self, change: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Given(text) => Self::Given(change(&text)),
            Self::Ours(format, text) => Self::Ours(format, change(&text)),
            Self::Unknown(reason) => Self::Unknown(reason),
        }
    }
}

/// The files by their names; `stdout` is one of them.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: BTreeMap<String, Content>,
}

impl Files {
    /// A folder with these files.
    pub fn new(files: Vec<(String, String)>) -> Self {
        Self { files: files.into_iter().map(|(name, text)| (name, Content::Given(text))).collect() }
    }

    /// What `name` holds.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn get(&self, name: &str) -> Result<&Content, String> {
        self.files.get(name).ok_or_else(|| format!("there is no file `{name}`"))
    }

    /// The text of `name`.
    ///
    /// # Errors
    /// If there is none.
    pub fn text(&self, name: &str) -> Result<&str, String> {
        self.get(name)?.text()
    }

    /// Writes a file.
    pub fn put(&mut self, name: &str, content: Content) {
        self.files.insert(name.to_owned(), content);
    }

    /// Runs `cp`, `mv`, `rm`, `sed`, `replace` or `cat`; `None` if `command` is none of them.
    pub fn run(&mut self, command: &str, words: &[String]) -> Option<Result<(), String>> {
        Some(match (command, words) {
            ("cp", [from, to]) => self.copy(from, to),
            ("mv", [from, to]) => self.copy(from, to).map(|()| self.remove(from)),
            ("cat", [from]) => self.copy(from, "stdout"),
            ("rm", names) => {
                for name in names {
                    self.remove(name);
                }
                Ok(())
            }
            ("sed", [pattern, with, file]) => self.substitute(pattern, with, file),
            ("replace", [pairs @ .., file]) if pairs.len().is_multiple_of(2) => self.replace(pairs, file),
            ("cp" | "mv" | "cat" | "sed" | "replace", _) => Err(format!("`{command}` with other words")),
            _ => return None,
        })
    }

    fn copy(&mut self, from: &str, to: &str) -> Result<(), String> {
        let content = self.get(from)?.clone();
        self.put(to, content);
        Ok(())
    }

    fn remove(&mut self, name: &str) {
        self.files.remove(name);
    }

    /// Regular expressions work line by line, as in Cilium.
    fn substitute(&mut self, pattern: &str, with: &str, file: &str) -> Result<(), String> {
        let pattern = regex(pattern)?;
        let line_by_line = |text: &str| {
            let lines: Vec<_> = text.split('\n').map(|line| pattern.replace_all(line, with)).collect();
            lines.join("\n")
        };
        let content = self.get(file)?.clone().map(line_by_line);
        self.put(file, content);
        Ok(())
    }

    fn replace(&mut self, pairs: &[String], file: &str) -> Result<(), String> {
        let pairs: Vec<_> = pairs.chunks(2).map(|pair| (unescape(&pair[0]), unescape(&pair[1]))).collect();
        let content = self.get(file)?.clone().map(|text| replace_each(text, &pairs));
        self.put(file, content);
        Ok(())
    }
}

/// A regular expression of Go, as far as ours are the same.
///
/// # Errors
/// If they are not.
pub fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|_| format!("the regular expression `{pattern}` is not understood"))
}

/// Replaces from left to right, the first pair that fits, and never what was put in.
fn replace_each(text: &str, pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let pair = pairs.iter().find(|(old, _)| !old.is_empty() && rest.starts_with(old));
        if let Some((old, new)) = pair {
            out.push_str(new);
            rest = &rest[old.len()..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// The words of `replace` are written as in Go's double quotes.
fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(command: &str, words: &[&str]) -> String {
        let mut files = Files::new(vec![("a".to_owned(), "x: 1\ny: 1\n".to_owned())]);
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        files.run(command, &words).unwrap().unwrap();
        files.text("a").unwrap().to_owned()
    }

    #[test]
    fn sed_works_on_each_line() {
        assert_eq!(after("sed", &["^.*: 1$", "z", "a"]), "z\nz\n");
        assert_eq!(after("sed", &["y.*", "", "a"]), "x: 1\n\n");
    }

    #[test]
    fn replace_takes_pairs_and_escapes() {
        assert_eq!(after("replace", &["x", "y", "y", "x", "a"]), "y: 1\nx: 1\n");
        assert_eq!(after("replace", &["1\\ny", "2 ", "a"]), "x: 2 : 1\n");
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let mut files = Files::default();
        files.put("a", Content::Unknown("why".to_owned()));
        files.run("cp", &["a".to_owned(), "b".to_owned()]).unwrap().unwrap();
        assert_eq!(files.text("b"), Err("why".to_owned()));
        assert!(files.run("cp", &["c".to_owned(), "d".to_owned()]).unwrap().is_err());
        assert!(files.run("metrics", &[]).is_none());
    }
}
