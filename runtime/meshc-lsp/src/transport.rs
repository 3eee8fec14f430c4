//! Messages on a stream of bytes: a header with the length, an empty line, the text.

use std::io::{self, BufRead, Read, Write};

/// The longest message that is read: more than the largest manifest takes.
const LONGEST_MESSAGE: u64 = 512 << 20;

/// The longest line of a header that is read.
const LONGEST_LINE: u64 = 4096;

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A text, whatever it says.
    Text(Vec<u8>),
    /// A header that does not say how long the text is, and why.
    Malformed(String),
}

/// Reads the next message. `None` at the end.
///
/// # Errors
/// If the stream fails, ends within a message, or goes on in a way that no message can.
pub(crate) fn read(input: &mut impl BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    let mut fault = None;
    loop {
        let Some(line) = read_line(input)? else {
            return Ok(fault.map(Frame::Malformed));
        };
        if line.is_empty() {
            match (length, fault.take()) {
                (Some(length), _) => return read_text(input, length).map(|text| Some(Frame::Text(text))),
                (None, Some(fault)) => return Ok(Some(Frame::Malformed(fault))),
                (None, None) => continue,
            }
        }
        match header(&line) {
            Ok(Some(found)) => length = Some(found),
            Ok(None) => fault = Some("a header without `Content-Length`".to_owned()),
            Err(why) => fault = Some(why),
        }
    }
}

/// A line without its end; `None` at the end of the stream.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    input.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a line of a header has no end"));
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()))
}

/// The length that a line of a header gives, if it is that line.
fn header(line: &str) -> Result<Option<u64>, String> {
    let Some((name, value)) = line.split_once(':') else {
        return Err(format!("`{line}` is no header"));
    };
    if !name.trim().eq_ignore_ascii_case("content-length") {
        return Ok(None);
    }
    value.trim().parse().map(Some).map_err(|_| format!("`{}` is no length", value.trim()))
}

fn read_text(input: &mut impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    if length > LONGEST_MESSAGE {
        let text = format!("a message of {length} bytes is longer than {} MiB", LONGEST_MESSAGE >> 20);
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    // It grows with what comes, not with what was promised.
    let mut text = Vec::new();
    input.take(length).read_to_end(&mut text)?;
    if (text.len() as u64) < length {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the input ends within a message"));
    }
    Ok(text)
}

/// Writes one message.
///
/// # Errors
/// If the stream fails.
pub(crate) fn write(output: &mut impl Write, text: &str) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> Vec<Result<Frame, String>> {
        let mut found = Vec::new();
        loop {
            match read(&mut bytes) {
                Ok(Some(frame)) => found.push(Ok(frame)),
                Ok(None) => return found,
                Err(error) => {
                    found.push(Err(error.to_string()));
                    return found;
                }
            }
        }
    }

    fn text(text: &str) -> Frame {
        Frame::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn messages_follow_each_other() {
        let bytes = b"Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x\r\n\r\n[1]";
        assert_eq!(all(bytes), [Ok(text("{}")), Ok(text("[1]"))]);
    }

    #[test]
    fn what_was_written_is_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, "\"\u{1f600}\"").unwrap();
        assert_eq!(all(&bytes), [Ok(text("\"\u{1f600}\""))]);
    }

    #[test]
    fn a_header_that_cannot_be_read_is_told_and_the_next_message_is_read() {
        let next = "Content-Length: 2\r\n\r\n{}";
        for (header, why) in [
            ("Content-Length: two\r\n\r\n", "`two` is no length"),
            ("Content-Length: -1\r\n\r\n", "`-1` is no length"),
            ("hello\r\n\r\n", "`hello` is no header"),
            ("Content-Type: x\r\n\r\n", "a header without `Content-Length`"),
        ] {
            let expected = [Ok(Frame::Malformed(why.to_owned())), Ok(text("{}"))];
            assert_eq!(all(format!("{header}{next}").as_bytes()), expected, "{header}");
        }
    }

    #[test]
    fn what_cannot_go_on_ends_with_a_reason() {
        for (bytes, why) in [
            (
                "Content-Length: 99999999999\r\n\r\n{}".to_owned(),
                "a message of 99999999999 bytes is longer than 512 MiB",
            ),
            ("Content-Length: 9\r\n\r\n{}".to_owned(), "the input ends within a message"),
            ("x".repeat(5000), "a line of a header has no end"),
        ] {
            assert_eq!(all(bytes.as_bytes()), [Err(why.to_owned())]);
        }
    }
}
