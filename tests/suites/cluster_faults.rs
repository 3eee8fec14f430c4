//! What `meshc import` does when clusters are busy, slow or broken, which they are by a script.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use meshc_tests::fake_api::{Answer, Asked, FakeApi, kubeconfig};
use meshc_tests::kube::write;
use serde_json::{Value, json};

use crate::MESHC;

const SERVICES: &str = "/api/v1/services";

/// The token of whoever asks, which nothing may repeat.
const TOKEN: &str = "tok-3f9a1c77e2";

/// How a server answers, and what is said of it.
type Case = (fn() -> Answer, &'static str);

fn service(name: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "shop"}, "spec": {"ports": [{"port": 80}]}})
}

/// A cluster that has nothing, but answers as `script` says where that says anything.
fn cluster(script: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static) -> FakeApi {
    FakeApi::start(move |asked| script(asked).unwrap_or_else(|| Answer::list(&[], None)))
}

/// A cluster whose Services are listed by a script.
fn services(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> FakeApi {
    cluster(move |asked| (asked.path == SERVICES).then(|| script(asked)))
}

/// Imports from clusters called `c1`, `c2`, … into `live/` of `folder`.
fn import(folder: &Path, clusters: &[&FakeApi], args: &[&str]) -> Output {
    let names: Vec<_> = (1..=clusters.len()).map(|number| format!("c{number}")).collect();
    let servers: Vec<_> = names.iter().map(String::as_str).zip(clusters.iter().copied()).collect();
    write(folder, "kubeconfig", &kubeconfig(&servers, TOKEN));
    let mut command = MESHC.command(folder);
    command.args(["import", "--kubeconfig", "kubeconfig"]).args(args);
    for name in &names {
        command.args(["--context", name]);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains(TOKEN), "it repeats the token: {text}");
    text
}

/// What ended an import of one cluster: it has to name the cluster, on one line, and to write nothing of it.
fn complaint(cluster: &FakeApi, args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = import(folder.path(), &[cluster], args);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(5), "{text}");
    assert!(text.starts_with("error: ") && text.contains("`c1`") && text.lines().count() == 1, "{text}");
    assert!(!folder.path().join("live/clusters/c1").exists(), "{text}");
    text
}

/// The Services that an import of one cluster finds.
fn found(cluster: &FakeApi) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let output = import(folder.path(), &[cluster], &[]);
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
    let text = std::fs::read_to_string(folder.path().join("live/clusters/c1/shop.yaml")).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("  name: ")).map(str::to_owned).collect()
}

#[test]
fn a_server_is_asked_again_when_it_said() {
    // Limits of the server itself stand in the header, those of its parts in the words.
    let busy = |headers: Vec<(&'static str, String)>, text: &str| Answer::Refusal {
        code: 429,
        headers,
        body: ("text/plain; charset=utf-8", text.into()),
    };
    let by_header = services(move |asked| match asked.before {
        0 => busy(vec![("Retry-After", "1".into())], "Too many requests, please try again later.\n"),
        _ => Answer::list(&[service("a")], None),
    });
    let by_words = services(|asked| match asked.before {
        0 => {
            let status =
                json!({"kind": "Status", "code": 429, "message": "later", "details": {"retryAfterSeconds": 1}});
            Answer::Refusal { code: 429, headers: Vec::new(), body: ("application/json", status.to_string().into()) }
        }
        _ => Answer::list(&[service("a")], None),
    });
    for cluster in [by_header, by_words] {
        assert_eq!(found(&cluster), ["a"]);
        let asked: Vec<_> = cluster.asked().into_iter().filter(|asked| asked.path == SERVICES).collect();
        assert_eq!(asked.len(), 2);
        assert!(asked[1].at - asked[0].at >= Duration::from_secs(1), "it was asked again too early");
    }
}

