//! Documents, anchors and merges: what comes out of a text, and what is refused as a whole.

use meshc_syntax::{MAX_DEPTH, Value};

use crate::{json, lines, parse};

#[track_caller]
fn codes(text: &str) -> Vec<&'static str> {
    parse(text).1.iter().map(|finding| finding.code.number()).collect()
}

#[test]
fn empty_documents_are_skipped() {
    for text in ["", "\n", "# c\n", "---\n", "---\n# c\n---\n...\n", "~\n", "null\n", "\u{feff}", "--- # c\n...\n# d\n"]
    {
        assert_eq!(json(text), [""; 0], "{text:?}");
    }
    assert_eq!(json("---\n---\na: 1\n---\n# c\n---\nb: 2\n...\n---\n"), ["{\"a\":1}", "{\"b\":2}"]);
    assert_eq!(json("%YAML 1.1\n---\na: 1\n"), ["{\"a\":1}"]);
    assert_eq!(json("--- {a: 1}\n--- {b: 2}\n"), ["{\"a\":1}", "{\"b\":2}"]);
}

#[test]
fn a_document_that_is_no_mapping_is_an_error() {
    for text in ["- a\n", "a\n", "12\n", "'a'\n", "[a]\n", "|\n a\n", "!!str\n"] {
        assert_eq!(codes(text), ["M0110"], "{text:?}");
    }
}

#[test]
fn line_ends_of_windows_are_read() {
    assert_eq!(
        json("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: \"p\r\n  q\"\r\n---\r\nd: 2\r\n"),
        ["{\"a\":1,\"b\":\"x\\ny\\n\",\"c\":\"p q\"}", "{\"d\":2}"]
    );
}

