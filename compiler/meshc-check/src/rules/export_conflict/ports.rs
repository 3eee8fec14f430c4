//! Conflicts about ports.

use meshc_model::{Name, ServicePort};

use super::{Sides, Words};

impl Sides<'_> {
    pub(super) fn port_name_taken(&self, kept: &ServicePort, lost: &ServicePort) -> Words {
        let name = named(kept.name);
        Words {
            what: format!(
                "is exported with two ports {name}: {} by {}, {} by {}",
                number(kept),
                self.kept,
                number(lost),
                self.lost
            ),
            lost: (lost.span, format!("{} is left out", number(lost))),
            kept: (kept.span, format!("{} {}", number(kept), self.stands())),
            help: format!("give the port of {} another name, or make it {} there too", self.lost, number(kept)),
        }
    }

    pub(super) fn port_name(&self, kept: &ServicePort, lost: &ServicePort) -> Words {
        let port = number(kept);
        Words {
            what: format!(
                "is exported with {port} {} by {} and {} by {}",
                named(kept.name),
                self.kept,
                named(lost.name),
                self.lost
            ),
            lost: (lost.span, "this name does not count".into()),
            kept: (kept.span, format!("this one {}", self.stands())),
            help: if kept.name.is_empty() {
                format!("remove the name in {}: pods are found by the name of the port", self.lost)
            } else {
                format!("write `name: {}` in {} too: pods are found by the name of the port", kept.name, self.lost)
            },
        }
    }

    pub(super) fn app_protocol(&self, kept: &ServicePort, lost: &ServicePort) -> Words {
        let said = |port: &ServicePort| {
            let protocol = port.app_protocol;
            if protocol.is_empty() { "no `appProtocol`".to_owned() } else { format!("`appProtocol: {protocol}`") }
        };
        Words {
            what: format!(
                "is exported with {} on {} by {} and {} by {}",
                said(kept),
                number(kept),
                self.kept,
                said(lost),
                self.lost
            ),
            lost: (lost.span, format!("{} does not count", said(lost))),
            kept: (kept.span, format!("{} {}", said(kept), self.stands())),
            help: if kept.app_protocol.is_empty() {
                format!("remove it in {}", self.lost)
            } else {
                format!("write {} in {} too", said(kept), self.lost)
            },
        }
    }

    pub(super) fn port_missing(&self, port: &ServicePort) -> Words {
        let label = format!("{} {}", number(port), named(port.name));
        Words {
            what: format!("is exported with {label} by {} and without it by {}", self.kept, self.lost),
            lost: (self.services().1, format!("no such port in {}", self.lost)),
            kept: (port.span, format!("{} has it", self.kept)),
            help: format!(
                "clients of this port do not reach {}: add the port there, or remove it in {}",
                self.lost, self.kept
            ),
        }
    }

    pub(super) fn port_order(&self, ports: &[ServicePort]) -> Words {
        let order: Vec<_> = ports.iter().map(|port| format!("`{}`", port.label())).collect();
        let (kept, lost) = self.services();
        Words {
            what: format!("is exported with its ports in another order by {} than by {}", self.lost, self.kept),
            lost: (lost, format!("the ports of {}", self.lost)),
            kept: (kept, format!("those of {}", self.kept)),
            help: format!("Cilium reports lists that are not equal: write them as {}", order.join(", ")),
        }
    }
}

fn number(port: &ServicePort) -> String {
    format!("{}/{}", port.number, port.protocol)
}

fn named(name: Name) -> String {
    if name.is_empty() { "without a name".into() } else { format!("named `{name}`") }
}