#[test]
fn a_server_that_recovers_is_read() {
    let faults = [
        || Answer::status(500, "InternalError", "etcdserver: leader changed"),
        || Answer::status(503, "ServiceUnavailable", "the server is shutting down"),
        || Answer::Broken,
    ];
    for fault in faults {
        let cluster = services(move |asked| match asked.before {
            0 | 1 => fault(),
            _ => Answer::list(&[service("a"), service("b")], None),
        });
        assert_eq!(found(&cluster), ["a", "b"]);
        assert_eq!(cluster.count(SERVICES), 3);
    }
}

#[test]
fn a_server_that_does_not_recover_is_given_up() {
    let cases: [Case; 4] = [
        (|| Answer::status(502, "", "no leader"), "502 no leader; tried 5 times"),
        (|| Answer::status(429, "TooManyRequests", "slow down"), "429 slow down; tried 5 times"),
        (|| Answer::Broken, "tried 5 times"),
        (
            || Answer::Refusal { code: 503, headers: Vec::new(), body: ("text/html", b"<html>sorry</html>".into()) },
            "503 it says no more; tried 5 times",
        ),
    ];
    std::thread::scope(|scope| {
        for (fault, words) in cases {
            scope.spawn(move || {
                let cluster = services(move |_| fault());
                let text = complaint(&cluster, &[]);
                assert!(text.contains(words) && text.contains("/readyz"), "{text}");
                assert_eq!(cluster.count(SERVICES), 5);
            });
        }
    });
}

#[test]
fn a_server_that_always_fails_at_a_question_is_asked_five_times() {
    let cluster = services(|_| Answer::status(500, "InternalError", "the server could not decode it"));
    assert!(complaint(&cluster, &[]).contains("refused to list services: the server could not decode it"));
    assert_eq!(cluster.count(SERVICES), 5);
}

#[test]
fn a_cluster_that_fails_takes_nothing_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let well = services(|_| Answer::list(&[service("a")], None));
    let gone = cluster(|_| Some(Answer::status(403, "Forbidden", "no")));
    // What an earlier import wrote of a cluster that fails now is left as it was.
    assert!(import(folder.path(), &[&well, &well], &[]).status.success());
    let before = std::fs::read_to_string(folder.path().join("live/clusters/c2/shop.yaml")).unwrap();
    let output = import(folder.path(), &[&well, &gone], &[]);
    assert_eq!(output.status.code(), Some(5));
    assert!(said(&output).contains("`c2`") && !said(&output).contains("`c1`"), "{}", said(&output));
    assert_eq!(std::fs::read_to_string(folder.path().join("live/clusters/c2/shop.yaml")).unwrap(), before);
}

#[test]
fn a_server_that_is_silent_is_not_waited_for() {
    let cluster = services(|_| Answer::Silence);
    let text = complaint(&cluster, &["--request-timeout", "1"]);
    assert!(
        text.contains("within 1 s when it was asked to list services") && text.contains("--request-timeout"),
        "{text}"
    );
    assert_eq!(cluster.count(SERVICES), 1);
}

#[test]
fn a_list_that_expires_is_read_again_from_its_start() {
    let expired = || Answer::status(410, "Expired", "The provided continue parameter is too old");
    let pages = move |asked: &Asked, times: usize| match (asked.query.contains("continue=more%2F1"), asked.before) {
        (false, 0) => Answer::list(&[service("gone"), service("a")], Some("more/1")),
        (false, _) => Answer::list(&[service("a")], Some("more/1")),
        (true, before) if before < 2 * times => expired(),
        (true, _) => Answer::list(&[service("b")], None),
    };
    let cluster = services(move |asked| pages(asked, 1));
    // Nothing of the first reading is left.
    assert_eq!(found(&cluster), ["a", "b"]);
    assert_eq!(cluster.count(SERVICES), 4);

    let cluster = services(move |asked| pages(asked, 100));
    assert!(complaint(&cluster, &[]).contains("The provided continue parameter is too old"));
    assert_eq!(cluster.count(SERVICES), 10);
}

