//! Changes of the text that keep it YAML in the style that it is written in: entries of mappings that go and come.

use meshc_source::Span;

use crate::tree::{Kind, Tree};

/// An entry of a mapping as it is written.
struct Place {
    map: u32,
    key: u32,
    value: u32,
}

/// What has to be taken out of `text` so that the entry whose key is at `key` is gone, with its comma or its line; a
/// mapping that would be left empty goes with it. `None` where that would take more, or cannot be told.
pub fn remove_entry(tree: &Tree, text: &str, key: Span) -> Option<Span> {
    let mut place = find(tree, key.start)?;
    while tree.pairs(place.map).count() == 1 {
        place = find_value(tree, place.map)?;
    }
    let (start, end) =
        if is_flow(tree, text, place.map) { flow(tree, text, &place)? } else { lines(tree, text, &place)? };
    Some(Span::new(key.file, start, end))
}

/// What has to be put before the key at `key` so that its mapping has another entry: `name`, with `value` in quotes.
pub fn insert_entry(tree: &Tree, text: &str, key: Span, name: &str, value: &str) -> Option<String> {
    let place = find(tree, key.start)?;
    if is_flow(tree, text, place.map) {
        let quote = if text[key.start as usize..].starts_with('"') { "\"" } else { "" };
        return Some(format!("{quote}{name}{quote}: \"{value}\", "));
    }
    let line = line_start(text, key.start);
    let before = &text[line as usize..key.start as usize];
    let is_lead = before.chars().all(|c| matches!(c, ' ' | '-'));
    let lead = before.replace('-', " ");
    let break_ = if text[..key.start as usize].contains("\r\n") { "\r\n" } else { "\n" };
    is_lead.then(|| format!("{name}: \"{value}\"{break_}{lead}"))
}

fn find(tree: &Tree, key: u32) -> Option<Place> {
    search(tree, |found, _| tree.raw(found).start == key)
}

fn find_value(tree: &Tree, wanted: u32) -> Option<Place> {
    search(tree, |_, value| value == wanted)
}

fn search(tree: &Tree, wanted: impl Fn(u32, u32) -> bool) -> Option<Place> {
    let maps = (0..).zip(&tree.nodes).filter(|(_, raw)| raw.kind == Kind::Map).map(|(at, _)| at);
    maps.flat_map(|map| tree.pairs(map).map(move |(key, value)| Place { map, key, value }))
        .find(|place| wanted(place.key, place.value))
}

fn is_flow(tree: &Tree, text: &str, map: u32) -> bool {
    text[tree.raw(map).start as usize..].starts_with('{')
}

/// With the comma that parts it from the next entry, or from the one before.
fn flow(tree: &Tree, text: &str, place: &Place) -> Option<(u32, u32)> {
    let pairs: Vec<_> = tree.pairs(place.map).collect();
    let at = pairs.iter().position(|(key, _)| *key == place.key)?;
    let (start, end) = match (at.checked_sub(1), pairs.get(at + 1)) {
        (_, Some((next, _))) => (tree.raw(place.key).start, tree.raw(*next).start),
        (Some(before), None) => (tree.raw(pairs[before].1).end, tree.raw(place.value).end),
        (None, None) => return None,
    };
    // A comment between them may be about the other one.
    (!text[start as usize..end as usize].contains('#')).then_some((start, end))
}

/// The whole lines, if nothing else stands on them but a comment behind the value.
fn lines(tree: &Tree, text: &str, place: &Place) -> Option<(u32, u32)> {
    let start = line_start(text, tree.raw(place.key).start);
    let before = &text[start as usize..tree.raw(place.key).start as usize];
    // A value of nothing ends where its key does, and a colon follows.
    let end = tree.raw(place.value).end.max(tree.raw(place.key).end);
    let rest = &text[end as usize..];
    let (rest, line_break) = rest.split_once('\n').map_or((rest, 0), |(rest, _)| (rest, 1));
    let behind = rest.trim().strip_prefix(':').unwrap_or(rest.trim()).trim();
    let alone = before.trim_matches(' ').is_empty() && (behind.is_empty() || behind.starts_with('#'));
    // A block of text has its line break within it.
    let end = if text[..end as usize].ends_with('\n') { end } else { end + rest.len() as u32 + line_break };
    alone.then_some((start, end))
}

fn line_start(text: &str, at: u32) -> u32 {
    text[..at as usize].rfind('\n').map_or(0, |before| before as u32 + 1)
}

#[cfg(test)]
mod tests {
    use meshc_diag::Diagnostics;
    use meshc_source::FileId;

    use super::*;
    use crate::parse;

    /// Applies `change` to the entry whose key is at `§`.
    fn apply(marked: &str, change: impl Fn(&Tree, &str, Span) -> Option<(Span, String)>) -> Option<String> {
        let at = marked.find('§').expect("it is marked") as u32;
        let mut text = marked.replace('§', "");
        let tree = parse(FileId(0), &text, &mut Diagnostics::new());
        let (span, new) = change(&tree, &text, Span::new(FileId(0), at, at))?;
        text.replace_range(span.start as usize..span.end as usize, &new);
        Some(text)
    }

    #[test]
    fn an_entry_goes_with_what_belongs_to_it() {
        for (marked, expected) in [
            ("a:\n  §b: 1\n  c: 2\n", Some("a:\n  c: 2\n")),
            ("a:\n  b: 1\n  §c: 2 # why\nd: 3\n", Some("a:\n  b: 1\nd: 3\n")),
            ("a: 1\n§b: 2", Some("a: 1\n")),
            ("a: 1\r\n§b: 2\r\nc: 3\r\n", Some("a: 1\r\nc: 3\r\n")),
            ("x: 1\na:\n  §b: 1\nc: 2\n", Some("x: 1\nc: 2\n")),
            ("a: {§b: 1, c: 2}\n", Some("a: {c: 2}\n")),
            ("a: {b: 1, §c: 2}\n", Some("a: {b: 1}\n")),
            ("x: 1\na: {§b: 1}\n", Some("x: 1\n")),
            ("{\"a\": {§\"b\": \"1\",\n \"c\": 2}}", Some("{\"a\": {\"c\": 2}}")),
            ("a: 1\n§b: |\n  text\n  more\nc: 2\n", Some("a: 1\nc: 2\n")),
            ("a: 1\n§b:\nc: 2\n", Some("a: 1\nc: 2\n")),
            ("x:\n- §b: 1\n  c: 2\n", None),
            ("§b: 1\n", None),
            ("a: {b: 1, # why\n §c: 2}\n", None),
        ] {
            let found = apply(marked, |tree, text, key| Some((remove_entry(tree, text, key)?, String::new())));
            assert_eq!(found.as_deref(), expected, "{marked}");
        }
    }

    #[test]
    fn an_entry_comes_in_the_style_of_its_neighbor() {
        for (marked, expected) in [
            ("a:\n  §b: 1\n", "a:\n  n: \"v\"\n  b: 1\n"),
            ("x:\n- §b: 1\n", "x:\n- n: \"v\"\n  b: 1\n"),
            ("a:\r\n  §b: 1\r\n", "a:\r\n  n: \"v\"\r\n  b: 1\r\n"),
            ("a: {§b: 1}\n", "a: {n: \"v\", b: 1}\n"),
            ("{§\"b\": 1}\n", "{\"n\": \"v\", \"b\": 1}\n"),
        ] {
            let found = apply(marked, |tree, text, key| Some((key, insert_entry(tree, text, key, "n", "v")?)));
            assert_eq!(found.as_deref(), Some(expected), "{marked}");
        }
    }
}
