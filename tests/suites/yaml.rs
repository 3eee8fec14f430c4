//! What meshc writes, read by an independent parser.

use meshc_tests::places::{files_below, here};
use serde_yaml::Value;

#[test]
fn golden_output_reads_back_equal_elsewhere() {
    let mut documents = 0;
    for path in
        files_below(&here("golden")).into_iter().filter(|path| path.contains("/out/") && path.ends_with(".yaml"))
    {
        let text = std::fs::read_to_string(here("golden").join(&path)).unwrap();
        for document in serde_yaml::Deserializer::from_str(&text) {
            let value: Value =
                serde::Deserialize::deserialize(document).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(value["kind"].is_string(), "{path}");
            documents += 1;
        }
    }
    assert!(documents > 20);
}

#[test]
fn strings_that_look_like_something_else_stay_strings() {
    let text = std::fs::read_to_string(here("golden/observed/out/clusters/west/shop.yaml")).unwrap();
    let odd = serde_yaml::Deserializer::from_str(&text)
        .map(|document| -> Value { serde::Deserialize::deserialize(document).unwrap() })
        .find(|value| value["metadata"]["name"] == "odd")
        .expect("the object is written");
    for (key, expected) in [
        ("emoji", "\u{1f680}"),
        ("yes", "no"),
        ("octal", "0777"),
        ("date", "2024-01-01"),
        ("empty", ""),
        ("lines", "a\n  b\n"),
        ("tab", "\tx"),
    ] {
        assert_eq!(odd["data"][key], expected, "{key}");
    }
}
