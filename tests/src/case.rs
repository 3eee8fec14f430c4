//! Cases: a project in one file, with what the compiler says as comments under the values that it is about.
//!
//! `--- # file: PATH` begins another file of the project; the first is `case.yaml`. A case without a Mesh has the
//! clusters `cluster1` and `cluster2`. Carets mark the primary place; where they touch the `#`, it is the first of
//! them. Dashes mark the other places. What has no place stands on top.

use std::fmt::Write;

use meshc_compiler::tables::Client;
use meshc_diag::{Diagnostic, Label};
use meshc_source::SourceMap;

use crate::compile::{Compiled, compile_for};

const SEPARATOR: &str = "--- # file: ";
const FIRST: &str = "case.yaml";
const STANDARD_MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  clusters: [{name: cluster1, id: 1}, {name: cluster2, id: 2}]\n";

/// Compiles a case's own text, and gives the text with what was said.
pub fn annotate(case: &str) -> (String, Compiled) {
    annotate_for(Client::ANYWHERE, case, |_| true)
}

/// Compiles a case's own text with tables as `client` sees them, and gives the text with what was said that is `shown`.
pub fn annotate_for(client: Client, case: &str, shown: impl Fn(&Diagnostic) -> bool) -> (String, Compiled) {
    let files = files(&strip(case));
    let mut compiled = run_for(client, &files);
    compiled.diagnostics.retain(shown);
    let mut text = String::new();
    for diagnostic in compiled.diagnostics.iter().filter(|diagnostic| diagnostic.labels.is_empty()) {
        say(&mut text, "# ", "", diagnostic);
    }
    for (path, content) in &files {
        if path != FIRST {
            let _ = writeln!(text, "{SEPARATOR}{path}");
        }
        annotate_file(path, content, &compiled, &mut text);
    }
    (text, compiled)
}

/// Compiles the files of a case.
pub fn run(files: &[(String, String)]) -> Compiled {
    run_for(Client::ANYWHERE, files)
}

fn run_for(client: Client, files: &[(String, String)]) -> Compiled {
    compile_for(client, files.iter().cloned().chain(missing_mesh(files)))
}

/// The Mesh of a case without one.
fn missing_mesh(files: &[(String, String)]) -> Option<(String, String)> {
    let has_mesh = files.iter().any(|(path, text)| text.contains("kind: Mesh") || path.starts_with("clusters/"));
    (!has_mesh).then(|| ("mesh.yaml".to_owned(), STANDARD_MESH.to_owned()))
}

/// The files of a case, each with its path.
pub fn files(case: &str) -> Vec<(String, String)> {
    let mut files = vec![(FIRST.to_owned(), String::new())];
    for line in case.split_inclusive('\n') {
        match line.strip_prefix(SEPARATOR) {
            Some(path) => files.push((path.trim().to_owned(), String::new())),
            None => files.last_mut().expect("there is a first").1.push_str(line),
        }
    }
    files
}

/// The whole project of a case, as it was before anything was said of it.
pub fn project(case: &str) -> Vec<(String, String)> {
    let mut files = files(&strip(case));
    files.extend(missing_mesh(&files));
    files
}

/// The case without what was said of it.
fn strip(case: &str) -> String {
    case.split_inclusive('\n').filter(|line| !is_said(line)).collect()
}

fn is_said(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix('#') else {
        return false;
    };
    let words = rest.trim_start().trim_start_matches(['^', '-']);
    let marked = words.len() < rest.trim_start().len();
    let words = words.trim_start();
    let is_code = |text: &str| {
        text.starts_with('M') && text.get(1..5).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let severity = ["error[", "warning[", "note["].iter().any(|word| words.strip_prefix(word).is_some_and(is_code));
    severity || words.starts_with("help: ") || marked && is_code(words)
}

fn annotate_file(path: &str, content: &str, compiled: &Compiled, text: &mut String) {
    for (number, line) in content.split_inclusive('\n').enumerate() {
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push('\n');
        }
        let line = line.trim_end_matches(['\n', '\r']);
        for diagnostic in &compiled.diagnostics {
            for (at, label) in diagnostic.labels.iter().enumerate() {
                let (first, columns) = place(label, &compiled.sources);
                if compiled.sources.file(label.span.file).path() != path || first != number {
                    continue;
                }
                let (start, length) = columns.within(line);
                let mark = |c: &str| {
                    if start == 0 {
                        format!("#{}", c.repeat(length.saturating_sub(1).max(1)))
                    } else {
                        format!("#{}{}", " ".repeat(start - 1), c.repeat(length))
                    }
                };
                if at == 0 {
                    say(
                        text,
                        &format!("{} ", mark("^")),
                        &format!("#{} ", " ".repeat(start.saturating_sub(1))),
                        diagnostic,
                    );
                } else {
                    let _ = writeln!(text, "{} {} {}", mark("-"), diagnostic.code, label.text);
                }
            }
        }
    }
}

fn say(text: &mut String, lead: &str, help_lead: &str, diagnostic: &Diagnostic) {
    let _ = writeln!(text, "{lead}{}[{}]: {}", diagnostic.severity, diagnostic.code, diagnostic.headline);
    if let Some(help) = &diagnostic.help {
        let lead = if help_lead.is_empty() { lead } else { help_lead };
        let _ = writeln!(text, "{lead}help: {help}");
    }
}

/// Characters of a line: the first and the one after the last, if the place ends on the same line.
struct Columns {
    start: usize,
    end: Option<usize>,
}

impl Columns {
    fn within(&self, line: &str) -> (usize, usize) {
        let length = line.chars().count();
        let end = self.end.unwrap_or(length);
        (self.start, end.saturating_sub(self.start).max(1))
    }
}

fn place(label: &Label, sources: &SourceMap) -> (usize, Columns) {
    let file = sources.file(label.span.file);
    let start = sources.position(label.span);
    let end = file.lines().position(file.text(), label.span.end);
    let same = end.line == start.line;
    (
        start.line as usize - 1,
        Columns { start: start.column as usize - 1, end: same.then_some(end.column as usize - 1) },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_told_from_comments() {
        for said in [
            "#   ^^^ error[M0301]: x",
            "# warning[M0402]: y",
            "#^^ note[M0201]: z",
            "  # help: do",
            "# --- M0302 the first",
        ] {
            assert!(is_said(said), "{said}");
        }
        for own in ["# A comment.", "a: 1 # error[M0301]: x", "# --- a line", "# M0302 is about this"] {
            assert!(!is_said(own), "{own}");
        }
    }
}
