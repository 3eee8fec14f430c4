//! Places as editors count them: lines and columns from 0, a column in units of the negotiated encoding.

use lsp_types::{Position, PositionEncodingKind};

/// The unit in which a column is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Halves of a pair count each: the unit of JavaScript, and the one that every client has.
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best that a client offers; the one that all have if it offers nothing.
    pub(crate) fn choose(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offers = |kind: &PositionEncodingKind| offered.is_some_and(|offered| offered.contains(kind));
        if offers(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offers(&PositionEncodingKind::UTF16) || !offers(&PositionEncodingKind::UTF32) {
            Self::Utf16
        } else {
            Self::Utf32
        }
    }

    /// The word for it in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// Where the lines of a text start. LF, CR LF and a lone CR end a line, as the protocol has it.
#[derive(Debug)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    /// Whether every character is one unit in each encoding, so that a column in a long line need not be counted.
    ascii: bool,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(|at| ends(*at)).map(|at| at + 1));
        Self { starts: starts.collect(), ascii: text.is_ascii() }
    }

    /// The line `line` of `text` without its end, and where it starts.
    fn line<'t>(&self, text: &'t str, line: usize) -> (usize, &'t str) {
        let start = self.starts[line];
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        (start, text[start..end].trim_end_matches(['\r', '\n']))
    }

    /// The place of the byte `offset`. What lies in the end of a line is at the end of its text.
    pub(crate) fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let number = self.starts.partition_point(|start| *start <= offset) - 1;
        let (start, line) = self.line(text, number);
        if self.ascii {
            return Position { line: number as u32, character: (offset - start).min(line.len()) as u32 };
        }
        let before = line.char_indices().take_while(|(at, character)| start + at + character.len_utf8() <= offset);
        let column: usize = before.map(|(_, character)| encoding.width(character)).sum();
        Position { line: number as u32, character: column as u32 }
    }

    /// The byte at `position`. What is past a line's end is its end, and what is past the last line is the text's.
    pub(crate) fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let number = position.line as usize;
        if number >= self.starts.len() {
            return text.len();
        }
        let (start, line) = self.line(text, number);
        let mut left = position.character as usize;
        if self.ascii {
            return start + left.min(line.len());
        }
        for (at, character) in line.char_indices() {
            let width = encoding.width(character);
            if left < width {
                return start + at;
            }
            left -= width;
        }
        start + line.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: \u{1f600}\u{e4}x\r\n\tb\rc\n";

    #[test]
    fn a_column_is_counted_in_the_unit_of_the_encoding() {
        let lines = Lines::new(TEXT);
        let x = TEXT.find('x').unwrap();
        for (encoding, column) in [(Encoding::Utf8, 9), (Encoding::Utf16, 6), (Encoding::Utf32, 5)] {
            let position = Position { line: 0, character: column };
            assert_eq!(lines.position(TEXT, x, encoding), position, "{encoding:?}");
            assert_eq!(lines.offset(TEXT, position, encoding), x, "{encoding:?}");
        }
    }

    #[test]
    fn every_character_has_a_place_that_leads_back() {
        let lines = Lines::new(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (at, character) in TEXT.char_indices().filter(|(_, character)| *character != '\n') {
                let position = lines.position(TEXT, at, encoding);
                assert_eq!(lines.offset(TEXT, position, encoding), at, "{character:?} {encoding:?}");
            }
        }
    }

    #[test]
    fn a_text_without_wide_characters_is_counted_the_same() {
        let text = "ab\r\ncd";
        let lines = Lines::new(text);
        for (offset, line, character) in [(0, 0, 0), (2, 0, 2), (3, 0, 2), (5, 1, 1), (6, 1, 2)] {
            assert_eq!(lines.position(text, offset, Encoding::Utf16), Position { line, character }, "{offset}");
        }
        assert_eq!(lines.offset(text, Position { line: 0, character: 9 }, Encoding::Utf16), 2);
        assert_eq!(lines.offset(text, Position { line: 1, character: 1 }, Encoding::Utf16), 5);
    }

    #[test]
    fn each_way_to_end_a_line_ends_one() {
        let lines = Lines::new(TEXT);
        let place = |character| lines.position(TEXT, TEXT.find(character).unwrap(), Encoding::Utf16);
        assert_eq!(place('b'), Position { line: 1, character: 1 });
        assert_eq!(place('c'), Position { line: 2, character: 0 });
        assert_eq!(lines.position(TEXT, TEXT.len(), Encoding::Utf16), Position { line: 3, character: 0 });
    }

    #[test]
    fn what_lies_outside_or_within_a_character_is_the_nearest_before() {
        let lines = Lines::new(TEXT);
        let offset = |line, character| lines.offset(TEXT, Position { line, character }, Encoding::Utf16);
        assert_eq!(offset(0, 4), 3);
        assert_eq!(offset(0, 99), TEXT.find('\r').unwrap());
        assert_eq!(offset(99, 0), TEXT.len());
        assert_eq!(lines.position(TEXT, 5, Encoding::Utf16), Position { line: 0, character: 3 });
    }

    #[test]
    fn the_encoding_is_one_that_the_client_offers() {
        let kinds = |kinds: &[PositionEncodingKind]| Encoding::choose(Some(kinds));
        assert_eq!(Encoding::choose(None), Encoding::Utf16);
        assert_eq!(kinds(&[]), Encoding::Utf16);
        assert_eq!(kinds(&[PositionEncodingKind::UTF16, PositionEncodingKind::UTF8]), Encoding::Utf8);
        assert_eq!(kinds(&[PositionEncodingKind::UTF32]), Encoding::Utf32);
    }
}
