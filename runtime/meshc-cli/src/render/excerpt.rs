//! The lines of a file around some places, as miette reads them.
//!
//! miette prints whole lines, and finds lines from the start of a text. So it gets a small text of its own: the lines
//! that it will print, each cut to what a person can read and without what a terminal would obey. Line numbers and
//! columns stay those of the file.

use std::collections::BTreeMap;

use meshc_diag::Label;
use meshc_source::{Position, SourceFile};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::plain::shown;

/// How many lines are shown before and behind a place.
pub(super) const CONTEXT: usize = 1;

/// The longest line in bytes that is shown whole.
const LONGEST: usize = 240;

/// How many characters before a place are shown of a line that is cut.
const BEFORE: usize = 40;

/// How many characters of a line that is cut are shown.
const SHOWN: usize = 100;

/// How many lines of a place are shown; of a longer one only the first is marked.
const LINES_OF_A_PLACE: usize = 8;

/// What stands for the part of a line that is cut off.
const CUT: &str = "…";

/// A place within an excerpt.
#[derive(Debug)]
pub(super) struct Placed<'d> {
    pub(super) label: &'d Label,
    /// Where the excerpt has it.
    pub(super) range: (usize, usize),
}

/// Lines of a file.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The places in the file, by where they start in the excerpt.
    positions: BTreeMap<usize, Position>,
}

/// A line of an excerpt.
#[derive(Debug)]
struct Line {
    /// Its number in the file, from 0.
    number: usize,
    /// Where it starts in the excerpt.
    start: usize,
    /// The part of the file that is shown.
    from: usize,
    to: usize,
    /// Where it ends in the file.
    end: usize,
    /// The length of what stands before that part.
    lead: usize,
}

/// A place in a file, cut to what is shown of it.
struct Wanted<'d> {
    label: &'d Label,
    start: usize,
    end: usize,
    lines: std::ops::RangeInclusive<usize>,
}

impl Excerpt {
    /// The lines around `labels`, which are in `file`, the most important first. Of a line that is cut, a place that is
    /// far from the first one in it is not shown; those come back.
    pub(super) fn new<'d>(
        file: &SourceFile,
        name: String,
        labels: impl Iterator<Item = &'d Label>,
    ) -> (Self, Vec<Placed<'d>>, Vec<&'d Label>) {
        let wanted: Vec<_> = labels.map(|label| Wanted::new(label, file)).collect();
        let mut excerpt = Self { name, text: String::new(), lines: Vec::new(), positions: BTreeMap::new() };
        for (number, anchor) in lines_around(&wanted, file) {
            excerpt.add(file, number, anchor);
        }
        let (mut placed, mut left) = (Vec::new(), Vec::new());
        for Wanted { label, start, end, lines } in wanted {
            let Some(from) = excerpt.find(*lines.start(), start, file.text()) else {
                left.push(label);
                continue;
            };
            let to = excerpt.find_end(*lines.end(), end, file.text()).max(from);
            excerpt.positions.insert(from, file.lines().position(file.text(), label.span.start));
            placed.push(Placed { label, range: (from, to - from) });
        }
        (excerpt, placed, left)
    }

    /// Adds a line, cut around `anchor` if it is long.
    fn add(&mut self, file: &SourceFile, number: usize, anchor: Option<usize>) {
        let text = file.text();
        let (start, end) = line_range(file, number);
        let (from, to) = if end - start <= LONGEST {
            (start, end)
        } else {
            let anchor = anchor.unwrap_or(start);
            let from = text[start..anchor].char_indices().rev().nth(BEFORE).map_or(start, |(at, _)| start + at);
            (from, text[from..end].char_indices().nth(SHOWN).map_or(end, |(at, _)| from + at))
        };
        let lead = if from > start { CUT } else { "" };
        self.lines.push(Line { number, start: self.text.len(), from, to, end, lead: lead.len() });
        self.text.push_str(lead);
        self.text.extend(text[from..to].chars().map(shown));
        if to < end {
            self.text.push_str(CUT);
        }
        self.text.push('\n');
    }

    fn line(&self, number: usize) -> &Line {
        let at = self.lines.partition_point(|line| line.number < number);
        &self.lines[at]
    }

    /// Where the byte `offset` of the file is shown, if it is.
    fn find(&self, number: usize, offset: usize, text: &str) -> Option<usize> {
        let line = self.line(number);
        // What begins at the end of a line is shown behind it.
        let offset = offset.min(line.end);
        (line.from..=line.to).contains(&offset).then(|| line.place_of(offset, text))
    }

    /// Where a range that ends at `offset` ends as far as it is shown.
    fn find_end(&self, number: usize, offset: usize, text: &str) -> usize {
        let line = self.line(number);
        line.place_of(offset.clamp(line.from, line.to), text)
    }

    /// The line that holds the byte `at` of the excerpt.
    fn line_at(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.start <= at).saturating_sub(1)
    }

    /// Where the line at `at` starts; the end of the text for any later one.
    fn start_of(&self, at: usize) -> usize {
        self.lines.get(at).map_or(self.text.len(), |line| line.start)
    }

    /// Whether the lines at `at` and behind it follow each other in the file.
    fn goes_on(&self, at: usize) -> bool {
        self.lines.get(at + 1).is_some_and(|next| next.number == self.lines[at].number + 1)
    }
}

