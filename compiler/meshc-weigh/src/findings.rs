//! From what a weigher says to diagnostics at places of the user's files. The weigher names a subject; the place is ours.

use meshc_diag::{Code, Diagnostic, Severity};
use meshc_model::{ClusterId, Mesh, ServiceGroup};
use meshc_source::Span;

use crate::contract::{Finding, FindingSeverity, Subject};
use crate::policy::Policy;
use crate::request::Request;

/// The longest message that is shown, in bytes (`weighting.wit`).
pub(crate) const LONGEST_MESSAGE: usize = 500;
/// How many findings a weigher may have about one service.
pub(crate) const MOST_FINDINGS: usize = 64;

/// Turns a finding about the whole config or mesh into a diagnostic.
pub(crate) fn of_config(mesh: &Mesh, policy: Policy<'_>, weigher: &str, finding: &Finding) -> Diagnostic {
    let code = if finding.severity == FindingSeverity::Error { Code::PolicyConfig } else { Code::PluginFinding };
    diagnostic(code, weigher, finding).at(place(mesh, policy, None, &finding.subject), "")
}

/// Turns a finding about a service into a diagnostic.
pub(crate) fn of_service(
    mesh: &Mesh,
    policy: Policy<'_>,
    weigher: &str,
    request: &Request,
    finding: &Finding,
) -> Diagnostic {
    diagnostic(Code::PluginFinding, weigher, finding).at(place(mesh, policy, Some(request), &finding.subject), "")
}

fn diagnostic(code: Code, weigher: &str, finding: &Finding) -> Diagnostic {
    let severity = match finding.severity {
        FindingSeverity::Error => Severity::Error,
        FindingSeverity::Warning => Severity::Warning,
        FindingSeverity::Note => Severity::Note,
    };
    let words = one_line(&finding.message);
    let headline = format!("{words} ({}/{})", one_line(weigher), one_line(&finding.code));
    let diagnostic = Diagnostic::new(code, headline).severity(severity);
    if finding.help.is_empty() { diagnostic } else { diagnostic.help(one_line(&finding.help)) }
}

/// A text of somebody else's as one line without control characters, cut to the length that is shown.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars() {
        if line.len() + c.len_utf8() > LONGEST_MESSAGE {
            line.push_str(" …");
            break;
        }
        line.push(
            if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                ' '
            } else {
                c
            },
        );
    }
    line.trim().to_owned()
}

/// Where a subject stands; what stands nowhere falls back to the line that chose the weigher.
fn place(mesh: &Mesh, policy: Policy<'_>, request: Option<&Request>, subject: &Subject) -> Span {
    let service = request.map(|request| (request, &mesh.services[request.group as usize]));
    let found = match subject {
        Subject::Service => service.and_then(|(request, group)| service_place(mesh, request, group)),
        Subject::ServiceAttr(key) => service.and_then(|(request, group)| {
            attr_place(mesh, group, *request.clients.first()?, key).or_else(|| service_place(mesh, request, group))
        }),
        Subject::GroupAttr(at, key) => service.and_then(|(request, group)| {
            attr_place(mesh, group, group_cluster(request, *at)?, key)
                .or_else(|| group_place(mesh, request, group, *at))
        }),
        Subject::Group(at) => service.and_then(|(request, group)| group_place(mesh, request, group, *at)),
        Subject::Cluster(at) => mesh.clusters.get(*at as usize).and_then(|cluster| cluster.span),
        Subject::Config(pointer) => {
            policy.policy.config_places.iter().find(|place| *place.pointer == **pointer).map(|place| place.span)
        }
    };
    found.unwrap_or(policy.policy.weigher_span)
}

fn service_place(mesh: &Mesh, request: &Request, group: &ServiceGroup) -> Option<Span> {
    Some(mesh.object(group.member(*request.clients.first()?)?.object).span)
}

fn attr_place(mesh: &Mesh, group: &ServiceGroup, cluster: ClusterId, key: &str) -> Option<Span> {
    let service = mesh.service(group.member(cluster)?);
    service.all_annotations.iter().chain(&service.labels).find(|pair| pair.key == key).map(|pair| pair.span)
}

fn group_place(mesh: &Mesh, request: &Request, group: &ServiceGroup, at: u32) -> Option<Span> {
    let backend = group.member(group_cluster(request, at)?)?.backends.list.first()?;
    Some(mesh.object(backend.origin).span)
}

fn group_cluster(request: &Request, at: u32) -> Option<ClusterId> {
    Some(ClusterId(u16::try_from(request.view.groups.get(at as usize)?.cluster).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_somebody_else_stays_on_its_line() {
        assert_eq!(one_line("a\nb\u{1b}[31mc\u{202e}"), "a b [31mc");
        let long = "é".repeat(1000);
        assert!(one_line(&long).len() <= LONGEST_MESSAGE + " …".len());
    }
}
