//! What a pattern for backends may name.

use std::net::IpAddr;

use meshc_compiler::schema::nearest;

use super::document::{Answer, BackendAnswer};
use crate::exit::Stop;

/// As many are listed where a pattern names none.
const LISTED: usize = 8;

/// Leaves the backends that `pattern` names, which must name one.
pub(super) fn keep(answer: &mut Answer, pattern: &str) -> Result<(), Stop> {
    let backends = || answer.frontends.iter().flat_map(|frontend| &frontend.backends);
    let wanted = canonical(pattern);
    if backends().next().is_some() && !backends().any(|backend| names(backend).contains(&wanted)) {
        let mut hosts: Vec<_> = backends().map(|backend| format!("{}/{}", backend.cluster, host(backend))).collect();
        hosts.dedup();
        let all: Vec<_> = backends().flat_map(names).collect();
        let help = match nearest(&wanted, all.iter().map(String::as_str)) {
            Some(name) => format!("did you mean `{name}`?"),
            None if hosts.len() > LISTED => format!("its backends are {} and others", hosts[..LISTED].join(", ")),
            None => format!("its backends are {}", hosts.join(", ")),
        };
        return Err(Stop::Usage(format!("no backend of `{}` is `{pattern}`; {help}", answer.service)));
    }
    for frontend in &mut answer.frontends {
        frontend.backends.retain(|backend| names(backend).contains(&wanted));
    }
    Ok(())
}

/// An address of IPv6 has several spellings.
fn canonical(pattern: &str) -> String {
    let (cluster, rest) = pattern.split_once('/').map_or(("", pattern), |(cluster, rest)| (cluster, rest));
    let inner = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(rest);
    match inner.parse::<IpAddr>() {
        Ok(address) if cluster.is_empty() => address.to_string(),
        Ok(address) => format!("{cluster}/{address}"),
        Err(_) => pattern.to_owned(),
    }
}

/// The address of a backend, or the workload and pod that it will be.
pub(super) fn host(backend: &BackendAnswer) -> String {
    match (&backend.address, backend.workload, backend.ordinal) {
        (Some(address), _, _) => address.clone(),
        (None, Some(workload), Some(ordinal)) => format!("{workload}#{ordinal}"),
        (None, _, _) => "-".to_owned(),
    }
}

/// The address and port of a backend, or the workload and pod that it will be.
pub(super) fn endpoint(backend: &BackendAnswer) -> String {
    let host = host(backend);
    match (&backend.address, backend.port) {
        (Some(address), Some(port)) if address.contains(':') => format!("[{host}]:{port}"),
        (Some(_), Some(port)) => format!("{host}:{port}"),
        (_, None) | (None, _) => host,
    }
}

/// Whatever names a backend, with and without its cluster before it.
fn names(backend: &BackendAnswer) -> Vec<String> {
    let mut names = vec![host(backend), endpoint(backend)];
    if let Some(workload) = backend.workload {
        names.push(workload.to_owned());
        names.extend(workload.split_once('/').map(|(_, name)| name.to_owned()));
    }
    names.dedup();
    let with_cluster: Vec<_> = names.iter().map(|name| format!("{}/{name}", backend.cluster)).collect();
    names.extend(with_cluster);
    names.push(backend.cluster.to_owned());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backend(address: Option<&str>, workload: Option<&'static str>, port: u16) -> BackendAnswer {
        BackendAnswer {
            cluster: "east",
            address: address.map(str::to_owned),
            workload,
            ordinal: workload.map(|_| 1),
            port: Some(port),
            serves: true,
            excluded: None,
            row: None,
            steps: Vec::new(),
        }
    }

    #[test]
    fn a_backend_has_many_names() {
        let is = |backend: &BackendAnswer, pattern: &str| names(backend).contains(&canonical(pattern));
        let observed = backend(Some("10.1.0.5"), None, 80);
        for pattern in ["10.1.0.5", "10.1.0.5:80", "east", "east/10.1.0.5", "east/10.1.0.5:80"] {
            assert!(is(&observed, pattern), "{pattern}");
        }
        assert!(!is(&observed, "10.1.0.50") && !is(&observed, "west/10.1.0.5"));
        let derived = backend(None, Some("deployment/echo"), 80);
        for pattern in ["deployment/echo#1", "deployment/echo", "echo", "east/deployment/echo#1", "east/echo"] {
            assert!(is(&derived, pattern), "{pattern}");
        }
        assert!(!is(&derived, "deployment/echo#0"));
    }

    #[test]
    fn an_address_may_be_spelled_in_several_ways() {
        let six = backend(Some("fd00::5"), None, 80);
        for pattern in ["fd00::5", "FD00:0::5", "[fd00::5]", "[fd00::5]:80", "east/fd00:0:0::5"] {
            assert!(names(&six).contains(&canonical(pattern)), "{pattern}");
        }
    }
}
