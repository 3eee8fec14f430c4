use meshc_diag::{Code, Severity};

use super::level;
use super::log::{Configuration, Help, Message, Rule, RuleProperties};

/// Every rule, in the order of numbers, so that a rule has the same index in every report of one version.
pub(super) fn all() -> Vec<Rule> {
    Code::ALL.iter().map(|code| rule(*code)).collect()
}

fn rule(code: Code) -> Rule {
    let page = code.page().0;
    Rule {
        id: code.number(),
        name: code.name(),
        short_description: Message { text: code.summary().to_owned() },
        full_description: Message { text: meaning(page).to_owned() },
        help: Help { text: page, markdown: page },
        default_configuration: Configuration { level: level(code.severity()) },
        properties: RuleProperties {
            tags: [code.phase()],
            problem_severity: match code.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
        },
    }
}

/// What a rule means: what its page says between the title and the first part.
fn meaning(page: &str) -> &str {
    let below = page.split_once('\n').map_or("", |(_, below)| below);
    below.split("\n## ").next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_what_it_means() {
        for rule in all() {
            let text = rule.full_description.text;
            assert!(text.ends_with('.') && !format!("\n{text}").contains("\n#"), "{}: {text}", rule.id);
        }
    }
}
