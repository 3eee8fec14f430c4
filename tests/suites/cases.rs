//! `cases/`: what the compiler says, one behavior a file.

use std::collections::BTreeSet;

use meshc_diag::Code;
use meshc_tests::case::annotate;
use meshc_tests::expect::Differences;
use meshc_tests::places::{files_below, here};

#[test]
fn every_case_says_what_it_expects() {
    let folder = here("cases");
    let mut differences = Differences::new();
    for path in paths() {
        let full = folder.join(&path);
        let Some(case) = path.ends_with(".yaml").then(|| std::fs::read_to_string(&full).unwrap()) else {
            differences.add(format!("{path} is no case: cases end with .yaml"));
            continue;
        };
        if !case.starts_with("# ") {
            differences.add(format!("{path} does not begin with what holds, as a comment"));
        }
        let (annotated, compiled) = annotate(&case);
        differences.file(&full, &annotated);
        // A story is what users met; its name is where it is told.
        if path.starts_with("stories/") {
            if compiled.diagnostics.is_empty() {
                differences.add(format!("{path} says nothing"));
            }
            continue;
        }
        // A case is named for the rule that it is about; `-ok` cases are about a rule that stays silent.
        let said: BTreeSet<_> = compiled.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".yaml");
        let about = Code::ALL.iter().filter(|code| name.starts_with(code.name())).max_by_key(|code| code.name().len());
        match about {
            Some(code) if name.contains("-ok") && said.contains(code.name()) => {
                differences.add(format!("{path} shall be silent about {}", code.name()));
            }
            Some(code) if !name.contains("-ok") && !said.contains(code.name()) => {
                differences.add(format!("{path} says nothing of {}", code.name()));
            }
            Some(_) => {}
            None => differences.add(format!("{path} is not named for a rule")),
        }
    }
    differences.finish();
}

#[test]
fn every_rule_has_a_case_that_reports_it_and_one_that_does_not() {
    let paths = paths();
    let names: Vec<_> = paths.iter().map(|path| path.rsplit('/').next().unwrap().trim_end_matches(".yaml")).collect();
    let mut missing = Vec::new();
    for code in Code::ALL {
        let own = |name: &&&str| {
            let longest =
                Code::ALL.iter().filter(|other| name.starts_with(other.name())).max_by_key(|other| other.name().len());
            longest == Some(code)
        };
        let (silent, reports): (Vec<&&str>, Vec<&&str>) =
            names.iter().filter(own).partition(|name| name.contains("-ok"));
        if reports.is_empty() && *code != Code::NotUtf8 {
            missing.push(format!("{code} {} has no case that reports it", code.name()));
        }
        if silent.is_empty() {
            missing.push(format!("{code} {} has no case that is silent", code.name()));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The cases about what the compiler says. Those below `tables/` are about what it does, and have a suite of their own.
fn paths() -> Vec<String> {
    files_below(&here("cases")).into_iter().filter(|path| !path.starts_with("tables/")).collect()
}

/// The one rule whose case cannot be a text.
#[test]
fn bytes_that_are_not_utf8_are_reported_at_the_byte() {
    let compiled = meshc_tests::compile::compile([
        ("a.yaml", b"a: \xff\n".to_vec()),
        ("mesh.yaml", b"apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {clusters: [{name: a, id: 1}]}\n".to_vec()),
    ]);
    let [only] = compiled.diagnostics.as_slice() else {
        panic!("{:?}", compiled.diagnostics);
    };
    assert_eq!(only.code, Code::NotUtf8);
    assert_eq!(compiled.sources.position(only.span().unwrap()).column, 4);
}
