//! The canonical forms: one layout, and no value changed.

use std::collections::BTreeMap;

use meshc_syntax::{WriteError, to_yaml};
use serde::Serialize;

use crate::{json, yaml};

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(yaml(text), [expected], "{text}");
    assert_eq!(json(expected), json(text), "{text}");
    assert_eq!(yaml(expected), [expected], "writing twice changes nothing");
}

#[test]
fn lists_stand_in_the_column_of_their_key() {
    check(
        "a: {b: [1, {c: 2, d: [3, [4, 5], []]}], e: {}}\n",
        "a:\n  b:\n  - 1\n  - c: 2\n    d:\n    - 3\n    - - 4\n      - 5\n    - []\n  e: {}\n",
    );
}

#[test]
fn an_object_starts_with_what_it_is_and_how_it_is_called() {
    check(
        "spec: {name: x, kind: z, apiVersion: z}\nmetadata: {labels: {}, namespace: ns, annotations: {}, name: m}\nkind: K\napiVersion: v1\nstatus: {metadata: {z: 1, name: 2}}\n",
        "apiVersion: v1\nkind: K\nmetadata:\n  name: m\n  namespace: ns\n  labels: {}\n  annotations: {}\nspec:\n  name: x\n  kind: z\n  apiVersion: z\nstatus:\n  metadata:\n    z: 1\n    name: 2\n",
    );
    check("metadata: ~\nkind: K\n", "kind: K\nmetadata: null\n");
}

#[test]
fn a_node_of_any_kind_can_be_written() {
    let text = "a: [1, x, {metadata: {b: 1, name: c}}, []]\n";
    let (tree, _) = crate::parse(text);
    let list = tree.documents(text).next().unwrap().get("a").unwrap();
    assert_eq!(crate::node_yaml(list), "- 1\n- x\n- metadata:\n    b: 1\n    name: c\n- []\n");
    let written: Vec<_> = list.items().map(crate::node_yaml).collect();
    assert_eq!(written, ["1\n", "x\n", "metadata:\n  name: c\n  b: 1\n", "[]\n"]);
}

#[test]
fn aliases_and_merges_are_expanded() {
    check(
        "a: &x {b: y, c: &z [1]}\nd: *x\ne: {<<: *x, f: *z}\n",
        "a:\n  b: true\n  c:\n  - 1\nd:\n  b: true\n  c:\n  - 1\ne:\n  f:\n  - 1\n  b: true\n  c:\n  - 1\n",
    );
}

#[test]
fn values_are_written_as_kubernetes_reads_them() {
    let rows = [
        ("on", "true"),
        ("~", "null"),
        ("0x1F", "31"),
        ("0777", "511"),
        ("1_000", "1000"),
        ("+1", "1"),
        ("-0", "0"),
        ("!!int '12'", "12"),
        ("!!float 12", "12.0"),
        ("!!str 12", "\"12\""),
        ("1.0", "1.0"),
        ("1e3", "1000.0"),
        ("1e20", "100000000000000000000.0"),
        ("1e21", "1.0e+21"),
        ("1.25e+300", "1.25e+300"),
        ("0.000001", "0.000001"),
        ("1e-7", "1.0e-7"),
        ("-0.0", "-0.0"),
        ("08", "8.0"),
        ("1:20", "\"1:20\""),
        ("2024-01-01", "\"2024-01-01\""),
        ("'yes'", "\"yes\""),
        ("plain text", "\"plain text\""),
        ("word", "word"),
    ];
    for (text, expected) in rows {
        check(&format!("k: {text}\n"), &format!("k: {expected}\n"));
    }
}

#[test]
fn digits_are_never_lost() {
    let digits = "123456789".repeat(30);
    for number in ["12345678901234567890", "-9223372036854775809", &digits, "99999999999999999999999"] {
        check(&format!("k: {number}\n"), &format!("k: {number}\n"));
    }
    // Kubernetes reads what is too large for a float as a string.
    let digits = "9".repeat(400);
    check(&format!("k: {digits}\n"), &format!("k: \"{digits}\"\n"));
}

#[test]
fn keys_are_written_as_kubernetes_sees_them() {
    check("y: 1\n0x10: 2\n\"y\": 3\n", "\"true\": 1\n\"16\": 2\n\"y\": 3\n");
}

