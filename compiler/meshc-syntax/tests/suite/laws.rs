//! What holds for any input.

use meshc_syntax::to_yaml;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{json as canonical, node_json, node_yaml, parse};

/// Text that is YAML more often than chance would have it.
fn yaml_like() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a",
        "b: ",
        "c: d",
        "- ",
        "- e\n",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        ": ",
        ":",
        "? ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "'",
        "\"",
        "\"x\"",
        "'y'",
        "|\n  t\n",
        ">-\n   u\n",
        "&x ",
        "*x",
        "<<: ",
        "<<: *x\n",
        "!!str ",
        "!!int ",
        "!t ",
        "1",
        "0x1F",
        "yes",
        "~",
        ".inf",
        "# c\n",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "\\",
        "\u{e9}",
        "\u{feff}",
        "\r\n",
        "{{ z }}",
        "é: ö\n",
        "k: &x {l: 1}\n",
        "m:\n- n\n- o: p\n",
        "\0",
        "\u{85}",
        "\u{2028}",
        "@",
        "`",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

fn json_like() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-100i64..100).prop_map(Value::from),
        any::<f64>().prop_filter("JSON has finite floats only", |float| float.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z \\n\\t:#-]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner.clone()), 0..6)
                .prop_map(|entries| Value::Object(Map::from_iter(entries))),
            prop::collection::vec(("[a-z]{1,8}", inner), 0..6)
                .prop_map(|entries| Value::Object(Map::from_iter(entries))),
        ]
    })
}

/// Nothing of what is parsed from `text` is out of place, and all of it survives being written.
fn survives(text: &str) {
    let (tree, findings) = parse(text);
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{findings:?}");
    }
    for node in tree.documents(text) {
        assert!(text.get(node.span().start as usize..node.span().end as usize).is_some(), "{node:?}");
        let written = node_yaml(node);
        let (again, findings) = parse(&written);
        assert_eq!(findings, [], "{written}");
        let again = again.documents(&written).next().expect("a mapping was written");
        assert_eq!(node_json(again), node_json(node), "{written}");
        assert_eq!(node_yaml(again), written);
        let json = node_json(node);
        serde_json::from_str::<Value>(&json).expect("canonical JSON is JSON");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_is_read(value in json_like()) {
        let value = json!({ "value": value });
        let mut yaml = String::new();
        to_yaml(&value, &mut yaml).unwrap();
        prop_assert_eq!(canonical(&yaml), canonical(&value.to_string()));
        let other: Value = serde_yaml::from_str(&yaml).unwrap();
        prop_assert_eq!(canonical(&other.to_string()), canonical(&value.to_string()));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_yaml_makes_it_panic(text in yaml_like()) {
        survives(&text);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        survives(&text);
    }
}
