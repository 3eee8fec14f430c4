//! What is asked: a service's port, and what if.

use anyhow::Result;
use meshc_compiler::emit::{FrontendRow, LoadBalancingTable};
use meshc_compiler::model::{ClusterId, Mesh, Name};
use meshc_compiler::schema::nearest;
use meshc_compiler::{Scale, ScaleError, rescale};

use super::frontends;
use crate::args::{FrontendArg, PathArg, RouteArgs};
use crate::commands::{find_cluster, split_service};
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

    /// The frontend that is meant.
    pub(super) fn frontend<'t>(
        &self,
        mesh: &Mesh,
        from: ClusterId,
        table: &'t LoadBalancingTable,
        own: &RouteArgs,
    ) -> Result<&'t FrontendRow> {
        let service = format!("{}/{}", self.namespace, self.name);
        let cluster = mesh.cluster(from).name;
        if table.services.is_empty() {
            return Err(Stop::Usage(self.no_service(mesh, from, &service)).into());
        }
        let Some(first) = frontends(table).first() else {
            return Err(Stop::Usage(format!(
                "`{service}` has no frontend in `{cluster}`: it is headless, or a name for another name"
            ))
            .into());
        };
        let kind = own.frontend.map_or(first.frontend_type, FrontendArg::word);
        let of_kind = || frontends(table).iter().filter(|frontend| frontend.frontend_type == kind);
        // Where there are two scopes, `connect()` is from inside, and packets come from outside.
        let scope = if own.path == PathArg::Socket { Some("internal") } else { None };
        let scope = if of_kind().any(|frontend| frontend.scope == scope) { scope } else { None };
        let all: Vec<_> = of_kind().filter(|frontend| frontend.scope == scope).collect();
        if all.is_empty() {
            return Err(Stop::Usage(format!("`{service}` has no frontend of the type {kind} in `{cluster}`")).into());
        }
        let is_meant = |frontend: &&&FrontendRow| {
            self.port.as_ref().is_none_or(|port| frontend.port_name == port.as_str() || number(frontend) == *port)
        };
        let meant: Vec<_> = all.iter().filter(is_meant).copied().collect();
        let labels = || {
            let mut labels: Vec<_> = all.iter().copied().map(label).collect();
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
            [first, rest @ ..] if rest.iter().all(|other| label(other) == label(first)) => Ok(first),
            _ => Err(Stop::Usage(format!(
                "`{service}` has several ports: ask for one of {} as `{service}:PORT`",
                labels()
            ))
            .into()),
        }
    }

    fn no_service(&self, mesh: &Mesh, from: ClusterId, service: &str) -> String {
        let cluster = mesh.cluster(from).name;
        let elsewhere: Vec<_> = mesh
            .services
            .iter()
            .filter(|group| group.namespace == self.namespace && group.name == self.name)
            .flat_map(|group| group.members.iter().map(|member| mesh.cluster(member.cluster).name.as_str()))
            .collect();
        if !elsewhere.is_empty() {
            let clusters = elsewhere.join(", ");
            return format!("`{cluster}` has no service `{service}`, so its clients reach nobody; {clusters} has it");
        }
        let known: Vec<_> = mesh.services.iter().map(|group| format!("{}/{}", group.namespace, group.name)).collect();
        let help = nearest(service, known.iter().map(String::as_str)).map(|name| format!("; did you mean `{name}`?"));
        format!("there is no service `{service}`{}", help.unwrap_or_default())
    }
}

/// How people name the port of a frontend.
pub(super) fn label(frontend: &FrontendRow) -> String {
    if frontend.port_name.is_empty() { number(frontend) } else { frontend.port_name.to_owned() }
}

fn number(frontend: &FrontendRow) -> String {
    frontend.port.map_or("(by the cluster)".to_owned(), |port| port.to_string())
}

/// More pods than this are a slip of the finger.
const MOST: u32 = 100_000;

/// Applies one `[namespace/]name@cluster=replicas`.
pub(super) fn scale(mesh: &mut Mesh, text: &str) -> Result<()> {
    let wrong = || Stop::Usage(format!("`{text}` is not [namespace/]name@cluster=number"));
    let (workload, rest) = text.split_once('@').ok_or_else(wrong)?;
    let (cluster, replicas) = rest.split_once('=').ok_or_else(wrong)?;
    let (namespace, name) = split_service(workload);
    let replicas = replicas.parse().map_err(|_| wrong())?;
    if replicas > MOST {
        return Err(Stop::Usage(format!("`{text}` asks for more than {MOST} pods")).into());
    }
    let scale = Scale {
        namespace: Name::new(namespace),
        name: Name::new(name),
        cluster: find_cluster(mesh, cluster)?,
        replicas,
    };
    rescale(mesh, &scale).map_err(|error| {
        Stop::Usage(match error {
            ScaleError::NotFound => format!("no workload `{namespace}/{name}` serves anything in `{cluster}`"),
            ScaleError::OnlyObserved(count) => {
                format!("`{namespace}/{name}` has {count} observed endpoints in `{cluster}`, and meshc makes none up")
            }
        })
        .into()
    })
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
