//! Paths as URIs, and back.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use lsp_types::Uri;

/// The path that a `file:` URI names on this machine.
pub(crate) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let encoded = rest.strip_prefix("localhost").unwrap_or(rest);
    let encoded = encoded.split(['?', '#']).next()?;
    if !encoded.starts_with('/') {
        return None;
    }
    let path = PathBuf::from(OsString::from_vec(decode(encoded.as_bytes())));
    // Without `.` and doubled slashes, so that equal paths are equal.
    Some(path.components().collect())
}

fn decode(encoded: &[u8]) -> Vec<u8> {
    let digit = |at: usize| encoded.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while at < encoded.len() {
        match (encoded[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

/// The URI of an absolute path.
pub(crate) fn of_path(path: &Path) -> Uri {
    let mut text = "file://".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => text.push(char::from(*byte)),
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    Uri(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_a_uri_that_leads_back() {
        for path in ["/a/b.yaml", "/with space/100%/\u{e4}\u{1f600}#?.yaml", "/c:/x"] {
            assert_eq!(to_path(&of_path(Path::new(path))), Some(PathBuf::from(path)), "{path}");
        }
    }

    #[test]
    fn uris_of_other_editors_lead_to_the_same_path() {
        for (uri, path) in [
            ("file:///a/b%20c.yaml", Some("/a/b c.yaml")),
            ("file:///a/b c.yaml", Some("/a/b c.yaml")),
            ("file://localhost/a.yaml", Some("/a.yaml")),
            ("file:///a//./b.yaml", Some("/a/b.yaml")),
            ("file:///a/50%.yaml", Some("/a/50%.yaml")),
            ("untitled:Untitled-1", None),
            ("file://elsewhere/a.yaml", None),
            ("", None),
        ] {
            assert_eq!(to_path(&uri.into()), path.map(PathBuf::from), "{uri}");
        }
    }
}
