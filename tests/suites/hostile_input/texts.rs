//! Files whose bytes are hostile.

use super::{LIMITS, check_file, empty, refused, start};
use crate::MESHC;

/// Lines of this many bytes.
const LONG: usize = 10 << 20;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

#[test]
fn files_that_are_no_text_are_named_for_what_they_are() {
    for (bytes, what) in [
        (&b"\x7fELF\x02\x01\x01\0\0\0\xff"[..], "a program and not YAML"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb", "a gzip file and not YAML"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image and not YAML"),
        (b"PK\x03\x04\x14\0\0\0", "a zip archive and not YAML"),
        (b"\xff\xfea\0:\0 \0b\0\n\0", "UTF-16 and not UTF-8"),
        (b"\xfe\xff\0a\0:\0 \0b\0\n", "UTF-16 and not UTF-8"),
        (b"a\0:\0 \0b\0\n\0", "UTF-16 and not UTF-8"),
        (b"\xff\xfe\0\0a\0\0\0:\0\0\0", "UTF-32 and not UTF-8"),
    ] {
        refused(bytes, &format!("x.yaml:1:1: error[M0102]: `x.yaml` is {what}"));
    }
    refused(b"a: caf\xe9\n", "x.yaml:1:7: error[M0102]: `x.yaml` is not UTF-8");
    // Bytes without any order.
    let noise: Vec<u8> = (0..100_000_u64).map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect();
    let said = check_file(noise);
    assert!(said.exit == 1 && said.text.contains("is not UTF-8"), "{}", said.text);
}

#[test]
fn web_pages_are_named_for_what_they_are() {
    let page = "<!DOCTYPE html>\n<html>\n<head><title>404: not found</title></head>\n</html>\n";
    refused(page, "x.yaml:1:1: error[M0101]: the file is a web page and not YAML");
    refused("\n<HTML><body>a: b</body></HTML>", "x.yaml:2:1: error[M0101]: the file is a web page and not YAML");
    refused("<?xml version=\"1.0\"?>\n<Error/>\n", "x.yaml:1:1: error[M0101]: the file is XML and not YAML");
}

#[test]
fn long_lines_are_bounded() {
    refused("x".repeat(LONG), "x.yaml:1:1: error[M0110]: a document is a string and not a mapping");
    refused("[".repeat(LONG), "x.yaml:1:101: error[M0106]: collections are nested more than 100 deep");
    refused("a: ".repeat(LONG / 3), "x.yaml:1:5: error[M0101]: a value without quotes contains `: `");
    refused(format!("a: \"{}", "x ".repeat(LONG / 2)), "x.yaml:1:4: error[M0101]: a quote is not closed");
    refused(format!("a: &{} ]", "x".repeat(LONG)), "x.yaml:1:10485766: error[M0101]: a bracket closes nothing");
    let items = format!("\"{}\",", "x".repeat(1000)).repeat(LONG / 1003);
    refused(format!("[{items}1]"), "x.yaml:1:1: error[M0110]: a document is a list and not a mapping");
}

#[test]
fn deep_nesting_is_bounded() {
    const DEPTH: usize = 10_000;
    let block: String = (0..DEPTH).map(|depth| " ".repeat(depth) + "a:\n").collect();
    let too_deep = |text: String, place: &str| {
        refused(text, &format!("x.yaml:{place}: error[M0106]: collections are nested more than 100 deep"));
    };
    too_deep(block, "101:101");
    too_deep(format!("a: {}{}", "[".repeat(DEPTH), "]".repeat(DEPTH)), "1:103");
    too_deep(format!("{}1{}", "{\"a\":".repeat(DEPTH), "}".repeat(DEPTH)), "1:501");
    too_deep("- ".repeat(DEPTH) + "x", "1:201");
    too_deep("? ".repeat(DEPTH) + "x", "1:201");
}

#[test]
fn aliases_that_multiply_are_bounded() {
    let ten = |at: usize| vec![format!("*a{}", at - 1); 10].join(", ");
    let too_many = |text: String, place: &str| {
        let what = "the aliases of a document expand to more than a million values";
        refused(text, &format!("x.yaml:{place}: error[M0105]: {what}"));
    };
    let laughs: Vec<_> = (1..30).map(|at| format!("a{at}: &a{at} [{}]\n", ten(at))).collect();
    too_many(format!("a0: &a0 [lol, lol, lol]\n{}", laughs.concat()), "7:15");
    let merges: Vec<_> = (1..200).map(|at| format!("a{at}: &a{at}\n  <<: [{}]\n", ten(at))).collect();
    let keys: Vec<_> = (0..1000).map(|at| format!("k{at}: 1")).collect();
    too_many(format!("a0: &a0 {{{}}}\n{}", keys.join(", "), merges.concat()), "7:23");
    too_many(format!("a: &a [{}]\nb:\n{}", "1,".repeat(100_000), "- *a\n".repeat(100_000)), "12:3");
    too_many(format!("a: &a {}\nb:\n{}", "x".repeat(1_000_000), "- *a\n".repeat(10_000)), "66:3");
}

