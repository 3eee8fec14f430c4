//! M0434 node-ports-without-kube-proxy-replacement: node ports that kube-proxy serves lead to what `EndpointSlices` of
//! the cluster itself hold (CILIUM.md 3.6, issues #31718 and #36503).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{ClusterSet, Mesh, Service, ServiceType, names};

use super::{declared_services, names_of, reach};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    if mesh.clusters.iter().all(|cluster| cluster.data_plane.kube_proxy_replacement) {
        return;
    }
    for group in declared_services(mesh) {
        let found: Vec<_> = reach::global(mesh, group)
            .filter(|member| {
                let data_plane = &mesh.cluster(member.cluster).data_plane;
                let service = mesh.service(member);
                !data_plane.kube_proxy_replacement
                    && has_node_ports(service)
                    && !(data_plane.endpoint_slice_sync && service.asks_for_mirrors())
                    && reach::others(mesh, group, member).any(|other| !other.backends.list.is_empty())
            })
            .collect();
        let Some(first) = found.first() else {
            continue;
        };
        let clusters: ClusterSet = found.iter().map(|member| member.cluster).collect();
        let here = names_of(mesh, &clusters);
        diags.push(
            Diagnostic::new(
                Code::NodePortsWithoutKubeProxyReplacement,
                format!("node ports of `{}/{}` in {here} reach no other cluster", group.namespace, group.name),
            )
            .at(mesh.object(first.object).span, "kube-proxy serves its node ports, and knows local backends only")
            .help(format!(
                "let Cilium replace kube-proxy there (`kubeProxyReplacement: true`), or mirror the backends of the \
                 others: `endpointSliceSync: true` in the Mesh, and here `{}: \"true\"` beside `{}`",
                names::SYNC,
                names::GLOBAL
            )),
        );
    }
}

fn has_node_ports(service: &Service) -> bool {
    match service.service_type {
        ServiceType::NodePort => true,
        ServiceType::LoadBalancer => service.traffic.node_ports,
        ServiceType::ClusterIp | ServiceType::ExternalName => false,
    }
}
