use std::fmt;

use meshc_diag::{Diagnostic, Label, Severity};
use meshc_source::FileId;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use rayon::prelude::*;

use super::excerpt::{CONTEXT, Excerpt, Placed};
use super::limit::Selection;
use super::plain::{plain, plain_lines};
use super::report::Report;
use super::{short, summary, uri};
use crate::terminal::Look;

/// Renders diagnostics for people, with a count at the end.
pub(super) fn render(report: &Report<'_>, look: &Look) -> String {
    let selection = Selection::new(report.diagnostics, look.max);
    let shown: Vec<_> = selection.shown.par_iter().map(|diagnostic| one(diagnostic, report, look)).collect();
    let rest = selection.rest(report.sources);
    let gap = if rest.is_empty() { "" } else { "\n" };
    format!("{}{rest}{gap}{}\n", shown.concat(), summary(report))
}

fn one(diagnostic: &Diagnostic, report: &Report<'_>, look: &Look) -> String {
    let theme = if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(look.width).with_context_lines(CONTEXT).with_links(false);
    let mut text = String::new();
    // Writing to a String does not fail; a span outside of its file would be a bug, and its words are shown.
    if handler.render_report(&mut text, &Shown::new(diagnostic, report, look)).is_err() {
        text.push_str(&short::line(diagnostic, report.sources));
    }
    text.push('\n');
    text
}

/// What stands above an excerpt: the path, which a terminal that takes links opens.
fn name(file: FileId, report: &Report<'_>, look: &Look) -> String {
    let path = plain(report.sources.file(file).path());
    match report.file_on_disk(file).filter(|_| look.links) {
        Some(full) => format!("\u{1b}]8;;{}\u{1b}\\{path}\u{1b}]8;;\u{1b}\\", uri::of_file(&full)),
        None => path.into_owned(),
    }
}

/// A diagnostic as miette asks for it: with the labels of its own file, and the other places as reports below.
struct Shown<'d> {
    diagnostic: &'d Diagnostic,
    source: Option<(Excerpt, Vec<Placed<'d>>)>,
    elsewhere: Vec<Elsewhere<'d>>,
}

impl<'d> Shown<'d> {
    fn new(diagnostic: &'d Diagnostic, report: &Report<'_>, look: &Look) -> Self {
        let Some(span) = diagnostic.span() else {
            return Self { diagnostic, source: None, elsewhere: Vec::new() };
        };
        let own = diagnostic.labels.iter().filter(|label| label.span.file == span.file);
        let (excerpt, placed, left) = Excerpt::new(report.sources.file(span.file), name(span.file, report, look), own);
        let others = diagnostic.labels.iter().filter(|label| label.span.file != span.file);
        let elsewhere = left.into_iter().chain(others).map(|label| Elsewhere::new(label, report, look)).collect();
        Self { diagnostic, source: Some((excerpt, placed)), elsewhere }
    }
}

fn labeled(placed: &Placed<'_>, text: &str, primary: bool) -> LabeledSpan {
    let text = (!text.is_empty()).then(|| plain(text).into_owned());
    let range = placed.range;
    if primary { LabeledSpan::new_primary_with_span(text, range) } else { LabeledSpan::new_with_span(text, range) }
}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let Diagnostic { code, severity, .. } = self.diagnostic;
        Some(Box::new(format!("{severity}[{code}] {}", code.name())))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(plain_lines(help)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|(excerpt, _)| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, placed) = self.source.as_ref()?;
        Some(Box::new(placed.iter().enumerate().map(|(at, placed)| labeled(placed, &placed.label.text, at == 0))))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.elsewhere.is_empty() {
            return None;
        }
        Some(Box::new(self.elsewhere.iter().map(|place| place as &dyn miette::Diagnostic)))
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&self.diagnostic.headline))
    }
}

impl std::error::Error for Shown<'_> {}

/// The other side of a diagnostic, in another file or far away on the same line.
#[derive(Debug)]
struct Elsewhere<'d> {
    label: &'d Label,
    excerpt: Excerpt,
    placed: Vec<Placed<'d>>,
}

impl<'d> Elsewhere<'d> {
    fn new(label: &'d Label, report: &Report<'_>, look: &Look) -> Self {
        let file = label.span.file;
        let one = std::iter::once(label);
        let (excerpt, placed, _) = Excerpt::new(report.sources.file(file), name(file, report, look), one);
        Self { label, excerpt, placed }
    }
}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.placed.iter().map(|placed| labeled(placed, "", true))))
    }
}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(self.label.words()))
    }
}

impl std::error::Error for Elsewhere<'_> {}
