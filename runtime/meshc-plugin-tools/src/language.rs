//! The languages that plugins are written in.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A language with a template and a way to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Rust, by cargo.
    Rust,
    /// Python, by componentize-py.
    Python,
    /// JavaScript, by componentize-qjs.
    JavaScript,
    /// Go, by its own compiler.
    Go,
    /// C, by zig.
    C,
}

impl Language {
    /// All of them, in the order in which a folder is asked for their marks.
    pub const ALL: [Self; 5] = [Self::Rust, Self::Go, Self::JavaScript, Self::Python, Self::C];

    /// The file whose presence tells that a folder holds a plugin in this language.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::Python => "plugin.py",
            Self::JavaScript => "package.json",
            Self::Go => "go.mod",
            Self::C => "plugin.c",
        }
    }

    /// The word for it on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Go => "go",
            Self::C => "c",
        }
    }

    /// Tells a folder's language by its files.
    pub fn of(folder: &Path) -> Option<Self> {
        Self::ALL.into_iter().find(|language| folder.join(language.mark()).is_file())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::Go => "Go",
            Self::C => "C",
        })
    }
}

/// Reads the word of the command line.
impl FromStr for Language {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|language| language.word() == word);
        known.ok_or_else(|| format!("no plugin is written in `{word}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_known_by_its_mark() {
        for language in Language::ALL {
            let folder = tempfile::tempdir().unwrap();
            assert_eq!(Language::of(folder.path()), None);
            std::fs::write(folder.path().join(language.mark()), "").unwrap();
            assert_eq!(Language::of(folder.path()), Some(language));
        }
    }

    #[test]
    fn words_are_read_back() {
        for language in Language::ALL {
            assert_eq!(language.word().parse(), Ok(language));
        }
        assert!("cobol".parse::<Language>().is_err());
    }
}
