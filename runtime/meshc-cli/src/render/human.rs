use std::fmt;

use meshc_diag::{Diagnostic, Label, Severity};
use meshc_source::{SourceMap, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::source::IndexedSource;
use super::summary;

/// How wide text runs.
const WIDTH: usize = 110;

/// Renders diagnostics for people, with a count at the end.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_context_lines(1).with_links(false);
    let mut text = String::new();
    for diagnostic in diagnostics {
        // Writing to a String does not fail; a span outside of its file would be a bug, and its words are shown.
        if handler.render_report(&mut text, &Shown::new(diagnostic, sources)).is_err() {
            text.push_str(&super::short(diagnostic, sources));
        }
        text.push('\n');
    }
    text.push_str(&summary(diagnostics));
    text
}

/// A diagnostic as miette asks for it: with the labels of its own file, and the places in other files as reports below.
struct Shown<'d> {
    diagnostic: &'d Diagnostic,
    source: Option<IndexedSource<'d>>,
    elsewhere: Vec<Elsewhere<'d>>,
}

impl<'d> Shown<'d> {
    fn new(diagnostic: &'d Diagnostic, sources: &'d SourceMap) -> Self {
        let file = diagnostic.span().map(|span| span.file);
        let others = diagnostic.labels.iter().filter(|label| Some(label.span.file) != file);
        Self {
            diagnostic,
            source: file.map(|file| IndexedSource(sources.file(file))),
            elsewhere: others
                .map(|label| Elsewhere { label, source: IndexedSource(sources.file(label.span.file)) })
                .collect(),
        }
    }
}

fn labeled(span: Span, text: &str, primary: bool) -> LabeledSpan {
    let text = (!text.is_empty()).then(|| text.to_owned());
    let range = (span.start as usize, span.len() as usize);
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
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let file = self.diagnostic.span()?.file;
        let own = self.diagnostic.labels.iter().enumerate().filter(move |(_, label)| label.span.file == file);
        Some(Box::new(own.map(|(at, label)| labeled(label.span, &label.text, at == 0))))
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
        f.write_str(&self.diagnostic.headline)
    }
}

impl std::error::Error for Shown<'_> {}

/// The other side of a diagnostic, in another file.
#[derive(Debug)]
struct Elsewhere<'d> {
    label: &'d Label,
    source: IndexedSource<'d>,
}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(labeled(self.label.span, "", true))))
    }
}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.label.text.is_empty() { "see also" } else { &self.label.text })
    }
}

impl std::error::Error for Elsewhere<'_> {}
