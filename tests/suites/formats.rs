//! The forms of diagnostics, as the programs read them that they are for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use meshc_tests::places::{files_below, repository};
use serde_json::Value;
use tempfile::TempDir;

use crate::MESHC;

const FORMATS: [&str; 7] = ["human", "short", "json", "sarif", "github", "gitlab", "junit"];

const MESH: &str = "apiVersion: meshc.dev/v1alpha1
kind: Mesh
spec:
  clusters: [{name: cluster1, id: 1}, {name: cluster2, id: 2}]
";

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    service.cilium.io/global: \"true\"
spec:
  ports: [{name: http, port: 80}]
";

/// A repository whose manifests are in a folder. They have mistakes of all severities, in a name with a space, after wide
/// characters, before CR and LF, in several places, and with characters that formats have to escape.
fn repository_with_mistakes() -> TempDir {
    let odd = "apiVersion: v1\r\nkind: Service\r\nmetadata: {labels: {pad: \"你好🚀\"}, name: wide, annotations: \
               {service.cilium.io/global: yes}}\r\nspec: {ports: [{port: 80}]}\r\n";
    let escapes = "apiVersion: v1\nkind: Service\nmetadata:\n  name: escapes\n  annotations:\n    \
                   service.cilium.io/global: \"\\e[31m<&%25,:\\r\\n::error::\\0]]>[a](b)\"\nspec: {ports: [{port: 80}]}\n";
    project(&[
        ("manifests/mesh.yaml", MESH),
        ("manifests/clusters/cluster1/web.yaml", SERVICE),
        ("manifests/clusters/cluster2/web.yaml", &SERVICE.replace("http", "web")),
        ("manifests/a b/ü,:%.yaml", odd),
        ("manifests/escapes.yaml", escapes),
        ("manifests/note.yaml", "just: a mapping\n"),
        ("manifests/broken.yaml", "a: \u{1b}[31m[\n"),
        ("manifests/shared.yaml", &SERVICE.replace("global", "shared").replace("web", "lonely")),
    ])
}

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn clean() -> TempDir {
    project(&[("manifests/mesh.yaml", MESH), ("manifests/web.yaml", SERVICE)])
}

fn check(folder: &Path, formats: &[&str]) -> Output {
    let mut command = MESHC.command(folder);
    command.args(["check", "manifests"]);
    for format in formats {
        command.args(["--message-format", format]);
    }
    let run = command.output().unwrap();
    assert!(run.stdout.is_empty(), "stdout is for data");
    run
}

/// What a format has to say of `manifests`, from a file.
fn reported(folder: &Path, format: &str) -> String {
    check(folder, &[&format!("{format}=report.tmp")]);
    let path = folder.join("report.tmp");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    text
}

