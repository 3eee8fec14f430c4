//! The contract of functions on a `ResourceList`.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use meshc_tests::places::{files_below, here};
use serde_json::{Value, json};

use super::{MESH, documents, objects, stderr, stdout};
use crate::MESHC;

/// The annotations of kpt, as it adds them to the document at `index` of `path`.
fn added(path: &str, index: usize) -> String {
    format!(
        "      config.kubernetes.io/index: '{index}'\n      config.kubernetes.io/path: '{path}'\n      \
         internal.config.kubernetes.io/index: '{index}'\n      internal.config.kubernetes.io/path: '{path}'\n      \
         internal.config.kubernetes.io/seqindent: 'compact'\n      internal.config.kubernetes.io/id: '1'\n      \
         config.k8s.io/id: '1'\n"
    )
}

/// A list of `items`, each indented as an item and without its dash.
fn list(items: &[String]) -> String {
    let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
    for item in items {
        text.push_str(&format!("- {}\n", item.trim_end().replace('\n', "\n  ").replace("\n  \n", "\n\n")));
    }
    text
}

/// A document as an item from a file: with annotations of kpt, if the document has none.
fn item(path: &str, index: usize, document: &str) -> String {
    let (before, after) = document.split_once("metadata:\n").unwrap();
    format!(
        "{before}metadata:\n  annotations:\n{}{after}",
        added(path, index).replace("\n  ", "\n").replacen("  ", "", 1)
    )
}

fn function(arguments: &[&str], input: &str) -> Output {
    function_in(&std::env::temp_dir(), arguments, input)
}

fn function_in(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = MESHC.command(folder);
    command.arg("krm").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = command.spawn().unwrap();
    run.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    run.wait_with_output().unwrap()
}

const SERVICE: &str = "\
# Those who serve.
apiVersion: v1
kind: Service
metadata:
  name: api   # as in DNS
  namespace: shop
  annotations:
    service.cilium.io/global: \"true\"
spec:
  selector: {app: api}
  ports:
  - {name: http, port: 80}
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - name: api
        image: example.com/api:1
        command: [sh, -c, |
          exec api
        ]
        ports: [{name: http, containerPort: 8080}]
";

/// What a run said of `results`, without the rest of the list.
fn results(run: &Output) -> Value {
    let all = documents(stdout(run));
    assert_eq!(all.len(), 1, "{}", stdout(run));
    assert_eq!((&all[0]["kind"], &all[0]["apiVersion"]), (&"ResourceList".into(), &"config.kubernetes.io/v1".into()));
    all[0]["results"].clone()
}

/// The Service with the annotations of kpt among its own.
fn service_of_kpt(path: &str) -> String {
    SERVICE.replace(
        "    service.cilium.io/global",
        &format!("{}    service.cilium.io/global", added(path, 0).replace("      ", "    ")),
    )
}

#[test]
fn what_is_right_comes_out_as_the_very_bytes() {
    let deployment = DEPLOYMENT.replace("[sh, -c, |\n          exec api\n        ]", "[sh, -c, exec api]");
    let input = list(&[MESH.replace("\\n", "\n"), service_of_kpt("a.yaml"), item("b.yaml", 0, &deployment)]);
    for tail in
        ["", "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data: {deny: warnings} # why\n", "# the end\n"]
    {
        let input = format!("{input}{tail}");
        let run = function(&[], &input);
        assert_eq!((run.status.code(), stderr(&run)), (Some(0), ""));
        assert_eq!(stdout(&run), input);
    }
}

