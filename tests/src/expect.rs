//! Expectations in files: compared, or rewritten where `cargo bless` asks for it.

use std::path::Path;

use similar::TextDiff;

/// The variable that asks for rewriting.
pub const BLESS: &str = "MESHC_BLESS";

/// Whether expectations are to be rewritten.
pub fn blessing() -> bool {
    std::env::var_os(BLESS).is_some()
}

/// What differed, for one failure at the end of a suite.
#[derive(Default)]
pub struct Differences {
    found: Vec<String>,
}

impl Differences {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Holds `found` against the file `path`, or writes it there.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn file(&mut self, path: &Path, found: &str) {
        let expected = std::fs::read_to_string(path).unwrap_or_default();
        if expected == found {
            return;
        }
        if blessing() {
            std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
            std::fs::write(path, found).expect("an expectation can be written");
            return;
        }
        let diff =
            TextDiff::from_lines(expected.as_str(), found).unified_diff().header("expected", "found").to_string();
        self.found.push(format!("{}\n{diff}", path.display()));
    }

    /// Adds what cannot be blessed.
    pub fn add(&mut self, what: impl Into<String>) {
        self.found.push(what.into());
    }

    /// Ends a suite.
    ///
    /// # Panics
    /// If anything differed.
    pub fn finish(self) {
        assert!(
            self.found.is_empty(),
            "{} of the expectations differ; if this is meant, run cargo bless\n\n{}",
            self.found.len(),
            self.found.join("\n")
        );
    }
}
