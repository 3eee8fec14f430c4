//! Drift as lines for people.

use std::fmt::Write;

use meshc_diag::printable;

use super::document::{
    AuthorRow, ClusterRow, DifferenceRow, DriftDocument, ObjectName, ObjectRow, ShiftRow, StateWord,
};
use crate::commands::plan::shown;
use crate::commands::table::percent;

/// All of it: by cluster, between clusters, and who serves whom.
pub(super) fn text(document: &DriftDocument) -> String {
    let mut lines = Vec::new();
    for cluster in &document.clusters {
        of_cluster(cluster, &mut lines);
    }
    if !document.differences.is_empty() {
        lines.push("between clusters:".into());
        document.differences.iter().for_each(|difference| of_difference(difference, &mut lines));
    }
    if !document.shifts.is_empty() {
        lines.push("who serves whom:".into());
        document.shifts.iter().for_each(|shift| lines.push(of_shift(shift)));
    }
    lines.iter().fold(String::new(), |mut text, words| {
        let _ = writeln!(text, "{}", line(words));
        text
    })
}

/// One line that nothing in it can break or disguise.
pub(super) fn line(words: &str) -> String {
    printable(&words.replace('\n', " ")).into_owned()
}

fn of_cluster(row: &ClusterRow, lines: &mut Vec<String>) {
    let name = &row.cluster;
    if row.error.is_some() {
        lines.push(format!("{name}: could not be asked"));
        return;
    }
    lines.push(format!("{name}: {}", counts(row)));
    for object in &row.objects {
        of_object(object, lines);
    }
}

fn counts(row: &ClusterRow) -> String {
    let words = [
        (StateWord::Missing, "missing"),
        (StateWord::Changed, "changed"),
        (StateWord::Extra, "extra"),
        (StateWord::Unknown, "not compared"),
    ];
    let counts =
        words.iter().map(|(state, word)| (row.objects.iter().filter(|object| object.state == *state).count(), word));
    let mut parts: Vec<_> =
        counts.filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if parts.is_empty() {
        return "as built".into();
    }
    parts.push(format!("{} as built", row.as_built));
    parts.join(", ")
}

fn of_object(row: &ObjectRow, lines: &mut Vec<String>) {
    let object = shown_name(&row.object);
    match row.state {
        StateWord::Missing => lines.push(format!("  - {object}: missing")),
        StateWord::Extra => {
            lines.push(format!("  + {object}: in the set, and in no manifest{}", by(row.by.as_ref())));
        }
        StateWord::Unknown => {
            let message = row.message.as_deref().unwrap_or_default();
            lines.push(format!("  ! {object}: not compared: {message}"));
        }
        StateWord::Changed => {
            lines.push(format!("  ~ {object}"));
            for field in &row.fields {
                let values = match (&field.live, &field.built) {
                    (Some(live), Some(built)) => format!("{}, built {}", shown(live), shown(built)),
                    (Some(live), None) => format!("{}, not built", shown(live)),
                    (None, Some(built)) => format!("gone, built {}", shown(built)),
                    (None, None) => String::new(),
                };
                lines.push(format!("      {}: {values}{}", field.path, by(field.by.as_ref())));
            }
        }
    }
}

fn shown_name(object: &ObjectName) -> String {
    let namespace = if object.namespace.is_empty() { String::new() } else { format!("{}/", object.namespace) };
    format!("{} {namespace}{}", object.kind, object.name)
}

/// Who wrote it. What meshc itself wrote was applied before the manifests changed.
fn by(author: Option<&AuthorRow>) -> String {
    let Some(AuthorRow { manager, time, owns }) = author else {
        return String::new();
    };
    let time = time.as_ref().map(|time| format!(", {time}")).unwrap_or_default();
    match (owns, manager.as_str()) {
        (true, "meshc") => format!(" (as meshc applied it{time}; the manifests have changed since)"),
        (true, manager) => format!(" (by {manager}{time})"),
        (false, manager) => format!(" (last written by {manager}{time})"),
    }
}

fn of_difference(row: &DifferenceRow, lines: &mut Vec<String>) {
    let (here, there) = (row.clusters.join(", "), row.others.join(", "));
    let verb = if row.clusters.len() == 1 { "differs" } else { "differ" };
    lines.push(format!("  {}: {here} {verb} from {there}", shown_name(&row.object)));
    for field in &row.fields {
        let value = |value: &Option<serde_json::Value>| value.as_ref().map_or("nothing".to_owned(), shown);
        lines.push(format!(
            "      {}: {}, and {} in {there}{}",
            field.path,
            value(&field.here),
            value(&field.there),
            by(field.by.as_ref().filter(|_| field.here.is_some()))
        ));
    }
}

fn of_shift(row: &ShiftRow) -> String {
    let frontend = format!("  clients in {} of {}:{}", row.client, row.service, row.port);
    if !row.served {
        let built: Vec<_> =
            row.clusters.iter().map(|share| format!("{} {}", share.cluster, percent(share.built))).collect();
        let built = if built.is_empty() { "nobody".to_owned() } else { built.join(", ") };
        return format!("{frontend}: the service is not there (built {built})");
    }
    let shares = row.clusters.iter().map(|share| match (share.live, share.built) {
        (live, built) if thousandths(live) == thousandths(built) => format!("{} {}", share.cluster, percent(live)),
        (live, built) => format!("{} {} (built {})", share.cluster, percent(live), percent(built)),
    });
    format!("{frontend}: {}", shares.collect::<Vec<_>>().join(", "))
}

fn thousandths(share: f64) -> i64 {
    (share * 1000.0).round() as i64
}
