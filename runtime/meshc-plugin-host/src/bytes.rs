//! Tells by its first bytes what a file is.

use crate::error::Error;
use crate::limits::Limits;

/// What a file can be that is WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A core module, which compilers of languages write.
    Module,
    /// A component, which plugins are.
    Component,
}

/// How WebAssembly starts.
const MAGIC: &[u8] = b"\0asm";

/// Tells the kind of WebAssembly.
pub(crate) fn kind(bytes: &[u8]) -> Result<Kind, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err(not_wasm(bytes));
    };
    // The binary format splits these bytes into a version and a layer: a component is version 13 of layer 1.
    match rest.first_chunk() {
        None => Err(Error::Invalid { cause: "it ends within its first 8 bytes".to_owned() }),
        Some([1, 0, 0, 0]) => Ok(Kind::Module),
        Some([13, 0, 1, 0]) => Ok(Kind::Component),
        Some(version) => Err(Error::UnknownVersion { version: u32::from_le_bytes(*version) }),
    }
}

/// Checks size and kind of what is to be loaded.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    if bytes.len() > limits.file_bytes {
        return Err(Error::TooLarge { bytes: bytes.len(), limit: limits.file_bytes });
    }
    match kind(bytes)? {
        Kind::Module => Err(Error::CoreModule),
        Kind::Component => Ok(()),
    }
}

fn not_wasm(bytes: &[u8]) -> Error {
    if MAGIC.starts_with(bytes) {
        return Error::Invalid { cause: "it ends within its first 8 bytes".to_owned() };
    }
    let text = bytes.trim_ascii_start();
    let hint = if text.starts_with(b"(") || text.starts_with(b";;") {
        ": it looks like the text format, which has to be assembled first"
    } else if bytes.starts_with(b"\x7fELF") {
        ": it is a native program or library"
    } else if text.starts_with(b"package ") {
        ": it looks like WIT, which describes plugins"
    } else {
        ""
    };
    Error::NotWasm { hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        assert_eq!(kind(b"\0asm\x01\0\0\0").unwrap(), Kind::Module);
        assert_eq!(kind(b"\0asm\x0d\0\x01\0").unwrap(), Kind::Component);
    }

    #[test]
    fn what_is_no_webassembly_is_refused_in_its_own_words() {
        let table: [(&[u8], &str); 7] = [
            (b"", "the file is empty"),
            (b"\0a", "the file is not a valid component: it ends within its first 8 bytes"),
            (b"\0asm\x0d", "the file is not a valid component: it ends within its first 8 bytes"),
            (b"\0asm\x02\0\0\0", "the file is WebAssembly of the unknown version 2"),
            (b"weights: 3", "the file is not WebAssembly"),
            (
                b"(module)",
                "the file is not WebAssembly: it looks like the text format, which has to be assembled first",
            ),
            (b"\x7fELF\x02", "the file is not WebAssembly: it is a native program or library"),
        ];
        for (bytes, expected) in table {
            assert_eq!(kind(bytes).unwrap_err().to_string(), expected);
        }
    }
}
