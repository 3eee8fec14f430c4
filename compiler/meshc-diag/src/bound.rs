use crate::{Diagnostic, Severity};

/// How many findings of each severity are kept, and what was left out.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    most: usize,
    severities: [Tally; 3],
}

#[derive(Clone, Debug, Default)]
struct Tally {
    kept: usize,
    left_out: usize,
    /// The first of those that were left out, which says where they begin.
    first: Option<Diagnostic>,
}

impl Bound {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, severities: Default::default() }
    }

    /// Gives the finding back if it is to be kept.
    pub(crate) fn admit(&mut self, diagnostic: Diagnostic) -> Option<Diagnostic> {
        let tally = &mut self.severities[match diagnostic.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => 2,
        }];
        if tally.kept < self.most {
            tally.kept += 1;
            return Some(diagnostic);
        }
        tally.left_out += 1;
        tally.first.get_or_insert(diagnostic);
        None
    }

    /// How many findings were left out.
    pub(crate) fn left_out(&self) -> usize {
        self.severities.iter().map(|tally| tally.left_out).sum()
    }

    /// A finding for each severity of which some were left out, at the first of them.
    pub(crate) fn summaries(self) -> impl Iterator<Item = Diagnostic> {
        self.severities.into_iter().filter_map(|tally| {
            let first = tally.first?;
            let plural = if tally.left_out == 1 { "" } else { "s" };
            Some(Diagnostic {
                headline: format!("{} more {}{plural} in this file are not shown", tally.left_out, first.severity),
                labels: first.labels.into_iter().take(1).collect(),
                help: Some("mend those that are shown, and look again".to_owned()),
                fixes: Vec::new(),
                ..first
            })
        })
    }
}
