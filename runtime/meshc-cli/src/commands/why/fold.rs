//! The answer for people: backends with like chains are one block.

use std::collections::BTreeSet;

use super::document::{
    Answer, BackendAnswer, FrontendAnswer, NoteAnswer, Place, Places, RowAnswer, SharesAnswer, StepAnswer,
};
use super::names::endpoint;
use crate::commands::table::percent;
use crate::terminal::columns;

/// More of a kind than these are counted.
const LISTED: usize = 4;

/// The whole answer. `pattern` is what chose the backends, if not all are meant.
pub(super) fn for_people(answer: &Answer, pattern: Option<&str>) -> String {
    let mut blocks = Vec::new();
    for frontend in &answer.frontends {
        blocks.push(headline(answer, frontend, pattern));
        blocks.extend(fold(&frontend.backends).iter().map(|like| block(like)));
    }
    if answer.frontends.is_empty() {
        blocks.push(format!("{} reaches nothing as {}: it has no frontend there\n", answer.from, answer.service));
    }
    let mut remarks: Vec<_> = answer
        .absent
        .iter()
        .map(|absent| format!("no {}{}: {}", absent.frontend_type, in_brackets(&absent.places), absent.text))
        .collect();
    remarks.extend(answer.notes.iter().map(note_line));
    if !remarks.is_empty() {
        blocks.push(remarks.join("\n") + "\n");
    }
    blocks.join("\n")
}

/// A note in one line.
pub(super) fn note_line(note: &NoteAnswer) -> String {
    format!("{}{}: {}", note.text, in_brackets(&note.places), note.detail)
}

