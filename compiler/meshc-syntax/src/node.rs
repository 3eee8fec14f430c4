use std::fmt;

use meshc_source::Span;

use crate::resolve::resolve;
use crate::tree::{Kind, NONE, RawNode, Role, Tag, Tree};

/// A value in a document, with its place. Aliases are followed everywhere but in [`Node::span`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) text: &'t str,
    pub(crate) at: u32,
}

/// What a node is to Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'t> {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and the like.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer that fits only without a sign.
    UInt(u64),
    /// Any other number; never infinite, never NaN.
    Float(f64),
    /// A string, decoded.
    Str(&'t str),
    /// A list; see [`Node::items`].
    Seq,
    /// A mapping; see [`Node::entries`].
    Map,
}

impl Value<'_> {
    /// What to call it in a sentence: "a list".
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::UInt(_) | Self::Float(_) => "a number",
            Self::Str(_) => "a string",
            Self::Seq => "a list",
            Self::Map => "a mapping",
        }
    }
}

impl<'t> Node<'t> {
    /// Where it is written; for an alias, the alias itself. A block mapping or list goes from its first key or dash to
    /// the end of its last value, a block of text from its `|` or `>` to the end of its last line.
    pub fn span(self) -> Span {
        self.tree.span(self.at)
    }

    /// What Kubernetes reads.
    pub fn value(self) -> Value<'t> {
        let (at, raw) = self.target();
        match raw.kind {
            Kind::Seq => Value::Seq,
            Kind::Map => Value::Map,
            Kind::Plain | Kind::Quoted | Kind::Block | Kind::Alias => {
                let text = self.tree.scalar(self.text, at);
                resolve(text, raw.kind == Kind::Plain, raw.tag).unwrap_or(Value::Str(text))
            }
        }
    }

    /// Whether it is a scalar without quotes.
    pub fn is_plain(self) -> bool {
        self.target().1.kind == Kind::Plain
    }

    /// Whether a tag or an anchor stands before it, which another text in its place would have too.
    pub fn has_properties(self) -> bool {
        let before = self.text.get(..self.span().start as usize).unwrap_or_default().trim_end();
        let word = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | ',')).next();
        word.is_some_and(|word| word.starts_with(['!', '&']))
    }

    /// Whether a tag such as `!!str` says what it is.
    pub fn has_tag(self) -> bool {
        self.target().1.tag != Tag::None
    }

    /// The text of a scalar of any type: `yes` for the boolean that is written so.
    pub fn scalar_text(self) -> Option<&'t str> {
        let (at, raw) = self.target();
        match raw.kind {
            Kind::Plain | Kind::Quoted | Kind::Block => Some(self.tree.scalar(self.text, at)),
            Kind::Seq | Kind::Map | Kind::Alias => None,
        }
    }

    /// Where the text of a scalar stands as it is, without quotes. `None` where it does not: an alias, a block, a text
    /// with escapes or of several lines. A part of the text has a place of its own only in one that does.
    pub fn verbatim_span(self) -> Option<Span> {
        let raw = self.tree.raw(self.at);
        let quote = match raw.kind {
            Kind::Plain => 0,
            Kind::Quoted => 1,
            Kind::Block | Kind::Seq | Kind::Map | Kind::Alias => return None,
        };
        (raw.payload == NONE).then(|| Span::new(self.tree.file, raw.start + quote, raw.end - quote))
    }

    /// The entries of a mapping in the order of the text, then those that it has by `<<`. None for any other value.
    pub fn entries(self) -> Entries<'t> {
        let (at, raw) = self.target();
        let is_map = raw.kind == Kind::Map;
        Entries {
            tree: self.tree,
            text: self.text,
            next: at + 1,
            end: if is_map { raw.skip } else { at + 1 },
            merged: if is_map { self.tree.merged(at) } else { &[] }.iter(),
        }
    }

    /// The items of a list. None for any other value.
    pub fn items(self) -> Items<'t> {
        let (at, raw) = self.target();
        let end = if raw.kind == Kind::Seq { raw.skip } else { at + 1 };
        Items { tree: self.tree, text: self.text, next: at + 1, end }
    }

    /// The value of `key` in a mapping.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entries().find(|entry| entry.key == key).map(|entry| entry.value)
    }

    pub(crate) fn target(self) -> (u32, &'t RawNode) {
        let at = self.tree.target(self.at);
        (at, self.tree.raw(at))
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("span", &self.span()).field("value", &self.value()).finish_non_exhaustive()
    }
}

/// One key of a mapping and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    /// The key as Kubernetes sees it: a plain `y` is `true`, and `0x10` is `16`.
    pub key: &'t str,
    /// Where the key is written; for a merged one, in the mapping that it comes from.
    pub key_span: Span,
    /// The value.
    pub value: Node<'t>,
}

/// The entries of a mapping, from [`Node::entries`].
#[derive(Clone, Debug)]
pub struct Entries<'t> {
    tree: &'t Tree,
    text: &'t str,
    next: u32,
    end: u32,
    merged: std::slice::Iter<'t, u32>,
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    fn next(&mut self) -> Option<Entry<'t>> {
        while self.next < self.end {
            let key = self.next;
            let raw = self.tree.raw(key);
            self.next = self.tree.raw(raw.skip).skip;
            if raw.role != Role::Merge {
                return Some(self.entry(key));
            }
        }
        self.merged.next().map(|key| self.entry(*key))
    }
}

impl<'t> Entries<'t> {
    fn entry(&self, key: u32) -> Entry<'t> {
        Entry {
            key: self.tree.key(self.text, key),
            key_span: self.tree.span(key),
            value: Node { tree: self.tree, text: self.text, at: self.tree.raw(key).skip },
        }
    }
}

/// The items of a list, from [`Node::items`].
#[derive(Clone, Debug)]
pub struct Items<'t> {
    tree: &'t Tree,
    text: &'t str,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let at = self.next;
        self.next = self.tree.raw(at).skip;
        Some(Node { tree: self.tree, text: self.text, at })
    }
}