/// What stands in a file a hundred thousand times is said once if it is one mistake, and counted if it is many.
#[test]
fn what_is_repeated_is_bounded() {
    let many = |line: &dyn Fn(usize) -> String| (0..100_000).map(line).collect::<String>();
    let duplicates = format!("{CONFIG_MAP}{}", many(&|_| "a: 1\n".to_owned()));
    refused(duplicates, "x.yaml:5:1: error[M0103]: the key `a` is set 100000 times");
    let unknown = format!("{CONFIG_MAP}data: [{}]\n", many(&|_| "*a,".to_owned()));
    refused(unknown, "x.yaml:4:8: error[M0104]: `*a` stands for an anchor that does not exist");
    let anchors = check_file(format!("{CONFIG_MAP}{}", many(&|at| format!("a{at}: &x{at} 1\n"))));
    assert_eq!((anchors.exit, anchors.text.as_str()), (0, ""));
    let documents = check_file("---\n".repeat(1_000_000));
    assert_eq!((documents.exit, documents.text.as_str()), (0, ""));
}

/// Of what is wrong in one file, so much is shown that nobody mends it all at once, and the rest is counted.
#[test]
fn a_file_of_mistakes_is_bounded() {
    let mistakes = "---\n- a\n".repeat(100_000);
    let folder = empty();
    std::fs::write(folder.path().join("x.yaml"), mistakes).unwrap();
    let run = MESHC.shell(&format!("{LIMITS}meshc check . --message-format short"), folder.path());
    let text = String::from_utf8(run.stderr).unwrap();
    assert_eq!((run.status.code(), text.lines().count()), (Some(1), 10_001), "{}", start(&text));
    let last = "\nx.yaml:20002:1: error[M0110]: 90000 more errors in this file are not shown\n";
    assert!(text.ends_with(last), "{:?}", text.lines().next_back());
}

#[test]
fn long_keys_are_bounded() {
    let key = "k".repeat(1_000_000);
    refused(format!("{key}: 1\n"), "x.yaml:1:1000001: error[M0101]: a key is longer than 1024 characters");
    let said = check_file(format!("? {key}\n: 1\n? {key}\n: 2\n"));
    assert!(said.text.starts_with("x.yaml:3:3: error[M0103]: the key `kkk"), "{}", said.text);
    assert!(said.text.ends_with("kkk` is set twice\n") && said.text.len() < 1000, "{}", said.text);
}

#[test]
fn characters_that_are_none_are_found() {
    let at =
        |place: &str, code: &str| format!("x.yaml:{place}: error[M0101]: the character U+{code} cannot stand here");
    refused("\0a: b\n", &at("1:1", "0000"));
    refused("a: b\0c\n", &at("1:5", "0000"));
    refused("# a\0b\na: b\n", &at("1:4", "0000"));
    refused("a: \"\0\"\n", &at("1:5", "0000"));
    refused("a: b\n\0", &at("2:1", "0000"));
    refused([0; 1000], &at("1:1", "0000"));
    refused("a: \u{1b}[31mred\n", &at("1:4", "001B"));
    refused("a: \"\u{9b}31mred\"\n", &at("1:5", "009B"));
}

/// What YAML can say with escapes, and what it allows as it is, does not reach the terminal either.
#[test]
fn what_a_terminal_acts_on_is_shown_as_an_escape() {
    let service = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: {{service.cilium.io/global: \"{value}\"}}\n"
        )
    };
    for value in ["\\e[31m", "\u{202e}eurt\u{2066}", "\\u009b31m", "\\r\\n\\0", "\u{2028}x"] {
        let said = check_file(service(value));
        assert!(said.text.starts_with("x.yaml:5:43: error[M0401]") && said.text.contains("\\u{"), "{}", said.text);
        assert_eq!(said.text.lines().count(), 1, "{}", said.text);
    }
}

#[test]
fn files_without_anything_say_nothing() {
    for nothing in ["", "\n", "\u{feff}", "# a\n# b", "---\n...\n", " ", "\t"] {
        let said = check_file(nothing);
        assert_eq!((said.exit, said.text.as_str()), (0, ""), "{nothing:?}");
    }
}
