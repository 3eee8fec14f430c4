use std::path::Path;

/// `path` as a reference of a URI: with `/` between its parts, and everything else that is not plain in percent.
pub(super) fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// An absolute path as a URI.
pub(super) fn of_file(path: &Path) -> String {
    format!("file://{}", encoded(&path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_characters_stand_for_themselves() {
        assert_eq!(encoded("a b/ü#1?.yaml"), "a%20b/%C3%BC%231%3F.yaml");
        assert_eq!(encoded("c:d%/e\n"), "c%3Ad%25/e%0A");
        assert_eq!(of_file(Path::new("/a b")), "file:///a%20b");
    }
}
