//! What a build makes of real manifests, shown to a real API server: it takes each object as it takes the source of it, and
//! reads the same in both, or refuses both for the same reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use meshc_compiler::Strictness;
use meshc_compiler::emit::{EmitOptions, Layout};
use meshc_compiler::tables::Client;
use meshc_compiler::weigh::contract::Options;
use meshc_diag::{Diagnostics, Severity};
use meshc_source::{SourceFile, SourceMap};
use meshc_tests::corpus::folders;
use meshc_tests::fakes::Fakes;
use meshc_tests::kube::{Kube, write};
use meshc_tests::places::shared;
use serde_json::Value;

use crate::servers;

/// How objects are sent. To ask for strictness costs kubectl 35 ms for each object, so that it is asked for once; a server
/// that merges fields is strict by itself. Merging prints no objects where one is refused, so that it shows their names.
const WAYS: [&[&str]; 2] =
    [&["create", "--validate=strict", "-o=json"], &["apply", "--server-side", "--validate=false", "-o=name"]];

/// An object that a build wrote, and the document that it was made of.
struct Pair {
    source: String,
    emitted: String,
}

/// What the server says of all objects, in the order of their files.
struct Answer {
    /// What it takes: as it reads it, or the name.
    accepted: Vec<Value>,
    /// What it says of the others.
    refused: Vec<String>,
}

#[test]
fn what_a_build_emits_is_taken_as_its_source_is() {
    let (Some(corpus), Some(definitions)) = (shared("corpus"), shared("crds")) else {
        println!("the corpus is not here: nothing to hold against");
        return;
    };
    let Some(kube) = servers(&["c1"]) else {
        return;
    };
    kube.kubectl("c1", &["apply", "--server-side", "-R", "-f", definitions.to_str().unwrap()]);
    kube.kubectl("c1", &["wait", "--for=condition=Established", "crd", "--all"]);
    let pairs = pairs(&corpus);
    make_namespaces(&kube, &pairs);
    let folder = tempfile::tempdir().unwrap();
    for (at, pair) in pairs.iter().enumerate() {
        write(folder.path(), &format!("source/{at:05}.yaml"), &pair.source);
        write(folder.path(), &format!("emitted/{at:05}.yaml"), &pair.emitted);
    }
    for way in WAYS {
        let (source, emitted) = std::thread::scope(|scope| {
            let source = scope.spawn(|| send(&kube, way, folder.path(), "source"));
            let emitted = send(&kube, way, folder.path(), "emitted");
            (source.join().unwrap(), emitted)
        });
        for (source, emitted) in source.refused.iter().zip(&emitted.refused) {
            assert_eq!(
                words(source),
                words(emitted),
                "{way:?}:\n{source}\nof the source, and of what is emitted\n{emitted}"
            );
        }
        assert_eq!(source.refused.len(), emitted.refused.len(), "{way:?}");
        for (source, emitted) in source.accepted.iter().zip(&emitted.accepted) {
            assert_eq!(source, emitted, "{way:?}");
        }
        assert_eq!(source.accepted.len(), emitted.accepted.len(), "{way:?}");
        let (accepted, refused) = (emitted.accepted.len(), pairs.len() - emitted.accepted.len());
        assert!(accepted > refused, "{way:?}: most of what people use is right: {:?}", emitted.refused);
        println!("{}: {accepted} accepted, {refused} refused:\n{}", way.join(" "), emitted.refused.join("\n"));
    }
}

/// A reason for comparing: a server names several faults in any order, and of several unknown fields any one.
fn words(reason: &str) -> Vec<&str> {
    let unknown = reason.strip_suffix(": field not declared in schema");
    let reason = unknown.and_then(|rest| rest.rsplit_once("): .")).map_or(reason, |(object, _)| object);
    let mut words: Vec<_> = reason.split([' ', ',', '[', ']']).collect();
    words.sort_unstable();
    words
}

/// Every object that a build of any folder emits, or of one file where the folder is none that belongs together.
fn pairs(corpus: &Path) -> Vec<Pair> {
    let (mut pairs, mut built, mut refused) = (Vec::new(), [0, 0], Vec::new());
    for (folder, files) in folders(corpus) {
        match emitted(&files) {
            Ok(objects) => {
                built[0] += 1;
                pairs.extend(matched(&folder, &files, objects));
                continue;
            }
            Err(codes) => refused.push(format!("  {folder}/: {codes}")),
        }
        for file in &files[1..] {
            let (path, files) = (format!("{folder}/{}", file.0), [files[0].clone(), file.clone()]);
            match emitted(&files) {
                Ok(objects) => {
                    built[1] += 1;
                    pairs.extend(matched(&path, &files, objects));
                }
                Err(codes) => refused.push(format!("  {path}: {codes}")),
            }
        }
    }
    let (count, [folders, files]) = (pairs.len(), built);
    println!("{folders} folders and {files} single files emit {count} objects; refused are\n{}", refused.join("\n"));
    assert!(count > 0, "the corpus has manifests");
    pairs
}

