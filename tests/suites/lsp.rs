//! `meshc lsp`: the real process, spoken to as an editor does.

use std::path::Path;

use meshc_tests::editor::{Editor, Workspace, apply, line, range, uri};
use serde_json::{Value, json};

use crate::MESHC;

const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  dataPlane: {cilium: {version: \"1.19\"}}\n  clusters:\n  - {name: cluster1, id: 1}\n  - {name: cluster2, id: 2}\n";
const GLOBAL: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.cilium.io/global: \"true\"\nspec:\n  ports: [{port: 80}]\n";
const UNQUOTED: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.cilium.io/global: true\nspec:\n  ports: [{port: 80}]\n";

/// A client with everything that the server makes use of.
fn able() -> Value {
    json!({
        "textDocument": {
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        },
        "workspace": {
            "workspaceEdit": {"documentChanges": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
    })
}

fn start(workspace: &Workspace) -> Editor {
    start_as(workspace, &able()).0
}

fn start_as(workspace: &Workspace, capabilities: &Value) -> (Editor, Value) {
    let folder = workspace.path(".");
    Editor::start(command(&folder), &folder.components().collect::<std::path::PathBuf>(), capabilities)
}

fn command(folder: &Path) -> std::process::Command {
    let mut command = MESHC.command(folder);
    command.arg("lsp");
    command
}

fn lines(diagnostics: &[Value]) -> Vec<String> {
    diagnostics.iter().map(line).collect()
}

#[test]
fn a_mistake_is_shown_where_it_is_until_it_is_mended() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
    let mut editor = start(&workspace);
    let path = workspace.path("web.yaml");
    editor.open(&path, UNQUOTED);
    let found = editor.diagnostics(&path, 1);
    assert_eq!(
        lines(&found),
        ["5:30-5:34 error M0203 the values of `annotations` are strings, and `service.cilium.io/global` is a boolean"]
    );
    assert_eq!(found[0]["source"], "meshc");
    assert!(found[0]["message"].as_str().unwrap().ends_with("help: quote it: `service.cilium.io/global: \"true\"`"));
    let (before, behind) = (json!({"line": 5, "character": 30}), json!({"line": 5, "character": 34}));
    let changes = json!([
        {"range": {"start": behind, "end": behind}, "text": "\""},
        {"range": {"start": before, "end": before}, "text": "\""},
    ]);
    editor.change(&path, 2, &changes);
    assert!(!lines(&editor.diagnostics(&path, 2)).iter().any(|line| line.contains("M0203")));
    assert_eq!(editor.finish(), Some(0));
}

#[test]
fn columns_are_counted_as_the_client_counts() {
    let text = "apiVersion: v1\r\nkind: Service\r\nmetadata: {name: web, annotations: {wide-words: \u{e4}\u{1f600}\u{1f600}, x: yes}}\r\n";
    for (encodings, column) in [(json!(null), 58), (json!(["utf-16", "utf-8"]), 63), (json!(["utf-32"]), 56)] {
        let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
        let mut capabilities = able();
        capabilities["general"] = json!({"positionEncodings": encodings});
        let (mut editor, answer) = start_as(&workspace, &capabilities);
        let path = workspace.path("web.yaml");
        editor.open(&path, text);
        let found = editor.diagnostics(&path, 1);
        let expected = format!("2:{column}-2:{}", column + 3);
        let what = &answer["capabilities"]["positionEncoding"];
        assert_eq!(found.iter().map(|found| range(&found["range"])).collect::<Vec<_>>(), [expected], "{what}");
        // A change behind the wide characters lands where the client meant it.
        let (start, end) = (json!({"line": 2, "character": column}), json!({"line": 2, "character": column + 3}));
        editor.change(&path, 2, &json!([{"range": {"start": start, "end": end}, "text": "'yes'"}]));
        assert_eq!(lines(&editor.diagnostics(&path, 2)), [""; 0], "{what}");
    }
}

#[test]
fn both_sides_of_a_contradiction_are_shown() {
    let local = GLOBAL.replace("\"true\"", "\"false\"");
    let workspace = Workspace::new(&[
        ("mesh.yaml", MESH),
        ("clusters/cluster1/web.yaml", GLOBAL),
        ("clusters/cluster2/web.yaml", &local),
    ]);
    let mut editor = start(&workspace);
    let (one, two) = (workspace.path("clusters/cluster1/web.yaml"), workspace.path("clusters/cluster2/web.yaml"));
    editor.open(&one, GLOBAL);
    editor.diagnostics(&one, 1);
    // The file that is not open has it, since the mistake is there.
    let found = editor.diagnostics_on_disk(&two);
    assert_eq!(lines(&found), ["5:30-5:37 warning M0405 `default/web` is global in cluster1 and not in cluster2"]);
    let related = &found[0]["relatedInformation"];
    assert_eq!(related[0]["location"]["uri"], uri(&one));
    assert_eq!(range(&related[0]["location"]["range"]), "5:30-5:36");
    assert_eq!(related[0]["message"], "global in cluster1");
    // What is typed here takes it away there.
    editor.replace(&one, 2, &local);
    assert_eq!(lines(&editor.diagnostics_on_disk(&two)), [""; 0]);
}

#[test]
fn a_fix_mends_what_it_is_for() {
    for capabilities in [able(), json!({})] {
        let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
        let (mut editor, _) = start_as(&workspace, &capabilities);
        let path = workspace.path("web.yaml");
        let text = UNQUOTED.replace("    service", "    \u{1f600}: {}\n    service").replace("{}\n", "x\n");
        editor.open(&path, &text);
        let found = editor.diagnostics(&path, 1);
        let ask = |only: Value| {
            let context = json!({"diagnostics": found, "only": only});
            json!({"textDocument": {"uri": uri(&path)}, "range": found[0]["range"], "context": context})
        };
        assert_eq!(editor.ask("textDocument/codeAction", &ask(json!(["refactor"]))), Ok(json!([])));
        let actions = editor.ask("textDocument/codeAction", &ask(json!(null))).unwrap();
        // A client that gives the place of the cursor names what it shows on the line.
        let mut of_line = ask(json!(null));
        of_line["range"] = json!({"start": {"line": 6, "character": 0}, "end": {"line": 6, "character": 0}});
        assert_eq!(editor.ask("textDocument/codeAction", &of_line).as_ref(), Ok(&actions));
        of_line["context"]["diagnostics"] = json!([]);
        assert_eq!(editor.ask("textDocument/codeAction", &of_line), Ok(json!([])));
        let action = &actions[0];
        assert_eq!((&action["title"], &action["kind"]), (&json!("quote it: `\"true\"`"), &json!("quickfix")));
        assert_eq!((&action["isPreferred"], &action["diagnostics"][0]["code"]), (&json!(true), &json!("M0203")));
        let edits = match &action["edit"]["documentChanges"] {
            Value::Null => &action["edit"]["changes"][uri(&path)],
            changes => {
                assert_eq!(changes[0]["textDocument"], json!({"uri": uri(&path), "version": 1}));
                &changes[0]["edits"]
            }
        };
        let mended = apply(&text, edits.as_array().unwrap());
        assert_eq!(mended, text.replace(": true", ": \"true\""));
        editor.replace(&path, 2, &mended);
        assert!(!lines(&editor.diagnostics(&path, 2)).iter().any(|line| line.contains("M0203")));
    }
}

#[test]
fn an_annotation_is_explained_for_this_service() {
    let hidden = GLOBAL.replace("spec:", "    service.cilium.io/shared: \"false\"\nspec:");
    let slice = |cluster: u8| {
        format!(
            "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: web-1, labels: {{kubernetes.io/service-name: web}}}}\naddressType: IPv4\nports: [{{port: 80}}]\nendpoints: [{{addresses: [10.{cluster}.0.1]}}]\n"
        )
    };
    let (one, two) = (format!("{hidden}{}", slice(1)), format!("{GLOBAL}{}", slice(2)));
    let workspace = Workspace::new(&[
        ("mesh.yaml", MESH),
        ("clusters/cluster1/web.yaml", &one),
        ("clusters/cluster2/web.yaml", &two),
    ]);
    let mut editor = start(&workspace);
    let path = workspace.path("clusters/cluster1/web.yaml");
    editor.open(&path, &one);
    let hover = editor.ask_at("textDocument/hover", &path, 6, 10);
    assert_eq!(range(&hover["range"]), "6:4-6:28");
    assert_eq!(hover["contents"]["kind"], "markdown");
    let text = hover["contents"]["value"].as_str().unwrap();
    for wanted in [
        "**service.cilium.io/shared**",
        "`false` hides them from the others",
        "| cluster1 (here) | yes | no | none | 1 | cluster1, cluster2 |",
        "| cluster2 | yes | yes | none | 1 | cluster2 |",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    // The value says the same as the key, and a place without a meaning says nothing.
    assert_eq!(editor.ask_at("textDocument/hover", &path, 6, 32)["contents"], hover["contents"]);
    assert_eq!(editor.ask_at("textDocument/hover", &path, 1, 8), Value::Null);
}

#[test]
fn an_annotation_that_does_nothing_here_says_why() {
    let text = GLOBAL.replace("service.cilium.io/global: \"true\"", "service.cilium.io/lb-algorithm: maglev")
        + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {clustermesh.cilium.io/global: \"false\"}}\n";
    let workspace = Workspace::new(&[("mesh.yaml", MESH), ("web.yaml", &text)]);
    let mut editor = start(&workspace);
    let path = workspace.path("web.yaml");
    editor.open(&path, &text);
    let mut hover = |line, character| {
        let hover = editor.ask_at("textDocument/hover", &path, line, character);
        hover["contents"]["value"].as_str().unwrap().to_owned()
    };
    let algorithm = hover(5, 10);
    assert!(algorithm.contains("`algorithmAnnotation` is not set in cluster1, cluster2"), "{algorithm}");
    let namespace = hover(11, 40);
    assert!(namespace.contains("Cilium is too old for it in cluster1, cluster2"), "{namespace}");
}

#[test]
fn the_mesh_is_explained_field_by_field() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH), ("clusters/cluster2/web.yaml", GLOBAL)]);
    let mut editor = start(&workspace);
    let path = workspace.path("mesh.yaml");
    editor.open(&path, MESH);
    let mut hover = |line, character| {
        let hover = editor.ask_at("textDocument/hover", &path, line, character);
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(hover(3, 26), "**version**: The version, as 1.20, 1.20.3 or main; 1.20 unless it is said");
    assert_eq!(hover(5, 21), "**id**: Cilium's cluster id, unique in the mesh");
    assert_eq!(hover(6, 12), "**cluster2**: id 2, Cilium 1.19\n\n1 object, 1 service, 1 of them global");
}

#[test]
fn a_name_leads_to_the_other_clusters_and_back() {
    let both = GLOBAL
        .replace("  annotations:", "  annotations:\n    meshc.dev/clusters: \"cluster1, cluster2\"")
        .replace("web", "both");
    let workspace = Workspace::new(&[
        ("mesh.yaml", MESH),
        ("both.yaml", &both),
        ("clusters/cluster1/web.yaml", GLOBAL),
        ("clusters/cluster2/web.yaml", GLOBAL),
    ]);
    let mut editor = start(&workspace);
    let (one, two) = (workspace.path("clusters/cluster1/web.yaml"), workspace.path("clusters/cluster2/web.yaml"));
    let (mesh, both_path) = (workspace.path("mesh.yaml"), workspace.path("both.yaml"));
    editor.open(&one, GLOBAL);
    editor.open(&both_path, &both);
    let mut places = |method: &str, path: &Path, line, character| -> Vec<(String, String)> {
        let found = editor.ask_at(&format!("textDocument/{method}"), path, line, character);
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().map(|place| (place["uri"].as_str().unwrap().to_owned(), range(&place["range"]))).collect()
    };
    let at = |path: &Path, range: &str| (uri(path), range.to_owned());
    for (line, character) in [(3, 9), (5, 10), (5, 33)] {
        for method in ["definition", "implementation"] {
            assert_eq!(places(method, &one, line, character), [at(&two, "3:8-3:11")], "{line}:{character}");
        }
    }
    assert_eq!(places("references", &one, 3, 9), [at(&one, "3:8-3:11"), at(&two, "3:8-3:11")]);
    assert_eq!(places("definition", &both_path, 5, 38), [at(&mesh, "6:11-6:19")]);
    assert_eq!(places("references", &both_path, 5, 38), [at(&mesh, "6:11-6:19"), at(&both_path, "5:35-5:43")]);
    assert_eq!(places("definition", &one, 7, 12), []);
}

#[test]
fn the_objects_of_a_file_are_its_outline() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
    let path = workspace.path("mesh.yaml");
    let text = format!("{MESH}---\n{GLOBAL}");
    let params = json!({"textDocument": {"uri": uri(&path)}});
    let outline = |symbols: &Value| -> Vec<String> {
        symbols.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut editor = start(&workspace);
    editor.open(&path, &text);
    let symbols = editor.ask("textDocument/documentSymbol", &params).unwrap();
    assert_eq!(outline(&symbols), ["Mesh", "Service web"]);
    assert_eq!(outline(&symbols[0]["children"]), ["cluster1", "cluster2"]);
    let (mut plain, _) = start_as(&workspace, &json!({}));
    plain.open(&path, &text);
    let symbols = plain.ask("textDocument/documentSymbol", &params).unwrap();
    assert_eq!(outline(&symbols), ["Mesh", "Service web"]);
    assert_eq!(range(&symbols[1]["location"]["range"]), "8:0-15:21");
}

#[test]
fn a_file_outside_any_project_is_checked_by_itself() {
    let workspace = Workspace::new(&[("inside/a.txt", "")]);
    let inside = workspace.path("inside");
    let (mut editor, _) = Editor::start(command(&inside), &inside, &able());
    let path = workspace.path("elsewhere/web.yaml");
    // That it is global for nobody is not known here.
    editor.open(&path, GLOBAL);
    assert_eq!(lines(&editor.diagnostics(&path, 1)), [""; 0]);
    editor.replace(&path, 2, UNQUOTED);
    assert_eq!(editor.diagnostics(&path, 2).len(), 1);
    let hover = editor.ask_at("textDocument/hover", &path, 5, 10);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("**service.cilium.io/global**"));
    editor.close(&path);
    assert_eq!(editor.diagnostics_on_disk(&path), [] as [Value; 0]);
    // A text that was never saved is one too, and what is no manifest is none of ours.
    let document = json!({"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 7, "text": UNQUOTED});
    editor.tell("textDocument/didOpen", &json!({"textDocument": document}));
    editor.wait_for("diagnostics of the unsaved text", |message| {
        (message["params"]["uri"] == "untitled:Untitled-1"
            && message["params"]["version"] == 7
            && message["params"]["diagnostics"][0]["code"] == "M0203")
            .then_some(())
    });
    editor.open(&workspace.path("elsewhere/README.md"), "a: [");
    assert_eq!(editor.ask_at("textDocument/hover", &workspace.path("elsewhere/README.md"), 0, 0), Value::Null);
    assert_eq!(editor.finish(), Some(0));
}

#[test]
fn a_text_that_is_broken_while_it_is_typed_is_mended_by_more_typing() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH), ("web.yaml", GLOBAL)]);
    let mut editor = start(&workspace);
    let path = workspace.path("mesh.yaml");
    editor.open(&path, MESH);
    assert_eq!(lines(&editor.diagnostics(&path, 1)), [""; 0]);
    let broken = MESH.replace("{name: cluster2, id: 2}", "{name: cluster2, id: ");
    editor.replace(&path, 2, &broken);
    let found = lines(&editor.diagnostics(&path, 2));
    assert!(found.iter().any(|line| line.contains("error M0101")), "{found:?}");
    assert_eq!(editor.ask_at("textDocument/hover", &path, 2, 2), Value::Null);
    editor.replace(&path, 3, MESH);
    assert_eq!(lines(&editor.diagnostics(&path, 3)), [""; 0]);
}

