//! Several changes of one text.

use std::collections::BTreeMap;

use meshc_diag::{Edit, Fix};
use meshc_source::{FileId, Span};

/// The fixes that do not touch each other, the first of those that do.
pub(super) fn apart(fixes: &[Fix]) -> Vec<&Fix> {
    // What is taken, by its start.
    let mut taken = BTreeMap::<(FileId, u32), u32>::new();
    let mut chosen = Vec::new();
    for fix in fixes.iter().filter(|fix| !fix.edits.is_empty()) {
        if fix.edits.iter().any(|edit| touches(&taken, edit.span)) {
            continue;
        }
        taken.extend(fix.edits.iter().map(|edit| ((edit.span.file, edit.span.start), edit.span.end)));
        chosen.push(fix);
    }
    chosen
}

fn touches(taken: &BTreeMap<(FileId, u32), u32>, span: Span) -> bool {
    let before = taken.range(..=(span.file, span.end)).next_back();
    before.is_some_and(|((file, _), end)| *file == span.file && *end >= span.start)
}

/// The text of `file` after `fixes`.
pub(super) fn apply(text: &str, file: FileId, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).filter(|edit| edit.span.file == file).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        changed.push_str(&text[at..edit.span.start as usize]);
        changed.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    changed.push_str(&text[at..]);
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let edit = |(start, end, text): &(u32, u32, &str)| Edit::replace(Span::new(FileId(0), *start, *end), *text);
        Fix::certain("do it", edits.iter().map(edit).collect())
    }

    #[test]
    fn changes_are_made_from_places_of_the_first_text() {
        let fixes = [fix(&[(4, 5, "yy")]), fix(&[(0, 1, ""), (2, 2, "x")])];
        assert_eq!(apply("abcdefg", FileId(0), &fixes.iter().collect::<Vec<_>>()), "bxcdyyfg");
        assert_eq!(apply("abc", FileId(1), &fixes.iter().collect::<Vec<_>>()), "abc");
    }

    #[test]
    fn of_two_that_touch_the_first_is_made() {
        let fixes = [fix(&[(2, 4, "x")]), fix(&[(4, 6, "y")]), fix(&[(0, 1, "z")]), fix(&[(5, 6, "w")])];
        let chosen: Vec<_> = apart(&fixes).into_iter().map(|fix| fix.edits[0].text.as_str()).collect();
        assert_eq!(chosen, ["x", "z", "w"]);
    }
}
