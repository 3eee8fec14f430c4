//! From diagnostics to text.

mod excerpt;
mod file;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod limit;
mod line_hash;
mod plain;
mod report;
mod sarif;
mod short;
mod uri;

use anyhow::Result;
use meshc_diag::{Confidence, Diagnostic, Severity};

pub(crate) use self::json::diagnostic_schema;

use self::limit::{Selection, grouped};
use self::report::Report;
use crate::args::{Args, MessageFormat};
use crate::load::Project;
use crate::terminal::{Look, say};

/// Writes diagnostics to stderr and to files, in the forms that were asked for. A file is written where there are none
/// too, so that whoever reads it next finds it.
///
/// # Errors
/// If a file cannot be written; stderr has been told everything by then.
pub(crate) fn report(diagnostics: &[Diagnostic], project: &Project, args: &Args) -> Result<()> {
    let report = Report::new(diagnostics, project);
    let text = render(args.stderr_format(), &report, &Look::of_stderr(args));
    if !text.is_empty() {
        say(text.trim_end_matches('\n'));
    }
    for output in &args.message_format {
        if let Some(path) = &output.file {
            file::write(path, &render(output.format, &report, &Look::of_a_file()))?;
        }
    }
    Ok(())
}

fn render(format: MessageFormat, report: &Report<'_>, look: &Look) -> String {
    match format {
        MessageFormat::Human | MessageFormat::Short if report.diagnostics.is_empty() => String::new(),
        MessageFormat::Human => human::render(report, look),
        MessageFormat::Short => {
            let selection = Selection::new(report.diagnostics, look.max);
            let lines = selection.shown.iter().map(|diagnostic| short::line(diagnostic, report.sources) + "\n");
            lines.collect::<String>() + &selection.rest(report.sources)
        }
        MessageFormat::Json => json::render(report),
        MessageFormat::Sarif => sarif::render(report),
        MessageFormat::Github => github::render(report),
        MessageFormat::Gitlab => gitlab::render(report),
        MessageFormat::Junit => junit::render(report),
    }
}

/// Whether stderr is read by a person.
pub(crate) fn is_for_people(args: &Args) -> bool {
    args.stderr_format() == MessageFormat::Human
}

/// `2 errors, 1 warning; meshc check --fix mends 1`.
fn summary(report: &Report<'_>) -> String {
    let counted = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let count = report.count(severity);
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{} {severity}{plural}", grouped(count)))
    });
    let counted = counted.into_iter().flatten().collect::<Vec<_>>().join(", ");
    // Warnings are mended where there are tables to compare, and there are none before the errors are mended.
    let is_error = |diagnostic: &Diagnostic| diagnostic.code.severity() == Severity::Error;
    let errors_first = report.diagnostics.iter().any(is_error);
    let is_certain = |diagnostic: &&Diagnostic| {
        let first = diagnostic.fixes.first();
        (is_error(diagnostic) || !errors_first) && first.is_some_and(|fix| fix.confidence == Confidence::Certain)
    };
    match report.diagnostics.iter().filter(is_certain).count() {
        0 => counted,
        mended => format!("{counted}; `meshc check --fix` mends {}", grouped(mended)),
    }
}
