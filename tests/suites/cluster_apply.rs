//! What `meshc apply` does when servers lose answers and objects change under its hands, which real servers do when they
//! please and these by a script.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use meshc_tests::fake_api::{Answer, Asked, FakeApi, kubeconfig};
use meshc_tests::fake_store::Store;
use meshc_tests::kube::write;
use serde_json::json;

use crate::MESHC;

const PAGE: &str = "/api/v1/namespaces/shop/configmaps/page";
const OLD: &str = "/api/v1/namespaces/shop/configmaps/old";
const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";
const API: &str = "/api/v1/namespaces/shop/services/api";

/// A server that keeps what is applied to it, but for what `fault` answers.
fn server(fault: impl Fn(&Asked, &Store) -> Option<Answer> + Send + Sync + 'static) -> (FakeApi, Arc<Store>) {
    let store = Arc::new(Store::default());
    let own = Arc::clone(&store);
    (FakeApi::start(move |asked| fault(asked, &own).unwrap_or_else(|| own.answer(asked))), store)
}

/// Whether something is asked that is kept.
fn is_write(asked: &Asked) -> bool {
    asked.method != "GET" && !asked.query.contains("dryRun")
}

/// A project for `c1`, `c2` and so on, one for each server.
fn project(folder: &Path, servers: &[&FakeApi], objects: &str) {
    let names: Vec<_> = (1..=servers.len()).map(|number| format!("c{number}")).collect();
    let clusters: Vec<_> = (1..=servers.len()).map(|id| format!("{{name: c{id}, id: {id}}}")).collect();
    let pairs: Vec<_> = names.iter().map(String::as_str).zip(servers.iter().copied()).collect();
    write(folder, "kubeconfig.txt", &kubeconfig(&pairs, "token-of-a-test"));
    let mesh = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nmetadata: {name: galaxy}\nspec: ";
    write(folder, "mesh.yaml", &format!("{mesh}{{clusters: [{}]}}\n", clusters.join(", ")));
    write(folder, "objects.yaml", objects);
}

fn meshc(folder: &Path, line: &str) -> Output {
    let args = line.split(' ').chain(["--kubeconfig", "kubeconfig.txt"]);
    MESHC.command(folder).args(args).output().unwrap()
}

/// The exit code of an apply, what it did, and what it said.
fn apply(folder: &Path, more: &str) -> (i32, String, String) {
    let output = meshc(folder, &format!("apply .{more}"));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn config_map(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: shop}}\ndata: {{a: {value}}}\n---\n")
}

fn deployment(replicas: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: web}}}}\n  template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: web, image: web}}]}}}}\n---\n"
    )
}

fn service(global: bool) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: api, namespace: shop, annotations: {{service.cilium.io/global: \"{global}\"}}}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}\n---\n"
    )
}

#[test]
fn an_answer_that_is_lost_does_no_harm() {
    // The server does what it was asked, and the connection breaks before it says so.
    let lost = AtomicBool::new(false);
    let (server, store) = server(move |asked, store| {
        let now = is_write(asked) && asked.path == PAGE && !lost.swap(true, Ordering::Relaxed);
        now.then(|| {
            store.answer(asked);
            Answer::Broken
        })
    });
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &[&server], &config_map("page", "one"));
    let expected = (0, "c1: created ConfigMap shop/page\n".to_owned(), String::new());
    assert_eq!(apply(folder.path(), ""), expected);
    assert_eq!(store.object(PAGE).unwrap()["data"]["a"], "one");
    assert_eq!(apply(folder.path(), ""), (0, String::new(), String::new()));
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let (server, _) = server(|asked, _| {
        let busy = is_write(asked) && asked.path == PAGE && asked.before < 3;
        busy.then(|| Answer::status(429, "TooManyRequests", "slow down"))
    });
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &[&server], &config_map("page", "one"));
    assert_eq!(apply(folder.path(), ""), (0, "c1: created ConfigMap shop/page\n".into(), String::new()));
}

#[test]
fn a_status_that_is_written_meanwhile_does_not_matter() {
    let written = AtomicBool::new(false);
    let (server, store) = server(move |asked, store| {
        if is_write(asked) && asked.path == WEB && store.object(WEB).is_some() && !written.swap(true, Ordering::Relaxed)
        {
            store.change(WEB, |object| object["status"] = json!({"replicas": 1}));
        }
        None
    });
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &[&server], &deployment(1));
    assert_eq!(apply(folder.path(), "").0, 0);
    write(folder.path(), "objects.yaml", &deployment(3));
    assert_eq!(apply(folder.path(), ""), (0, "c1: changed Deployment shop/web\n".into(), String::new()));
    assert_eq!(store.object(WEB).unwrap()["spec"]["replicas"], 3);
}

#[test]
fn a_change_that_somebody_makes_meanwhile_is_left() {
    let changed = AtomicBool::new(false);
    let (server, store) = server(move |asked, store| {
        if is_write(asked)
            && asked.path == PAGE
            && store.object(PAGE).is_some()
            && !changed.swap(true, Ordering::Relaxed)
        {
            store.change(PAGE, |object| object["data"]["theirs"] = "kept".into());
        }
        None
    });
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &[&server], &[config_map("page", "one"), config_map("rest", "one")].concat());
    assert_eq!(apply(folder.path(), "").0, 0);
    write(folder.path(), "objects.yaml", &[config_map("page", "two"), config_map("rest", "two")].concat());
    let (code, done, said) = apply(folder.path(), "");
    assert_eq!((code, done.as_str()), (5, "c1: changed ConfigMap shop/rest\n"));
    assert!(
        said.starts_with(
            "error: c1: ConfigMap shop/page: it was changed since the plan, and was left as it is; plan again"
        ),
        "{said}"
    );
    let kept = store.object(PAGE).unwrap();
    assert_eq!((&kept["data"]["a"], &kept["data"]["theirs"]), (&json!("one"), &json!("kept")));
    assert_eq!(apply(folder.path(), "").0, 0);
    assert_eq!(store.object(PAGE).unwrap()["data"]["theirs"], "kept");
}

