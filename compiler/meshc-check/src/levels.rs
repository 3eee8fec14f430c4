//! How bad findings are, where users say so: `lints` of the Mesh, `meshc.dev/allow` on an object, and a run that is
//! stricter than the project.

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use meshc_model::{LintLevel, Mesh, Name, names};
use meshc_schema::nearest;
use meshc_source::Span;

/// How strict a run is, besides what the project itself says.
#[derive(Clone, Debug)]
pub struct Strictness {
    /// Whether every warning is an error.
    pub deny_warnings: bool,
    /// The rules whose findings are errors.
    pub deny: Vec<Code>,
}

impl Strictness {
    /// As strict as the project says.
    pub const AS_DECLARED: Strictness = Strictness { deny_warnings: false, deny: Vec::new() };
}

/// What holds for the findings of each rule, and of each object.
#[derive(Debug)]
pub(crate) struct Levels {
    by_code: BTreeMap<Code, LintLevel>,
    /// By the extents of their objects, which do not overlap.
    allows: Vec<Allow>,
    strictness: Strictness,
}

/// A rule that says nothing about an object.
#[derive(Debug)]
struct Allow {
    extent: Span,
    code: Code,
    /// Where that is written.
    span: Span,
    used: bool,
}

impl Levels {
    /// Reads what `mesh` says of rules. What names none, or one that cannot be changed, is reported.
    pub(crate) fn new(mesh: &Mesh, strictness: &Strictness, diags: &mut Diagnostics) -> Self {
        let mut by_code = BTreeMap::new();
        for setting in &mesh.lints {
            if let Some(code) = find(setting.rule.value, setting.rule.span, "lints", diags)
                && (setting.level == LintLevel::Error || can_change(code, setting.rule.span, diags))
            {
                by_code.insert(code, setting.level);
            }
        }
        let mut allows = Vec::new();
        for object in &mesh.objects {
            for (name, span) in &object.allows {
                if let Some(code) = find(*name, *span, names::ALLOW, diags)
                    && can_change(code, *span, diags)
                {
                    allows.push(Allow { extent: object.extent, code, span: *span, used: false });
                }
            }
        }
        allows.sort_by_key(|allow| (allow.extent, allow.code));
        Self { by_code, allows, strictness: strictness.clone() }
    }

    /// Makes every finding as bad as it is to be, and takes those away that are to be silent. Doing it twice is doing
    /// it once.
    pub(crate) fn apply(&mut self, diags: &mut Diagnostics) {
        diags.retain(|diagnostic| {
            if is_fixed(diagnostic.code, diagnostic.severity) {
                return true;
            }
            if self.allow(diagnostic) {
                return false;
            }
            match self.by_code.get(&diagnostic.code) {
                Some(LintLevel::Allow) => return false,
                Some(LintLevel::Note) => diagnostic.severity = Severity::Note,
                Some(LintLevel::Warning) => diagnostic.severity = Severity::Warning,
                Some(LintLevel::Error) => diagnostic.severity = Severity::Error,
                None => {}
            }
            let denied = self.strictness.deny_warnings && diagnostic.severity == Severity::Warning
                || self.strictness.deny.contains(&diagnostic.code);
            if denied {
                diagnostic.severity = Severity::Error;
            }
            true
        });
    }

    /// Whether an object that the finding has a place in keeps it silent; marks what does.
    fn allow(&mut self, diagnostic: &Diagnostic) -> bool {
        let mut allowed = false;
        for label in &diagnostic.labels {
            let after = self.allows.partition_point(|allow| {
                (allow.extent.file, allow.extent.start) <= (label.span.file, label.span.start)
            });
            let object = after.checked_sub(1).map(|last| self.allows[last].extent);
            let before = self.allows[..after].iter_mut().rev();
            for allow in before.take_while(|allow| Some(allow.extent) == object) {
                if allow.code == diagnostic.code && label.span.start <= allow.extent.end {
                    allow.used = true;
                    allowed = true;
                }
            }
        }
        allowed
    }

    /// Reports what kept nothing silent. It is for the end, when every rule has spoken.
    pub(crate) fn report_idle(&self, diags: &mut Diagnostics) {
        for allow in self.allows.iter().filter(|allow| !allow.used) {
            diags.push(
                Diagnostic::new(Code::IdleAllow, format!("`{}` has nothing to say about this object", allow.code))
                    .at(allow.span, format!("{} is not reported here", allow.code.name()))
                    .help(format!("take it out of `{}`", names::ALLOW)),
            );
        }
    }
}

/// An error of reading or resolving leaves nothing to go on with, and one of a plugin no weights; only the errors of
/// the gate are judgements.
fn is_fixed(code: Code, severity: Severity) -> bool {
    severity == Severity::Error && !code.is_judgement()
}

fn find(name: Name, span: Span, place: &str, diags: &mut Diagnostics) -> Option<Code> {
    let code = Code::find(name.as_str());
    if code.is_none() {
        let (headline, known) = match name.as_str() {
            "" => (format!("`{place}` names no rule"), None),
            text => (format!("there is no rule `{text}`"), nearest(text, Code::ALL.iter().map(|code| code.name()))),
        };
        let fix = known
            .map(|known| Fix::likely(format!("write `{known}`"), vec![Edit::word(span, name.as_str().len(), known)]));
        let help = known.map_or_else(
            || "`meshc explain` lists the rules; name one by its number or its name".into(),
            |known| format!("did you mean `{known}`?"),
        );
        let diagnostic = Diagnostic::new(Code::UnknownLint, headline).at(span, "not known").help(help);
        diags.push(fix.into_iter().fold(diagnostic, Diagnostic::fix));
    }
    code
}

fn can_change(code: Code, span: Span, diags: &mut Diagnostics) -> bool {
    let fixed = is_fixed(code, code.severity());
    if fixed {
        diags.push(
            Diagnostic::new(Code::UnknownLint, format!("`{}` is always an error", code.name()))
                .at(span, "cannot be changed")
                .help("without what it asks for there is nothing to go on with; mend what it reports"),
        );
    }
    !fixed
}
