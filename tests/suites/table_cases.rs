//! `cases/tables/`: which tables the compiler makes, one rule a file.

use meshc_tests::expect::Differences;
use meshc_tests::places::{files_below, here};
use meshc_tests::table_case::annotate;

#[test]
fn every_case_gives_the_tables_that_it_expects() {
    let folder = here("cases/tables");
    let mut differences = Differences::new();
    for path in files_below(&folder) {
        let full = folder.join(&path);
        let Some(case) = path.ends_with(".yaml").then(|| std::fs::read_to_string(&full).unwrap()) else {
            differences.add(format!("{path} is no case: cases end with .yaml"));
            continue;
        };
        if !case.starts_with("# CILIUM.md ") {
            differences.add(format!("{path} does not begin with the section that it shows, as a comment"));
        }
        differences.file(&full, &annotate(&case));
    }
    differences.finish();
}