#[test]
fn what_somebody_takes_over_meanwhile_is_not_pruned() {
    let taken = AtomicBool::new(false);
    let (server, store) = server(move |asked, store| {
        if asked.method == "DELETE" && !taken.swap(true, Ordering::Relaxed) {
            store.change(OLD, |object| {
                object["metadata"]["labels"] = json!({"applyset.kubernetes.io/part-of": "applyset-theirs-v1"});
            });
        }
        None
    });
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &[&server], &[config_map("page", "one"), config_map("old", "one")].concat());
    assert_eq!(apply(folder.path(), "").0, 0);
    write(folder.path(), "objects.yaml", &config_map("page", "one"));
    let (code, done, said) = apply(folder.path(), "");
    assert_eq!((code, done.as_str()), (5, ""));
    assert!(said.contains("ConfigMap shop/old: it has become somebody else's since the plan"), "{said}");
    assert!(store.object(OLD).is_some());
    assert_eq!(apply(folder.path(), ""), (0, String::new(), String::new()));
    assert!(store.object(OLD).is_some());
}

#[test]
fn backends_come_in_every_cluster_before_any_go() {
    let (one, _) = server(|_, _| None);
    let (two, _) = server(|_, _| None);
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &[&one, &two], &service(true));
    write(folder.path(), "clusters/c1/web.yaml", &deployment(4));
    write(folder.path(), "clusters/c2/web.yaml", &deployment(1));
    assert_eq!(apply(folder.path(), "").0, 0);
    let before = (one.asked().len(), two.asked().len());

    // The pods move from c1 to c2, and c1 is not to be served by itself any more.
    write(
        folder.path(),
        "objects.yaml",
        &service(true).replace("\"true\"", "\"true\", service.cilium.io/affinity: remote"),
    );
    write(folder.path(), "clusters/c1/web.yaml", &deployment(1));
    write(folder.path(), "clusters/c2/web.yaml", &deployment(4));
    assert_eq!(apply(folder.path(), "").0, 0);
    let writes = |server: &FakeApi, from: usize, path: &str| {
        let asked = server.asked();
        asked[from..].iter().find(|asked| is_write(asked) && asked.path == path).map(|asked| asked.at).unwrap()
    };
    let comes = writes(&two, before.1, WEB);
    let turned = [writes(&one, before.0, API), writes(&two, before.1, API)];
    let goes = writes(&one, before.0, WEB);
    assert!(turned.iter().all(|turned| comes < *turned && *turned < goes), "{comes:?} {turned:?} {goes:?}");
}

#[test]
fn an_interrupt_ends_it_between_objects_also_at_the_end() {
    const MANY: usize = 60;
    let process = Arc::new(AtomicU32::new(0));
    let known = Arc::clone(&process);
    let (server, store) = server(move |asked, _| {
        let process = known.swap(0, Ordering::Relaxed);
        if asked.method == "DELETE" && process != 0 {
            Command::new("kill").args(["-INT", &process.to_string()]).status().unwrap();
        } else {
            known.store(process, Ordering::Relaxed);
        }
        None
    });
    let folder = tempfile::tempdir().unwrap();
    let old: String = (0..MANY).map(|at| config_map(&format!("old-{at}"), "one")).collect();
    project(folder.path(), &[&server], &(config_map("page", "one") + &old));
    assert_eq!(apply(folder.path(), "").0, 0);
    write(folder.path(), "objects.yaml", &config_map("page", "one"));
    let args = ["apply", ".", "--kubeconfig", "kubeconfig.txt"];
    let mut command = MESHC.command(folder.path());
    let child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.store(child.id(), Ordering::Relaxed);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let done = String::from_utf8_lossy(&output.stdout).lines().count();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert_eq!(said, format!("c1: interrupted with {} objects left; apply again to go on\n", MANY - done));
    let left = (0..MANY).filter(|at| store.object(&format!("/api/v1/namespaces/shop/configmaps/old-{at}")).is_some());
    assert_eq!(left.count(), MANY - done, "what is begun is ended");
    let (code, more, _) = apply(folder.path(), "");
    assert_eq!((code, more.lines().count()), (0, MANY - done));
}

#[test]
fn nothing_is_forced_unless_that_is_said() {
    let (server, _) = server(|_, _| None);
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &[&server], &config_map("page", "one"));
    assert_eq!(apply(folder.path(), "").0, 0);
    let queries: Vec<_> =
        server.asked().into_iter().filter(|asked| asked.method == "PATCH").map(|asked| asked.query).collect();
    assert!(
        queries.len() >= 3 && queries.iter().all(|query| query.contains("fieldManager=meshc&fieldValidation=Strict")),
        "{queries:?}"
    );
    assert!(!queries.iter().any(|query| query.contains("force")), "{queries:?}");
    write(folder.path(), "objects.yaml", &config_map("page", "two"));
    assert_eq!(apply(folder.path(), " --force-conflicts").0, 0);
    assert!(server.asked().iter().any(|asked| is_write(asked) && asked.query.contains("force=true")));
}