#[test]
fn a_list_of_nothing_is_a_list() {
    let cluster = cluster(|asked| {
        let namespaces = Answer::list(&[json!({"metadata": {"name": "shop"}})], None);
        Some(if asked.path == "/api/v1/namespaces" {
            namespaces
        } else {
            Answer::Json(json!({"kind": "ServiceList", "items": null}))
        })
    });
    let folder = tempfile::tempdir().unwrap();
    let output = import(folder.path(), &[&cluster], &[]);
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
}

#[test]
fn what_is_no_list_is_not_taken_for_one() {
    let cases: [Case; 5] = [
        (|| Answer::Bytes(b"<html>Sign in</html>".into()), "it is no JSON"),
        (|| Answer::Bytes(b"{\"items\": [".into()), "it is no JSON"),
        (|| Answer::Bytes("[".repeat(100_000).into()), "it is no JSON"),
        (|| Answer::Json(json!({"kind": "Status", "status": "Success"})), "it is no list"),
        (|| Answer::list(&[], Some("same")), "the same page again and again"),
    ];
    for (answer, words) in cases {
        let text = complaint(&services(move |_| answer()), &[]);
        assert!(text.contains(words) && text.contains("API server"), "{text}");
    }
}

#[test]
fn an_answer_without_end_is_not_kept() {
    let cluster = services(|_| Answer::Endless);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "kubeconfig", &kubeconfig(&[("c1", &cluster)], TOKEN));
    let line = "ulimit -v 1000000; exec meshc import --kubeconfig kubeconfig --context c1";
    let output = MESHC.shell(line, folder.path());
    assert!(said(&output).contains("it is larger than 64 MiB"), "{}", said(&output));
    assert_eq!((output.status.code(), cluster.count(SERVICES)), (Some(5), 1));
}

#[test]
fn what_a_server_says_is_repeated_with_care() {
    let message = format!("\u{1b}[31mno\nAuthorization: Bearer {TOKEN} {}", "x".repeat(1_000_000));
    let cases: [(u16, &'static str); 2] = [(403, "application/json"), (418, "text/plain")];
    for (code, kind) in cases {
        let body = match kind {
            "text/plain" => message.clone(),
            _ => json!({"kind": "Status", "code": code, "message": message}).to_string(),
        };
        let cluster =
            services(move |_| Answer::Refusal { code, headers: Vec::new(), body: (kind, body.clone().into_bytes()) });
        let text = complaint(&cluster, &[]);
        assert!(text.contains("no Authorization: Bearer (hidden)"), "{text}");
        assert!(!text.contains('\u{1b}') && text.len() < 3_000, "{text}");
    }
}

#[test]
fn a_kubeconfig_that_cannot_be_used_is_not_shown() {
    let cluster = services(|_| Answer::list(&[], None));
    let well = kubeconfig(&[("c1", &cluster)], TOKEN);
    let cases = [
        // Whoever parses it would show the lines around the fault.
        (well.replace("clusters:", &format!("- name: other\n  user:\n    token: {TOKEN}\n    exec: no\nclusters:")), "not the YAML of a kubeconfig in line 8"),
        (well.replace(TOKEN, &format!("\"{TOKEN}\\n\"")), "cannot be sent"),
        (well.replace(&format!("token: {TOKEN}"), &format!("exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: sh, args: [-c, 'echo {TOKEN}; echo {TOKEN} >&2; exit 1']}}")), "by hand"),
        (well.replace(&format!("token: {TOKEN}"), &format!("client-key-data: '{TOKEN}', client-certificate-data: aGk=")), "client key"),
    ];
    for (text, words) in cases {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "kubeconfig", &text);
        let args = ["import", "--kubeconfig", "kubeconfig", "--context", "c1"];
        let output = MESHC.command(folder.path()).args(args).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(5), "{said}");
        assert!(said.contains(words) && said.lines().count() == 1, "{said}");
        assert!(cluster.asked().is_empty(), "it has no credentials to ask with");
    }
}
