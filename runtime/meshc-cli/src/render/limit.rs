use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Severity};
use meshc_source::SourceMap;

use super::short;

/// How many diagnostics of one rule are shown where not all are.
const OF_ONE_RULE: usize = 5;

/// The diagnostics that are shown, and what is left of each rule.
pub(super) struct Selection<'d> {
    pub(super) shown: Vec<&'d Diagnostic>,
    rest: BTreeMap<(Severity, Code), Rest<'d>>,
}

/// What is not shown of a rule.
struct Rest<'d> {
    count: usize,
    first: &'d Diagnostic,
}

impl<'d> Selection<'d> {
    /// Everything if that is `max` diagnostics at most; otherwise the first few of each rule, the worst before others.
    /// 0 is no limit.
    pub(super) fn new(diagnostics: &'d [Diagnostic], max: usize) -> Self {
        if max == 0 || diagnostics.len() <= max {
            return Self { shown: diagnostics.iter().collect(), rest: BTreeMap::new() };
        }
        let mut ordered: Vec<_> = diagnostics.iter().collect();
        ordered.sort_by_key(|diagnostic| diagnostic.severity);
        let (mut shown, mut seen) = (Vec::new(), BTreeMap::<_, usize>::new());
        let mut rest = BTreeMap::new();
        for diagnostic in ordered {
            let rule = (diagnostic.severity, diagnostic.code);
            let seen = seen.entry(rule).or_default();
            if *seen < OF_ONE_RULE && shown.len() < max {
                *seen += 1;
                shown.push(diagnostic);
            } else {
                rest.entry(rule).or_insert(Rest { count: 0, first: diagnostic }).count += 1;
            }
        }
        Self { shown, rest }
    }

    /// What is left out, a line for each rule; empty if nothing is.
    pub(super) fn rest(&self, sources: &SourceMap) -> String {
        let total: usize = self.rest.values().map(|rest| rest.count).sum();
        if total == 0 {
            return String::new();
        }
        let counts: Vec<_> = self.rest.values().map(|rest| grouped(rest.count)).collect();
        let width = counts.iter().map(String::len).max().unwrap_or(0);
        let mut text = format!("and {} more (`--max 0` shows all):\n", grouped(total));
        for (((severity, code), rest), count) in self.rest.iter().zip(&counts) {
            let place = short::place(rest.first, sources).map(|place| format!(", the next at {place}"));
            let place = place.unwrap_or_default();
            text.push_str(&format!("  {count:>width$} {severity}[{code}] {}{place}\n", code.name()));
        }
        text
    }
}

/// A count with its thousands apart: `4,312`.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: Code, count: usize) -> Vec<Diagnostic> {
        (0..count).map(|at| Diagnostic::new(code, format!("number {at}"))).collect()
    }

    #[test]
    fn up_to_the_limit_everything_is_shown_in_its_order() {
        let all = [found(Code::SharedNotGlobal, 8), found(Code::UnknownCluster, 2)].concat();
        for max in [0, 10, 11] {
            let selection = Selection::new(&all, max);
            assert_eq!(selection.shown, all.iter().collect::<Vec<_>>());
            assert_eq!(selection.rest(&SourceMap::default()), "");
        }
    }

    #[test]
    fn past_the_limit_no_rule_hides_another_and_errors_come_first() {
        let all = [found(Code::SharedNotGlobal, 4_300), found(Code::UnknownCluster, 7)].concat();
        let selection = Selection::new(&all, 8);
        let codes: Vec<_> = selection.shown.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, [[Code::UnknownCluster; 5].as_slice(), &[Code::SharedNotGlobal; 3]].concat());
        assert_eq!(
            selection.rest(&SourceMap::default()),
            "and 4,299 more (`--max 0` shows all):\n      2 error[M0301] unknown-cluster\n  4,297 warning[M0402] \
             shared-not-global\n"
        );
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 12, 999, 1_000, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "1,234,567"]);
    }
}
