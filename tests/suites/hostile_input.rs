//! Whatever lies in a project, a run ends, says what is wrong and where, and is bounded in memory, time and words.

mod names;
mod places;
mod texts;

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::MESHC;

/// What a run may use: 2 GiB of addresses and a minute of processor. Both are far above what it needs.
const LIMITS: &str = "ulimit -v 2097152; ulimit -t 60; ";

/// What a run may say about one mistake.
const MOST_SAID: usize = 64 << 10;

const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  clusters: [{name: cluster1, id: 1}]\n";

/// A project with a Mesh and nothing else.
fn empty() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mesh.yaml"), MESH).unwrap();
    folder
}

/// How a run ended, and what it said to people.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    exit: i32,
    text: String,
}

/// Checks the project in `folder` within bounds.
fn check(folder: &Path) -> Said {
    run("meshc check . --jobs 2 --message-format short < /dev/null", folder)
}

/// Runs a line of shell within bounds, and holds what every run must keep to.
fn run(line: &str, folder: &Path) -> Said {
    let Output { status, stdout, stderr } = MESHC.shell(&format!("{LIMITS}{line}"), folder);
    let text = String::from_utf8(stderr).expect("what is said is UTF-8");
    let exit = status.code().unwrap_or_else(|| panic!("{line} was killed: {status}"));
    assert!(matches!(exit, 0 | 1 | 5), "{line} ended with {exit}: {}", start(&text));
    assert!(stdout.is_empty(), "only data goes to stdout");
    assert!(text.len() <= MOST_SAID, "{} bytes are said: {}", text.len(), start(&text));
    let acts = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.contains(acts), "a terminal would act on {:?}", start(&text));
    Said { exit, text }
}

/// Checks a project with the file `x.yaml` of these bytes.
fn check_file(bytes: impl AsRef<[u8]>) -> Said {
    let folder = empty();
    std::fs::write(folder.path().join("x.yaml"), bytes).unwrap();
    check(folder.path())
}

/// Checks a project with such a file, which is wrong, and of which exactly `expected` is said.
fn refused(bytes: impl AsRef<[u8]>, expected: &str) {
    let said = check_file(bytes);
    assert_eq!((said.exit, said.text.as_str()), (1, format!("{expected}\n").as_str()));
}

fn start(text: &str) -> String {
    text.chars().take(500).collect()
}