#[test]
fn json_is_read() {
    assert_eq!(
        json(r#"{"a\/b":"\ud83d\ude00\u00e9\/\"\\","c":[1,-2.5e3,true,null,{},[]],"d":"\b\f\n\r\t"}"#),
        [r#"{"a/b":"😀é/\"\\","c":[1,-2500,true,null,{},[]],"d":"\b\f\n\r\t"}"#]
    );
    assert_eq!(json("{\n\t\"a\": [\n\t\t1\n\t]\n}\n"), ["{\"a\":[1]}"]);
    assert_eq!(codes("{\"a\": \"\\ud83d\"}"), ["M0101"]);
}

#[test]
fn broken_documents_are_left_out_and_the_others_read() {
    let text = "a: 1\n---\nb: [\n---\nc: 2\n---\nd: 1\nd: 2\n---\ne:\n\tf: 1\n---\ng: 3\n";
    let (tree, findings) = parse(text);
    assert_eq!(findings.iter().map(|it| it.code.number()).collect::<Vec<_>>(), ["M0101", "M0103", "M0101"]);
    let keys: Vec<_> = tree.documents(text).flat_map(|node| node.entries().map(|entry| entry.key)).collect();
    assert_eq!(keys, ["a", "c", "g"]);
}

#[test]
fn every_mistake_of_a_document_is_reported_until_it_cannot_be_read() {
    assert_eq!(codes("a: 1\na: 2\nb: !x y\nc: *d\ne: .inf\n~: f\n"), ["M0108", "M0104", "M0109", "M0107", "M0103"]);
}

#[test]
fn aliases_stand_for_the_last_anchor_before_them() {
    assert_eq!(json("a: &x 1\nb: *x\nc: &x [2]\nd: {e: *x}\n"), ["{\"a\":1,\"b\":1,\"c\":[2],\"d\":{\"e\":[2]}}"]);
}

#[test]
fn an_alias_without_its_anchor_is_an_error() {
    assert_eq!(codes("a: *x\nb: &x 1\n"), ["M0104"]);
    assert_eq!(codes("a: &x 1\n---\nb: *x\n"), ["M0104"]);
    assert_eq!(codes("host: *.example.com\n"), ["M0104"]);
}

#[test]
fn an_alias_within_its_anchor_is_an_error() {
    for text in ["a: &x [*x]\n", "a: &x {b: {c: *x}}\n", "a: &x\n  <<: *x\n"] {
        assert_eq!(codes(text), ["M0105"], "{text:?}");
    }
}

#[test]
fn aliases_that_expand_without_measure_are_an_error() {
    let bomb = |items: usize, levels: usize, leaf: &str| {
        let level = |level: usize| {
            let aliases = vec![format!("*l{level}"); items].join(", ");
            format!("l{next}: &l{next} [{aliases}]\n", next = level + 1)
        };
        format!("l0: &l0 {leaf}\n{}", lines(0..levels, level))
    };
    assert_eq!(codes(&bomb(10, 9, "lol")), ["M0105"]);
    assert_eq!(codes(&bomb(10, 3, "lol")), [""; 0]);
    // Few values, but long ones.
    assert_eq!(codes(&bomb(100, 3, &"x".repeat(10_000))), ["M0105"]);
    // The documents after it are read.
    let text = format!("{}---\na: 1\n", bomb(10, 9, "lol"));
    let (tree, _) = parse(&text);
    assert_eq!(tree.documents(&text).count(), 1);
}

#[test]
fn depth_is_limited_however_it_is_written() {
    let nested = |open: &str, close: &str, depth: usize| format!("a: {}{}\n", open.repeat(depth), close.repeat(depth));
    assert_eq!(codes(&nested("[", "]", MAX_DEPTH - 1)), [""; 0]);
    for depth in [MAX_DEPTH, MAX_DEPTH + 1, 300, 10_000] {
        assert_eq!(codes(&nested("[", "]", depth)), ["M0106"]);
        assert_eq!(codes(&nested("{b: ", "}", depth)), ["M0106"]);
        assert_eq!(codes(&format!("a:\n{}1\n", "- ".repeat(depth))), ["M0106"]);
        assert_eq!(codes(&format!("{}1\n", "? ".repeat(depth + 1))), ["M0106"]);
        let blocks = lines(0..depth.min(400) + 1, |level| format!("{}a:\n", " ".repeat(level)));
        assert_eq!(codes(&blocks), ["M0106"]);
    }
}

#[test]
fn depth_counts_what_aliases_stand_for() {
    let inner = "[".repeat(60) + &"]".repeat(60);
    let outer = |depth: usize| format!("a: &x {inner}\nb: {}*x{}\n", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(codes(&outer(MAX_DEPTH - 61)), [""; 0]);
    assert_eq!(codes(&outer(MAX_DEPTH - 60)), ["M0106"]);
}

#[test]
fn the_deepest_document_can_be_written() {
    let text = format!("a: {}{}\n", "[".repeat(MAX_DEPTH - 1), "]".repeat(MAX_DEPTH - 1));
    assert_eq!(json(&crate::yaml(&text)[0]), json(&text));
}

#[test]
fn merged_entries_come_after_the_own_ones_and_give_way_to_them() {
    let text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0\n  d: 5\n";
    let (tree, findings) = parse(text);
    assert_eq!(findings, []);
    let z = tree.documents(text).next().unwrap().get("z").unwrap();
    let entries: Vec<_> = z.entries().map(|entry| (entry.key, entry.value.value())).collect();
    let expected = [("a", Value::Int(0)), ("d", Value::Int(5)), ("b", Value::Int(2)), ("c", Value::Int(4))];
    assert_eq!(entries, expected);
}

#[test]
fn merges_reach_through_merges() {
    assert_eq!(
        json("x: &x {a: 1}\nw: &y\n  <<: *x\n  b: 2\nz:\n  <<: *y\n  c: 3\n"),
        ["{\"w\":{\"a\":1,\"b\":2},\"x\":{\"a\":1},\"z\":{\"a\":1,\"b\":2,\"c\":3}}"]
    );
    assert_eq!(json("a:\n  <<: {b: 1}\n"), ["{\"a\":{\"b\":1}}"]);
    assert_eq!(json("a:\n  <<: []\n"), ["{\"a\":{}}"]);
}

#[test]
fn only_mappings_can_be_merged() {
    for value in ["1", "~", "[1]", "[{a: 1}, b]", "text"] {
        assert_eq!(codes(&format!("a: 1\n<<: {value}\n")), ["M0101"], "{value}");
    }
    assert_eq!(json("a: 1\n\"<<\": 2\nb: <<\n"), ["{\"<<\":2,\"a\":1,\"b\":\"<<\"}"]);
}

#[test]
fn a_merge_that_readers_disagree_on_is_an_error() {
    // kubectl lets what is merged later win, others the key.
    assert_eq!(codes("a: 1\n<<: {a: 2}\n"), ["M0103"]);
    assert_eq!(codes("<<: {a: 2}\n<<: {b: 2}\n"), ["M0103"]);
    assert_eq!(json("<<: {a: 2}\na: 1\n"), ["{\"a\":1}"]);
    assert_eq!(json("b: 1\n<<: {a: 2}\n"), ["{\"a\":2,\"b\":1}"]);
}

#[test]
fn merging_mappings_many_times_is_bounded() {
    let mut text =
        format!("a: &m0 {{{}}}\n", (0..10_000).map(|key| format!("k{key}: {key}")).collect::<Vec<_>>().join(", "));
    text += &lines(0..60, |level| format!("m{next}: &m{next}\n  <<: *m{level}\n", next = level + 1));
    assert_eq!(codes(&text), ["M0105"]);
}
