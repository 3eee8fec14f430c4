use std::ops::Range;

use granit_parser::{Event, ScalarStyle, ScanError, StructureStyle};
use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_source::{FileId, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{MAX_ALIASED, MAX_DEPTH, place};
use crate::check::aliases::{self, Anchors};
use crate::check::{duplicates, keys, merge, root, values};
use crate::errors::Failure;
use crate::tree::{Kind, Mark, NONE, RawNode, Role, Tag, Tree};

/// What to do after an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Read on.
    Continue,
    /// Go to the next document.
    Abandon,
}

/// The tree as it grows.
pub(super) struct Arena<'s, 'd> {
    file: FileId,
    text: &'s str,
    diags: &'d mut Diagnostics,
    tree: Tree,
    /// The collections that are not closed yet, from the outermost.
    open: Vec<Open>,
    anchors: FxHashMap<usize, Anchor>,
    written_anchors: Anchors<'s>,
    /// The names of aliases in the document that stand for nothing: each is said once.
    unknown: FxHashSet<&'s str>,
    document: Document,
}

/// What is known of the document that is being read.
struct Document {
    /// How full the tree was before it.
    mark: Mark,
    start: u32,
    failed: bool,
    /// What its aliases added so far.
    aliased: u64,
    /// Where the last node or bracket ends.
    end: u32,
}

struct Open {
    node: u32,
    kind: Kind,
    flow: bool,
    /// Whether the next node of a mapping is a key.
    key_next: bool,
    merges: bool,
    anchor: usize,
    measure: Measure,
}

/// How much a node comes to with its aliases expanded.
#[derive(Clone, Copy)]
struct Measure {
    /// Nested collections, itself one of them.
    height: usize,
    size: u64,
}

struct Anchor {
    node: u32,
    /// Nothing while the node is still open: an alias to it would stand within itself.
    measure: Option<Measure>,
}

impl<'s, 'd> Arena<'s, 'd> {
    pub(super) fn new(file: FileId, text: &'s str, diags: &'d mut Diagnostics) -> Self {
        // Manifests have a node for every 13 bytes or so.
        let tree = Tree::new(file, text.len() / 12);
        let document = Document::new(tree.mark(), 0, 0);
        Self {
            file,
            text,
            diags,
            tree,
            open: Vec::new(),
            anchors: FxHashMap::default(),
            written_anchors: Anchors::default(),
            unknown: FxHashSet::default(),
            document,
        }
    }

    pub(super) fn into_tree(self) -> Tree {
        self.tree
    }

    pub(super) fn event(&mut self, event: Event<'s>, span: &granit_parser::Span) -> Next {
        let range = span.byte_range().unwrap_or_default();
        let tag_span = || {
            let tag = span.tag_span().and_then(|tag| tag.byte_range()).unwrap_or_else(|| range.clone());
            Span::new(self.file, tag.start as u32, tag.end as u32)
        };
        match event {
            Event::DocumentStart(explicit, _) => {
                let end = if explicit { range.end } else { range.start };
                self.document = Document::new(self.tree.mark(), range.start as u32, end as u32);
                self.open.clear();
                self.anchors.clear();
                self.unknown.clear();
                Next::Continue
            }
            Event::DocumentEnd => {
                self.close_document();
                Next::Continue
            }
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map(|tag| (scalar_tag(tag.core_suffix()), tag_span()));
                self.scalar(&value, style, anchor, tag, range)
            }
            Event::SequenceStart(style, anchor, tag) => {
                let tag = tag.map(|tag| (tag.core_suffix() == Some("seq"), tag_span()));
                self.start(Kind::Seq, style, anchor, tag, range)
            }
            Event::MappingStart(style, anchor, tag) => {
                let tag = tag.map(|tag| (tag.core_suffix() == Some("map"), tag_span()));
                self.start(Kind::Map, style, anchor, tag, range)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range),
            Event::Alias(anchor) => self.alias(anchor, range),
            Event::UnresolvedAlias(name) => self.unknown_alias(&name, range),
            // The stream's own marks, and what later versions may add.
            _ => Next::Continue,
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<(Option<Tag>, Span)>,
        range: Range<usize>,
    ) -> Next {
        let (tag, tag_span) = match tag {
            None => (Tag::None, None),
            Some((Some(tag), span)) => (tag, Some(span)),
            Some((None, span)) => {
                self.fail(values::unsupported_tag(self.text, span));
                (Tag::Str, None)
            }
        };
        let from = self.document.end as usize;
        let (kind, range) = match style {
            ScalarStyle::Plain if range.is_empty() && tag == Tag::None => {
                (Kind::Plain, place::empty(self.text, range.start))
            }
            ScalarStyle::Plain => (Kind::Plain, range),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (Kind::Quoted, range),
            ScalarStyle::Literal | ScalarStyle::Folded => (Kind::Block, place::block(self.text, from, range)),
        };
        let is_slice = match kind {
            Kind::Plain => range.is_empty() || self.text.get(range.clone()) == Some(value),
            Kind::Quoted => range.len() >= 2 && self.text.get(range.start + 1..range.end - 1) == Some(value),
            Kind::Block | Kind::Seq | Kind::Map | Kind::Alias => false,
        };
        let payload = if is_slice {
            NONE
        } else {
            self.tree.texts.push(value.into());
            self.tree.texts.len() as u32 - 1
        };
        let at = self.push(kind, range, tag, payload);
        let measure = Measure { height: 0, size: 1 + value.len() as u64 / 64 };
        self.name(anchor, at, Some(measure));
        let finding = if self.is_key() {
            keys::scalar(&mut self.tree, self.text, at)
        } else {
            values::scalar(&self.tree, self.text, at, tag_span)
        };
        if let Some(diagnostic) = finding {
            self.fail(diagnostic);
        }
        self.attach(measure);
        Next::Continue
    }

