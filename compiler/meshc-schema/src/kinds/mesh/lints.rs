//! `lints:` of a Mesh: how bad the findings of a rule are.

use meshc_diag::Diagnostics;
use meshc_model::{LintLevel, LintSetting, Name, Said};

use crate::reader::Fields;

/// Reads the mapping of rules to levels. Whether there are such rules is for the gate to say.
pub(super) fn read(spec: Fields<'_>, diags: &mut Diagnostics) -> Vec<LintSetting> {
    let Some(fields) = spec.fields("lints", diags) else {
        return Vec::new();
    };
    let mut settings = Vec::new();
    for entry in fields.entries() {
        if let Some(level) = fields.word(entry.key, &LintLevel::ALL, diags) {
            let rule = Said { value: Name::new(entry.key), span: entry.key_span };
            settings.push(LintSetting { rule, level: level.value });
        }
    }
    settings
}