fn json_lines(folder: &Path) -> Vec<Value> {
    reported(folder, "json").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sarif(folder: &Path) -> Value {
    serde_json::from_str(&reported(folder, "sarif")).unwrap()
}

fn results(sarif: &Value) -> &[Value] {
    sarif["runs"][0]["results"].as_array().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn every_format_has_every_finding() {
    let folder = repository_with_mistakes();
    let found = json_lines(folder.path());
    let codes: BTreeSet<_> = found.iter().map(|line| text(&line["code"])).collect();
    assert!(codes.is_superset(&["M0101", "M0201", "M0203", "M0401", "M0402", "M0406"].into()), "{codes:?}");
    let count = found.len();
    assert_eq!(reported(folder.path(), "short").lines().count(), count);
    assert_eq!(reported(folder.path(), "github").lines().filter(|line| line.starts_with("::")).count(), count);
    assert_eq!(reported(folder.path(), "github").lines().count(), count, "a command is one line");
    assert_eq!(results(&sarif(folder.path())).len(), count);
    let issues: Value = serde_json::from_str(&reported(folder.path(), "gitlab")).unwrap();
    assert_eq!(list(&issues).len(), count);
    let xml = reported(folder.path(), "junit");
    let xml = roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(xml.descendants().filter(|node| node.has_tag_name("testcase")).count(), count);
}

#[test]
fn the_same_input_gives_the_same_report_and_nothing_of_the_machine() {
    let (one, other) = (repository_with_mistakes(), repository_with_mistakes());
    for format in FORMATS {
        let report = reported(one.path(), format);
        assert_eq!(report, reported(other.path(), format), "{format}");
        assert!(!report.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = std::fs::read_to_string(repository("schemas/diagnostic.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let folder = repository_with_mistakes();
    for line in json_lines(folder.path()) {
        let wrong: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}: {line}");
        for label in list(&line["labels"]) {
            let file = std::fs::read_to_string(folder.path().join("manifests").join(text(&label["file"]))).unwrap();
            let bytes = &file[number(&label["start"])..number(&label["end"])];
            assert_eq!(between(&file, label, ["line", "column", "endLine", "endColumn"]), bytes, "{label}");
        }
    }
}

/// The text between two places that are given as lines and columns in characters.
fn between(text: &str, range: &Value, names: [&str; 4]) -> String {
    let [line, column, end_line, end_column] = names.map(|name| number(&range[name]));
    let offset = |line: usize, column: usize| {
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        start + text[start..].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
    };
    text[offset(line, column)..offset(end_line, end_column)].to_owned()
}

/// The schema of the standard, which `.ci/run` installs.
#[expect(clippy::print_stdout, reason = "whoever runs the tests should see what they do not hold")]
fn official_schema() -> Option<jsonschema::Validator> {
    let installed = "target/sarif/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
    let asked = std::env::var_os("MESHC_SARIF_SCHEMA").map(PathBuf::from);
    let path = asked.clone().unwrap_or_else(|| repository(installed));
    let Ok(schema) = std::fs::read_to_string(&path) else {
        assert!(asked.is_none(), "there is no schema at {}", path.display());
        println!("the schema of SARIF is not installed: nothing to hold against");
        return None;
    };
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // This pattern is no regular expression of ECMAScript; it is about a property that we do not write.
    for owner in ["run", "toolComponent"] {
        schema["definitions"][owner]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    Some(jsonschema::options().should_validate_formats(true).build(&schema).unwrap())
}

#[test]
fn the_schema_of_the_standard_takes_our_sarif() {
    let Some(schema) = official_schema() else {
        return;
    };
    let nowhere = project(&[("manifests/web.yaml", SERVICE)]);
    for folder in [repository_with_mistakes(), clean(), nowhere] {
        let sarif = sarif(folder.path());
        let wrong: Vec<_> =
            schema.iter_errors(&sarif).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    assert!(
        !schema.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{"results": []}]})),
        "it refuses something"
    );
}

#[test]
fn sarif_says_what_json_says() {
    let folder = repository_with_mistakes();
    let sarif = sarif(folder.path());
    let run = &sarif["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = list(&run["tool"]["driver"]["rules"]);
    for (result, line) in results(&sarif).iter().zip(json_lines(folder.path())) {
        assert_eq!(result["ruleId"], line["code"]);
        let rule = &rules[number(&result["ruleIndex"])];
        assert_eq!((&rule["id"], &rule["name"]), (&line["code"], &line["name"]));
        assert_eq!(result["level"], line["severity"]);
        let places = list(&result["locations"]).iter().chain(list(&result["relatedLocations"]));
        assert_eq!(places.clone().count(), list(&line["labels"]).len());
        for (place, label) in places.zip(list(&line["labels"])) {
            let place = &place["physicalLocation"];
            let path = decoded(text(&place["artifactLocation"]["uri"]));
            assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
            assert_eq!(path, format!("manifests/{}", text(&label["file"])));
            let file = std::fs::read_to_string(folder.path().join(path)).unwrap();
            let region = &place["region"];
            let start = number(&region["byteOffset"]);
            let bytes = &file[start..start + number(&region["byteLength"])];
            assert_eq!(between(&file, region, ["startLine", "startColumn", "endLine", "endColumn"]), bytes);
            assert_eq!(region["byteOffset"], label["start"]);
        }
    }
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        assert!(byte.is_ascii_graphic() && !b"?#\"<>\\^`{|}".contains(&byte), "{uri}");
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The fingerprints of a SARIF run.
fn fingerprints(folder: &Path) -> Vec<(String, String)> {
    let sarif = sarif(folder);
    let prints = results(&sarif).iter().map(|result| &result["partialFingerprints"]);
    prints.map(|own| (text(&own["meshc/v1"]).to_owned(), text(&own["primaryLocationLineHash"]).to_owned())).collect()
}

#[test]
fn a_finding_is_known_again_when_lines_move() {
    let folder = repository_with_mistakes();
    let before = fingerprints(folder.path());
    let distinct: BTreeSet<_> = before.iter().map(|(own, _)| own).collect();
    assert_eq!(distinct.len(), before.len());
    let manifests = folder.path().join("manifests");
    for path in files_below(&manifests) {
        let path = manifests.join(path);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("# One line\n# and another.\n{text}")).unwrap();
    }
    assert_eq!(fingerprints(folder.path()), before);
    let issues: Value = serde_json::from_str(&reported(folder.path(), "gitlab")).unwrap();
    let of_gitlab: Vec<_> = list(&issues).iter().map(|issue| text(&issue["fingerprint"])).collect();
    assert_eq!(of_gitlab, before.iter().map(|(own, _)| own).collect::<Vec<_>>());
}

#[test]
fn github_reads_each_command_as_it_is_meant() {
    let folder = repository_with_mistakes();
    let report = reported(folder.path(), "github");
    let starts = |start: &str| report.lines().any(|line| line.starts_with(start));
    assert!(
        starts(
            "::error file=manifests/a b/ü%2C%3A%25.yaml,line=3,endLine=3,col=86,endColumn=89,title=M0203 \
             unquoted-value::the values of `annotations` are strings"
        ),
        "{report}"
    );
    assert!(starts("::notice file=manifests/note.yaml,line=1,"), "{report}");
    assert!(starts("::warning file=manifests/clusters/cluster1/web.yaml,line=8,"), "{report}");
    assert!(report.contains("%0Amanifests/clusters/cluster2/web.yaml:8: "), "{report}");
    assert!(report.contains("%2525,:") && !report.contains("%25,:"), "{report}");
}

#[test]
fn junit_tells_failures_from_notes() {
    let folder = repository_with_mistakes();
    let severities: Vec<_> = json_lines(folder.path()).iter().map(|line| text(&line["severity"]).to_owned()).collect();
    let xml = reported(folder.path(), "junit");
    let xml = roxmltree::Document::parse(&xml).unwrap();
    let suite = xml.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    let failures = severities.iter().filter(|severity| *severity != "note").count();
    assert_eq!(suite.attribute("failures"), Some(failures.to_string().as_str()));
    assert_eq!(suite.attribute("tests"), Some(severities.len().to_string().as_str()));
    for (case, severity) in suite.children().filter(roxmltree::Node::is_element).zip(&severities) {
        let outcome = case.first_element_child().unwrap();
        let expected = if severity == "note" { "system-out" } else { "failure" };
        assert_eq!(outcome.tag_name().name(), expected);
        assert!(case.attribute("file").unwrap().starts_with("manifests/"));
        assert!(outcome.text().unwrap().contains(&format!(": {severity}[M")));
    }
}

#[test]
fn nothing_to_report_is_a_report() {
    let folder = clean();
    for format in ["human", "short", "json", "github"] {
        assert_eq!(reported(folder.path(), format), "", "{format}");
        assert_eq!(check(folder.path(), &[format]).stderr, b"", "{format}");
    }
    assert_eq!(reported(folder.path(), "gitlab"), "[]\n");
    assert!(results(&sarif(folder.path())).is_empty());
    let xml = reported(folder.path(), "junit");
    let xml = roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(xml.descendants().filter(|node| node.has_tag_name("testcase")).count(), 1);
    assert!(!xml.descendants().any(|node| node.has_tag_name("failure")));
}

#[test]
fn all_formats_can_be_had_at_once() {
    let folder = repository_with_mistakes();
    let outputs: Vec<_> = FORMATS.iter().map(|format| format!("{format}={format}.out")).collect();
    let outputs: Vec<_> = outputs.iter().map(String::as_str).collect();
    let run = check(folder.path(), &outputs);
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8(run.stderr).unwrap().contains("╭─["), "stderr has human");
    for format in FORMATS {
        let together = std::fs::read_to_string(folder.path().join(format!("{format}.out"))).unwrap();
        assert_eq!(together, reported(folder.path(), format));
    }
    let left = files_below(folder.path()).into_iter().filter(|path| !path.starts_with("manifests/"));
    assert_eq!(left.count(), FORMATS.len(), "nothing else stays behind");
}

#[test]
fn a_file_that_cannot_be_written_is_told_after_the_findings() {
    let folder = repository_with_mistakes();
    std::fs::write(folder.path().join("file"), "").unwrap();
    for file in ["missing/report", "manifests", "file/report"] {
        let run = check(folder.path(), &["short", &format!("sarif={file}")]);
        assert_eq!(run.status.code(), Some(5), "{file}");
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.contains("warning[M0402]: "), "{said}");
        assert!(said.lines().last().unwrap().starts_with(&format!("error: could not write `{file}`: ")), "{said}");
    }
}

#[test]
fn what_a_report_replaces_keeps_its_place() {
    let folder = clean();
    std::fs::write(folder.path().join("old"), "something longer than the report").unwrap();
    std::os::unix::fs::symlink("old", folder.path().join("link")).unwrap();
    check(folder.path(), &["gitlab=link"]);
    assert!(folder.path().join("link").is_symlink());
    assert_eq!(std::fs::read_to_string(folder.path().join("old")).unwrap(), "[]\n");
    let line = "mkfifo pipe && (cat pipe & meshc check manifests --message-format gitlab=pipe; wait); test -p pipe";
    let run = MESHC.shell(line, folder.path());
    assert_eq!((run.stdout.as_slice(), run.status.code()), (b"[]\n".as_slice(), Some(0)));
}

#[test]
fn paths_are_those_of_the_folder_that_meshc_runs_in() {
    let folder = repository_with_mistakes();
    let absolute = folder.path().join("manifests");
    for (input, expected) in [
        ("./manifests/", "manifests/shared.yaml"),
        (absolute.to_str().unwrap(), "manifests/shared.yaml"),
        ("manifests/shared.yaml", "manifests/shared.yaml"),
    ] {
        let run = MESHC.command(folder.path()).args(["check", input, "--message-format", "gitlab"]).output().unwrap();
        let issues: Value = serde_json::from_slice(&run.stderr).unwrap();
        assert!(list(&issues).iter().any(|issue| issue["location"]["path"] == expected), "{input}: {issues}");
    }
    let line = "meshc check - --message-format sarif < manifests/shared.yaml";
    let sarif: Value = serde_json::from_slice(&MESHC.shell(line, folder.path()).stderr).unwrap();
    let place = &results(&sarif)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(*place, serde_json::json!({"uri": "%3Cstdin%3E"}));
}

#[test]
fn a_line_of_ten_megabytes_is_shown_in_part_with_its_true_column() {
    let pad = "é".repeat(5_000_000);
    let text = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {{\"name\": \"web\", \"annotations\": {{\"pad\": \
         \"{pad}\", \"service.cilium.io/shared\": \"true\"}}}}, \"spec\": {{\"ports\": [{{\"port\": 80}}]}}}}"
    );
    let folder = project(&[("manifests/mesh.yaml", MESH), ("manifests/web.json", &text)]);
    let column = text[..text.find("\"service.cilium").unwrap()].chars().count() + 1;
    let said = String::from_utf8(check(folder.path(), &[]).stderr).unwrap();
    assert!(said.contains(&format!("[web.json:1:{column}]")), "{said}");
    assert!(said.len() < 2_000, "{said}");
    let line = said.lines().position(|line| line.contains("service.cilium.io/shared\": ")).unwrap();
    let lines: Vec<_> = said.lines().collect();
    let before = |line: &str, what: &str| line[..line.find(what).unwrap()].chars().count();
    assert_eq!(before(lines[line], "\"service"), before(lines[line + 1], "─"), "{said}");
}

#[test]
fn a_pipe_gets_no_links() {
    let folder = repository_with_mistakes();
    let run = MESHC.command(folder.path()).args(["check", "manifests", "--color", "always"]).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("\u{1b}[") && !said.contains("\u{1b}]"), "{said}");
}
