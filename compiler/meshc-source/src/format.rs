/// What a file is that is not text in UTF-8, as far as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text in another encoding, by its name.
    Encoding(&'static str),
    /// No text at all: what it is, with its article.
    Binary(&'static str),
}

/// How files start that end up among manifests by mistake.
const BINARY: [(&[u8], &str); 7] = [
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"%PDF-", "a PDF document"),
];

impl Format {
    /// Tells what `bytes` are. `None` for UTF-8 and for whatever else is not known.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if let Some((_, what)) = BINARY.iter().find(|(start, _)| bytes.starts_with(start)) {
            return Some(Self::Binary(what));
        }
        // Where there is no byte order mark, characters of ASCII leave zeros in every other byte, or in three of four.
        let encoding = match bytes {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=0xff, ..] | [1..=0xff, 0, 0, 0, ..] => {
                "UTF-32"
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0xff, 0, 1..=0xff, ..] | [1..=0xff, 0, 1..=0xff, 0, ..] => {
                "UTF-16"
            }
            _ => return None,
        };
        Some(Self::Encoding(encoding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_with_and_without_a_mark() {
        let utf16 = |mark: &[u8], to: fn(u16) -> [u8; 2]| {
            let text = "kind: Größe".encode_utf16().flat_map(to);
            mark.iter().copied().chain(text).collect::<Vec<_>>()
        };
        let utf32 = |mark: &[u8], to: fn(u32) -> [u8; 4]| {
            let text = "kind: Größe".chars().flat_map(|c| to(c as u32));
            mark.iter().copied().chain(text).collect::<Vec<_>>()
        };
        for bytes in [
            utf16(b"\xff\xfe", u16::to_le_bytes),
            utf16(b"\xfe\xff", u16::to_be_bytes),
            utf16(b"", u16::to_le_bytes),
            utf16(b"", u16::to_be_bytes),
        ] {
            assert_eq!(Format::of(&bytes), Some(Format::Encoding("UTF-16")), "{bytes:?}");
        }
        for bytes in [
            utf32(b"\xff\xfe\0\0", u32::to_le_bytes),
            utf32(b"\0\0\xfe\xff", u32::to_be_bytes),
            utf32(b"", u32::to_le_bytes),
            utf32(b"", u32::to_be_bytes),
        ] {
            assert_eq!(Format::of(&bytes), Some(Format::Encoding("UTF-32")), "{bytes:?}");
        }
    }

    #[test]
    fn text_is_not_taken_for_anything_else() {
        for text in ["", "a", "a: 1\n", "\u{feff}a: 1\n", "größe: 1\n", "a\0b: 1\n", "% x\n", "PK\n"] {
            assert_eq!(Format::of(text.as_bytes()), None, "{text:?}");
        }
    }
}