#[test]
fn of_many_fast_changes_the_last_counts() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
    let mut editor = start(&workspace);
    let path = workspace.path("web.yaml");
    editor.open(&path, UNQUOTED);
    for version in 2..=300 {
        let text = if version % 2 == 0 { GLOBAL } else { UNQUOTED };
        editor.replace(&path, version, text);
    }
    let hover = editor.ask_at("textDocument/hover", &path, 5, 10);
    assert!(hover.is_object());
    assert!(!lines(&editor.diagnostics(&path, 300)).iter().any(|line| line.contains("M0203")));
    // What was said on the way was said in order, of versions that there were.
    let rest = editor.rest();
    let told = rest.iter().filter(|message| message["params"]["uri"] == *uri(&path));
    let versions: Vec<_> = told.filter_map(|message| message["params"]["version"].as_i64()).collect();
    assert!(versions.is_sorted() && versions.len() < 300, "{versions:?}");
}

#[test]
fn a_question_that_is_taken_back_has_an_answer() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
    let mut editor = start(&workspace);
    let path = workspace.path("web.yaml");
    editor.open(&path, GLOBAL);
    let position = json!({"line": 5, "character": 10});
    let id = editor.request("textDocument/hover", &json!({"textDocument": {"uri": uri(&path)}, "position": position}));
    editor.tell("$/cancelRequest", &json!({"id": id}));
    // Either it was answered before, or it says that it was taken back; it is never left open.
    if let Err(error) = editor.answer_to(&json!(id)) {
        assert_eq!(error["code"], -32800);
    }
}

