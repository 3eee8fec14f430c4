use meshc_diag::Diagnostic;
use meshc_source::SourceMap;

use super::plain::plain;

/// `path:line:column: error[M0301]: words`.
pub(super) fn line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let place = place(diagnostic, sources).map(|place| place + ": ").unwrap_or_default();
    format!("{place}{}[{}]: {}", diagnostic.severity, diagnostic.code, plain(&diagnostic.headline))
}

/// `path:line:column`, if there is one.
pub(super) fn place(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<String> {
    let span = diagnostic.span()?;
    let position = sources.position(span);
    Some(format!("{}:{}:{}", plain(sources.file(span.file).path()), position.line, position.column))
}
