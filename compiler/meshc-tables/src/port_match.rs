//! Which port of a backend serves a frontend: protocol and address family equal, and the names meet (CILIUM.md 3.2).

use std::net::IpAddr;

use meshc_model::{Backend, EndpointPort, Identity, ServicePort};

use crate::Reason;

/// The numbers of the ports of a backend that serve the frontend `port` at `address`, or why none does.
///
/// A frontend without a name takes every port of its protocol, and a port without a name serves every frontend.
pub(crate) fn matching_ports(
    port: &ServicePort,
    address: Option<IpAddr>,
    backend: &Backend,
    ports: &[EndpointPort],
) -> Result<Vec<u16>, Reason> {
    if let (Some(frontend), Identity::Address(own)) = (address, backend.identity)
        && frontend.is_ipv4() != own.is_ipv4()
    {
        return Err(Reason::Family);
    }
    let named: Vec<_> = ports.iter().filter(|own| meets(port, own)).collect();
    if named.is_empty() {
        return Err(Reason::PortName);
    }
    let mut numbers: Vec<u16> =
        named.iter().filter(|own| own.protocol == port.protocol).map(|own| own.number).collect();
    if numbers.is_empty() {
        return Err(Reason::Protocol);
    }
    // Names that share a number are one backend.
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn meets(port: &ServicePort, own: &EndpointPort) -> bool {
    port.name.is_empty() || own.name.is_empty() || port.name == own.name
}

#[cfg(test)]
mod tests {
    use meshc_model::{Conditions, Name, ObjectId, Protocol, TargetPort};
    use meshc_source::{FileId, Span};

    use super::*;

    fn frontend(name: &str, protocol: Protocol) -> ServicePort {
        let span = Span::new(FileId(0), 0, 0);
        ServicePort { name: Name::new(name), number: 80, protocol, target: TargetPort::Number(80), span }
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
        let backend = Backend {
            identity: Identity::Address(IpAddr::from([10, 0, 0, 1])),
            conditions: Conditions::READY,
            zone: Name::EMPTY,
            node: Name::EMPTY,
            weight: 100,
            ports: 0,
            origin: ObjectId(0),
        };
        matching_ports(frontend, Some(IpAddr::from([10, 96, 0, 1])), &backend, &ports(of))
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
}
