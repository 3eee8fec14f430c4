//! Where a finding is, for programs and for people: lines and columns from 1, in characters, and bytes from 0.

use serde::Deserialize;

use crate::MESHC;

const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {clusters: [{name: c, id: 1}]}\n";

#[derive(Deserialize)]
struct Finding {
    labels: Vec<Label>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Label {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start: usize,
    end: usize,
}

/// Holds the first finding's first label against `place`, as `line:column-line:column`, and the bytes that it marks.
fn place(text: &str, place: &str, marked: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mesh.yaml"), MESH).unwrap();
    std::fs::write(folder.path().join("x.yaml"), text).unwrap();
    let said = |format: &str| {
        let run = MESHC.command(folder.path()).args(["check", ".", "--message-format", format]).output().unwrap();
        String::from_utf8(run.stderr).unwrap().lines().next().unwrap().to_owned()
    };
    let finding: Finding = serde_json::from_str(&said("json")).unwrap();
    let label = &finding.labels[0];
    let found = format!("{}:{}-{}:{}", label.line, label.column, label.end_line, label.end_column);
    assert_eq!((label.file.as_str(), found.as_str()), ("x.yaml", place), "{text:?}");
    assert_eq!(&text[label.start..label.end], marked, "{text:?}");
    let short = format!("x.yaml:{}:{}: ", label.line, label.column);
    assert!(said("short").starts_with(&short), "{text:?}");
}

/// A Service whose annotation has this value, from line 6 on.
fn service(value: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n    service.cilium.io/global: {value}\n"
    )
}

#[test]
fn columns_are_characters_and_a_tab_is_one() {
    place("a: ]\n", "1:4-1:5", "]");
    place("a:\t]\n", "1:4-1:5", "]");
    place("漢🚀: ]\n", "1:5-1:6", "]");
    // A letter and the accent on it are two characters.
    place("e\u{301}: ]\n", "1:5-1:6", "]");
    place("\u{feff}a: ]\n", "1:5-1:6", "]");
    place(&service("\"漢字🚀\""), "6:31-6:36", "\"漢字🚀\"");
}

#[test]
fn lines_end_as_on_windows_or_not_at_all() {
    place("a: b\r\nc: ]\r\n", "2:4-2:5", "]");
    place("a: b\r\nc: x y: z\r\n", "2:7-2:8", ":");
    place(service("yess").replace('\n', "\r\n").trim_end(), "6:31-6:35", "yess");
    place(&service("maybe\r"), "6:31-6:36", "maybe");
}

#[test]
fn the_end_of_a_file_is_a_place() {
    place("a: ]", "1:4-1:5", "]");
    place("a: [b", "1:4-1:5", "[");
    place("a: \"b", "1:4-1:5", "\"");
    place("a: @", "1:4-1:5", "@");
    place("kind: Service", "1:1-1:5", "kind");
}

#[test]
fn text_of_several_lines_is_marked_as_a_whole() {
    place(&service("|\n      yes\n      no\n"), "6:31-8:9", "|\n      yes\n      no");
    place(&service(">-  # folded\n      yes\n"), "6:31-7:10", ">-  # folded\n      yes");
    place(&service("yes\n      no"), "6:31-7:9", "yes\n      no");
    place(&service("\"yes\n\n      no\""), "6:31-8:10", "\"yes\n\n      no\"");
}

/// The place of a value is where it is used: at its alias, and not where its anchor may stand for many.
#[test]
fn a_value_that_is_an_alias_is_marked_where_it_is_used() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: &name yess\n  annotations:\n    service.cilium.io/global: *name\n";
    place(text, "6:31-6:36", "*name");
    // What stands within an anchor is marked there.
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: &map {service.cilium.io/global: yess}\n  annotations: *map\n";
    place(text, "5:43-5:47", "yess");
}

/// An alias may be as long as the text that it stands for, or shorter.
#[test]
fn a_part_of_an_alias_has_no_place_of_its_own() {
    for name in ["abc", "ab", "a", "long-long-long"] {
        let text = format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: &{name} here\n  annotations: {{meshc.dev/clusters: *{name}}}\n"
        );
        let end = 38 + name.len();
        place(&text, &format!("5:37-5:{end}"), &format!("*{name}"));
    }
}

#[test]
fn json_and_flow_style_are_marked_as_exactly() {
    let flow = "{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {service.cilium.io/global: yess}}}";
    place(flow, "1:93-1:97", "yess");
    let json = flow.replace("apiVersion", "\"apiVersion\"").replace(": v1", ": \"v1\"").replace("yess", "\"yess\"");
    place(&json, "1:97-1:103", "\"yess\"");
    place("{\n\t\"kind\": \"Service\"\n}\n", "2:2-2:8", "\"kind\"");
}
