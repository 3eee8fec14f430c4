//! Changes that findings offer: each of them is tried on every case.

use std::collections::BTreeSet;

use meshc_diag::{Confidence, Diagnostic, Fix};
use meshc_tests::case::{files, run};
use meshc_tests::places::{files_below, here};

/// A fix mends its finding, and leaves text that can be read.
#[test]
fn every_fix_of_every_case_mends_what_it_is_for() {
    let folder = here("cases");
    let mut wrong = Vec::new();
    let mut tried = 0;
    for path in files_below(&folder).iter().filter(|path| !path.starts_with("tables/")) {
        let case = std::fs::read_to_string(folder.join(path)).unwrap();
        let before_files = files(&case);
        let before = run(&before_files);
        for found in &before.diagnostics {
            for fix in &found.fixes {
                tried += 1;
                let after_files = apply(&before_files, &before.sources, fix);
                let after = run(&after_files);
                let same = |list: &[Diagnostic]| {
                    list.iter().filter(|other| (other.code, &other.headline) == (found.code, &found.headline)).count()
                };
                if same(&after.diagnostics) >= same(&before.diagnostics) {
                    wrong.push(format!("{path}: `{}` does not mend {}", fix.title, found.headline));
                }
                let unreadable =
                    |list: &[Diagnostic]| list.iter().filter(|found| found.code.number().starts_with("M01")).count();
                if unreadable(&after.diagnostics) > unreadable(&before.diagnostics) {
                    wrong.push(format!("{path}: after `{}` the text cannot be read:\n{after_files:?}", fix.title));
                }
                // What may be made without asking changes nobody's backends.
                if let (Confidence::Certain, Some(before), Some(after)) =
                    (fix.confidence, before.bundle(), after.bundle())
                    && tables(&before) != tables(&after)
                {
                    wrong.push(format!("{path}: `{}` changes who serves whom", fix.title));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 50, "only {tried} fixes were found to try");
}

/// The text that a help says to type is offered as a change, so that nobody has to type it.
#[test]
fn edits_of_a_fix_are_apart_and_within_their_files() {
    let folder = here("cases");
    for path in files_below(&folder).iter().filter(|path| !path.starts_with("tables/")) {
        let compiled = run(&files(&std::fs::read_to_string(folder.join(path)).unwrap()));
        for fix in compiled.diagnostics.iter().flat_map(|found| &found.fixes) {
            assert!(!fix.edits.is_empty() && !fix.title.is_empty(), "{path}: {fix:?}");
            let mut spans = BTreeSet::new();
            for edit in &fix.edits {
                let text = compiled.sources.file(edit.span.file).text();
                assert!(text.get(edit.span.start as usize..edit.span.end as usize).is_some(), "{path}: {fix:?}");
                assert!(spans.insert(edit.span), "{path}: {fix:?}");
            }
        }
    }
}

fn apply(files: &[(String, String)], sources: &meshc_source::SourceMap, fix: &Fix) -> Vec<(String, String)> {
    let mut changed = files.to_vec();
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in edits {
        let path = sources.file(edit.span.file).path();
        let (_, text) = changed.iter_mut().find(|(own, _)| own == path).unwrap();
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    changed
}

fn tables(bundle: &meshc_compiler::emit::Bundle) -> Vec<(&String, &String)> {
    let files = bundle.clusters.iter().flat_map(|cluster| &cluster.files);
    files.filter(|(path, _)| path.starts_with("tables/")).collect()
}
