//! Cases with damage: nothing makes the compiler panic, and what it says is at places of the text.

use std::sync::LazyLock;

use meshc_diag::{Diagnostic, Label};
use meshc_tests::case::project;
use meshc_tests::compile::compile;
use meshc_tests::places::{files_below, here};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::styles::unsound;

/// The files of every case about what the compiler says.
static CASES: LazyLock<Vec<Vec<(String, String)>>> = LazyLock::new(|| {
    let folder = here("cases");
    let paths = files_below(&folder).into_iter().filter(|path| !path.starts_with("tables/"));
    paths.map(|path| project(&std::fs::read_to_string(folder.join(path)).unwrap())).collect()
});

/// A change to a text.
#[derive(Clone, Debug)]
enum Damage {
    Remove(Index, usize),
    Repeat(Index, usize),
    Insert(Index, &'static str),
    Cut(Index),
    /// Takes the rest from another case.
    Splice(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    const PIECES: [&str; 24] = [
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        ":",
        ": ",
        "- ",
        "? ",
        "#",
        " # ",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "<<: *a\n",
        "|\n",
        "\u{1f680}",
        "---\n",
    ];
    let place = any::<Index>;
    prop_oneof![
        (place(), 1..20_usize).prop_map(|(at, len)| Damage::Remove(at, len)),
        (place(), 1..60_usize).prop_map(|(at, len)| Damage::Repeat(at, len)),
        (place(), prop::sample::select(&PIECES[..])).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        place().prop_map(Damage::Cut),
        (place(), any::<Index>()).prop_map(|(at, other)| Damage::Splice(at, other)),
    ]
}

impl Damage {
    fn apply(&self, text: &mut String) {
        let boundary = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let place = |at: &Index| boundary(at.index(text.len() + 1));
        match self {
            Self::Remove(at, len) => {
                let range = place(at)..boundary(place(at) + len);
                text.replace_range(range, "");
            }
            Self::Repeat(at, len) => {
                let range = place(at)..boundary(place(at) + len);
                let piece = text[range.clone()].to_owned();
                text.insert_str(range.end, &piece);
            }
            Self::Insert(at, piece) => text.insert_str(place(at), piece),
            Self::Cut(at) => text.truncate(place(at)),
            Self::Splice(at, other) => {
                let other = &other.get(&CASES)[0].1;
                let from = (0..=other.len()).rev().find(|at| *at <= other.len() / 2 && other.is_char_boundary(*at));
                text.truncate(place(at));
                text.push_str(&other[from.unwrap_or_default()..]);
            }
        }
    }
}

/// A case of which one file has damage, and which one that is.
fn damaged() -> impl Strategy<Value = (Vec<(String, String)>, usize)> {
    (any::<Index>(), any::<Index>(), proptest::collection::vec(damage(), 1..4)).prop_map(|(case, file, damages)| {
        let mut files = case.get(&CASES).clone();
        let at = file.index(files.len());
        for damage in &damages {
            damage.apply(&mut files[at].1);
        }
        (files, at)
    })
}

/// What is said, with lines and columns for places.
fn said(files: Vec<(String, String)>) -> Vec<String> {
    let compiled = compile(files);
    let place = |label: &Label| {
        let position = compiled.sources.position(label.span);
        let path = compiled.sources.file(label.span.file).path();
        format!(" {path}:{}:{} {}", position.line, position.column, label.text)
    };
    let one = |found: &Diagnostic| {
        format!("{} {}{}", found.code, found.headline, found.labels.iter().map(place).collect::<Vec<_>>().concat())
    };
    compiled.diagnostics.iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_case_has_findings_at_places_and_makes_nothing_panic((files, at) in damaged()) {
        let wrong = unsound(&compile(files.clone()));
        prop_assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), files[at].1);
    }

    /// Even of what is no YAML, the same is said at the same lines and columns.
    #[test]
    fn lines_may_end_as_on_windows((mut files, _) in damaged()) {
        for (_, text) in &mut files {
            *text = text.replace('\r', "");
        }
        let as_on_windows = files.iter().map(|(path, text)| (path.clone(), text.replace('\n', "\r\n"))).collect();
        prop_assert_eq!(said(files), said(as_on_windows));
    }
}
