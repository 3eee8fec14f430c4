//! Which frontends a service has (CILIUM.md 3.6).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use meshc_model::{DataPlane, Family, Service, ServiceType, Traffic};

use crate::profile::Profile;
use crate::{AbsentFrontends, AbsentReason, FrontendKind, Scope};

/// A frontend without its backends.
#[allow(clippy::struct_field_names, reason = "the address proper is one of the parts")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrontendAddress {
    pub(crate) kind: FrontendKind,
    pub(crate) scope: Scope,
    pub(crate) address: Option<IpAddr>,
    /// Index into the ports of the service.
    pub(crate) port: u32,
    pub(crate) number: Option<u16>,
}

/// The frontends of a service, and the types that it has none of although one might expect it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Frontends {
    pub(crate) addresses: Vec<FrontendAddress>,
    pub(crate) absent: Vec<AbsentFrontends>,
}

/// The frontends of `service` where `data_plane` serves it.
pub(crate) fn frontends(service: &Service, data_plane: &DataPlane) -> Frontends {
    let mut found = Frontends::default();
    let wanted = wanted(service);
    if service.headless {
        found.absent =
            wanted.into_iter().map(|kind| AbsentFrontends { kind, reason: AbsentReason::Headless }).collect();
        return found;
    }
    for kind in wanted {
        if let Some(reason) = hidden(kind, service, data_plane) {
            found.absent.push(AbsentFrontends { kind, reason });
            continue;
        }
        let addresses = addresses(kind, service, data_plane);
        if addresses.is_empty() && kind == FrontendKind::LoadBalancer {
            found.absent.push(AbsentFrontends { kind, reason: AbsentReason::IpMode });
        }
        found
            .addresses
            .extend(addresses.into_iter().flat_map(|(scope, address)| with_ports(kind, scope, address, service)));
    }
    drop_twins(service, &mut found.addresses);
    found
}

/// An address, number and protocol are one frontend, of the type that comes last.
fn drop_twins(service: &Service, addresses: &mut Vec<FrontendAddress>) {
    let key = |at: &FrontendAddress| {
        let protocol = service.ports[at.port as usize].protocol;
        (at.address.zip(at.number), protocol, at.scope)
    };
    let keys: Vec<_> = addresses.iter().map(key).collect();
    let mut at = 0;
    addresses.retain(|_| {
        at += 1;
        keys[at - 1].0.is_none() || !keys[at..].contains(&keys[at - 1])
    });
}

/// The types that a service of its type has. A name for another name has no address of its own.
fn wanted(service: &Service) -> Vec<FrontendKind> {
    let traffic = &service.traffic;
    let mut kinds = Vec::with_capacity(2);
    if service.service_type != ServiceType::ExternalName {
        kinds.push(FrontendKind::ClusterIp);
    }
    let balanced = service.service_type == ServiceType::LoadBalancer;
    let numbered = service.ports.iter().any(|port| port.node_port.is_some());
    if service.service_type == ServiceType::NodePort || balanced && (traffic.node_ports || numbered) {
        kinds.push(FrontendKind::NodePort);
    }
    if balanced {
        kinds.push(FrontendKind::LoadBalancer);
    }
    if !traffic.external_ips.is_empty() {
        kinds.push(FrontendKind::ExternalIp);
    }
    kinds
}

/// Why the data plane leaves out a type. The annotation does not hold for external IPs (CILIUM.md 1).
fn hidden(kind: FrontendKind, service: &Service, data_plane: &DataPlane) -> Option<AbsentReason> {
    let profile = Profile::of(data_plane);
    let exposed = match kind {
        FrontendKind::ClusterIp => service.traffic.exposes(ServiceType::ClusterIp),
        FrontendKind::NodePort => service.traffic.exposes(ServiceType::NodePort),
        FrontendKind::LoadBalancer => service.traffic.exposes(ServiceType::LoadBalancer),
        FrontendKind::ExternalIp => true,
    };
    let reflected = match kind {
        FrontendKind::ClusterIp => true,
        FrontendKind::NodePort => data_plane.kube_proxy_replacement,
        FrontendKind::LoadBalancer | FrontendKind::ExternalIp => {
            data_plane.kube_proxy_replacement || profile.load_balancers_without_kube_proxy_replacement()
        }
    };
    if !exposed {
        Some(AbsentReason::TypeAnnotation)
    } else if kind == FrontendKind::ExternalIp && !data_plane.external_ips {
        Some(AbsentReason::ExternalIps)
    } else if !reflected {
        Some(AbsentReason::KubeProxyReplacement)
    } else {
        None
    }
}

fn addresses(kind: FrontendKind, service: &Service, data_plane: &DataPlane) -> Vec<(Scope, Option<IpAddr>)> {
    let (traffic, profile) = (&service.traffic, Profile::of(data_plane));
    let known = |addresses: &[IpAddr]| -> Vec<Option<IpAddr>> {
        if addresses.is_empty() { vec![None] } else { addresses.iter().copied().map(Some).collect() }
    };
    let external =
        |addresses: Vec<Option<IpAddr>>| addresses.into_iter().map(|address| (Scope::External, address)).collect();
    match kind {
        FrontendKind::ClusterIp => {
            let mut addresses = known(&service.cluster_ips);
            addresses.sort_unstable();
            external(addresses)
        }
        FrontendKind::NodePort => {
            let any = node_port_families(service, profile);
            scopes(service, profile)
                .iter()
                .flat_map(|scope| known(&any).into_iter().map(|address| (*scope, address)))
                .collect()
        }
        FrontendKind::LoadBalancer => ingress(traffic, profile)
            .into_iter()
            .flat_map(|address| scopes(service, profile).iter().map(move |scope| (*scope, address)))
            .collect(),
        FrontendKind::ExternalIp => external(known(&traffic.external_ips)),
    }
}

