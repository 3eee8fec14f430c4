//! The objects of a list as the files of a project.

use std::collections::{BTreeMap, BTreeSet};

use meshc_compiler::schema::API_VERSION;
use meshc_diag::Diagnostics;
use meshc_source::{FileId, SourceFile, SourceMap, Span};
use meshc_syntax::{Node, parse, remove_entry};

use super::config::Config;
use super::resource_list::ResourceList;
use super::text::{annotation, apply, range, text_at, type_of};

/// Where an orchestrator says which file an object is from; the older name last.
const PATH: [&str; 2] = ["internal.config.kubernetes.io/path", "config.kubernetes.io/path"];
/// The same for its place in that file.
const INDEX: [&str; 2] = ["internal.config.kubernetes.io/index", "config.kubernetes.io/index"];
/// What marks an object that is for tools alone, and for no cluster.
const LOCAL: &str = "config.kubernetes.io/local-config";

/// One object of the list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) namespace: Option<String>,
    pub(super) name: Option<String>,
    /// The file that it is from, and its place there, where the orchestrator says so.
    pub(super) file: Option<(String, Option<u32>)>,
}

/// A document of a made-up file.
#[derive(Debug)]
struct Document {
    /// The place in the list; `None` for the function's config.
    item: Option<usize>,
    start: u32,
}

/// The objects of a list, and where they stand in the files that were made of them.
pub(super) struct Items {
    /// The function's config is the last one, if it belongs to the project.
    list: Vec<Item>,
    local: BTreeSet<usize>,
    /// By the number of the file.
    documents: Vec<Vec<Document>>,
}

impl Items {
    /// Makes a file of all objects that are from it, without what an orchestrator added, so that a place in it is one in
    /// the user's own.
    pub(super) fn of(list: &ResourceList<'_>, config: &Config) -> (Self, SourceMap) {
        let nodes = list.items();
        let mut items: Vec<_> = nodes.iter().map(|node| Item::new(*node)).collect();
        let local = (0..).zip(&nodes).filter(|(_, node)| is_local(**node)).map(|(at, _)| at).collect();
        let mut wanted: Vec<_> = nodes.iter().enumerate().filter(|(_, node)| is_compiled(**node)).collect::<Vec<_>>();
        let config = list.function_config().filter(|_| config.is_mesh);
        // An orchestrator that reads the config from a file of the package may have it among the objects too.
        let config = config.filter(|node| !nodes.iter().any(|other| is_same_mesh(*node, *other)));
        if let Some(node) = &config {
            wanted.push((items.len(), node));
            items.push(Item::new(*node));
        }
        wanted.sort_by_key(|(at, _)| (items[*at].file.as_ref().and_then(|(_, index)| *index), *at));
        let mut files: BTreeMap<String, (String, Vec<Document>)> = BTreeMap::new();
        for (at, node) in wanted {
            let (text, documents) = files.entry(items[at].path()).or_default();
            if !text.is_empty() {
                text.push_str("---\n");
            }
            documents.push(Document { item: Some(at).filter(|at| *at < nodes.len()), start: text.len() as u32 });
            text.push_str(&without_added(list.document(*node)));
        }
        let (mut sources, mut documents) = (Vec::new(), Vec::new());
        for (path, (text, of_file)) in files {
            sources.push(SourceFile::new(path, text.into_bytes()));
            documents.push(of_file);
        }
        (Self { list: items, local, documents }, SourceMap::new(sources))
    }

    /// The item that `span` is in; `None` if it is in the function's config.
    pub(super) fn at(&self, span: Span) -> Option<usize> {
        let documents = &self.documents[span.file.0 as usize];
        let before = documents.partition_point(|document| document.start <= span.start);
        documents.get(before.checked_sub(1)?)?.item
    }

    /// The items that are for tools alone.
    pub(super) fn local(&self) -> &BTreeSet<usize> {
        &self.local
    }

    /// An item.
    pub(super) fn get(&self, at: usize) -> &Item {
        &self.list[at]
    }
}

impl Item {
    fn new(node: Node<'_>) -> Self {
        let (api_version, kind) = type_of(node);
        let of_metadata = |key| text_at(node, &["metadata", key]).map(str::to_owned);
        let path = PATH.iter().find_map(|key| annotation(node, key));
        let index = INDEX.iter().find_map(|key| annotation(node, key)).and_then(|index| index.parse().ok());
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: of_metadata("namespace"),
            name: of_metadata("name"),
            file: path.map(|path| (path.to_owned(), index)),
        }
    }

    /// The path of its file, or else what messages can call it. That has no folder, as paths in it start at its own.
    fn path(&self) -> String {
        match &self.file {
            Some((path, _)) => path.clone(),
            None => self.to_string().replace('/', "."),
        }
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ", self.kind)?;
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        f.write_str(self.name.as_deref().unwrap_or("without a name"))
    }
}

fn is_local(node: Node<'_>) -> bool {
    annotation(node, LOCAL) == Some("true")
}

/// Whether it is an object for a cluster, or one of our own documents.
fn is_compiled(node: Node<'_>) -> bool {
    type_of(node).0 == API_VERSION || !is_local(node)
}

fn is_same_mesh(config: Node<'_>, other: Node<'_>) -> bool {
    type_of(other) == type_of(config) && text_at(other, &["metadata", "name"]) == text_at(config, &["metadata", "name"])
}

/// A document without the annotations that are gone when an orchestrator has written its files.
fn without_added(document: String) -> String {
    let tree = parse(FileId(0), &document, &mut Diagnostics::new());
    let added = tree.documents(&document).next().map(added).unwrap_or_default();
    let cuts = added.into_iter().filter_map(|key| remove_entry(&tree, &document, key));
    let cuts: Vec<_> = cuts.map(|cut| (range(cut), String::new())).collect();
    if cuts.is_empty() { document } else { apply(&document, cuts) }
}

/// The keys of what an orchestrator added. If there are no other annotations, it is all of them.
fn added(node: Node<'_>) -> Vec<Span> {
    let is_added = |key: &str| {
        key.starts_with("internal.config.kubernetes.io/")
            || matches!(key, "config.kubernetes.io/path" | "config.kubernetes.io/index" | "config.k8s.io/id")
    };
    let metadata = node.get("metadata").into_iter().flat_map(Node::entries);
    let Some(annotations) = metadata.into_iter().find(|entry| entry.key == "annotations") else {
        return Vec::new();
    };
    let entries: Vec<_> = annotations.value.entries().collect();
    if !entries.is_empty() && entries.iter().all(|entry| is_added(entry.key)) {
        return vec![annotations.key_span];
    }
    entries.iter().filter(|entry| is_added(entry.key)).map(|entry| entry.key_span).collect()
}
