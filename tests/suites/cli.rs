//! `cli/`: transcripts. `# in: FOLDER` on the first line names a folder of this crate that is copied; after it come
//! lines of shell behind `$ `, each with what it prints: stdout as it is, stderr behind `! `, and a status that is not
//! 0 behind `=> `. A line that begins with `# ` is a comment.

use std::path::Path;

use meshc_tests::expect::Differences;
use meshc_tests::places::{copy_all, files_below, here};

use crate::MESHC;

#[test]
fn every_transcript_is_what_happens() {
    let folder = here("cli");
    let mut differences = Differences::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = files_below(&folder)
            .into_iter()
            .map(|path| {
                let full = folder.join(path);
                scope.spawn(move || (replay(&std::fs::read_to_string(&full).unwrap()), full))
            })
            .collect();
        for run in runs {
            let (found, full) = run.join().unwrap();
            differences.file(&full, &found);
        }
    });
    differences.finish();
}

fn replay(transcript: &str) -> String {
    let work = tempfile::tempdir().unwrap();
    let mut found = String::new();
    for line in transcript.lines() {
        if let Some(from) = line.strip_prefix("# in: ") {
            copy_all(&here(from), work.path());
            found.push_str(&format!("{line}\n"));
        } else if let Some(command) = line.strip_prefix("$ ") {
            found.push_str(&format!("{line}\n"));
            found.push_str(&run(command, work.path()));
        } else if line.starts_with("# ") || line == "#" {
            found.push_str(&format!("{line}\n"));
        }
    }
    found
}

fn run(command: &str, folder: &Path) -> String {
    let output = MESHC.shell(command, folder);
    let mut text = String::from_utf8(output.stdout).unwrap();
    for line in String::from_utf8(output.stderr).unwrap().lines() {
        text.push_str(format!("! {line}").trim_end());
        text.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => text.push_str(&format!("=> {code}\n")),
        None => text.push_str("=> killed\n"),
    }
    // A line of output that looks like a command would be run at the next replay.
    assert!(!text.lines().any(|line| line.starts_with("$ ") || line.starts_with("# ")), "{text}");
    text
}
