/// A place as people count: line and column start at 1, and a column is a Unicode character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The starts of a text's lines. Built once a file, and only for files that have something to show.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`. A line ends with LF; a CR before it belongs to the line.
    pub fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        Self { starts }
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
        let before = &text[self.starts[line] as usize..end];
        Position { line: line as u32 + 1, column: before.chars().count() as u32 + 1 }
    }
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
}
