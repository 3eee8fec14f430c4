//! From a weigher's answer to weights of backends: the contract is held first.

use meshc_diag::Code;

use crate::contract::{Basis, Finding, MeshView, Outcome, Reason, ServiceView, Subject, Weights};
use crate::findings::{LONGEST_MESSAGE, one_line};
use crate::request::Request;

/// The highest weight: that of Cilium's own annotation (CILIUM.md 1).
pub(crate) const HIGHEST: u32 = 65535;

/// The longest code of a finding, in bytes (`weighting.wit`).
const LONGEST_CODE: usize = 16;

/// How an answer breaks the contract.
pub(crate) struct Breach {
    pub(crate) code: Code,
    pub(crate) what: String,
}

fn refuse(code: Code, what: String) -> Result<(), Breach> {
    Err(Breach { code, what })
}

/// How an answer breaks the contract, as the end of a sentence that names the weigher; `None` if it keeps to it.
pub fn breach(view: &ServiceView, outcome: &Outcome, mesh: &MeshView) -> Option<String> {
    hold(view, outcome, mesh).err().map(|breach| breach.what)
}

/// Holds an answer against the contract.
pub(crate) fn hold(view: &ServiceView, outcome: &Outcome, mesh: &MeshView) -> Result<(), Breach> {
    for finding in &outcome.findings {
        if let Some(what) = wrong_finding(finding, Some(view), mesh) {
            return refuse(Code::ContractBreach, what);
        }
    }
    for reason in &outcome.reasons {
        if let Some(what) = wrong_reason(reason, view) {
            return refuse(Code::ContractBreach, what);
        }
    }
    let Some(weights) = &outcome.weights else {
        return Ok(());
    };
    let (expected, found) = (view.baseline.len(), weights.values.len());
    if expected != found {
        return refuse(
            Code::ContractBreach,
            format!(
                "gave {found} weight(s) where {} client(s) and {} group(s) make {expected}",
                view.clients.len(),
                view.groups.len()
            ),
        );
    }
    let columns = view.groups.len();
    if columns == 0 {
        return Ok(());
    }
    let named = |cell: usize| {
        let client = &mesh.clusters[view.clients[cell / columns] as usize].name;
        let group = &view.groups[cell % columns];
        format!("clients in {client} to backends in {}", mesh.clusters[group.cluster as usize].name)
    };
    for (cell, value) in weights.values.iter().enumerate() {
        if *value > HIGHEST {
            return refuse(
                Code::ContractBreach,
                format!("gave the weight {value} for {}; the highest is {HIGHEST}", named(cell)),
            );
        }
        if *value > 0 && view.baseline[cell] == 0 {
            return refuse(
                Code::ForbiddenWeight,
                format!("gave weight to what the data plane does not use: {}", named(cell)),
            );
        }
    }
    let rows = weights.values.chunks(columns).zip(view.baseline.chunks(columns));
    for (row, (values, baseline)) in rows.enumerate() {
        if values.iter().all(|value| *value == 0) && baseline.iter().any(|value| *value > 0) {
            let client = &mesh.clusters[view.clients[row] as usize].name;
            return refuse(Code::NoWeightLeft, format!("left no weight for clients in {client}"));
        }
    }
    Ok(())
}

/// What is wrong with a finding about the service `view`, or about the config and mesh if there is none.
pub(crate) fn wrong_finding(finding: &Finding, view: Option<&ServiceView>, mesh: &MeshView) -> Option<String> {
    let Finding { severity: _, code, message, subject, help } = finding;
    let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    if code.is_empty() || code.len() > LONGEST_CODE || !code.bytes().all(is_code) {
        return Some(format!(
            "has a finding whose code `{}` is not 1 to {LONGEST_CODE} of A-Z, 0-9 and -",
            one_line(code)
        ));
    }
    if message.is_empty() {
        return Some(format!("has a finding {code} that says nothing"));
    }
    for (what, text) in [("message", message), ("help", help)] {
        if let Some(wrong) = wrong_line(text) {
            return Some(format!("has a finding {code} whose {what} {wrong}"));
        }
    }
    let groups = view.map_or(0, |view| view.groups.len());
    let out_of = |what: &str, at: u32, count: usize| {
        (at as usize >= count).then(|| format!("has a finding {code} about the {what} {at}, and there are {count}"))
    };
    match subject {
        Subject::Group(at) | Subject::GroupAttr(at, _) => out_of("group", *at, groups),
        Subject::Cluster(at) => out_of("cluster", *at, mesh.clusters.len()),
        Subject::Service | Subject::ServiceAttr(_) | Subject::Config(_) => None,
    }
}

