//! `schemas/`: what editors read, as the product prints it.

use meshc_tests::expect::Differences;
use meshc_tests::places::repository;

use crate::MESHC;

#[test]
fn the_schemas_are_what_the_product_prints() {
    let mut differences = Differences::new();
    for (kind, file) in [
        ("mesh", "mesh"),
        ("traffic-policy", "traffic-policy"),
        ("table", "load-balancing-table"),
        ("annotations", "annotations"),
    ] {
        let run = MESHC.command(&repository(".")).args(["schema", kind]).output().unwrap();
        assert!(run.status.success());
        let text = String::from_utf8(run.stdout).unwrap();
        differences.file(&repository(&format!("schemas/{file}.schema.json")), &text);
    }
    differences.finish();
}
