//! The service that is asked about, and which of its frontends.

use anyhow::Result;
use meshc_compiler::emit::{FrontendRow, LoadBalancingTable};
use meshc_compiler::model::{ClusterId, Mesh, Name, ServiceGroup};
use meshc_compiler::schema::nearest;

use super::split_service;
use crate::args::{FrontendArg, PathArg};
use crate::exit::Stop;

/// `[namespace/]name[:port]`.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) namespace: Name,
    pub(super) name: Name,
    port: Option<String>,
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, Stop> {
        let (service, port) = match text.rsplit_once(':') {
            Some((service, port)) => (service, Some(port.to_owned())),
            None => (text, None),
        };
        let (namespace, name) = split_service(service);
        if namespace.is_empty() || name.is_empty() || port.as_deref() == Some("") {
            return Err(Stop::Usage(format!("`{text}` is not [namespace/]name[:port]")));
        }
        Ok(Self { namespace: Name::new(namespace), name: Name::new(name), port })
    }

    /// Whether it is `group`.
    pub(super) fn is(&self, group: &ServiceGroup) -> bool {
        group.namespace == self.namespace && group.name == self.name
    }

    /// `namespace/name`.
    pub(super) fn service(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// The frontends that are meant, by their places in the table: those of one port, type and scope. They differ in
    /// their addresses only, and there is at least one.
    pub(super) fn frontends(
        &self,
        mesh: &Mesh,
        from: ClusterId,
        table: &LoadBalancingTable,
        asked: Option<FrontendArg>,
        path: PathArg,
    ) -> Result<Vec<usize>> {
        let service = self.service();
        let cluster = mesh.cluster(from).name;
        if table.services.is_empty() {
            return Err(self.no_service(mesh, from).into());
        }
        let Some(first) = frontends(table).first() else {
            return Err(Stop::Usage(format!(
                "`{service}` has no frontend in `{cluster}`: it is headless, or a name for another name"
            ))
            .into());
        };
        let kind = asked.map_or(first.frontend_type, FrontendArg::word);
        let of_kind = || frontends(table).iter().enumerate().filter(|(_, frontend)| frontend.frontend_type == kind);
        // Where there are two scopes, `connect()` is from inside, and packets come from outside.
        let scope = if path == PathArg::Socket { Some("internal") } else { None };
        let scope = if of_kind().any(|(_, frontend)| frontend.scope == scope) { scope } else { None };
        let all: Vec<_> = of_kind().filter(|(_, frontend)| frontend.scope == scope).collect();
        if all.is_empty() {
            return Err(Stop::Usage(format!("`{service}` has no frontend of the type {kind} in `{cluster}`")).into());
        }
        let is_meant = |frontend: &FrontendRow| {
            self.port.as_ref().is_none_or(|port| frontend.port_name == port.as_str() || number(frontend) == *port)
        };
        let meant: Vec<_> = all.iter().filter(|(_, frontend)| is_meant(frontend)).copied().collect();
        let labels = || {
            let mut labels: Vec<_> = all.iter().map(|(_, frontend)| label(frontend)).collect();
            labels.dedup();
            labels.join(", ")
        };
        match meant.as_slice() {
            [] => Err(Stop::Usage(format!(
                "`{service}` has no port `{}`; its ports are {}",
                self.port.as_deref().unwrap_or_default(),
                labels()
            ))
            .into()),
            [(_, first), rest @ ..] if rest.iter().all(|(_, other)| label(other) == label(first)) => {
                Ok(meant.iter().map(|(at, _)| *at).collect())
            }
            _ => Err(Stop::Usage(format!(
                "`{service}` has several ports: ask for one of {} as `{service}:PORT`",
                labels()
            ))
            .into()),
        }
    }

    /// The service is not there.
    pub(super) fn no_service(&self, mesh: &Mesh, from: ClusterId) -> Stop {
        let service = self.service();
        let cluster = mesh.cluster(from).name;
        let elsewhere: Vec<_> = mesh
            .services
            .iter()
            .filter(|group| self.is(group))
            .flat_map(|group| group.members.iter().map(|member| mesh.cluster(member.cluster).name.as_str()))
            .collect();
        if !elsewhere.is_empty() {
            let clusters = elsewhere.join(", ");
            return Stop::Usage(format!(
                "`{cluster}` has no service `{service}`, so its clients reach nobody; {clusters} has it"
            ));
        }
        let known: Vec<_> = mesh.services.iter().map(|group| format!("{}/{}", group.namespace, group.name)).collect();
        let help = nearest(&service, known.iter().map(String::as_str)).map(|name| format!("; did you mean `{name}`?"));
        Stop::Usage(format!("there is no service `{service}`{}", help.unwrap_or_default()))
    }
}

/// The frontends of the one service in a table.
pub(super) fn frontends(table: &LoadBalancingTable) -> &[FrontendRow] {
    table.services.first().map_or(&[], |service| &service.frontends)
}

/// How people name the port of a frontend.
pub(super) fn label(frontend: &FrontendRow) -> String {
    if frontend.port_name.is_empty() { number(frontend) } else { frontend.port_name.to_owned() }
}

fn number(frontend: &FrontendRow) -> String {
    frontend.port.map_or("(by the cluster)".to_owned(), |port| port.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_service_with_or_without_namespace_and_port() {
        let parse = |text: &str| {
            Target::parse(text).map(|target| (target.namespace.to_string(), target.name.to_string(), target.port)).ok()
        };
        let found = |namespace: &str, name: &str, port: Option<&str>| {
            Some((namespace.to_owned(), name.to_owned(), port.map(str::to_owned)))
        };
        assert_eq!(parse("rebel-base"), found("default", "rebel-base", None));
        assert_eq!(parse("shop/cart:http"), found("shop", "cart", Some("http")));
        assert_eq!(parse("cart:80"), found("default", "cart", Some("80")));
        assert_eq!(parse("cart:"), None);
        assert_eq!(parse("/cart"), None);
    }
}
