use std::ops::Range;

use meshc_source::{FileId, Span};

use crate::Node;

/// No payload: the scalar is a slice of the source, or the mapping merges nothing.
pub(crate) const NONE: u32 = u32::MAX;

/// Of what sort a node is, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A scalar without quotes; an empty one is null.
    Plain,
    /// A scalar in single or double quotes.
    Quoted,
    /// A literal or folded block.
    Block,
    Seq,
    Map,
    /// Stands for the node in its payload.
    Alias,
}

/// The tag that is written before a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    None,
    Str,
    Int,
    Float,
    Bool,
    Null,
}

/// What is special about a node that is a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing, or it is no key.
    Ordinary,
    /// Kubernetes sees another key than the one that is written; it is in the tree's table of names.
    Renamed,
    /// The key `<<`, which stands for the entries of its value.
    Merge,
}

/// One node of the arena.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawNode {
    /// The first byte in the source.
    pub(crate) start: u32,
    /// The byte after the last one.
    pub(crate) end: u32,
    /// The node after this one and all below it.
    pub(crate) skip: u32,
    /// Scalars: the place in [`Tree::texts`]. Aliases: the node they stand for. Mappings: the place in
    /// [`Tree::merges`].
    pub(crate) payload: u32,
    pub(crate) kind: Kind,
    pub(crate) tag: Tag,
    pub(crate) role: Role,
}

/// There are as many as half the bytes of the input.
const _: () = assert!(size_of::<RawNode>() <= 20);

/// The documents of one file, as an arena of nodes in the order of the text. Keys and values of a mapping alternate.
#[derive(Debug)]
pub struct Tree {
    pub(crate) file: FileId,
    pub(crate) nodes: Vec<RawNode>,
    /// Scalars whose text is not a slice of the source.
    pub(crate) texts: Vec<Box<str>>,
    /// Keys that Kubernetes sees otherwise than they are written, by node, in the order of nodes.
    pub(crate) names: Vec<(u32, Box<str>)>,
    /// For each mapping that merges: its part of `merged`.
    pub(crate) merges: Vec<Range<u32>>,
    /// Keys that come from `<<`, and that no other key of the mapping overrides.
    pub(crate) merged: Vec<u32>,
    /// The roots.
    pub(crate) documents: Vec<u32>,
}

/// How much of each column is filled, to go back to when a document turns out to be wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    nodes: usize,
    texts: usize,
    names: usize,
    merges: usize,
    merged: usize,
}

impl Mark {
    /// The first node after the mark.
    pub(crate) fn first_node(self) -> u32 {
        self.nodes as u32
    }
}

impl Tree {
    pub(crate) fn new(file: FileId, capacity: usize) -> Self {
        Self {
            file,
            nodes: Vec::with_capacity(capacity),
            texts: Vec::new(),
            names: Vec::new(),
            merges: Vec::new(),
            merged: Vec::new(),
            documents: Vec::new(),
        }
    }

    /// The roots of the documents that are not empty and have no error. `text` is the text that was parsed.
    pub fn documents<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Node<'t>> {
        self.documents.iter().map(move |at| Node { tree: self, text, at: *at })
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            nodes: self.nodes.len(),
            texts: self.texts.len(),
            names: self.names.len(),
            merges: self.merges.len(),
            merged: self.merged.len(),
        }
    }

    /// Forgets everything since `mark`.
    pub(crate) fn truncate(&mut self, mark: Mark) {
        self.nodes.truncate(mark.nodes);
        self.texts.truncate(mark.texts);
        self.names.truncate(mark.names);
        self.merges.truncate(mark.merges);
        self.merged.truncate(mark.merged);
    }

    pub(crate) fn raw(&self, at: u32) -> &RawNode {
        &self.nodes[at as usize]
    }

    pub(crate) fn span(&self, at: u32) -> Span {
        let raw = self.raw(at);
        Span::new(self.file, raw.start, raw.end)
    }

    /// The node that `at` stands for: itself unless it is an alias.
    pub(crate) fn target(&self, at: u32) -> u32 {
        let raw = self.raw(at);
        if raw.kind == Kind::Alias { raw.payload } else { at }
    }

    /// The decoded text of a scalar.
    pub(crate) fn scalar<'t>(&'t self, text: &'t str, at: u32) -> &'t str {
        let raw = self.raw(at);
        if raw.payload != NONE {
            return &self.texts[raw.payload as usize];
        }
        let quote = u32::from(raw.kind == Kind::Quoted);
        text.get((raw.start + quote) as usize..(raw.end - quote) as usize).unwrap_or_default()
    }

    /// A key as Kubernetes sees it.
    pub(crate) fn key<'t>(&'t self, text: &'t str, at: u32) -> &'t str {
        if self.raw(at).role == Role::Renamed
            && let Ok(place) = self.names.binary_search_by_key(&at, |(node, _)| *node)
        {
            return &self.names[place].1;
        }
        self.scalar(text, self.target(at))
    }

    /// Keys and values of the mapping `map` as they are written, `<<` among them.
    pub(crate) fn pairs(&self, map: u32) -> impl Iterator<Item = (u32, u32)> {
        let end = self.raw(map).skip;
        let mut at = map + 1;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let (key, value) = (at, self.raw(at).skip);
            at = self.raw(value).skip;
            Some((key, value))
        })
    }

    /// The items of the sequence `seq`.
    pub(crate) fn items(&self, seq: u32) -> impl Iterator<Item = u32> {
        let end = self.raw(seq).skip;
        let mut at = seq + 1;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let item = at;
            at = self.raw(item).skip;
            Some(item)
        })
    }

    /// The keys that the mapping `map` has by `<<`.
    pub(crate) fn merged(&self, map: u32) -> &[u32] {
        match self.merges.get(self.raw(map).payload as usize) {
            Some(range) => &self.merged[range.start as usize..range.end as usize],
            None => &[],
        }
    }
}