impl Line {
    fn place_of(&self, offset: usize, text: &str) -> usize {
        self.start + self.lead + text[self.from..offset].chars().map(|c| shown(c).len_utf8()).sum::<usize>()
    }
}

impl<'d> Wanted<'d> {
    fn new(label: &'d Label, file: &SourceFile) -> Self {
        let text = file.text();
        let boundary = |offset: u32| text.floor_char_boundary(offset as usize);
        let (start, mut end) = (boundary(label.span.start), boundary(label.span.end));
        let first = file.lines().line_of(start as u32);
        let mut last = file.lines().line_of(end.saturating_sub(1).max(start) as u32);
        if last - first >= LINES_OF_A_PLACE {
            last = first;
            end = line_range(file, first).1;
        }
        Self { label, start, end, lines: first..=last }
    }
}

/// The lines that are shown, each with the place that it is cut around.
fn lines_around(wanted: &[Wanted<'_>], file: &SourceFile) -> BTreeMap<usize, Option<usize>> {
    let mut lines = BTreeMap::new();
    for place in wanted {
        let last = last_line(file).max(*place.lines.end());
        for number in place.lines.start().saturating_sub(CONTEXT)..=(place.lines.end() + CONTEXT).min(last) {
            lines.entry(number).or_insert(None);
        }
        lines.entry(*place.lines.start()).and_modify(|anchor| {
            anchor.get_or_insert(place.start);
        });
    }
    lines
}

/// The last line that says something.
fn last_line(file: &SourceFile) -> usize {
    let last = file.lines().len() - 1;
    let (start, end) = line_range(file, last);
    if start == end { last.saturating_sub(1) } else { last }
}

/// The bytes of a line without its end.
fn line_range(file: &SourceFile, number: usize) -> (usize, usize) {
    let text = file.text();
    let start = file.lines().start_of(number, text) as usize;
    let end = file.lines().start_of(number + 1, text) as usize;
    let line = &text[start..end];
    (start, start + line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line)).len())
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > self.text.len() || self.lines.is_empty() {
            return Err(MietteError::OutOfBounds);
        }
        let mut first = self.line_at(start);
        let mut last = self.line_at(end.max(start + 1) - 1);
        // miette asks for a span alone, to tell where it is, by asking for no line around it.
        if lines_before == 0 {
            let position = self.positions.get(&start);
            let line = position.map_or(self.lines[first].number, |position| position.line as usize - 1);
            let column = position.map_or(0, |position| position.column as usize - 1);
            return Ok(Box::new(self.contents(start, end, line, column, last - first + 1)));
        }
        for _ in 0..lines_before {
            first -= usize::from(first > 0 && self.goes_on(first - 1));
        }
        for _ in 0..lines_after {
            last += usize::from(self.goes_on(last));
        }
        let (from, to) = (self.start_of(first), self.start_of(last + 1));
        Ok(Box::new(self.contents(from, to, self.lines[first].number, 0, last - first + 1)))
    }
}