/// The objects that a build writes for a cluster, or the errors that keep it from doing so.
fn emitted(files: &[(String, Vec<u8>)]) -> Result<Vec<String>, String> {
    let files = files.iter().map(|(path, text)| SourceFile::new(path, text.clone())).collect();
    let (sources, mut diags) = (SourceMap::new(files), Diagnostics::new());
    let weighted = meshc_compiler::check(&sources, &Strictness::AS_DECLARED, &mut diags).and_then(|mesh| {
        meshc_compiler::weighted_tables(mesh, Client::ANYWHERE, &sources, &Fakes, &Options::default(), &mut diags)
    });
    let Some(weighted) = weighted else {
        let diagnostics = diags.into_sorted();
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let codes: BTreeSet<_> = errors.map(|error| format!("{} {}", error.code, error.code.name())).collect();
        return Err(codes.into_iter().collect::<Vec<_>>().join(", "));
    };
    let options = EmitOptions { layout: Layout::Object, cluster: None, plugins: Vec::new() };
    let bundle = meshc_compiler::bundle(&weighted, options);
    let manifests = |name: &str| {
        let cluster = bundle.clusters.iter().find(|cluster| cluster.cluster == *name).expect("the Mesh has it");
        let below = format!("clusters/{name}/");
        let found = cluster.files.iter().filter_map(|(path, text)| Some((path.strip_prefix(&below)?, text)));
        found.filter(|(path, _)| *path != "kustomization.yaml").map(|(_, text)| text.clone()).collect::<Vec<_>>()
    };
    // Nothing places them, so what is found for one holds for both.
    assert_eq!(manifests("c1"), manifests("c2"));
    Ok(manifests("c1"))
}

/// Finds the document that each object was made of.
fn matched(folder: &str, files: &[(String, Vec<u8>)], emitted: Vec<String>) -> Vec<Pair> {
    let mut sources = BTreeMap::<Key, Vec<String>>::new();
    for (_, text) in &files[1..] {
        for document in documents(&String::from_utf8_lossy(text)) {
            if let Some(key) = Key::of(&document) {
                sources.entry(key).or_default().push(document);
            }
        }
    }
    let mut pairs = Vec::new();
    for emitted in emitted {
        let key = Key::of(&emitted).unwrap_or_else(|| panic!("{folder}: no object:\n{emitted}"));
        let mut found = sources.remove(&key).unwrap_or_else(|| panic!("{folder}: it has no source:\n{emitted}"));
        assert_eq!(found.len(), 1, "{folder}: {key:?}");
        pairs.push(Pair { source: found.remove(0), emitted });
    }
    pairs
}

/// The documents of a stream, as they are written (YAML 1.2.2, 9.2).
fn documents(text: &str) -> Vec<String> {
    let is_end =
        |line: &str| line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    let mut documents = vec![String::new()];
    for line in text.lines() {
        if is_end(line) {
            documents.push(String::new());
        }
        let last = documents.last_mut().expect("there is one from the start");
        last.push_str(line);
        last.push('\n');
    }
    documents
}

/// What makes an object one of its own within a project.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

impl Key {
    fn of(document: &str) -> Option<Self> {
        let object: serde_yaml::Value = serde_yaml::from_str(document).ok()?;
        let text = |value: &serde_yaml::Value| value.as_str().map(str::to_owned);
        let metadata = object.get("metadata")?;
        Some(Self {
            api_version: text(object.get("apiVersion")?)?,
            kind: text(object.get("kind")?)?,
            namespace: metadata.get("namespace").and_then(text).unwrap_or_else(|| "default".into()),
            name: metadata.get("name").or_else(|| metadata.get("generateName")).and_then(text)?,
        })
    }
}

fn make_namespaces(kube: &Kube, pairs: &[Pair]) {
    let named = pairs.iter().filter_map(|pair| Some(Key::of(&pair.emitted)?.namespace));
    let there = kube.kubectl("c1", &["get", "namespaces", "-o", "name"]);
    for name in named.collect::<BTreeSet<_>>() {
        if !there.lines().any(|line| line == format!("namespace/{name}")) {
            kube.kubectl("c1", &["create", "namespace", &name]);
        }
    }
}

/// Shows the server the objects of a folder.
fn send(kube: &Kube, way: &[&str], folder: &Path, side: &str) -> Answer {
    let path = folder.join(side);
    let options = ["--dry-run=server", "-f", path.to_str().unwrap()];
    let output = kube.try_kubectl("c1", &[way, &options].concat());
    let said = String::from_utf8_lossy(&output.stderr).replace(&format!("{}/", path.display()), "");
    let objects = || serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let names = || String::from_utf8_lossy(&output.stdout).lines().map(Value::from).collect();
    let is_json = way.contains(&"-o=json");
    Answer {
        accepted: if is_json { objects().map(|object| as_asked_for(&object.unwrap())).collect() } else { names() },
        refused: said.lines().filter(|line| !line.starts_with("Warning: ")).map(str::to_owned).collect(),
    }
}

/// An object without what a server chooses anew each time.
fn as_asked_for(object: &Value) -> Value {
    let uid = object["metadata"]["uid"].as_str().unwrap_or("no uid");
    // A Job's is in its labels too.
    let text = object.to_string().replace(uid, "uid");
    let mut object: Value = serde_json::from_str(&text).unwrap();
    object.as_object_mut().map(|object| object.remove("status"));
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.remove("creationTimestamp");
    }
    if object["kind"] == "Service" && object["spec"]["clusterIP"] != "None" {
        if let Some(spec) = object["spec"].as_object_mut() {
            spec.retain(|key, _| !["clusterIP", "clusterIPs", "healthCheckNodePort"].contains(&key.as_str()));
        }
        for port in object["spec"]["ports"].as_array_mut().into_iter().flatten() {
            port.as_object_mut().map(|port| port.remove("nodePort"));
        }
    }
    object
}
