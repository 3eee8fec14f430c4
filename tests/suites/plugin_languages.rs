//! A plugin in each language: begun, built and tested as an author does it, and the weighers of this repository.
//!
//! Each language needs its tools. Where they are not installed, its test says so and has nothing to hold; with
//! `MESHC_ALL_LANGUAGES` set, as `.ci/run` does, that is a failure.

use std::path::Path;
use std::process::Command;

use meshc_tests::places::repository;

use crate::MESHC;

/// A language, and the commands of which one has to succeed where its tools are installed.
struct Language {
    word: &'static str,
    probes: &'static [&'static [&'static str]],
}

const RUST: Language = Language { word: "rust", probes: &[&["cargo", "--version"]] };
const PYTHON: Language = Language { word: "python", probes: &[&["componentize-py", "--version"]] };
const JAVASCRIPT: Language = Language { word: "javascript", probes: &[&["componentize-qjs", "--help"]] };
const GO: Language = Language { word: "go", probes: &[&["go", "version"]] };
const C: Language = Language { word: "c", probes: &[&["zig", "version"], &["python3", "-m", "ziglang", "version"]] };

impl Language {
    #[expect(clippy::print_stdout, reason = "whoever runs the tests should see what they do not hold")]
    fn is_installed(&self) -> bool {
        let runs = |probe: &&[&str]| {
            let output = Command::new(probe[0]).args(&probe[1..]).output();
            output.is_ok_and(|output| output.status.success())
        };
        let found = self.probes.iter().any(runs);
        assert!(found || std::env::var_os("MESHC_ALL_LANGUAGES").is_none(), "no tools for {}", self.word);
        if !found {
            println!("no tools for {} here: nothing to hold", self.word);
        }
        found
    }
}

fn meshc(folder: &Path, arguments: &[&str]) -> String {
    let run = MESHC
        .command(folder)
        .arg("plugin")
        .args(arguments)
        .env("CARGO_TARGET_DIR", repository("target/plugins"))
        .output()
        .unwrap();
    let said = [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(run.status.success(), "{arguments:?}: {said}");
    said
}

/// `new`, `build` and `test`, and that a weigher which was begun today is quiet about it.
fn begins(language: &Language) {
    if !language.is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    meshc(folder.path(), &["new", "--lang", language.word, "first-try"]);
    meshc(folder.path(), &["build", "first-try"]);
    let said = meshc(folder.path(), &["test", "first-try"]);
    assert!(said.ends_with(", in every order and batch, on both backends\n"), "{said}");
}

/// A weigher of this repository keeps to its fixtures.
fn holds(language: &Language, name: &str) {
    if !language.is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("plugin.wasm");
    let component = component.to_str().unwrap();
    let source = repository("plugins/weighers").join(name);
    let source = source.to_str().unwrap();
    meshc(folder.path(), &["build", source, "-o", component]);
    let said = meshc(folder.path(), &["test", source, "--component", component]);
    assert!(said.ends_with(", in every order and batch, on both backends\n"), "{said}");
}

#[test]
fn the_weighers_of_this_repository_keep_to_their_fixtures() {
    holds(&RUST, "nearest-first");
    holds(&PYTHON, "carbon-aware");
    holds(&JAVASCRIPT, "canary");
    holds(&GO, "cost-aware");
    holds(&C, "capacity-aware");
}

#[test]
fn a_plugin_in_rust_is_begun_built_and_tested() {
    begins(&RUST);
}

#[test]
fn a_plugin_in_python_is_begun_built_and_tested() {
    begins(&PYTHON);
}

#[test]
fn a_plugin_in_javascript_is_begun_built_and_tested() {
    begins(&JAVASCRIPT);
}

#[test]
fn a_plugin_in_go_is_begun_built_and_tested() {
    begins(&GO);
}

#[test]
fn a_plugin_in_c_is_begun_built_and_tested() {
    begins(&C);
}
