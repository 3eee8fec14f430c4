//! What two texts differ in, by the form that they have.

use crate::cilium::files::{Content, Format, regex};
use crate::cilium::maps;
use crate::cilium::table::{Difference, Table};
use crate::cilium::tables::Compared;
use crate::cilium::values;

type File<'f> = Result<&'f Content, String>;

/// Of two files, one of ours is what was found. Which is named first differs between scripts.
pub(super) fn files(one: File<'_>, other: File<'_>) -> Result<Compared, String> {
    let (expected, found, format) = match (one?, other?) {
        (Content::Unknown(reason), _) | (_, Content::Unknown(reason)) => return Err(reason.clone()),
        (Content::Given(_), Content::Given(_)) => return Err(given()),
        (Content::Ours(format, found), expected) => (expected.text()?, found.as_str(), *format),
        (Content::Given(expected), Content::Ours(format, found)) => (expected.as_str(), found.as_str(), *format),
    };
    match format {
        Format::Maps => Ok(of_difference(maps::parse(expected)?.compare(&maps::parse(found)?))),
        Format::Json | Format::Yaml => values::compare(expected, found, format),
        Format::Table => {
            let (expected, found) = (Table::parse(expected)?, Table::parse(found)?);
            let found = found.select(&expected.columns)?;
            Ok(of_difference(expected.compare(&found)))
        }
    }
}

/// Whether a line of a file of ours matches.
pub(super) fn search(pattern: &str, file: File<'_>) -> Result<Compared, String> {
    let text = own_text(file)?;
    if pattern.contains("ID=") {
        return Err("it asks for an id, which depends on the order of events".to_owned());
    }
    if regex(&format!("(?m){pattern}"))?.is_match(text) {
        return Ok(of_difference(Difference::default()));
    }
    let missing = vec![format!("a line that matches `{pattern}`")];
    Ok(of_difference(Difference { missing, surplus: text.lines().map(str::to_owned).collect() }))
}

/// Whether a file of ours is empty.
pub(super) fn no_text(file: File<'_>) -> Result<Compared, String> {
    Ok(nothing(own_text(file)?.lines().map(str::to_owned)))
}

/// Whether there is nothing.
pub(super) fn nothing(found: impl Iterator<Item = String>) -> Compared {
    of_difference(Difference { missing: Vec::new(), surplus: found.collect() })
}

/// Keeps the rows that match, in the columns of the expectation.
pub(super) fn keep_matching(found: &mut Table, expected: &Table, pattern: &str) -> Result<(), String> {
    let pattern = regex(pattern)?;
    let shown = found.select(&expected.columns)?.rows;
    let mut shown = shown.iter().map(|row| pattern.is_match(&row.join("  ")));
    found.rows.retain(|_| shown.next().unwrap_or(false));
    Ok(())
}

fn own_text(file: File<'_>) -> Result<&str, String> {
    match file? {
        Content::Ours(_, text) => Ok(text),
        Content::Given(_) => Err(given()),
        Content::Unknown(reason) => Err(reason.clone()),
    }
}

fn of_difference(difference: Difference) -> Compared {
    Compared { difference, left_out: Vec::new() }
}

fn given() -> String {
    "it compares nothing that the compiler says".to_owned()
}
