//! `pkg/*/testdata/*.txtar` of Cilium, where they are.
//!
//! `MESHC_CILIUM_TESTDATA` names the folder, `MESHC_CILIUM_VERSION` the version that the tables are compiled for, and
//! `MESHC_CILIUM_QUIET` leaves out why steps were skipped.
//!
//! A script does not say which version it is of. Unless a version is named, each is held against the newest first, and
//! against older ones if that does not agree; the line of a script that is of an older version says which.

#![expect(clippy::print_stdout, reason = "it is a test program of its own")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use meshc_tests::cilium::report::{Report, Total, Verdict};
use meshc_tests::cilium::{archive, runner};
use meshc_tests::places::{files_below, repository, shared};

fn main() -> ExitCode {
    let start = Instant::now();
    let named = std::env::var_os("MESHC_CILIUM_TESTDATA").map(PathBuf::from);
    let folder = named.as_deref().map_or_else(|| shared("conformance/cilium"), find);
    let total = match (folder, named) {
        (Some(folder), _) => run_all(&folder),
        (None, Some(named)) => {
            println!("there is no folder `{}`", named.display());
            return ExitCode::FAILURE;
        }
        (None, None) => {
            println!("Cilium's scripts are not here: nothing to hold against");
            return ExitCode::SUCCESS;
        }
    };
    print!("{}", total.lines(start.elapsed().as_secs_f64()));
    if total.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A folder as it is named where cargo was called: cargo runs tests in the folder of their package.
fn find(named: &Path) -> Option<PathBuf> {
    [repository("").join(named), named.to_owned()].into_iter().find(|folder| folder.is_dir())
}

/// The versions that a script may be of, newest first.
const VERSIONS: [&str; 5] = ["main", "1.20", "1.19", "1.18", "1.18.0"];

fn run_all(folder: &Path) -> Total {
    let asked = std::env::var("MESHC_CILIUM_VERSION").ok();
    let verbose = std::env::var_os("MESHC_CILIUM_QUIET").is_none();
    let mut total = Total::default();
    for path in files_below(folder).iter().filter(|path| path.ends_with(".txtar")) {
        let text = std::fs::read(folder.join(path)).expect("a file that was found can be read");
        let report = run(&String::from_utf8_lossy(&text), asked.as_deref());
        print!("{}", report.lines(path, verbose));
        total.add(&report);
    }
    total
}

fn run(script: &str, asked: Option<&str>) -> Report {
    let with = |version: &str| runner::run(archive::parse(script), version);
    if let Some(version) = asked {
        return with(version);
    }
    let newest = with(VERSIONS[0]);
    if newest.verdict() != Verdict::Failed {
        return newest;
    }
    let older = VERSIONS[1..].iter().map(|version| Report { older: Some((*version).to_owned()), ..with(version) });
    older.into_iter().find(|report| report.verdict() == Verdict::Passed).unwrap_or(newest)
}
