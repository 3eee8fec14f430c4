//! The pages of `meshc explain`: their examples are compiled.

use meshc_diag::Code;
use meshc_tests::case::{files, run};
use meshc_tests::expect::Differences;
use meshc_tests::places::repository;

const PARTS: [&str; 3] = ["## Why it matters", "## Example", "## Repaired"];

#[test]
fn every_page_has_its_parts_and_its_examples_do_what_they_say() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let page = code.page().0;
        let title = format!("# {code} {}\n", code.name());
        if !page.starts_with(&title) {
            wrong.push(format!("{code}: the page does not begin with {title:?}"));
        }
        let positions: Vec<_> = PARTS.iter().map(|part| page.find(&format!("\n{part}\n"))).collect();
        if positions.iter().any(Option::is_none) || !positions.is_sorted() {
            wrong.push(format!("{code}: the page has not the parts {PARTS:?} in this order"));
            continue;
        }
        match examples(page).as_slice() {
            // What is not UTF-8 cannot stand in a page.
            [] if *code == Code::NotUtf8 => {}
            [broken, repaired] => {
                let said =
                    |example: &str| run(&files(example)).diagnostics.iter().map(|found| found.code).collect::<Vec<_>>();
                if !said(broken).contains(code) {
                    wrong.push(format!("{code}: the example reports {:?}", said(broken)));
                }
                let left: Vec<_> = said(repaired);
                if !left.is_empty() {
                    wrong.push(format!("{code}: the repaired example reports {left:?}"));
                }
            }
            other => wrong.push(format!("{code}: the page has {} examples, not 2", other.len())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_index_names_every_page() {
    let mut text = "<!-- Written by the suite `pages` from `src/code.rs`; refreshed by `cargo bless pages`. -->\n\n\
                    # What meshc reports\n\n\
                    `meshc explain CODE` prints the page of a code, and `meshc explain` this list. The severity is the one\n\
                    that a finding has unless somebody says otherwise.\n\n\
                    | code | severity | name | what it says |\n|---|---|---|---|\n"
        .to_owned();
    for code in Code::ALL {
        let (severity, name, summary) = (code.severity(), code.name(), code.summary());
        text.push_str(&format!("| [{code}]({code}.md) | {severity} | `{name}` | {summary} |\n"));
    }
    let mut differences = Differences::new();
    differences.file(&repository("compiler/meshc-diag/explain/README.md"), &text);
    differences.finish();
}

/// The fenced blocks of YAML.
fn examples(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("```yaml\n") {
        let block = &rest[start + "```yaml\n".len()..];
        let Some(end) = block.find("```") else {
            break;
        };
        found.push(&block[..end]);
        rest = &block[end + 3..];
    }
    found
}