#[test]
fn files_on_disk_and_new_ones_count() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH), ("clusters/cluster1/web.yaml", GLOBAL)]);
    let mut editor = start(&workspace);
    let registered = editor.wait_for("the wish to hear of files", |message| {
        (message["method"] == "client/registerCapability").then(|| message["params"]["registrations"][0].clone())
    });
    assert_eq!(registered["method"], "workspace/didChangeWatchedFiles");
    let one = workspace.path("clusters/cluster1/web.yaml");
    editor.open(&one, GLOBAL);
    let alone = ["5:30-5:36 warning M0405 `default/web` is global in cluster1, and no other cluster has it"];
    assert_eq!(lines(&editor.diagnostics(&one, 1)), alone);
    // One that is not saved yet makes it good, and closing that makes it bad again.
    let two = workspace.path("clusters/cluster2/web.yaml");
    editor.open(&two, GLOBAL);
    assert_eq!(lines(&editor.diagnostics(&one, 1)), [""; 0]);
    editor.close(&two);
    assert_eq!(lines(&editor.diagnostics(&one, 1)), alone);
    workspace.write("clusters/cluster2/web.yaml", GLOBAL);
    editor.changed_on_disk(&[&two]);
    assert_eq!(lines(&editor.diagnostics(&one, 1)), [""; 0]);
}

