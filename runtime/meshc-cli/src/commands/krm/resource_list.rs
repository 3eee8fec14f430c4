//! The list as text: what is in it, and how it is written back.

use std::collections::BTreeSet;
use std::ops::Range;

use meshc_diag::Diagnostics;
use meshc_source::{FileId, LineIndex};
use meshc_syntax::{Entry, Node, Tree, Value, parse, remove_entry, to_yaml};

use super::findings::Finding;
use super::text::{apply, range, type_of};
use crate::exit::Stop;

const API_VERSION: &str = "config.kubernetes.io/v1";
const KIND: &str = "ResourceList";

/// A `ResourceList`. There is one document in its text, and it is one.
pub(super) struct ResourceList<'t> {
    text: &'t str,
    tree: Tree,
}

impl<'t> ResourceList<'t> {
    /// Reads the list.
    pub(super) fn parse(text: &'t str) -> Result<Self, Stop> {
        let mut diags = Diagnostics::new();
        let tree = parse(FileId(0), text, &mut diags);
        let none = |why: &str| Err(Stop::Usage(format!("stdin is not a {KIND} of `{API_VERSION}`: {why}")));
        if let Some(first) = diags.into_sorted().first() {
            let at = first.span().map_or(0, |span| span.start);
            let line = LineIndex::new(text).position(text, at).line;
            return none(&format!("line {line}: {}", first.headline));
        }
        let (found, more) = {
            let mut documents = tree.documents(text);
            let (version, kind) = documents.next().map(type_of).unzip();
            (version.zip(kind).map(|(version, kind)| (version.to_owned(), kind.to_owned())), documents.next().is_some())
        };
        match found {
            None => none("it is empty"),
            Some(_) if more => none("it has several documents"),
            Some((version, kind)) if version == API_VERSION && kind == KIND => Ok(Self { text, tree }),
            Some((version, kind)) if version.is_empty() || kind.is_empty() => none("it has no `apiVersion` and `kind`"),
            Some((version, kind)) => none(&format!("it is `{kind}` of `{version}`")),
        }
    }

    fn root(&self) -> Node<'_> {
        self.tree.documents(self.text).next().expect("it was read as one document")
    }

    /// The objects, in their order.
    pub(super) fn items(&self) -> Vec<Node<'_>> {
        self.root().get("items").into_iter().flat_map(Node::items).collect()
    }

    /// What the function is told.
    pub(super) fn function_config(&self) -> Option<Node<'_>> {
        self.root().get("functionConfig").filter(|node| node.value() != Value::Null)
    }

    /// An object of the list as a document of its own, with the comments before it.
    pub(super) fn document(&self, node: Node<'_>) -> String {
        let Range { start, end } = range(node.span());
        let column = if self.is_flow(node) { 0 } else { start - self.line_start(start) };
        let start = if column > 0 { self.behind_dash(start) } else { start };
        let mut document = String::with_capacity(end - start + 1);
        for line in self.text[start..end].lines() {
            let lead = line.bytes().take(column).take_while(|byte| *byte == b' ').count();
            document.push_str(&line[lead..]);
            document.push('\n');
        }
        document
    }

    /// Where the first comment between the dash of an item and the item begins, or else the item at `start`.
    fn behind_dash(&self, start: usize) -> usize {
        let mut first = start;
        let mut line = self.line_start(start);
        while !self.text[line..start].trim_start().starts_with('-') && line > 0 {
            let before = self.line_start(line - 1);
            let text = self.text[before..line].trim();
            let comment = text.strip_prefix("- ").unwrap_or(text).trim_start();
            if !comment.starts_with('#') {
                return start;
            }
            first = before + self.text[before..line].find('#').unwrap_or_default();
            line = before;
        }
        first
    }

    /// The list as text: with those items only that are in `kept`, if that is said, and with `findings` as its results.
    /// Everything else is as it was.
    pub(super) fn render(&self, kept: Option<&BTreeSet<usize>>, findings: &[Finding]) -> String {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let root = self.root();
        let entries: Vec<_> = root.entries().collect();
        let first = entries.iter().find(|entry| entry.key == "items").or(entries.first());
        if let (Some(first), false) = (first, findings.is_empty()) {
            edits.push(self.results(first, findings));
        }
        // Results of others are for the orchestrator, which has them already.
        let old = entries.iter().find(|entry| entry.key == "results");
        edits.extend(
            old.and_then(|old| Some((range(remove_entry(&self.tree, self.text, old.key_span)?), String::new()))),
        );
        if let (Some(kept), Some(items)) = (kept, root.get("items")) {
            edits.extend(self.keep(items, kept));
        }
        apply(self.text, edits)
    }

    /// The results, as they are put before the entry `next` in its style.
    fn results(&self, next: &Entry<'_>, findings: &[Finding]) -> (Range<usize>, String) {
        let at = next.key_span.start as usize;
        if self.is_flow(self.root()) {
            let json = serde_json::to_string(findings).expect("findings have string keys and whole numbers only");
            return (at..at, format!("\"results\": {json}, "));
        }
        let mut yaml = String::from("results:\n");
        to_yaml(&findings, &mut yaml).expect("findings have string keys and whole numbers only");
        let lead = " ".repeat(at - self.line_start(at));
        (at..at, yaml.trim_end().replace('\n', &format!("\n{lead}")) + "\n" + &lead)
    }

    /// The change that leaves the items in `kept` only.
    fn keep(&self, items: Node<'_>, kept: &BTreeSet<usize>) -> Vec<(Range<usize>, String)> {
        let extents = self.extents(items);
        let all = extents.len();
        let goes = (0..all).filter(|at| !kept.contains(at));
        if kept.iter().all(|at| *at >= all) {
            let whole = range(items.span());
            // A list in a block begins on the next line, where `[]` may stand as well if it is further in.
            return vec![(whole, if self.is_flow(items) { "[]".into() } else { " []\n".into() })];
        }
        if !self.is_flow(items) {
            return goes.map(|at| (extents[at].clone(), String::new())).collect();
        }
        let texts: Vec<_> = kept.iter().filter_map(|at| self.text.get(extents.get(*at)?.clone())).collect();
        vec![(range(items.span()), format!("[{}]", texts.join(", ")))]
    }

    /// From where to where each item goes. In a block it has its dash and the comments before it, and ends where the
    /// next one begins.
    fn extents(&self, items: Node<'_>) -> Vec<Range<usize>> {
        let spans: Vec<_> = items.items().map(|item| range(item.span())).collect();
        if self.is_flow(items) {
            return spans;
        }
        let end = line_end(self.text, range(items.span()).end);
        let mut starts = vec![self.line_start(range(items.span()).start)];
        starts.extend(spans.windows(2).map(|pair| line_end(self.text, pair[0].end)));
        let ends = starts.iter().skip(1).copied().chain([end]).collect::<Vec<_>>();
        starts.into_iter().zip(ends).map(|(start, end)| start..end).collect()
    }

    fn is_flow(&self, node: Node<'_>) -> bool {
        self.text[node.span().start as usize..].starts_with(['{', '['])
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |before| before + 1)
    }
}

/// Where the line ends that a value ends on; a block of text has its line break within it.
fn line_end(text: &str, at: usize) -> usize {
    if text[..at].ends_with('\n') {
        return at;
    }
    text[at..].find('\n').map_or(text.len(), |rest| at + rest + 1)
}
