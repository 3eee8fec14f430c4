//! Keys are the strings that Kubernetes makes of them; every row was printed by kubectl 1.32.

use crate::{json, lines, parse};

#[test]
fn keys_are_what_kubernetes_sees() {
    let rows = [
        ("yes", "true"),
        ("y", "true"),
        ("off", "false"),
        ("\"y\"", "y"),
        ("!!str y", "y"),
        ("1", "1"),
        ("0x10", "16"),
        ("1_0", "10"),
        ("+1", "1"),
        (".inf", ".inf"),
        ("-.INF", "-.inf"),
        (".nan", ".nan"),
        ("1.5", "1.5"),
        ("0.1", "0.1"),
        ("1e3", "1000"),
        ("1e5", "100000"),
        ("1e6", "1e+06"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("123456789.123", "1.2345679e+08"),
        ("16777217.0", "1.6777216e+07"),
        ("2147483648.0", "2.1474836e+09"),
        ("1e21", "1e+21"),
        ("1e300", ".inf"),
        ("-0.0", "-0"),
        ("-1.5e-10", "-1.5e-10"),
        ("2024-01-01", "2024-01-01"),
        ("\"<<\"", "<<"),
        ("!!str <<", "<<"),
    ];
    for (written, read) in rows {
        assert_eq!(json(&format!("? {written}\n: 0\n")), [format!("{{\"{read}\":0}}")], "`{written}`");
    }
}

#[test]
fn what_is_written_stays_within_reach() {
    let text = "yes: on\n";
    let (tree, _) = parse(text);
    let root = tree.documents(text).next().unwrap();
    let entry = root.entries().next().unwrap();
    assert_eq!(entry.key, "true");
    assert_eq!((entry.key_span.start, entry.key_span.end), (0, 3));
    assert_eq!(entry.value.scalar_text(), Some("on"));
    assert!(entry.value.is_plain());
    assert!(root.get("yes").is_none());
}

#[test]
fn null_lists_and_mappings_cannot_be_keys() {
    for text in [
        "~: 1\n",
        ": 1\n",
        "? [a]\n: 1\n",
        "? {a: 1}\n: 1\n",
        "[a]: 1\n",
        "12345678901234567890: 1\n",
        "a: &a [1]\nb: {*a : 1}\n",
    ] {
        let (tree, findings) = parse(text);
        assert_eq!(findings.iter().map(|it| it.code.number()).collect::<Vec<_>>(), ["M0107"], "{text:?}");
        assert_eq!(tree.documents(text).count(), 0);
    }
}

#[test]
fn an_alias_can_be_a_key() {
    assert_eq!(json("a: &a yes\nb: {*a : 1}\n"), ["{\"a\":true,\"b\":{\"true\":1}}"]);
}

#[test]
fn the_same_key_twice_is_an_error_at_both_places() {
    let text = "a: 1\nb: 2\na: 3\n";
    let (tree, findings) = parse(text);
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(finding.code.number(), "M0103");
    assert_eq!(finding.headline, "the key `a` is set twice");
    let labels: Vec<_> = finding.labels.iter().map(|label| (label.span.start, label.text.as_str())).collect();
    assert_eq!(labels, [(10, "set again here"), (0, "first set here")]);
    assert_eq!(tree.documents(text).count(), 0);
}

#[test]
fn keys_are_compared_as_kubernetes_sees_them() {
    for text in [
        "y: 1\nyes: 2\n",
        "1: a\n0x1: b\n",
        "'a': 1\n\"\\x61\": 2\n",
        "a: {b: 1, b: 2}\n",
        "a: &k b\nc: {b: 1, *k : 2}\n",
    ] {
        let (_, findings) = parse(text);
        assert_eq!(findings.iter().map(|it| it.code.number()).collect::<Vec<_>>(), ["M0103"], "{text:?}");
    }
    json("y: 1\n\"y\": 2\n1: 3\n1.5: 4\n\"<<\": 5\n");
}

#[test]
fn a_key_is_found_twice_among_many() {
    let mut text = lines(0..1000, |at| format!("k{at}: {at}\n"));
    json(&text);
    text.push_str("k0: again\nk999: again\nk0: and again\n");
    let (_, findings) = parse(&text);
    let headlines: Vec<_> = findings.iter().map(|it| it.headline.as_str()).collect();
    assert_eq!(headlines, ["the key `k0` is set 3 times", "the key `k999` is set twice"]);
}

#[test]
fn every_duplicate_is_reported_once_whatever_the_size() {
    for count in 0..20 {
        let mut text = lines(0..count, |at| format!("k{at}: {at}\n"));
        text.push_str("k: 1\nk: 2\n");
        assert_eq!(parse(&text).1.len(), 1, "{count} other keys");
    }
}