#[test]
fn each_folder_with_a_mesh_is_a_project() {
    let other = MESH.replace("name: cluster", "name: site");
    let named = GLOBAL.replace("  annotations:", "  annotations:\n    meshc.dev/clusters: cluster1,cluster2");
    let workspace = Workspace::new(&[
        ("a/mesh.yaml", MESH),
        ("a/deep/er/web.yaml", &named),
        ("b/mesh.yaml", &other),
        ("b/web.yaml", &named),
        ("c/notes.yaml", &named),
    ]);
    let mut editor = start(&workspace);
    let (a, b, notes) =
        (workspace.path("a/deep/er/web.yaml"), workspace.path("b/web.yaml"), workspace.path("c/notes.yaml"));
    for path in [&a, &b, &notes] {
        editor.open(path, &named);
    }
    assert_eq!(lines(&editor.diagnostics(&a, 1)), [""; 0]);
    let unknown: Vec<_> = lines(&editor.diagnostics(&b, 1)).into_iter().filter(|line| line.contains("M0301")).collect();
    assert_eq!(unknown.len(), 2);
    // Between two meshes a file belongs to none.
    assert_eq!(lines(&editor.diagnostics(&notes, 1)), [""; 0]);
    // A Mesh that is typed makes a project of its folder.
    let mesh = workspace.path("c/mesh.yaml");
    editor.open(&mesh, "apiVersion: meshc.dev/v1alpha1\nkind: ");
    editor.replace(&mesh, 2, &other);
    let found = editor.wait_for("what the new project says", |message| {
        let found = message["params"]["diagnostics"].as_array();
        (message["params"]["uri"] == *uri(&notes) && found.is_some_and(|found| !found.is_empty()))
            .then(|| found.cloned())
    });
    assert!(lines(&found.unwrap()).iter().any(|line| line.contains("M0301")));
}

