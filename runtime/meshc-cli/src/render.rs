//! From diagnostics to text.

mod human;
mod json;
mod source;

use meshc_diag::{Diagnostic, Severity};
use meshc_source::SourceMap;

use crate::args::{Args, MessageFormat};
use crate::terminal;

/// Writes diagnostics to stderr in the form that was asked for. Nothing is written where there are none.
pub(crate) fn report(diagnostics: &[Diagnostic], sources: &SourceMap, args: &Args) {
    if diagnostics.is_empty() {
        return;
    }
    let text = match args.message_format {
        MessageFormat::Human => human::render(diagnostics, sources, terminal::shows_color(args.color)),
        MessageFormat::Short => diagnostics.iter().map(|diagnostic| short(diagnostic, sources) + "\n").collect(),
        MessageFormat::Json => json::render(diagnostics, sources),
    };
    terminal::say(text.trim_end_matches('\n'));
}

/// Whether stderr is read by a person.
pub(crate) fn is_for_people(args: &Args) -> bool {
    args.message_format == MessageFormat::Human
}

/// `path:line:column: error[M0301]: words`.
fn short(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let place = diagnostic.span().map(|span| {
        let position = sources.position(span);
        format!("{}:{}:{}: ", sources.file(span.file).path(), position.line, position.column)
    });
    format!("{}{}[{}]: {}", place.unwrap_or_default(), diagnostic.severity, diagnostic.code, diagnostic.headline)
}

/// `2 errors, 1 warning`; empty if there is nothing to count.
fn summary(diagnostics: &[Diagnostic]) -> String {
    let counted = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {severity}{plural}"))
    });
    counted.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