#[test]
fn text_of_several_lines_is_a_block() {
    check("k: \"a\\n\\n  b\\n\"\nl: \"a\\n\\tb\"\n", "k: |\n  a\n\n    b\nl: |-\n  a\n  \tb\n");
    check("k: [\"a\\nb\\n\\n\", c]\n", "k:\n- |+\n  a\n  b\n\n- c\n");
    check("a: {b: \"c\\nd\\n\\n\"}\n", "a:\n  b: |+\n    c\n    d\n\n");
}

#[test]
fn text_that_a_block_could_change_is_quoted() {
    for text in [
        "a\\n",
        " a\\nb",
        "\\ta\\nb",
        "a \\nb",
        "a\\n \\nb",
        "a\\r\\nb",
        "a\\nb\\x1b",
        "\\na\\nb",
        "a\\nb\\u2028",
        "\\n\\n",
    ] {
        check(&format!("k: \"{text}\"\n"), &format!("k: \"{text}\"\n"));
    }
}

#[test]
fn long_keys_are_written_behind_a_question_mark() {
    for len in [127, 128] {
        let key = "k".repeat(len);
        check(&format!("{key}: 1\n"), &format!("{key}: 1\n"));
    }
    let key = "k".repeat(2000);
    check(
        &format!("a:\n- ? {key}\n  : 1\n- ? {key}\n  : [2]\n  b: 3\n? {key}\n: c: 4\n"),
        &format!("a:\n- ? {key}\n  : 1\n- ? {key}\n  :\n  - 2\n  b: 3\n? {key}\n:\n  c: 4\n"),
    );
    let quoted = "é".repeat(200);
    check(&format!("? {quoted}\n: 1\n"), &format!("? \"{quoted}\"\n: 1\n"));
}

#[test]
fn json_is_canonical() {
    assert_eq!(
        json(
            "z: 1\na: {\"\\ufb33\": 1, \"\\U0001f600\": 2, ö: 3, \"\\x80\": 4, \"\\r\": 5, \"1\": 6}\nb: [1.0, 1e21, 1e-7, 0.000001, 333333333.33333329, 1e23]\n"
        ),
        [
            "{\"a\":{\"\\r\":5,\"1\":6,\"\u{80}\":4,\"ö\":3,\"😀\":2,\"\u{fb33}\":1},\"b\":[1,1e+21,1e-7,0.000001,333333333.3333333,1e+23],\"z\":1}"
        ]
    );
    assert_eq!(json("a: \"\\x01\\x1f\\x7f\\\\\\\"\\u2028\"\n"), ["{\"a\":\"\\u0001\\u001f\u{7f}\\\\\\\"\u{2028}\"}"]);
}

#[derive(Serialize)]
struct Policy {
    name: &'static str,
    weight: u8,
    ratio: f32,
    note: Option<String>,
    unit: (),
    pair: (i64, char),
    mode: Mode,
    modes: Vec<Mode>,
    counts: BTreeMap<u16, bool>,
    none: Vec<u8>,
    empty: BTreeMap<String, String>,
}

#[derive(Serialize)]
enum Mode {
    Random,
    Fixed(i32),
    Range(i32, i32),
    Maglev { size: u64 },
}

#[test]
fn our_own_values_are_written_in_the_order_of_their_fields() {
    let policy = Policy {
        name: "on",
        weight: 5,
        ratio: 0.1,
        note: None,
        unit: (),
        pair: (-1, 'y'),
        mode: Mode::Random,
        modes: vec![Mode::Fixed(1), Mode::Range(1, 2), Mode::Maglev { size: u64::MAX }],
        counts: BTreeMap::from([(80, true)]),
        none: vec![],
        empty: BTreeMap::new(),
    };
    let mut out = String::new();
    to_yaml(&policy, &mut out).unwrap();
    let expected = "\
name: \"on\"
weight: 5
ratio: 0.1
note: null
unit: null
pair:
- -1
- \"y\"
mode: Random
modes:
- Fixed: 1
- Range:
  - 1
  - 2
- Maglev:
    size: 18446744073709551615
counts:
  \"80\": true
\"none\": []
empty: {}
";
    assert_eq!(out, expected);
}

#[test]
fn what_json_cannot_say_is_refused() {
    let mut out = String::new();
    assert!(matches!(to_yaml(&[f64::NAN], &mut out), Err(WriteError::NotFinite(_))));
    assert!(matches!(to_yaml(&f32::INFINITY, &mut out), Err(WriteError::NotFinite(_))));
    assert!(matches!(to_yaml(&BTreeMap::from([((), 1)]), &mut out), Err(WriteError::Key("null"))));
    assert!(matches!(to_yaml(&BTreeMap::from([(vec![1], 1)]), &mut out), Err(WriteError::Key("a list"))));
}