#[test]
fn a_mesh_in_a_folder_below_is_the_mesh_of_the_workspace() {
    let named = GLOBAL.replace("  annotations:", "  annotations:\n    meshc.dev/clusters: clutser1");
    let workspace = Workspace::new(&[("deploy/mesh.yaml", MESH), ("services/web.yaml", &named)]);
    let mut editor = start(&workspace);
    let path = workspace.path("services/web.yaml");
    editor.open(&path, &named);
    let found = editor.diagnostics(&path, 1);
    assert_eq!(lines(&found), ["5:24-5:32 error M0301 no cluster is named `clutser1`"]);
}

#[test]
fn what_is_malformed_is_answered_and_goes_by() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
    let mut editor = start(&workspace);
    editor.send_bytes(b"Content-Length: many\r\n\r\n");
    assert_eq!(editor.answer_to(&Value::Null).unwrap_err()["code"], -32700);
    editor.send_bytes(b"nonsense\r\n\r\n");
    assert_eq!(editor.answer_to(&Value::Null).unwrap_err()["code"], -32700);
    editor.send_text("{\"jsonrpc\": \"2.0\", ");
    assert_eq!(editor.answer_to(&Value::Null).unwrap_err()["code"], -32700);
    editor.send_text(&"[".repeat(10_000));
    assert_eq!(editor.answer_to(&Value::Null).unwrap_err()["code"], -32700);
    editor.send_text("{\"jsonrpc\": \"2.0\", \"id\": \"x\"}");
    assert_eq!(editor.answer_to(&json!("x")).unwrap_err()["code"], -32600);
    assert_eq!(editor.ask("textDocument/rename", &json!({})).unwrap_err()["code"], -32601);
    assert_eq!(editor.ask("textDocument/hover", &json!([1])).unwrap_err()["code"], -32602);
    assert_eq!(editor.ask("initialize", &json!({})).unwrap_err()["code"], -32600);
    // Notifications of the wrong form have no answer, and change nothing.
    editor.tell("textDocument/didOpen", &json!({"textDocument": 1}));
    editor.tell("textDocument/didChange", &json!(null));
    editor.tell("workspace/didSomethingNew", &json!({}));
    let path = workspace.path("web.yaml");
    editor.change(&path, 2, &json!([{"text": "never opened"}]));
    editor.open(&path, UNQUOTED);
    assert_eq!(editor.diagnostics(&path, 1).len(), 1);
    assert_eq!(editor.finish(), Some(0));
}

