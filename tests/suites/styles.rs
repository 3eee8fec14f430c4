//! A finding is about what was written, in whatever style that is: every case, written in every style, has the same
//! findings at the same values.

use std::collections::BTreeSet;

use meshc_diag::{Code, Diagnostic, Label};
use meshc_source::{SourceMap, Span};
use meshc_syntax::Node;
use meshc_tests::case::project;
use meshc_tests::compile::{Compiled, compile};
use meshc_tests::places::{files_below, here};
use meshc_tests::restyle::{Style, read};
use rayon::prelude::*;

/// The projects of the cases about what the compiler says.
fn projects() -> Vec<(String, Vec<(String, String)>)> {
    let folder = here("cases");
    let paths = files_below(&folder).into_iter().filter(|path| !path.starts_with("tables/"));
    paths.map(|path| (path.clone(), project(&std::fs::read_to_string(folder.join(path)).unwrap()))).collect()
}

/// Every label of every case lies within its file, between characters, and on something.
#[test]
fn every_finding_has_a_place_in_a_file() {
    let wrong: Vec<_> = projects()
        .par_iter()
        .flat_map_iter(|(name, files)| {
            unsound(&compile(files.clone())).into_iter().map(move |what| format!("{name}: {what}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing says which clusters there are: no file is at fault, and help says where a Mesh would go.
#[test]
fn what_is_missing_from_a_project_is_said_with_where_it_would_go() {
    let compiled = compile([("services.yaml", "# nothing yet\n")]);
    let [only] = compiled.diagnostics.as_slice() else { panic!("{:?}", compiled.diagnostics) };
    assert_eq!((only.code, only.labels.len()), (Code::NoClusters, 0));
    assert!(only.help.as_ref().unwrap().contains("mesh.yaml"), "{:?}", only.help);
}

/// What is wrong with the places of what was found.
pub(crate) fn unsound(compiled: &Compiled) -> Vec<String> {
    let mut wrong = Vec::new();
    for diagnostic in &compiled.diagnostics {
        if diagnostic.labels.is_empty() && diagnostic.code != Code::NoClusters {
            wrong.push(format!("{} has no place: {}", diagnostic.code, diagnostic.headline));
        }
        for label in &diagnostic.labels {
            if let Err(what) = sound(label.span, &compiled.sources) {
                wrong.push(format!("{} {what} at {:?}: {}", diagnostic.code, label, diagnostic.headline));
            }
        }
    }
    wrong
}

fn sound(span: Span, sources: &SourceMap) -> Result<(), &'static str> {
    let text = &**sources.file(span.file).text();
    let Some(marked) = text.get(span.start as usize..span.end as usize) else {
        return Err("points out of its file or into a character");
    };
    if marked != marked.trim() && !matches!(marked, "\t" | "\r") && marked.trim() != "" {
        return Err("marks blanks around what it is about");
    }
    if marked.is_empty() && !is_gap(&text[..span.start as usize], &text[span.end as usize..]) {
        return Err("marks nothing");
    }
    Ok(())
}

/// Whether something may be missing between two texts: at the end of a line, behind a colon, comma, tag or anchor. At the
/// start of a file it is the file as a whole, as where its name is wrong.
fn is_gap(before: &str, after: &str) -> bool {
    let rest = after.trim_start_matches([' ', '\t', '\r']);
    let ends = rest.is_empty() || rest.starts_with(['\n', '#', ',', '}', ']', ':']);
    let last = before.split_whitespace().next_back().unwrap_or_default();
    ends || before.is_empty() || before.ends_with([':', '-', ',', '\n']) || last.starts_with(['!', '&'])
}

#[test]
fn findings_are_the_same_in_every_style() {
    let wrong: Vec<_> = projects()
        .par_iter()
        .flat_map_iter(|(name, files)| {
            let original = compile(files.clone());
            Style::ALL.iter().flat_map(move |style| {
                compare(*style, files, &original).into_iter().map(move |what| format!("{name} as {style:?}: {what}"))
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(style: Style, files: &[(String, String)], original: &Compiled) -> Vec<String> {
    let restyled: Vec<_> = files
        .iter()
        .map(|(path, text)| {
            // What is left out as a whole is not read, and `<` starts a web page only at the start.
            let whole = path.ends_with("Chart.yaml") || text.trim_start().starts_with('<');
            let text = if whole { None } else { style.apply(text) }.unwrap_or_else(|| text.clone());
            (path.clone(), text)
        })
        .collect();
    let compiled = compile(restyled);
    let mut wrong = unsound(&compiled);
    for (these, those, is_original) in [(original, &compiled, true), (&compiled, original, false)] {
        for diagnostic in &these.diagnostics {
            let same = |other: &&Diagnostic| other.code == diagnostic.code && other.headline == diagnostic.headline;
            let others: Vec<_> = those.diagnostics.iter().filter(same).collect();
            let is_there = |other: &&Diagnostic| {
                let (this, that) = ((diagnostic, these), (*other, those));
                if is_original { same_places(style, this, that) } else { same_places(style, that, this) }
            };
            if others.is_empty() {
                let which = if is_original { "lost" } else { "new" };
                wrong.push(format!("{which} {} {}", diagnostic.code, diagnostic.headline));
            } else if !others.iter().any(is_there) {
                let places = |of: &Compiled, found: &Diagnostic| -> Vec<_> {
                    found.labels.iter().map(|label| places(label, &of.sources)).collect()
                };
                wrong.push(format!(
                    "{} {} is at {:?} and not at {:?}",
                    diagnostic.code,
                    diagnostic.headline,
                    places(these, diagnostic),
                    places(those, others[0])
                ));
            }
        }
    }
    wrong
}

fn same_places(style: Style, original: (&Diagnostic, &Compiled), restyled: (&Diagnostic, &Compiled)) -> bool {
    let ((original, of_original), (restyled, of_restyled)) = (original, restyled);
    original.labels.len() == restyled.labels.len()
        && original.labels.iter().zip(&restyled.labels).all(|(before, after)| {
            let afters = places(after, &of_restyled.sources);
            let is_kept = |before: &Place| afters.iter().any(|after| before.is_kept_in(after, style));
            before.text == after.text && places(before, &of_original.sources).iter().any(is_kept)
        })
}

/// What a label marks, independent of style.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The file, and the keys and indexes that lead to the value.
    path: String,
    /// The text of the part that is marked, where it is not the whole.
    part: Option<String>,
}

impl Place {
    /// Whether `after` marks the same: the same part, unless the text was or is one of which only the whole is known.
    fn is_kept_in(&self, after: &Self, style: Style) -> bool {
        let is_hidden = self.part.is_none() || after.part.is_none() && style.hides_parts();
        self.path == after.path && (is_hidden || self.part == after.part)
    }
}

/// The values and keys that a label marks: several, where aliases stand for them in several places.
fn places(label: &Label, sources: &SourceMap) -> BTreeSet<Place> {
    let file = sources.file(label.span.file);
    let text = &**file.text();
    let (tree, _) = read(text);
    if label.span.end == 0 {
        return BTreeSet::from([Place { path: file.path().to_owned(), part: None }]);
    }
    let mut all = Vec::new();
    for (at, document) in tree.documents(text).enumerate() {
        collect(document, &format!("{} {at}", file.path()), &mut all);
    }
    let marks = |span: &Span| span.start <= label.span.start && label.span.end <= span.end;
    let shortest = all.iter().filter(|(_, span)| marks(span)).map(|(_, span)| span.len()).min();
    let marked = text[label.span.start as usize..label.span.end as usize].replace("\r\n", "\n");
    let Some(shortest) = shortest else {
        return BTreeSet::from([Place { path: file.path().to_owned(), part: Some(marked) }]);
    };
    let part = (shortest != label.span.len()).then_some(marked);
    let around = all.into_iter().filter(|(_, span)| marks(span) && span.len() == shortest);
    around.map(|(path, _)| Place { path, part: part.clone() }).collect()
}

fn collect(node: Node<'_>, path: &str, all: &mut Vec<(String, Span)>) {
    all.push((path.to_owned(), node.span()));
    for entry in node.entries() {
        let path = format!("{path}.{}", entry.key);
        all.push((format!("{path} (key)"), entry.key_span));
        collect(entry.value, &path, all);
    }
    for (at, item) in node.items().enumerate() {
        collect(item, &format!("{path}[{at}]"), all);
    }
}
