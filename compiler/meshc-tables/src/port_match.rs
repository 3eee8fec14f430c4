//! Which port of a backend serves a frontend: protocol and address family equal, and the names meet (CILIUM.md 3.2).

use std::net::IpAddr;

use meshc_model::{Backend, EndpointPort, Identity, Name, ServicePort};

use crate::Reason;
use crate::profile::Profile;

/// The numbers of the ports of a backend that serve the frontend `port` at `address`, or why none does.
///
/// A frontend without a name takes every port of its protocol, and a port without a name serves every frontend. Ports
/// with one number and protocol are one backend with all their names.
pub(crate) fn matching_ports(
    port: &ServicePort,
    address: Option<IpAddr>,
    backend: &Backend,
    ports: &[EndpointPort],
    profile: Profile,
) -> Result<Vec<u16>, Reason> {
    if let (Some(frontend), Identity::Address(own)) = (address, backend.identity)
        && frontend.is_ipv4() != own.is_ipv4()
    {
        return Err(Reason::Family);
    }
    let named: Vec<_> = ports.iter().filter(|own| meets(port.name, own, ports, profile)).collect();
    if named.is_empty() {
        return Err(Reason::PortName);
    }
    let any_protocol = !profile.compares_protocols();
    let mut numbers: Vec<u16> =
        named.iter().filter(|own| own.protocol == port.protocol || any_protocol).map(|own| own.number).collect();
    if numbers.is_empty() {
        return Err(Reason::Protocol);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn meets(frontend: Name, own: &EndpointPort, ports: &[EndpointPort], profile: Profile) -> bool {
    if frontend.is_empty() {
        return own.name.is_empty() || profile.version.unnamed_takes_all();
    }
    own.name == frontend || own.name.is_empty() && profile.version.unnamed_serves_all() && !is_named(own, ports)
}

/// Whether a port without a name shares its number with one that has a name, and so is called by that.
fn is_named(own: &EndpointPort, ports: &[EndpointPort]) -> bool {
    names(own, ports).next().is_some()
}

/// The names that the backend of a port has.
pub(crate) fn names(own: &EndpointPort, ports: &[EndpointPort]) -> impl Iterator<Item = Name> {
    let (number, protocol) = (own.number, own.protocol);
    let same = ports.iter().filter(move |other| other.number == number && other.protocol == protocol);
    same.map(|other| other.name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use meshc_model::{Conditions, DataPlane, Name, ObjectId, Protocol, TargetPort, Version};
    use meshc_source::{FileId, Span};

    use super::*;

    fn frontend(name: &str, protocol: Protocol) -> ServicePort {
        let span = Span::new(FileId(0), 0, 0);
        ServicePort {
            name: Name::new(name),
            number: 80,
            protocol,
            target: TargetPort::Number(80),
            app_protocol: Name::EMPTY,
            node_port: None,
            span,
        }
    }

    fn ports(ports: &[(&str, Protocol, u16)]) -> Vec<EndpointPort> {
        ports
            .iter()
            .map(|(name, protocol, number)| EndpointPort {
                name: Name::new(name),
                protocol: *protocol,
                number: *number,
            })
            .collect()
    }

    fn found(frontend: &ServicePort, of: &[(&str, Protocol, u16)]) -> Result<Vec<u16>, Reason> {
        found_in("1.20", frontend, of)
    }

    fn found_in(version: &str, frontend: &ServicePort, of: &[(&str, Protocol, u16)]) -> Result<Vec<u16>, Reason> {
        let version = Version::parse(version).expect("it is known");
        let profile = Profile::of(&DataPlane { version, ..DataPlane::STANDARD });
        let backend = Backend {
            identity: Identity::Address(IpAddr::from([10, 0, 0, 1])),
            conditions: Conditions::READY,
            zone: Name::EMPTY,
            node: Name::EMPTY,
            weight: 100,
            ports: 0,
            for_zones: 0,
            origin: ObjectId(0),
        };
        matching_ports(frontend, Some(IpAddr::from([10, 96, 0, 1])), &backend, &ports(of), profile)
    }

    /// The rows of CILIUM.md 4.
    #[test]
    fn ports_meet_by_name_and_protocol() {
        use Protocol::{Tcp, Udp};
        assert_eq!(found(&frontend("http", Tcp), &[("http", Tcp, 9090)]), Ok(vec![9090]));
        assert_eq!(found(&frontend("http", Tcp), &[("web", Tcp, 80)]), Err(Reason::PortName));
        assert_eq!(found(&frontend("", Tcp), &[("", Tcp, 80)]), Ok(vec![80]));
        assert_eq!(found(&frontend("", Tcp), &[("web", Tcp, 80)]), Ok(vec![80]));
        assert_eq!(found(&frontend("", Tcp), &[("a", Tcp, 80), ("b", Tcp, 443)]), Ok(vec![80, 443]));
        assert_eq!(found(&frontend("b", Tcp), &[("", Tcp, 80)]), Ok(vec![80]));
        assert_eq!(found(&frontend("dns", Udp), &[("dns", Tcp, 53)]), Err(Reason::Protocol));
        assert_eq!(found(&frontend("a", Tcp), &[("a", Tcp, 80), ("b", Tcp, 80)]), Ok(vec![80]));
    }

    #[test]
    fn a_port_without_a_name_is_called_by_another_of_its_number() {
        use Protocol::Tcp;
        assert_eq!(found(&frontend("b", Tcp), &[("", Tcp, 80), ("a", Tcp, 80)]), Err(Reason::PortName));
        assert_eq!(found(&frontend("a", Tcp), &[("", Tcp, 80), ("a", Tcp, 80)]), Ok(vec![80]));
    }

    #[test]
    fn older_versions_are_stricter_about_names() {
        use Protocol::Tcp;
        let unnamed = &[("", Tcp, 80)];
        assert_eq!(found_in("1.18.1", &frontend("a", Tcp), unnamed), Err(Reason::PortName));
        assert_eq!(found_in("1.18.2", &frontend("a", Tcp), unnamed), Ok(vec![80]));
        assert_eq!(found_in("1.17", &frontend("", Tcp), &[("a", Tcp, 80)]), Err(Reason::PortName));
        assert_eq!(found_in("1.18.0", &frontend("", Tcp), &[("a", Tcp, 80)]), Ok(vec![80]));
    }
}
