//! What a run found: one report for each script, and their sum.

use std::collections::BTreeMap;
use std::fmt;

use crate::cilium::table::Difference;

/// What was found of one script.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The version that it agrees with, if that is not the newest.
    pub older: Option<String>,
    /// How many comparisons were made.
    pub compared: usize,
    /// Those that failed.
    pub failures: Vec<Failure>,
    /// The steps that were not run or not compared.
    pub skipped: Vec<Skip>,
    /// Columns and fields that were left out of comparisons, and how often.
    pub left_out: BTreeMap<String, usize>,
}

/// A comparison that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The line of the script.
    pub line: usize,
    /// The command.
    pub command: String,
    /// How what is there differs from what was expected.
    pub difference: Difference,
}

/// A step that was not run or not compared.
#[derive(Clone, Debug)]
pub struct Skip {
    /// The line of the script.
    pub line: usize,
    /// The command.
    pub command: String,
    /// Why.
    pub reason: String,
}

/// How a script ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something was compared, and all of it was right.
    Passed,
    /// Something was wrong.
    Failed,
    /// Nothing was compared.
    Skipped,
}

impl Report {
    /// How the script ended.
    pub fn verdict(&self) -> Verdict {
        match (self.failures.is_empty(), self.compared) {
            (false, _) => Verdict::Failed,
            (true, 0) => Verdict::Skipped,
            (true, _) => Verdict::Passed,
        }
    }

    /// The lines about the script at `path`; those about skipped steps only if `verbose`.
    pub fn lines(&self, path: &str, verbose: bool) -> String {
        let (compared, skipped) = (self.compared, self.skipped.len());
        let older = self.older.as_ref().map(|version| format!(", as Cilium {version}")).unwrap_or_default();
        let mut text = format!("{:7}  {path}  {compared} compared, {skipped} skipped{older}\n", self.verdict().word());
        if verbose {
            let skip = |skip: &Skip| format!("    line {} `{}`: {}\n", skip.line, skip.command, skip.reason);
            text.extend(self.skipped.iter().map(skip));
        }
        text.extend(self.failures.iter().map(Failure::to_string));
        text
    }
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Failed => "FAILED",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    line {} `{}` differs:", self.line, self.command)?;
        self.difference.missing.iter().try_for_each(|row| writeln!(f, "      - expected  {row}"))?;
        self.difference.surplus.iter().try_for_each(|row| writeln!(f, "      + found     {row}"))
    }
}

/// The sum of many reports.
#[derive(Clone, Debug, Default)]
pub struct Total {
    passed: usize,
    failed: usize,
    skipped_scripts: usize,
    compared: usize,
    skipped: usize,
    left_out: BTreeMap<String, usize>,
}

impl Total {
    /// Adds a report.
    pub fn add(&mut self, report: &Report) {
        match report.verdict() {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed => self.failed += 1,
            Verdict::Skipped => self.skipped_scripts += 1,
        }
        self.compared += report.compared;
        self.skipped += report.skipped.len();
        for (name, count) in &report.left_out {
            *self.left_out.entry(name.clone()).or_default() += count;
        }
    }

    /// Whether something was wrong.
    pub fn has_failed(&self) -> bool {
        self.failed > 0
    }

    /// The closing lines; the last is in the form of cargo's own.
    pub fn lines(&self, seconds: f64) -> String {
        let mut text = String::new();
        if !self.left_out.is_empty() {
            let names: Vec<_> = self.left_out.iter().map(|(name, count)| format!("{name} {count} times")).collect();
            text.push_str(&format!("left out, since only a running program has it: {}\n", names.join(", ")));
        }
        text.push_str(&format!(
            "{} scripts passed, {} failed, {} skipped; {} comparisons, {} steps skipped\n\n",
            self.passed, self.failed, self.skipped_scripts, self.compared, self.skipped
        ));
        let word = if self.has_failed() { "FAILED" } else { "ok" };
        let (passed, failed) = (self.passed, self.failed);
        text.push_str(&format!(
            "test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out; finished in {seconds:.2}s\n"
        ));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(compared: usize, failures: usize, skipped: usize) -> Report {
        let difference = Difference { missing: vec!["a | b".to_owned()], surplus: vec!["a | c".to_owned()] };
        let failure = Failure { line: 3, command: "db/cmp x y".to_owned(), difference };
        let skip = Skip { line: 4, command: "x".to_owned(), reason: "why".to_owned() };
        Report {
            older: None,
            compared,
            failures: vec![failure; failures],
            skipped: vec![skip; skipped],
            left_out: BTreeMap::from([("Status".to_owned(), 2)]),
        }
    }

    #[test]
    fn a_script_without_comparisons_is_skipped() {
        assert_eq!(report(0, 0, 3).verdict(), Verdict::Skipped);
        assert_eq!(report(1, 0, 3).verdict(), Verdict::Passed);
        assert_eq!(report(2, 1, 0).verdict(), Verdict::Failed);
    }

    #[test]
    fn what_was_skipped_is_said_unless_it_is_to_be_quiet() {
        assert_eq!(report(1, 0, 1).lines("a", true), "ok       a  1 compared, 1 skipped\n    line 4 `x`: why\n");
        assert_eq!(report(1, 0, 1).lines("a", false), "ok       a  1 compared, 1 skipped\n");
        assert!(report(1, 1, 0).lines("a", false).contains("      - expected  a | b\n      + found     a | c\n"));
    }

    #[test]
    fn the_last_line_is_that_of_cargo() {
        let mut total = Total::default();
        for report in [report(1, 0, 0), report(0, 0, 1), report(2, 1, 0)] {
            total.add(&report);
        }
        let lines = total.lines(1.5);
        assert_eq!(
            lines.lines().last(),
            Some("test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s")
        );
        assert!(lines.contains("Status 6 times") && total.has_failed());
    }
}