#[test]
fn a_finding_is_a_result_with_file_and_line() {
    let wrong = service_of_kpt("apps/a.yaml").replace("\"true\"", "\"maybe\"");
    let input = list(&[MESH.to_owned(), wrong]);
    let run = function(&[], &input);
    assert_eq!(run.status.code(), Some(1));
    let expected = json!([{
        "message": "`service.cilium.io/global` on `api` is `maybe`, which is neither true nor false",
        "severity": "error",
        "resourceRef": {"apiVersion": "v1", "kind": "Service", "namespace": "shop", "name": "api"},
        "field": {"path": "metadata.annotations[service.cilium.io/global]"},
        "file": {"path": "apps/a.yaml", "index": 0},
        "tags": {"code": "M0401", "rule": "annotation-value", "line": "8", "column": "31"},
    }]);
    let mut found = results(&run);
    let message = found[0]["message"].as_str().unwrap().split(" (help").next().unwrap().to_owned();
    found[0]["message"] = message.into();
    assert_eq!(found, expected);
    assert!(stderr(&run).starts_with("apps/a.yaml:8:31: error[M0401]: "), "{}", stderr(&run));
    // The items are what they were, down to their comments.
    let (_, items) = input.split_once("items:\n").unwrap();
    assert!(stdout(&run).ends_with(items), "{}", stdout(&run));
}

