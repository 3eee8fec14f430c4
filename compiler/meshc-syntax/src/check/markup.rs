//! M0101 for a file that is HTML or XML: mostly what a server answered in place of the manifest that was asked for.

use meshc_diag::{Code, Diagnostic};
use meshc_source::{FileId, Span};

use super::first_line;

/// How such files start, in any case.
const STARTS: [(&str, &str); 4] =
    [("<!doctype html", "a web page"), ("<html", "a web page"), ("<!doctype", "XML"), ("<?xml", "XML")];

/// Reports the whole of `text` if it starts as a web page does.
pub(crate) fn check(file: FileId, text: &str) -> Option<Diagnostic> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with('<') {
        return None;
    }
    let starts_with = |word: &str| start.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word));
    let (_, what) = STARTS.into_iter().find(|(word, _)| starts_with(word))?;
    let at = Span::new(file, (text.len() - start.len()) as u32, text.len() as u32);
    let diagnostic = Diagnostic::new(Code::InvalidYaml, format!("the file is {what} and not YAML"))
        .at(first_line(text, at), "starts like one")
        .help("if it was downloaded, read what the page says, and ask the server for the raw file");
    Some(diagnostic)
}