/// The addresses of a load balancer; one that is not known where nothing is said of it. What has only the addresses of
/// proxies, or names, has none of its own.
fn ingress(traffic: &Traffic, profile: Profile) -> Vec<Option<IpAddr>> {
    if traffic.ingress.is_empty() {
        return vec![None];
    }
    let own = traffic.ingress.iter().filter(|entry| entry.is_own || !profile.reads_ip_mode());
    own.filter_map(|entry| entry.address).map(Some).collect()
}

/// Both scopes where one policy is Local and the other is not, unless an annotation keeps to the one.
fn scopes(service: &Service, profile: Profile) -> &'static [Scope] {
    let alike = service.traffic.is_external_local() == service.traffic.is_internal_local();
    if alike || profile.reads_scope() && service.traffic.external_only.is_some() {
        &[Scope::External]
    } else {
        &[Scope::External, Scope::Internal]
    }
}

/// The addresses that stand for all nodes: one for each family that the service says, or else its cluster IPs have.
fn node_port_families(service: &Service, profile: Profile) -> Vec<IpAddr> {
    let any = |family: &Family| match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    if !service.traffic.ip_families.is_empty() {
        return service.traffic.ip_families.iter().map(any).collect();
    }
    let mut families: Vec<_> = service.cluster_ips.iter().copied().map(Family::of).collect();
    if profile.mistakes_ipv6_node_ports() {
        families.fill(Family::V4);
    }
    families.sort_unstable();
    families.dedup();
    families.iter().map(any).collect()
}

fn with_ports(
    kind: FrontendKind,
    scope: Scope,
    address: Option<IpAddr>,
    service: &Service,
) -> impl Iterator<Item = FrontendAddress> {
    // Node ports that the cluster does not choose do not exist.
    let chosen = service.service_type == ServiceType::NodePort || service.traffic.node_ports;
    service.ports.iter().enumerate().filter_map(move |(at, port)| {
        let number = if kind == FrontendKind::NodePort { port.node_port } else { Some(port.number) };
        let exists = number.is_some() || chosen;
        exists.then_some(FrontendAddress { kind, scope, address, port: at as u32, number })
    })
}

#[cfg(test)]
mod tests {
    use meshc_model::{MeshAnnotations, Name, Protocol, Reach, Said, ServicePort, TargetPort};
    use meshc_source::{FileId, Span};

    use super::*;

    fn service(service_type: ServiceType) -> Service {
        let span = Span::new(FileId(0), 0, 0);
        let port = ServicePort {
            name: Name::EMPTY,
            number: 80,
            protocol: Protocol::Tcp,
            target: TargetPort::Number(80),
            app_protocol: Name::EMPTY,
            node_port: Some(30080),
            span,
        };
        Service {
            service_type,
            headless: false,
            cluster_ips: vec![IpAddr::from([10, 96, 0, 1])],
            ports: vec![port],
            selector: Vec::new(),
            selector_places: Vec::new(),
            annotations: MeshAnnotations::default(),
            traffic: Traffic { node_ports: true, ..Traffic::default() },
            labels: Vec::new(),
            all_annotations: Vec::new(),
        }
    }

    fn found(service: &Service, data_plane: &DataPlane) -> Vec<String> {
        let show = |found: &FrontendAddress| {
            let address = found.address.map_or("?".to_owned(), |address| address.to_string());
            let number = found.number.map_or("?".to_owned(), |number| number.to_string());
            let scope = if found.scope == Scope::Internal { "/i" } else { "" };
            format!("{} {address} {number}{scope}", found.kind.word())
        };
        frontends(service, data_plane).addresses.iter().map(show).collect()
    }

    #[test]
    fn each_type_has_the_frontends_of_those_before_it() {
        let standard = DataPlane::STANDARD;
        assert_eq!(found(&service(ServiceType::ClusterIp), &standard), ["ClusterIP 10.96.0.1 80"]);
        let node_port = ["ClusterIP 10.96.0.1 80", "NodePort 0.0.0.0 30080"];
        assert_eq!(found(&service(ServiceType::NodePort), &standard), node_port);
        let balanced = ["ClusterIP 10.96.0.1 80", "NodePort 0.0.0.0 30080", "LoadBalancer ? 80"];
        assert_eq!(found(&service(ServiceType::LoadBalancer), &standard), balanced);
        assert_eq!(found(&service(ServiceType::ExternalName), &standard), [""; 0]);
    }

    #[test]
    fn two_policies_make_two_scopes() {
        let mut service = service(ServiceType::NodePort);
        let local = Said { value: Reach::Local, span: Span::new(FileId(0), 0, 0) };
        service.traffic.external_policy = Some(local);
        let both = ["ClusterIP 10.96.0.1 80", "NodePort 0.0.0.0 30080", "NodePort 0.0.0.0 30080/i"];
        assert_eq!(found(&service, &DataPlane::STANDARD), both);
        service.traffic.internal_policy = Some(local);
        assert_eq!(found(&service, &DataPlane::STANDARD), both[..2]);
    }

    #[test]
    fn without_kube_proxy_replacement_there_are_no_node_ports() {
        let data_plane = DataPlane { kube_proxy_replacement: false, ..DataPlane::STANDARD };
        let frontends = frontends(&service(ServiceType::NodePort), &data_plane);
        let absent = AbsentFrontends { kind: FrontendKind::NodePort, reason: AbsentReason::KubeProxyReplacement };
        assert_eq!((frontends.addresses.len(), frontends.absent), (1, vec![absent]));
    }
}
