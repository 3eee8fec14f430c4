//! A node's place is exactly its text.

use meshc_syntax::{Node, Value};

use crate::parse;

/// The source of every node in the order of the text, keys included.
fn sources(text: &str) -> Vec<&str> {
    fn add<'t>(text: &'t str, node: Node<'_>, out: &mut Vec<&'t str>) {
        out.push(&text[node.span().start as usize..node.span().end as usize]);
        for item in node.items() {
            add(text, item, out);
        }
        for entry in node.entries() {
            out.push(&text[entry.key_span.start as usize..entry.key_span.end as usize]);
            add(text, entry.value, out);
        }
    }
    let (tree, findings) = parse(text);
    assert_eq!(findings, [], "{text:?}");
    let mut out = Vec::new();
    for node in tree.documents(text) {
        add(text, node, &mut out);
    }
    out
}

#[test]
fn scalars_are_exact() {
    assert_eq!(sources("a: b   # c\n"), ["a: b", "a", "b"]);
    assert_eq!(sources("'a' : \"b\\n\"\t# c\n"), ["'a' : \"b\\n\"", "'a'", "\"b\\n\""]);
    assert_eq!(sources("a: b\n  c # d\n"), ["a: b\n  c", "a", "b\n  c"]);
    assert_eq!(sources("a: !!str &x b c \n"), ["a: !!str &x b c", "a", "b c"]);
    assert_eq!(sources("ä: ö\r\n"), ["ä: ö", "ä", "ö"]);
}

#[test]
fn an_empty_value_stands_behind_its_colon() {
    let text = "a:  # c\nb :\n";
    let (tree, _) = parse(text);
    let root = tree.documents(text).next().unwrap();
    let places: Vec<_> = root.entries().map(|entry| (entry.value.span().start, entry.value.span().end)).collect();
    assert_eq!(places, [(2, 2), (11, 11)]);
    assert_eq!(root.get("a").unwrap().value(), Value::Null);
    assert_eq!(root.get("a").unwrap().scalar_text(), Some(""));
    assert_eq!(sources("a:\n- \n-\n"), ["a:\n- \n-", "a", "- \n-", "", ""]);
}

#[test]
fn blocks_of_text_go_from_their_header_to_their_last_line() {
    assert_eq!(sources("a: |\n  b\n\n  c\n\n\n# d\ne: 1\n")[2], "|\n  b\n\n  c");
    assert_eq!(sources("a: >-  # |\n\n  b\n")[2], ">-  # |\n\n  b");
    assert_eq!(sources("a: &x|y !!str |2+ # c\n   b\n\n")[2], "|2+ # c\n   b");
    assert_eq!(sources("a: |\n\n\nb: 1\n")[2], "|");
    assert_eq!(sources("a: |")[2], "|");
}

#[test]
fn collections_go_from_their_first_key_or_dash_to_their_last_value() {
    assert_eq!(sources("a:\n  b: 1\n  c:\n  - d  # e\n# f\n")[2], "b: 1\n  c:\n  - d");
    assert_eq!(sources("a:\n- b: 1\n  c: 2\n\nd: 3\n")[2..4], ["- b: 1\n  c: 2", "b: 1\n  c: 2"]);
    assert_eq!(sources("a:\n- -1\n- - x\n")[2..], ["- -1\n- - x", "-1", "- x", "x"]);
    assert_eq!(sources("a: # - no\n# - no\n- b\n")[2], "- b");
    assert_eq!(sources("a: {b: [1, 2], }  # c\n")[2], "{b: [1, 2], }");
    assert_eq!(sources("a: [b: c, [d]]\n")[2..], ["[b: c, [d]]", "b: c", "b", "c", "[d]", "d"]);
    assert_eq!(sources("a: &x\n  b: 1\n")[2], "b: 1");
    assert_eq!(sources("---\n? a\n: b\n...\n")[0], "? a\n: b");
}

#[test]
fn an_alias_is_where_it_is_written_and_is_what_it_stands_for() {
    let text = "a: &x {b: 1}\nc: *x\n";
    let (tree, _) = parse(text);
    let root = tree.documents(text).next().unwrap();
    let alias = root.get("c").unwrap();
    assert_eq!(&text[alias.span().start as usize..alias.span().end as usize], "*x");
    assert_eq!(alias.value(), Value::Map);
    assert_eq!(alias.get("b").unwrap().value(), Value::Int(1));
}

#[test]
fn a_tag_or_an_anchor_before_a_value_is_seen() {
    let text = "a: !!int 1\nb: &x\n  2\nc: [&y 3, 4]\nd: *x\n\"&e\": 5\nf: 6\n";
    let (tree, findings) = parse(text);
    assert_eq!(findings, []);
    let root = tree.documents(text).next().unwrap();
    let value = |key| root.get(key).unwrap();
    let items: Vec<_> = value("c").items().map(Node::has_properties).collect();
    assert_eq!(items, [true, false]);
    assert!(value("a").has_properties() && value("b").has_properties());
    assert!(!value("d").has_properties() && !value("&e").has_properties() && !value("f").has_properties());
}

#[test]
fn a_byte_order_mark_is_counted_and_skipped() {
    let text = "\u{feff}a: b\n";
    let (tree, findings) = parse(text);
    assert_eq!(findings, []);
    let root = tree.documents(text).next().unwrap();
    assert_eq!((root.span().start, root.span().end), (3, 7));
}