fn headline(answer: &Answer, frontend: &FrontendAnswer, pattern: Option<&str>) -> String {
    let (from, service) = (&answer.from, &answer.service);
    let port = answer.port.as_deref().unwrap_or_default();
    let several = answer.frontends.len() > 1 && !frontend.addresses.is_empty();
    let at = if several { format!(" at {}", frontend.addresses.join(", ")) } else { String::new() };
    let total = frontend.candidates;
    if let Some(pattern) = pattern.filter(|_| total > 0) {
        let matched = frontend.backends.len();
        let reached = frontend.backends.iter().filter(|backend| backend.serves).count();
        return match (matched, reached) {
            (1, 1) => format!("{from} reaches `{pattern}`, a backend of {service}:{port}{at}\n"),
            (1, _) => format!("{from} does not reach `{pattern}`, a backend of {service}:{port}{at}\n"),
            (_, 0) => format!(
                "{from} reaches none of the {matched} backends of {service}:{port}{at} that `{pattern}` names\n"
            ),
            (_, _) => format!(
                "{from} reaches {reached} of the {matched} backends of {service}:{port}{at} that `{pattern}` names\n"
            ),
        };
    }
    match frontend.reached {
        _ if total == 0 => format!("{from} reaches nothing as {service}:{port}{at}: no cluster has a backend\n"),
        0 => format!("{from} reaches none of {} of {service}:{port}{at}: connections fail\n", counted(total)),
        reached => format!("{from} reaches {reached} of {} of {service}:{port}{at}\n", counted(total)),
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 backend".to_owned() } else { format!("{count} backends") }
}

/// Backends with like chains, in the order of the first of each.
fn fold(backends: &[BackendAnswer]) -> Vec<Vec<&BackendAnswer>> {
    let mut found: Vec<Vec<&BackendAnswer>> = Vec::new();
    for backend in backends {
        match found.iter_mut().find(|like| is_like(like[0], backend)) {
            Some(like) => like.push(backend),
            None => found.push(vec![backend]),
        }
    }
    found
}

/// Whether two backends differ in their addresses, slots and lines only.
fn is_like(a: &BackendAnswer, b: &BackendAnswer) -> bool {
    (a.cluster, a.serves, a.excluded) == (b.cluster, b.serves, b.excluded)
        && a.steps.iter().map(told).eq(b.steps.iter().map(told))
        && a.row.as_ref().map(had) == b.row.as_ref().map(had)
}

/// What is said of a step, but for its lines.
fn told(step: &StepAnswer) -> (&str, &str, bool, bool) {
    (step.rule, &step.text, step.passed, step.places.by_default)
}

/// What is said of a row, but for its slot. Shares that do not divide evenly differ where nobody reads them.
fn had(row: &RowAnswer) -> (&str, u32, [String; 2], Option<String>, bool, &[String]) {
    let SharesAnswer { socket, packet, wanted } = row.share;
    let given = [percent(socket), percent(packet)];
    (row.state, row.weight, given, wanted.map(percent), row.slot.is_some(), &row.reasons)
}

fn block(like: &[&BackendAnswer]) -> String {
    let first = like[0];
    let one = like.len() == 1;
    let what = match (first.serves, first.excluded, one) {
        (true, _, true) => "serves",
        (true, _, false) => "serve",
        (false, Some(_), true) => "is not used",
        (false, Some(_), false) => "are not used",
        (false, None, true) => "takes no new connections",
        (false, None, false) => "take no new connections",
    };
    let names: Vec<_> = like.iter().map(|backend| endpoint(backend)).collect();
    let mut text = format!("{} in {} {what}: {}\n", counted(like.len()), first.cluster, listed(&names));
    let rows: Vec<_> = (0..first.steps.len()).map(|at| cells(like, at)).collect();
    text.push_str(&columns(&rows));
    if let Some(help) = first.steps.last().and_then(|step| step.help.as_ref()) {
        text.push_str(&format!("  help: {help}\n"));
    }
    text.push_str(&slots(like));
    text
}

/// The step `at` of backends that are alike.
fn cells(like: &[&BackendAnswer], at: usize) -> Vec<String> {
    let step = &like[0].steps[at];
    let mut seen = BTreeSet::new();
    let all = like.iter().flat_map(|backend| &backend.steps[at].places.places);
    let places: Vec<Place> = all.filter(|place| seen.insert((&place.path, place.line))).cloned().collect();
    let word = if step.passed { "yes" } else { "no" };
    let places = Places { by_default: step.places.by_default, places };
    vec![format!("  {word}"), step.text.clone(), where_it_is(&places)]
}

/// What backends that are alike get of the connections.
fn slots(like: &[&BackendAnswer]) -> String {
    let Some(row) = like[0].row.as_ref().filter(|_| like[0].serves) else {
        return String::new();
    };
    let slots: Vec<_> = like.iter().filter_map(|backend| Some(backend.row.as_ref()?.slot?.to_string())).collect();
    let (plural, each) = if like.len() == 1 { ("", "") } else { ("s", " each") };
    let SharesAnswer { socket, packet, wanted } = row.share;
    let shares = if percent(socket) == percent(packet) {
        format!("{} of new connections{each}", percent(socket))
    } else {
        format!("{} of new connections{each} by socket, {} by packet", percent(socket), percent(packet))
    };
    let wanted = wanted.map(|wanted| format!(", and {} is wanted", percent(wanted))).unwrap_or_default();
    let mut text = format!("  slot{plural} {}: {shares}{wanted}\n", listed(&slots));
    for reason in &row.reasons {
        text.push_str(&format!("  weight {}: {reason}\n", row.weight));
    }
    text
}

fn listed(names: &[String]) -> String {
    if names.len() <= LISTED + 1 {
        return names.join(", ");
    }
    format!("{} and {} more", names[..LISTED].join(", "), names.len() - LISTED)
}

fn in_brackets(places: &Places) -> String {
    let text = where_it_is(places);
    if text.is_empty() { text } else { format!(" ({text})") }
}

fn where_it_is(places: &Places) -> String {
    let mut last = "";
    let mut lines = Vec::new();
    for place in &places.places {
        // The lines of one file follow its path.
        lines.push(if place.path == last { place.line.to_string() } else { format!("{}:{}", place.path, place.line) });
        last = &place.path;
    }
    match (places.by_default, lines.as_slice()) {
        (false, lines) => listed(lines),
        (true, []) => "by default".to_owned(),
        (true, [line]) => format!("by default: {line} says nothing"),
        (true, lines) => format!("by default: {} say nothing", listed(lines)),
    }
}