    fn start(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        anchor: usize,
        tag: Option<(bool, Span)>,
        range: Range<usize>,
    ) -> Next {
        if self.open.len() >= MAX_DEPTH {
            return self.too_deep(range.start as u32..range.end as u32);
        }
        if let Some((false, span)) = tag {
            self.fail(values::unsupported_tag(self.text, span));
        }
        let flow = style == StructureStyle::Flow;
        let from = self.document.end as usize;
        // Of a list in the column of its key, the parser says where its first item is.
        let in_mapping = self.open.last().is_some_and(|open| open.kind == Kind::Map);
        let is_block_list = kind == Kind::Seq && !flow;
        let start = if is_block_list && in_mapping { place::dash(self.text, from, range.start) } else { range.start };
        let at = self.push(kind, start..range.end.max(start), Tag::None, NONE);
        self.name(anchor, at, None);
        let measure = Measure { height: 1, size: 1 };
        self.open.push(Open { node: at, kind, flow, key_next: kind == Kind::Map, merges: false, anchor, measure });
        Next::Continue
    }

    fn end(&mut self, range: Range<usize>) -> Next {
        let Some(open) = self.open.pop() else {
            return Next::Continue;
        };
        // A pair in a flow list, as in `[a: b]`, has no bracket of its own.
        let bracket = if open.kind == Kind::Map { b'}' } else { b']' };
        if open.flow && self.text.as_bytes().get(range.start) == Some(&bracket) {
            self.document.end = range.end as u32;
        }
        let skip = self.tree.nodes.len() as u32;
        let end = self.document.end;
        let raw = &mut self.tree.nodes[open.node as usize];
        raw.skip = skip;
        raw.end = raw.start.max(end);
        if let Some(anchor) = self.anchors.get_mut(&open.anchor) {
            anchor.measure = Some(open.measure);
        }
        let findings = self.diags.len();
        if open.kind == Kind::Map {
            duplicates::check(&self.tree, self.text, open.node, self.diags);
        }
        if open.merges && !self.document.failed {
            merge::merge(&mut self.tree, self.text, open.node, self.diags);
        }
        self.document.failed |= self.diags.len() > findings;
        if self.is_key() {
            // Mostly a template, of which the rest makes no sense either.
            return self.abandon(keys::collection(&self.tree, self.text, open.node));
        }
        self.attach(open.measure);
        Next::Continue
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Next {
        let span = self.span(&range);
        let Some(&Anchor { node, measure }) = self.anchors.get(&anchor) else {
            let text = self.text;
            return self.unknown_alias(text[range.clone()].trim_start_matches('*'), range);
        };
        let Some(measure) = measure else {
            return self.abandon(aliases::in_itself(self.text, span));
        };
        self.document.aliased += measure.size;
        if self.document.aliased > MAX_ALIASED {
            return self.abandon(aliases::too_many(self.text, span));
        }
        if self.open.len() + measure.height > MAX_DEPTH {
            return self.too_deep(span.start..span.end);
        }
        let at = self.push(Kind::Alias, range, Tag::None, node);
        if self.is_key()
            && let Some(diagnostic) = keys::alias(&mut self.tree, self.text, at)
        {
            self.fail(diagnostic);
        }
        self.attach(measure);
        Next::Continue
    }

    fn unknown_alias(&mut self, name: &str, range: Range<usize>) -> Next {
        let span = self.span(&range);
        if self.unknown.insert(&self.text[range.clone()]) {
            let diagnostic = aliases::unknown(self.text, &mut self.written_anchors, span, name);
            self.fail(diagnostic);
        }
        // Something has to stand there, so that keys and values go on alternating.
        self.push(Kind::Plain, range, Tag::None, NONE);
        self.attach(Measure { height: 0, size: 1 });
        Next::Continue
    }

    /// Whether the next node is a key.
    fn is_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.key_next)
    }

    fn push(&mut self, kind: Kind, range: Range<usize>, tag: Tag, payload: u32) -> u32 {
        let at = self.tree.nodes.len() as u32;
        let (start, end) = (range.start as u32, range.end as u32);
        self.tree.nodes.push(RawNode { start, end, skip: at + 1, payload, kind, tag, role: Role::Ordinary });
        self.document.end = self.document.end.max(end);
        at
    }

    fn name(&mut self, anchor: usize, node: u32, measure: Option<Measure>) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { node, measure });
        }
    }

    /// Counts a whole node as part of the collection around it.
    fn attach(&mut self, measure: Measure) {
        let at = self.tree.nodes.len() - 1;
        let Some(open) = self.open.last_mut() else { return };
        open.measure.height = open.measure.height.max(measure.height + 1);
        open.measure.size += measure.size;
        if open.kind == Kind::Map {
            open.merges |= open.key_next && self.tree.nodes[at].role == Role::Merge;
            open.key_next = !open.key_next;
        }
    }

    fn close_document(&mut self) {
        let at = self.document.mark.first_node();
        if !self.document.failed
            && let Some(raw) = self.tree.nodes.get(at as usize)
        {
            if raw.kind == Kind::Map {
                self.tree.documents.push(at);
                // What goes wrong before the next document starts must not take this one away.
                self.document = Document::new(self.tree.mark(), self.document.end, self.document.end);
                return;
            }
            if let Some(diagnostic) = root::check(&self.tree, self.text, at) {
                self.fail(diagnostic);
            }
        }
        self.tree.truncate(self.document.mark);
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start as u32, range.end as u32)
    }

    /// Whether the document, or the last one if none is open, has an error.
    pub(super) fn has_failed(&self) -> bool {
        self.document.failed
    }

    /// Says what is wrong, and that the document cannot be used.
    fn fail(&mut self, diagnostic: Diagnostic) {
        self.diags.push(diagnostic);
        self.document.failed = true;
    }

    /// Says what is wrong, and leaves the rest of the document unread.
    pub(super) fn abandon(&mut self, diagnostic: Diagnostic) -> Next {
        self.fail(diagnostic);
        self.tree.truncate(self.document.mark);
        self.open.clear();
        Next::Abandon
    }

    pub(super) fn too_deep(&mut self, place: Range<u32>) -> Next {
        // Of a block collection the parser says only where it begins.
        let first = self.text.get(place.start as usize..).and_then(|rest| rest.chars().next());
        let end = place.end.max(place.start + first.map_or(0, char::len_utf8) as u32);
        let span = Span::new(self.file, place.start, end);
        let headline = format!("collections are nested more than {MAX_DEPTH} deep");
        self.abandon(Diagnostic::new(Code::TooDeep, headline).at(span, "one too many"))
    }

    /// What the wording of a syntax error can draw on.
    pub(super) fn failure<'e>(&self, error: &'e ScanError) -> Failure<'s, 'e> {
        let at = error.marker().byte_offset().unwrap_or_default().min(self.text.len());
        // Not the pair of a list, as in `[a: b]`, which has no bracket of its own.
        let bracket = |open: &&Open| {
            let bracket = if open.kind == Kind::Map { b'{' } else { b'[' };
            open.flow && self.text.as_bytes().get(open_start(&self.tree, open)) == Some(&bracket)
        };
        let flow = self.open.iter().rev().find(bracket);
        Failure {
            file: self.file,
            text: self.text,
            kind: error.kind(),
            at,
            document: at.min(self.document.start as usize),
            last: at.min(self.document.end as usize),
            flow: flow.map(|open| open_start(&self.tree, open)),
        }
    }
}

impl Document {
    fn new(mark: Mark, start: u32, end: u32) -> Self {
        Self { mark, start, failed: false, aliased: 0, end }
    }
}

fn open_start(tree: &Tree, open: &Open) -> usize {
    tree.raw(open.node).start as usize
}

/// The tag of a scalar, from the end of its `tag:yaml.org,2002:…`.
fn scalar_tag(suffix: Option<&str>) -> Option<Tag> {
    Some(match suffix? {
        "str" => Tag::Str,
        "int" => Tag::Int,
        "float" => Tag::Float,
        "bool" => Tag::Bool,
        "null" => Tag::Null,
        _ => return None,
    })
}
