//! The tables of Cilium's database, in the columns that an expectation has.

mod backends;
mod frontends;
mod services;

use crate::cilium::doubt::Subject;
use crate::cilium::rows::Rows;
use crate::cilium::table::{Difference, Table};

/// Columns that say how a running program does; the compiler knows nothing of it.
pub const RUNTIME: [&str; 4] = ["Status", "Since", "Error", "ID"];

/// How versions of Cilium write the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Backends of other clusters have the id of their cluster behind their address.
    pub has_cluster_ids: bool,
    /// An address is one row, whichever services it serves.
    pub has_instances: bool,
}

impl Style {
    /// The style of an expectation.
    pub fn of(expected: &Table) -> Self {
        let is = |name: &str| expected.columns.iter().any(|column| column == name);
        Self {
            has_cluster_ids: expected.rows.iter().flatten().any(|cell| cell.contains('@')),
            has_instances: is("Instances") || is("Shadows"),
        }
    }
}

/// A table with all its columns.
pub fn table(subject: Subject, rows: &Rows, style: Style) -> Table {
    match subject {
        Subject::Services => services::table(&rows.services),
        Subject::Frontends => frontends::table(&rows.frontends, style),
        Subject::Backends if style.has_instances => backends::instances(&rows.backends, style),
        Subject::Backends => backends::table(&rows.backends, style),
        Subject::Maps => Table::default(),
    }
}

/// What a comparison found, and the columns that it left out.
pub struct Compared {
    /// How the tables differ.
    pub difference: Difference,
    /// The columns of the running program.
    pub left_out: Vec<String>,
}

/// Compares the columns of `expected` with those of `found`.
///
/// # Errors
/// If a column is not understood, or none is left.
pub fn compare(subject: Subject, expected: &Table, found: &Table) -> Result<Compared, String> {
    let is_runtime = |column: &&String| RUNTIME.iter().any(|name| column.eq_ignore_ascii_case(name));
    let (left_out, kept): (Vec<_>, Vec<_>) = expected.columns.iter().partition(is_runtime);
    let kept: Vec<String> = kept.into_iter().cloned().collect();
    if kept.is_empty() {
        return Err("it is only about the running program".to_owned());
    }
    let (expected, found) = (expected.select(&kept)?, found.select(&kept)?);
    let (expected, found) = (canonical(subject, expected), canonical(subject, found));
    let found = shorten(&expected, found);
    Ok(Compared { difference: expected.compare(&found), left_out: left_out.into_iter().cloned().collect() })
}

/// Lists within a cell have no order.
fn canonical(subject: Subject, mut table: Table) -> Table {
    for row in &mut table.rows {
        for (cell, column) in row.iter_mut().zip(&table.columns) {
            *cell = match (subject, column.as_str()) {
                (Subject::Frontends, "Backends") => frontends::canonical_backends(cell),
                (Subject::Backends, "Instances") => backends::canonical_instances(cell),
                _ => std::mem::take(cell),
            };
        }
    }
    table
}

/// Cilium shows the first few backends of a long list. A row of ours that has these and as many others is the same.
fn shorten(expected: &Table, mut found: Table) -> Table {
    let Some(at) = expected.columns.iter().position(|column| column == "Backends") else {
        return found;
    };
    for row in &mut found.rows {
        let same_but = |other: &&Vec<String>| other.iter().zip(&*row).enumerate().all(|(i, (a, b))| i == at || a == b);
        let shortened =
            expected.rows.iter().filter(same_but).find(|other| frontends::is_short_for(&other[at], &row[at]));
        if let Some(other) = shortened {
            row[at].clone_from(&other[at]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(expected: &str, found: &str) -> Result<Compared, String> {
        compare(Subject::Frontends, &Table::parse(expected).unwrap(), &Table::parse(found).unwrap())
    }

    #[test]
    fn what_a_running_program_says_is_left_out() {
        let found = "Address Backends\na       y, x\n";
        let compared = compared("Address Status Backends\na       Done   x, y\n", found).unwrap();
        assert!(compared.difference.is_none());
        assert_eq!(compared.left_out, ["Status"]);
    }

    #[test]
    fn a_comparison_without_columns_is_none() {
        assert!(compared("Status\nDone\n", "Address\na\n").is_err());
        assert!(compared("Address Color\na       red\n", "Address\na\n").is_err());
    }

    #[test]
    fn long_lists_are_shortened_as_expected() {
        let found = "Address Backends\na       1, 2, 3, 4, 5, 6, 7\n";
        let expect = |backends| compared(&format!("Address Backends\na       {backends}\n"), found).unwrap();
        assert!(expect("1, 2, 3, 4, 5 + 2 more ...").difference.is_none());
        assert!(!expect("1, 2, 3, 4, 5 + 1 more ...").difference.is_none());
        assert!(!expect("1, 2, 3, 4, 9 + 2 more ...").difference.is_none());
    }
}
