//! A plan as lines for people.

use std::fmt::Write;

use meshc_cluster::{Action, ClusterPlan, FieldChange, Goal, PART_OF, Planned, Session, Sweep};
use meshc_diag::printable;
use serde_json::Value;

/// How much of a value is shown.
const LONGEST_VALUE: usize = 60;

/// What would happen to each cluster.
pub(crate) fn sum_up(goals: &[Goal<'_>], session: &Session<'_>) -> String {
    let mut text = String::new();
    for (goal, plan) in goals.iter().zip(session.plans()) {
        match plan {
            Ok(plan) => cluster(&goal.cluster, plan, &mut text),
            Err(_) => line(&mut text, &format!("{}: could not be asked", goal.cluster)),
        }
    }
    text
}

/// One line that nothing in it can break or disguise.
fn line(text: &mut String, words: &str) {
    let _ = writeln!(text, "{}", printable(&words.replace('\n', " ")));
}

fn cluster(name: &str, plan: &ClusterPlan, text: &mut String) {
    line(text, &format!("{name}: {}", counts(plan)));
    for planned in &plan.objects {
        object(planned, text);
    }
}

fn counts(plan: &ClusterPlan) -> String {
    let count = |is: fn(&Action) -> bool| plan.objects.iter().filter(|planned| is(&planned.action)).count();
    let counts = [
        (count(|action| matches!(action, Action::Create)), "to create"),
        (count(|action| matches!(action, Action::Change(_))), "to change"),
        (count(|action| matches!(action, Action::Prune)), "to prune"),
        (count(|action| matches!(action, Action::Conflict(_))), "in conflict"),
        (count(|action| matches!(action, Action::Refused(_))), "refused"),
    ];
    let mut parts: Vec<_> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() {
        return "nothing to change".into();
    }
    parts.push(format!("{} unchanged", plan.unchanged));
    parts.join(", ")
}

fn object(planned: &Planned, text: &mut String) {
    let object = &planned.object;
    match &planned.action {
        Action::Create => line(text, &format!("  + {object}")),
        Action::Prune => line(text, &format!("  - {object}")),
        Action::Change(changes) => {
            line(text, &format!("  ~ {object}"));
            if changes.is_empty() {
                line(text, "      meshc becomes an owner of fields that are as they shall be");
            }
            for change in changes {
                line(text, &format!("      {}", field(change)));
            }
        }
        Action::Conflict(_) | Action::Refused(_) => line(text, &format!("  ! {object}: {}", why(&planned.action))),
    }
}

/// Why an object is in the way.
fn why(action: &Action) -> String {
    match action {
        Action::Conflict(conflicts) => {
            let mut managers: Vec<_> = conflicts.iter().map(|conflict| conflict.manager.as_str()).collect();
            managers.dedup();
            let fields: Vec<_> = conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
            format!("in conflict with `{}` about {}", managers.join("`, `"), fields.join(", "))
        }
        Action::Refused(message) => format!("refused: {message}"),
        _ => String::new(),
    }
}

fn field(change: &FieldChange) -> String {
    let path = &change.path;
    if change.before.is_none() && path.contains(PART_OF) {
        return "adopted: it was there before, and is pruned once no manifest has it".into();
    }
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{path}: {} -> {}", shown(before), shown(after)),
        (None, Some(after)) => format!("{path}: + {}", shown(after)),
        (Some(before), None) => format!("{path}: - {}", shown(before)),
        (None, None) => path.clone(),
    }
}

/// A value, cut to what fits a line.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What keeps clusters from being applied, each with its next step.
pub(crate) fn obstacles(goals: &[Goal<'_>], session: &Session<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (goal, plan) in goals.iter().zip(session.plans()) {
        let cluster = &goal.cluster;
        match plan {
            Ok(plan) => {
                for planned in plan.in_the_way() {
                    let next = match planned.action {
                        Action::Conflict(_) => {
                            "; leave these fields out of the manifest, or take them over with `--force-conflicts`"
                        }
                        _ => "",
                    };
                    lines.push(format!("error: {cluster}: {}: {}{next}", planned.object, why(&planned.action)));
                }
            }
            Err(error) => lines.push(format!("error: {error}")),
        }
    }
    lines.iter().map(|line| printable(&line.replace('\n', " ")).into_owned()).collect()
}

/// What an apply refuses unless it is allowed: namespaces that would lose everything, each with the text to type.
pub(crate) fn gates(goals: &[Goal<'_>], session: &Session<'_>, allowed: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for (goal, plan) in goals.iter().zip(session.plans()) {
        let Ok(plan) = plan else {
            continue;
        };
        for sweep in plan.sweeps() {
            let qualified = format!("{}/{}", goal.cluster, sweep.name());
            if allowed.iter().any(|name| name == sweep.name() || *name == qualified) {
                continue;
            }
            let what = what_goes(&sweep);
            lines.push(format!(
                "{}: {what}; if that is meant, apply with `--allow-prune-all {qualified}`",
                goal.cluster
            ));
        }
    }
    lines
}

fn what_goes(sweep: &Sweep) -> String {
    match sweep {
        Sweep::Namespace(name) => {
            format!("the Namespace `{name}` would be deleted with all that is in it, by whomever it was put there")
        }
        Sweep::Kind(name) => {
            format!("the CustomResourceDefinition `{name}` would be deleted with every object of its kind")
        }
        Sweep::AllIn { namespace, objects: 1 } => {
            format!("the only object that was applied to namespace `{namespace}` would be deleted")
        }
        Sweep::AllIn { namespace, objects } => {
            format!("all {objects} objects that were applied to namespace `{namespace}` would be deleted")
        }
    }
}
