/// A place as people count: line and column start at 1, and a column is a Unicode character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// How many bytes lie between two places of a text up to which its characters are counted once.
const BLOCK: usize = 4096;

/// The starts of a text's lines. Built once a file, and only for files that have something to show.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many characters begin before each block of the text. With it a column is found without reading a line from
    /// its start, which may be very far away.
    characters: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`. A line ends with LF; a CR before it belongs to the line.
    pub fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        let counts = text.as_bytes().chunks(BLOCK).scan(0, |before, block| {
            let here = *before;
            *before += begun_in(block);
            Some(here)
        });
        Self { starts, characters: counts.collect() }
    }

    /// How many lines there are; a text that ends with LF has an empty last one.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: even an empty text has one line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The number, from 0, of the line that holds the byte `offset`.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// The first byte of the line `line`, from 0; the end of the last line for any later one.
    pub fn start_of(&self, line: usize, text: &str) -> u32 {
        self.starts.get(line).copied().unwrap_or(text.len() as u32)
    }

    /// The position of the byte `offset` of `text`, which must be the text this index was made for.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line_of(offset);
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let start = self.starts[line] as usize;
        let before = if end - start < BLOCK {
            begun_in(&text.as_bytes()[start..end])
        } else {
            self.characters_before(text, end) - self.characters_before(text, start)
        };
        Position { line: line as u32 + 1, column: before + 1 }
    }

    /// How many characters begin before the byte `offset`.
    fn characters_before(&self, text: &str, offset: usize) -> u32 {
        let block = (offset / BLOCK).min(self.characters.len().saturating_sub(1));
        self.characters.get(block).copied().unwrap_or(0) + begun_in(&text.as_bytes()[block * BLOCK..offset])
    }
}

/// How many characters begin in these bytes of UTF-8.
fn begun_in(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_start_at_one() {
        let text = "a: 1\nb: \u{e4}\u{f6}x\r\n";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(index.position(text, 5), Position { line: 2, column: 1 });
        let x = text.find('x').unwrap() as u32;
        assert_eq!(index.position(text, x), Position { line: 2, column: 6 });
        assert_eq!(index.position(text, text.len() as u32), Position { line: 3, column: 1 });
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let index = LineIndex::new("");
        assert_eq!(index.len(), 1);
        assert_eq!(index.position("", 0), Position { line: 1, column: 1 });
    }

    #[test]
    fn an_offset_within_a_character_is_that_character() {
        let text = "\u{20ac}uro";
        assert_eq!(LineIndex::new(text).position(text, 1), Position { line: 1, column: 1 });
    }

    #[test]
    fn a_column_is_found_however_long_the_line() {
        let text = format!("x\n{}", "a\u{e4}\u{20ac}\u{1f680}".repeat(3_000));
        let index = LineIndex::new(&text);
        for (count, (at, _)) in text[2..].char_indices().enumerate() {
            assert_eq!(index.position(&text, at as u32 + 2), Position { line: 2, column: count as u32 + 1 });
        }
        let end = index.position(&text, text.len() as u32);
        assert_eq!(end, Position { line: 2, column: 12_001 });
    }
}
