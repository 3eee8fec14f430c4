//! `schemas/`: what editors read, as the product prints it.

use jsonschema::Validator;
use meshc_tests::expect::Differences;
use meshc_tests::places::{files_below, here, repository};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::MESHC;

#[test]
fn the_schemas_are_what_the_product_prints() {
    let mut differences = Differences::new();
    for (kind, file) in [
        ("mesh", "mesh"),
        ("traffic-policy", "traffic-policy"),
        ("table", "load-balancing-table"),
        ("diagnostic", "diagnostic"),
        ("annotations", "annotations"),
        ("plan", "plan"),
        ("drift", "drift"),
    ] {
        let run = MESHC.command(&repository(".")).args(["schema", kind]).output().unwrap();
        assert!(run.status.success());
        let text = String::from_utf8(run.stdout).unwrap();
        differences.file(&repository(&format!("schemas/{file}.schema.json")), &text);
    }
    differences.finish();
}

fn schema(file: &str) -> Validator {
    let text = std::fs::read_to_string(repository(&format!("schemas/{file}.schema.json"))).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn the_schemas_take_every_document_of_a_right_project() {
    let (mesh, policy, annotations) = (schema("mesh"), schema("traffic-policy"), schema("annotations"));
    let folder = here("golden");
    let mut meshes = 0;
    for path in files_below(&folder).iter().filter(|path| path.contains("/in/") && path.ends_with(".yaml")) {
        let text = std::fs::read_to_string(folder.join(path)).unwrap();
        for document in serde_yaml::Deserializer::from_str(&text) {
            let value = Value::deserialize(document).unwrap();
            let ours = value["apiVersion"] == "meshc.dev/v1alpha1";
            meshes += usize::from(ours && value["kind"] == "Mesh");
            let schema = match value["kind"].as_str() {
                Some("Mesh") if ours => &mesh,
                Some("TrafficPolicy") if ours => &policy,
                _ => &annotations,
            };
            assert!(
                schema.is_valid(&value),
                "{path}: {:?}",
                schema.iter_errors(&value).map(|e| e.to_string()).collect::<Vec<_>>()
            );
        }
    }
    assert!(meshes > 2);
}

#[test]
fn an_annotation_has_the_values_that_cilium_reads() {
    let schema = schema("annotations");
    let takes = |key: &str, value: Value| schema.is_valid(&json!({"metadata": {"annotations": {key: value}}}));
    for (key, value) in [
        ("service.cilium.io/global", json!("true")),
        ("io.cilium/global-service", json!("FALSE")),
        ("service.cilium.io/affinity", json!("Local")),
        ("service.cilium.io/lb-algorithm", json!("maglev")),
        ("service.cilium.io/weight", json!("70")),
        ("example.com/anything", json!("at all")),
        ("example.com/nothing", Value::Null),
    ] {
        assert!(takes(key, value.clone()), "{key}: {value}");
    }
    for (key, value) in [
        ("service.cilium.io/global", json!("yes")),
        ("service.cilium.io/global", json!(true)),
        ("io.cilium/service-affinity", json!("nearby")),
        ("service.cilium.io/lb-algorithm", json!("Maglev")),
        ("example.com/anything", json!(1)),
    ] {
        assert!(!takes(key, value.clone()), "{key}: {value}");
    }
    let item = json!({"metadata": {"annotations": {"service.cilium.io/shared": "no"}}});
    assert!(!schema.is_valid(&json!({"kind": "List", "items": [item]})));
    assert!(schema.is_valid(&json!({"metadata": {"name": "web", "annotations": null}, "spec": {"any": 1}})));
}