impl Excerpt {
    fn contents(&self, from: usize, to: usize, line: usize, column: usize, count: usize) -> MietteSpanContents<'_> {
        let data = &self.text.as_bytes()[from..to];
        MietteSpanContents::new_named(self.name.clone(), data, (from, to - from).into(), line, column, count)
    }
}

#[cfg(test)]
mod tests {
    use meshc_source::{FileId, Span};

    use super::*;

    fn label(start: usize, end: usize) -> Label {
        Label { span: Span::new(FileId(0), start as u32, end as u32), text: String::new() }
    }

    /// What is marked of a text, and the text that is shown.
    fn marked(text: &str, labels: &[Label]) -> (Vec<String>, String) {
        let file = SourceFile::new("x.yaml", text.as_bytes().to_vec());
        let (excerpt, placed, _) = Excerpt::new(&file, "x.yaml".to_owned(), labels.iter());
        let marks = placed.iter().map(|placed| {
            let (start, length) = placed.range;
            excerpt.text[start..start + length].to_owned()
        });
        (marks.collect(), excerpt.text)
    }

    /// Every place of a small text is marked as it is, whatever ends its lines.
    #[test]
    fn every_place_is_found_again() {
        let text = "a: 1\r\nb:\n  c: é\n\nlast: 你好";
        for start in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (start..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let (marks, shown) = marked(text, &[label(start, end)]);
                let expected = text[start..end].replace('\r', "");
                assert_eq!(marks[0].trim_end(), expected.trim_end(), "{start}..{end}");
                assert!(shown.lines().count() <= text.lines().count());
            }
        }
    }

    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let text = format!("before\nx: {}WRONG{}\nbehind", "é".repeat(5_000_000), "ü".repeat(1_000_000));
        let start = text.find("WRONG").unwrap();
        let (marks, shown) = marked(&text, &[label(start, start + 5)]);
        assert_eq!(marks, ["WRONG"]);
        assert!(shown.starts_with("before\n…é") && shown.ends_with("ü…\nbehind\n") && shown.len() < 300, "{shown}");
        let file = SourceFile::new("x.yaml", text.into_bytes());
        let label = label(start, start + 5);
        let (excerpt, placed, _) = Excerpt::new(&file, "x.yaml".to_owned(), [&label].into_iter());
        let alone = excerpt.read_span(&placed[0].range.into(), 0, 0).unwrap();
        assert_eq!((alone.line(), alone.column()), (1, 5_000_003));
    }

    #[test]
    fn a_place_that_is_cut_off_comes_back() {
        let text = format!("a{}b", " ".repeat(1_000));
        let file = SourceFile::new("x.yaml", text.as_bytes().to_vec());
        let labels = [label(0, 1), label(1_001, 1_002)];
        let (_, placed, left) = Excerpt::new(&file, "x.yaml".to_owned(), labels.iter());
        assert_eq!(placed.len(), 1);
        assert_eq!(left, [&labels[1]]);
    }

    #[test]
    fn of_a_place_with_many_lines_the_first_is_marked() {
        let text = "- a\n".repeat(1_000);
        let (marks, shown) = marked(&text, &[label(0, text.len())]);
        assert_eq!((marks[0].as_str(), shown.as_str()), ("- a", "- a\n- a\n"));
    }

    #[test]
    fn a_terminal_obeys_nothing_of_an_excerpt() {
        let (marks, shown) = marked("\u{1b}[31ma\r: \u{202e}b\n", &[label(5, 6)]);
        assert_eq!((marks[0].as_str(), shown.as_str()), ("a", "\u{241b}[31ma\u{240d}: \u{fffd}b\n"));
    }
}
