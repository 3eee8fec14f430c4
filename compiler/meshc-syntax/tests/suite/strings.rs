//! Strings that some reader of YAML takes for something else come back as they went in.

use std::collections::BTreeMap;

use meshc_syntax::{plain_is_safe, to_yaml, write_scalar};

use crate::parse;

/// Words and numbers to some reader.
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "", " ", "  a", "a ", "\t", "\ta", "a\t", "~", "null", "Null", "NULL", "nil", "None", "y", "Y", "n", "yes",
    "No", "on", "OFF", "true", "False", "tRue", "0", "-0", "+1", "007", "0o7", "0O7", "0x1F", "0X1f", "0b1",
    "0b-1", "1_000", "_1", "1e3", "1E+3", "1.", ".5", "-.5",
];

/// Marks of YAML, and what only looks like them.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    ".", "..", "...", "1.2.3", "1e400", "e3", ".inf", "-.INF", ".nan", "NaN", "Infinity", "1:20", "12:30:45",
    "00:1a:2b", "2024-01-01", "2024-01-01T10:00:00Z", "=", "<<", "<", "-", "--", "---", "--- a", "- a", "?",
    "? a", ":", "a:", ":a", "a: b", "a :b", "a #b", "a#b", "#", "&a", "*a", "!a", "!!str", "%a", "@a", "`a",
    "[", "]", "{}", "[a]", "a,b", ",", "'", "\"", "''", "it's", "\\", "\\n", "a\\", "|", ">", "|\n", "10.0.0.1",
    "10.0.0.0/8", "::1", "fe80::1", "250m", "1Gi", "1E", "/a", "$(VAR)", "{{x}}",
];

/// Text of several lines.
#[rustfmt::skip]
const LINES: &[&str] = &[
    "\n", "\n\n", "a\n", "\na", "a\nb", "a\nb\n", "a\nb\n\n\n", "a\n\n\nb\n", " a\nb", "a \nb", "a\n b\n",
    "\ta\nb", "a\n\tb\n", "a\n\t\nb", "a\n  \nb\n", "a\nb ", "a\r\nb", "a\rb", "# a\nb\n", "---\na\n",
    "a\n---\nb\n", "...\nb", "key: |\n  x\n", "<<: *a", "%YAML 1.2\n---\n",
];

/// Characters that not every reader takes as they are.
#[rustfmt::skip]
const CHARACTERS: &[&str] = &[
    "\0", "\u{1}", "\u{1b}[0m", "\u{7f}", "\u{80}", "\u{85}", "a\u{85}b\nc", "\u{a0}", "\u{a0}a\nb", "\u{ad}",
    "\u{2028}", "a\u{2029}b\nc\n", "\u{feff}", "\u{feff}a\nb\n", "a\u{feff}", "é", "日本\n語\n", "😀", "\u{d7ff}",
    "\u{e000}", "\u{fffd}", "\u{fffe}", "\u{ffff}", "\u{1fffe}", "\u{10ffff}",
];

fn nasty() -> Vec<String> {
    let mut strings: Vec<String> =
        [VALUES, MARKS, LINES, CHARACTERS].into_iter().flatten().map(ToString::to_string).collect();
    strings.extend([129, 1023, 1024, 1025, 5000].map(|len| "x".repeat(len)));
    strings.push("word ".repeat(400));
    strings.push("é".repeat(126));
    strings
}

/// `{text: text}` as we write it.
fn document(text: &str) -> String {
    let mut out = String::new();
    to_yaml(&BTreeMap::from([(text, text)]), &mut out).expect("strings can be written");
    out
}

#[test]
fn we_read_what_we_write() {
    for text in nasty() {
        let written = document(&text);
        let (tree, findings) = parse(&written);
        assert_eq!(findings, [], "{written}");
        let entry = tree.documents(&written).next().unwrap().entries().next().unwrap();
        assert_eq!((entry.key, entry.value.scalar_text()), (text.as_str(), Some(text.as_str())), "{written}");
        assert!(matches!(entry.value.value(), meshc_syntax::Value::Str(_)), "{written}");
    }
}

#[test]
fn others_read_what_we_write() {
    for text in nasty() {
        let written = document(&text);
        let read: serde_yaml::Value = serde_yaml::from_str(&written).unwrap();
        let expected = serde_yaml::Mapping::from_iter([(text.clone().into(), text.clone().into())]);
        assert_eq!(read, serde_yaml::Value::Mapping(expected), "{written}");
    }
}

#[test]
fn a_scalar_is_on_one_line_and_printable() {
    for text in nasty() {
        let mut out = String::new();
        write_scalar(&text, &mut out);
        assert!(out.chars().all(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')), "{out:?}");
        assert_eq!(plain_is_safe(&text), out == text, "{out:?}");
    }
}

#[test]
fn only_what_is_a_string_everywhere_is_plain() {
    let plain =
        ["a", "v1", "apps/v1", "rebel-base", "service.cilium.io/global", "a:b", "TCP", "/metrics", "a=b", "x@y"];
    for text in plain {
        assert!(plain_is_safe(text), "{text}");
    }
    for text in
        ["", "1", "-a", ".a", "a:", "a b", "a,b", "yes", "YES", "Nil", "iNf", "undefined", "é", "a#", "~", "=", "$a"]
    {
        assert!(!plain_is_safe(text), "{text}");
    }
}