fn wrong_reason(reason: &Reason, view: &ServiceView) -> Option<String> {
    let out_of = |what: &str, at: Option<u32>, count: usize| {
        at.filter(|at| *at as usize >= count)
            .map(|at| format!("has a reason about the {what} {at}, and there are {count}"))
    };
    out_of("client", reason.client, view.clients.len())
        .or_else(|| out_of("group", reason.group, view.groups.len()))
        .or_else(|| Some(format!("has a reason that {}", wrong_line(&reason.text)?)))
}

/// What is wrong with a text that is shown to people (`weighting.wit`).
fn wrong_line(text: &str) -> Option<String> {
    if text.len() > LONGEST_MESSAGE {
        return Some(format!("has {} bytes, and the limit is {LONGEST_MESSAGE}", text.len()));
    }
    text.contains(char::is_control).then(|| "has a line break or another control character".to_owned())
}

/// The weights of the backends of every frontend of `request`, from an answer that holds.
pub(crate) fn spread(request: &Request, weights: &Weights) -> Vec<(usize, u32, Vec<u32>)> {
    let columns = request.view.groups.len();
    let mut spread = Vec::new();
    for (row, frontends) in request.rows.iter().enumerate() {
        let values = &weights.values[row * columns..(row + 1) * columns];
        for frontend in frontends {
            // Of a group in two address families, each frontend has its own part.
            let mut endpoints = vec![0; columns];
            for group in frontend.groups.iter().flatten() {
                endpoints[*group as usize] += 1;
            }
            let each = per_endpoint(weights.basis, values, &endpoints);
            let of = |group: &Option<u32>| group.map_or(0, |group| each[group as usize]);
            spread.push((row, frontend.frontend, frontend.groups.iter().map(of).collect()));
        }
    }
    spread
}

/// The weight of one endpoint of each group. Weights of whole groups are divided by their endpoints; to stay whole
/// numbers all are multiplied first, as far as the highest weight allows, and rounded beyond that.
fn per_endpoint(basis: Basis, values: &[u32], endpoints: &[u32]) -> Vec<u32> {
    if basis == Basis::Endpoint {
        return values.to_vec();
    }
    let common =
        endpoints.iter().filter(|count| **count > 0).fold(1_u64, |common, count| lcm(common, u64::from(*count)));
    let exact: Vec<u64> = values
        .iter()
        .zip(endpoints)
        .map(|(value, count)| if *count == 0 { 0 } else { u64::from(*value) * (common / u64::from(*count)) })
        .collect();
    let divisor = exact.iter().fold(0, |divisor, value| gcd(divisor, *value)).max(1);
    let highest = exact.iter().max().copied().unwrap_or(0) / divisor;
    let limit = u64::from(HIGHEST);
    let scaled = |value: u64| {
        let value = value / divisor;
        if highest <= limit {
            return value as u32;
        }
        let rounded = (u128::from(value) * u128::from(limit) + u128::from(highest) / 2) / u128::from(highest);
        // What has a weight keeps one.
        (rounded as u32).max(u32::from(value > 0))
    };
    exact.into_iter().map(scaled).collect()
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The least common multiple, or a large multiple of the first where it would not fit.
fn lcm(a: u64, b: u64) -> u64 {
    let next = a / gcd(a, b) * b;
    if next > u64::from(u32::MAX) { a } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_of_a_group_is_shared_by_its_endpoints() {
        assert_eq!(per_endpoint(Basis::Group, &[80, 20], &[2, 4]), [8, 1]);
        assert_eq!(per_endpoint(Basis::Group, &[80, 20], &[1, 1]), [4, 1]);
        assert_eq!(per_endpoint(Basis::Group, &[1, 0], &[3, 2]), [1, 0]);
        assert_eq!(per_endpoint(Basis::Endpoint, &[80, 20], &[2, 4]), [80, 20]);
    }

    #[test]
    fn large_weights_are_rounded_to_the_range_and_none_is_lost() {
        let found = per_endpoint(Basis::Group, &[65535, 1], &[1, 1000]);
        assert_eq!(found, [65535, 1]);
    }
}
