//! The text of a file in other styles of YAML, which say the same.

mod block;
mod flow;

use meshc_diag::Diagnostics;
use meshc_source::FileId;
use meshc_syntax::{Node, Tree, parse, write_json};

/// A way to write what could be written in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is, with lines that end as on Windows.
    Crlf,
    /// As it is, below a line of wide characters.
    Below,
    /// With tabs behind colons and dashes, and before comments of wide characters.
    Tabs,
    /// In brackets, on one line.
    Flow,
    /// As JSON, on one line.
    Json,
    /// As JSON, indented with tabs.
    TabbedJson,
    /// As JSON that escapes every character of its strings.
    EscapedJson,
    /// With strings as blocks of text.
    Blocks,
    /// With an anchor of wide characters before each value.
    Anchored,
    /// With an alias for whatever stands there before.
    Aliased,
}

impl Style {
    /// Every style.
    pub const ALL: [Style; 10] = [
        Self::Crlf,
        Self::Below,
        Self::Tabs,
        Self::Flow,
        Self::Json,
        Self::TabbedJson,
        Self::EscapedJson,
        Self::Blocks,
        Self::Anchored,
        Self::Aliased,
    ];

    /// Whether a part of a value cannot be pointed to in it, but only the whole.
    pub fn hides_parts(self) -> bool {
        matches!(self, Self::EscapedJson | Self::Blocks | Self::Aliased)
    }

    /// `text` in this style. `None` if it has an error, so that nobody knows what it says.
    ///
    /// # Panics
    /// If what was written does not say the same.
    pub fn apply(self, text: &str) -> Option<String> {
        match self {
            Self::Crlf => return Some(text.replace("\r\n", "\n").replace('\n', "\r\n")),
            Self::Below => {
                let (mark, rest) = text.split_at(text.len() - text.trim_start_matches('\u{feff}').len());
                return Some(format!("{mark}# 🚀 漢字 größer\n{rest}"));
            }
            _ => {}
        }
        let (tree, errors) = read(text);
        if errors > 0 {
            return None;
        }
        let mut written = String::new();
        for document in tree.documents(text) {
            written.push_str("---\n");
            self.document(document, &mut written);
        }
        assert_eq!(says(&written), says(text), "{self:?} of\n{text}\nis\n{written}");
        Some(written)
    }

    fn document(self, node: Node<'_>, out: &mut String) {
        match self {
            Self::Crlf | Self::Below => {}
            Self::Flow => flow::Writer::plain().document(node, out),
            Self::Json => flow::Writer::json().document(node, out),
            Self::TabbedJson => flow::Writer::json().indented("\t").document(node, out),
            Self::EscapedJson => flow::Writer::json().escaping().document(node, out),
            Self::Tabs => block::Writer::tabbed().document(node, out),
            Self::Blocks => block::Writer::literal().document(node, out),
            Self::Anchored => block::Writer::anchored().document(node, out),
            Self::Aliased => block::Writer::aliased().document(node, out),
        }
    }
}

/// The tree of `text`, and how many errors it has.
pub fn read(text: &str) -> (Tree, usize) {
    let mut diags = Diagnostics::new();
    let tree = parse(FileId(0), text, &mut diags);
    (tree, diags.len())
}

/// What the documents of `text` say; nothing else counts.
fn says(text: &str) -> Result<Vec<String>, usize> {
    let (tree, errors) = read(text);
    if errors > 0 {
        return Err(errors);
    }
    Ok(tree.documents(text).map(json).collect())
}

/// A number as it is written where JSON can have it so, since findings quote it; anything else as canonical JSON.
fn number(node: Node<'_>) -> String {
    match node.scalar_text() {
        Some(text) if serde_json::from_str::<serde_json::Number>(text).is_ok() => text.to_owned(),
        _ => json(node),
    }
}

fn json(node: Node<'_>) -> String {
    let mut out = String::new();
    write_json(node, &mut out);
    out
}