#[test]
fn a_place_that_is_not_there_says_nothing() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
    let mut editor = start(&workspace);
    let path = workspace.path("mesh.yaml");
    editor.open(&path, MESH);
    assert_eq!(editor.ask_at("textDocument/definition", &path, 999_999, 999_999), Value::Null);
    editor.change(
        &path,
        2,
        &json!([{"range": {"start": {"line": 900, "character": 0}, "end": {"line": 5, "character": 999}}, "text": ""}]),
    );
    editor.diagnostics(&path, 2);
    assert_eq!(editor.finish(), Some(0));
}

#[test]
fn an_unreadable_project_is_told_and_not_the_end() {
    let workspace = Workspace::new(&[("mesh.yaml", MESH)]);
    let broken = workspace.path("gone.yaml");
    std::os::unix::fs::symlink(workspace.path("nowhere"), &broken).unwrap();
    let mut editor = start(&workspace);
    let path = workspace.path("mesh.yaml");
    editor.open(&path, MESH);
    let told = editor.wait_for("what cannot be read", |message| {
        (message["method"] == "window/showMessage").then(|| message["params"]["message"].as_str().map(str::to_owned))
    });
    assert!(told.unwrap().contains("gone.yaml"));
    assert_eq!(editor.ask_at("textDocument/hover", &path, 2, 2), Value::Null);
    std::fs::remove_file(&broken).unwrap();
    editor.changed_on_disk(&[&broken]);
    assert!(editor.ask_at("textDocument/hover", &path, 3, 4).is_object());
}

#[test]
fn the_status_tells_whether_the_end_was_announced() {
    let workspace = Workspace::new(&[]);
    let folder = workspace.path(".");
    assert_eq!(start(&workspace).finish(), Some(0));
    let mut dropped = start(&workspace);
    dropped.tell("exit", &Value::Null);
    assert_eq!(dropped.status(), Some(1));
    assert_eq!(start(&workspace).status(), Some(1));
    let mut early = Editor::silent(command(&folder));
    assert_eq!(early.ask("textDocument/hover", &json!({})).unwrap_err()["code"], -32002);
    early.tell("exit", &Value::Null);
    assert_eq!(early.status(), Some(1));
    let mut late = start(&workspace);
    late.ask("shutdown", &Value::Null).unwrap();
    assert_eq!(late.ask("textDocument/hover", &json!({})).unwrap_err()["code"], -32600);
    late.tell("exit", &Value::Null);
    assert_eq!(late.status(), Some(0));
    let mut broken = start(&workspace);
    broken.send_bytes(b"Content-Length: 99999999999999\r\n\r\n");
    assert_eq!(broken.status(), Some(5));
}