#[test]
fn documents_of_one_file_stand_there_in_their_order() {
    let wrong = SERVICE.replace("\"true\"", "\"maybe\"");
    let second = wrong.replace(
        "    service.cilium.io/global",
        &format!("{}    service.cilium.io/global", added("a.yaml", 1).replace("      ", "    ")),
    );
    let first = item("a.yaml", 0, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n");
    let run = function(&[], &list(&[MESH.to_owned(), second, first]));
    let found = results(&run);
    // Four lines of the ConfigMap, one of dashes, and the eighth of the Service.
    assert_eq!((&found[0]["tags"]["line"], &found[0]["file"]), (&"13".into(), &json!({"path": "a.yaml", "index": 1})));
}

#[test]
fn warnings_are_no_failure_unless_the_config_denies_them() {
    let unshared = SERVICE.replace("service.cilium.io/global", "service.cilium.io/shared");
    let input = list(&[MESH.to_owned(), unshared]);
    let run = function(&[], &input);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let severities = |run: &Output| {
        let found = results(run);
        let list = found.as_array().unwrap();
        list.iter().map(|one| one["severity"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(severities(&run).contains(&"warning".to_owned()));
    let config = "functionConfig: {apiVersion: v1, kind: ConfigMap, data: {deny: shared-not-global}}\n";
    let denied = function(&[], &format!("{input}{config}"));
    assert_eq!(denied.status.code(), Some(1));
    assert!(severities(&denied).contains(&"error".to_owned()));
    assert_eq!(function(&["--deny", "M0402"], &input).status.code(), Some(1));
}

#[test]
fn json_comes_out_as_json() {
    let service = documents(&SERVICE.replace("\"true\"", "\"maybe\"")).remove(0);
    let mesh = documents(MESH).remove(0);
    let input = json!({"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [mesh, service]});
    for text in [input.to_string(), serde_json::to_string_pretty(&input).unwrap()] {
        let run = function(&[], &text);
        assert_eq!(run.status.code(), Some(1));
        let found: Value = serde_json::from_str(stdout(&run)).unwrap();
        assert_eq!((&found["items"], &found["results"][0]["tags"]["code"]), (&input["items"], &"M0401".into()));
        // Without a path there is no file to name, and a message calls the object what it is.
        assert_eq!(found["results"][0].get("file"), None);
        assert!(stderr(&run).starts_with("Service shop.api:"), "{}", stderr(&run));
        let one = function(&["--cluster", "c1"], &text.replace("maybe", "true"));
        let found: Value = serde_json::from_str(stdout(&one)).unwrap();
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{}", stderr(&one));
    }
}

/// In every style of writing a list, and whatever is said of the objects.
#[test]
fn whatever_is_in_a_list_comes_out_of_it() {
    let mut said = 0;
    for path in files_below(&here("cases/stories")) {
        let text = std::fs::read_to_string(here("cases/stories").join(&path)).unwrap();
        let begins = |line: &str| line.starts_with("---");
        let mut documents = vec![String::new()];
        for line in text.lines() {
            if begins(line) {
                documents.push(String::new());
            } else if let Some(last) = documents.last_mut() {
                *last += &format!("{line}\n");
            }
        }
        let plain = list(&documents);
        let (head, items) = plain.split_once("items:\n").unwrap();
        let further_in: Vec<_> = items.lines().map(|line| format!("  {line}")).collect();
        for input in [plain.clone(), plain.replace('\n', "\r\n"), format!("{head}items:\n{}\n", further_in.join("\n"))]
        {
            let run = function(&[], &input);
            assert!(matches!(run.status.code(), Some(0 | 1)), "{path}: {}", stderr(&run));
            let items = &input[input.find("items:").unwrap()..];
            assert!(stdout(&run).ends_with(items), "{path}: {}", stdout(&run));
            let results = stdout(&run).strip_suffix(items).unwrap().matches("severity: ").count();
            assert_eq!(results, stderr(&run).lines().filter(|line| line.contains("[M0")).count(), "{path}");
            said += results;
        }
    }
    assert!(said > 20);
}

/// What orchestrators do not pass on, but a pipe of functions may.
#[test]
fn results_of_others_are_not_repeated() {
    let input = list(&[MESH.to_owned(), SERVICE.to_owned()]);
    let run = function(&[], &format!("{input}results:\n- message: old\n"));
    assert_eq!(stdout(&run), input);
}

#[test]
fn a_mesh_can_be_the_config_of_the_function() {
    let config = format!("functionConfig:\n  {}\n", MESH.trim_end().replace('\n', "\n  "));
    let alone = format!("{}{config}", list(&[SERVICE.to_owned()]));
    let run = function(&["--cluster", "c2"], &alone);
    assert_eq!((run.status.code(), stderr(&run)), (Some(0), ""));
    assert_eq!(stdout(&run), alone);
    // kpt reads it from a file of the package, which it passes as well.
    let both = format!("{}{config}", list(&[MESH.to_owned(), SERVICE.to_owned()]));
    let run = function(&[], &both);
    assert_eq!((run.status.code(), stderr(&run), stdout(&run)), (Some(0), "", &*both));
    let other = format!("{}{config}", list(&[MESH.replace("shop", "other"), SERVICE.to_owned()]));
    assert_eq!(function(&[], &other).status.code(), Some(1), "two Meshes are a mistake");
}

/// Of every project of `golden/`, the objects of every cluster are those that a build writes for it.
#[test]
fn a_cluster_keeps_the_objects_that_a_build_writes() {
    let mut held = 0;
    for project in std::fs::read_dir(here("golden")).unwrap() {
        let project = project.unwrap().path();
        let input = package(&project.join("in"));
        for cluster in std::fs::read_dir(project.join("out/clusters")).unwrap() {
            let folder = cluster.unwrap().path();
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let run = function(&["--cluster", &name], &input);
            assert_eq!(run.status.code(), Some(0), "{}: {}", folder.display(), stderr(&run));
            let kept: Value = serde_json::from_str(stdout(&run)).unwrap();
            let kept = kept["items"].as_array().unwrap().clone();
            let mut kept: Vec<_> = kept.into_iter().map(|object| without_added(object).to_string()).collect();
            kept.sort();
            let files = files_below(&folder).into_iter().filter(|path| path != "kustomization.yaml");
            let built: Vec<_> = files.map(|path| std::fs::read_to_string(folder.join(path)).unwrap()).collect();
            assert_eq!(kept, objects(&built.join("---\n")), "{}", folder.display());
            held += 1;
        }
    }
    assert!(held >= 8);
}

/// The files of a folder as kpt passes them, but in JSON, whose values nobody reads in another way.
fn package(folder: &Path) -> String {
    let mut items = Vec::new();
    for path in files_below(folder) {
        let text = std::fs::read_to_string(folder.join(&path)).unwrap();
        // The reader of YAML takes no pairs of surrogates, which JSON has.
        let read = if path.ends_with(".json") { vec![serde_json::from_str(&text).unwrap()] } else { documents(&text) };
        // What kpt reads of a List is its items.
        let items_of = |document: Value| document["items"].as_array().cloned().unwrap_or_else(|| vec![document]);
        for (index, mut document) in read.into_iter().flat_map(items_of).enumerate() {
            let annotations = &mut document["metadata"]["annotations"];
            annotations["internal.config.kubernetes.io/path"] = path.clone().into();
            annotations["internal.config.kubernetes.io/index"] = index.to_string().into();
            items.push(document);
        }
    }
    json!({"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items}).to_string()
}

fn without_added(mut object: Value) -> Value {
    let metadata = object["metadata"].as_object_mut().unwrap();
    let annotations = metadata["annotations"].as_object_mut().unwrap();
    annotations.retain(|key, _| !key.starts_with("internal.config.kubernetes.io/"));
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
    object
}

#[test]
fn a_cluster_is_never_empty_and_green() {
    let placed = SERVICE.replace("  annotations:\n", "  annotations:\n    meshc.dev/clusters: c1\n");
    let input = list(&[MESH.to_owned(), placed]);
    let config = |data: &str| format!("{input}functionConfig: {{apiVersion: v1, kind: ConfigMap, data: {{{data}}}}}\n");
    let run = function(&[], &config("cluster: c2"));
    assert_eq!((run.status.code(), stdout(&run)), (Some(1), ""));
    assert!(stderr(&run).contains("`c2` has no object"), "{}", stderr(&run));
    let run = function(&[], &config("cluster: c2, allow-empty: \"true\""));
    assert_eq!((run.status.code(), &documents(stdout(&run))[0]["items"]), (Some(0), &json!([])), "{}", stderr(&run));
    let run = function(&[], &config("cluster: c3"));
    assert_eq!((run.status.code(), stdout(&run)), (Some(64), ""));
}

/// Most orchestrators pass the items of a List; what is passed whole stays or goes whole.
#[test]
fn a_list_of_two_clusters_is_not_torn() {
    let of = |name: &str, cluster: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, annotations: {{meshc.dev/clusters: {cluster}}}}}}}"
        )
    };
    let input = |other: &str| {
        let whole = format!(
            "apiVersion: v1\nkind: List\nmetadata:\n  name: both\nitems:\n- {}\n- {}\n",
            of("a", "c1"),
            of("b", other)
        );
        list(&[MESH.to_owned(), whole])
    };
    let run = function(&["--cluster", "c1"], &input("c2"));
    assert_eq!((run.status.code(), stdout(&run)), (Some(64), ""));
    let expected = "error: List both holds objects of `c1` and of others: make an item of each of its objects\n";
    assert_eq!(stderr(&run), expected);
    let run = function(&["--cluster", "c1"], &input("c1"));
    assert_eq!((run.status.code(), documents(stdout(&run))[0]["items"].as_array().unwrap().len()), (Some(0), 1));
}

/// A Kptfile and what else is marked so is for tools: it is neither checked as an object nor dropped.
#[test]
fn objects_for_tools_alone_stay() {
    let local = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: shop\n  annotations:\n    \
                 config.kubernetes.io/local-config: \"true\"\n    service.cilium.io/global: \"maybe\"\n";
    let run = function(&["--cluster", "c1"], &list(&[local.to_owned(), MESH.to_owned(), SERVICE.to_owned()]));
    assert_eq!((run.status.code(), stderr(&run)), (Some(0), ""));
    assert_eq!(stdout(&run), list(&[local.to_owned(), SERVICE.to_owned()]));
}

#[test]
fn what_is_no_resource_list_is_refused() {
    let empty = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
    for (input, expected) in [
        ("", "it is empty"),
        ("a: ]\n", "line 1: "),
        ("a: 1\n", "it has no `apiVersion` and `kind`"),
        ("apiVersion: v1\nkind: List\nitems: []\n", "it is `List` of `v1`"),
        (&*format!("{empty}---\n{empty}"), "it has several documents"),
    ] {
        let run = function(&[], input);
        assert_eq!((run.status.code(), stdout(&run)), (Some(64), ""), "{input}");
        let said = format!("error: stdin is not a ResourceList of `config.kubernetes.io/v1`: {expected}");
        assert!(stderr(&run).starts_with(&said), "{}", stderr(&run));
    }
    let config = format!("{empty}functionConfig: {{apiVersion: v1, kind: ConfigMap, data: {{clusters: c1}}}}\n");
    let run = function(&[], &config);
    assert_eq!((run.status.code(), stdout(&run)), (Some(64), ""));
    assert!(stderr(&run).contains("did you mean `cluster`?"), "{}", stderr(&run));
}
