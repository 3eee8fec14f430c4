//! Small meshes at random, with everything that a table depends on.

use std::fmt::Write;

use meshc_compiler::model::Name;
use meshc_compiler::tables::Client;
use proptest::prelude::*;

/// A mesh with one service, and a client's place.
#[derive(Clone, Debug)]
pub struct World {
    /// The clusters, by name.
    pub clusters: Vec<Cluster>,
    /// The node that clients are on.
    pub node: Option<&'static str>,
    /// The zone that they are in.
    pub zone: Option<&'static str>,
}

/// A cluster with its service and endpoints.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// The settings of its data plane, as a flow mapping.
    pub settings: String,
    /// Its service.
    pub service: Service,
    /// The endpoints of its slices.
    pub slices: Vec<Slice>,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// `service.cilium.io/global`.
    pub global: Option<bool>,
    /// `service.cilium.io/shared`.
    pub shared: Option<bool>,
    /// `service.cilium.io/affinity`.
    pub affinity: Option<&'static str>,
    /// The rest of its spec, as fields of a flow mapping.
    pub spec: String,
    /// Its ports, as a flow sequence.
    pub ports: &'static str,
}

/// A slice.
#[derive(Clone, Debug)]
pub struct Slice {
    /// `service.cilium.io/weight`.
    pub weight: Option<u16>,
    /// Its ports, as a flow sequence.
    pub ports: &'static str,
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// An endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The last part of its address.
    pub host: u8,
    /// Whether its address is one that other clusters use too.
    pub common: bool,
    /// Its conditions, as a flow mapping.
    pub conditions: &'static str,
    /// Its node and zone, and the zones that it is for, as fields of a flow mapping.
    pub place: &'static str,
}

impl World {
    /// Where its clients are.
    pub fn client(&self) -> Client {
        Client { node: self.node.map(Name::new), zone: self.zone.map(Name::new) }
    }

    /// Whether two clusters may have one address.
    pub fn has_twins(&self) -> bool {
        let slices = self.clusters.iter().flat_map(|cluster| &cluster.slices);
        slices.flat_map(|slice| &slice.endpoints).any(|endpoint| endpoint.common)
    }

    /// Its files.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut mesh = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  lints: {affinity-drops-remote: warning}\n  clusters:\n".to_owned();
        let mut files = Vec::new();
        for (at, cluster) in self.clusters.iter().enumerate() {
            let _ = writeln!(
                mesh,
                "  - {{name: {}, id: {}, dataPlane: {{cilium: {}}}}}",
                cluster.name,
                at + 1,
                cluster.settings
            );
            files.push((format!("clusters/{}/echo.yaml", cluster.name), cluster.manifests(at)));
        }
        files.push(("mesh.yaml".to_owned(), mesh));
        files
    }
}

impl Cluster {
    fn manifests(&self, at: usize) -> String {
        let service = &self.service;
        let flag = |key: &str, value: Option<String>| {
            value.map(|value| format!("service.cilium.io/{key}: \"{value}\", ")).unwrap_or_default()
        };
        let annotations = [
            flag("global", service.global.map(|flag| flag.to_string())),
            flag("shared", service.shared.map(|flag| flag.to_string())),
            flag("affinity", service.affinity.map(str::to_owned)),
        ]
        .concat();
        let mut text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: echo, annotations: {{{annotations}}}}}\nspec: {{clusterIP: 10.96.{at}.1, {}ports: {}}}\n",
            service.spec, service.ports
        );
        for (index, slice) in self.slices.iter().enumerate() {
            let weight = flag("weight", slice.weight.map(|weight| weight.to_string()));
            let _ = writeln!(
                text,
                "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: echo-{index}, labels: {{kubernetes.io/service-name: echo}}, annotations: {{{weight}}}}}\n\
                 addressType: IPv4\nports: {}\nendpoints:",
                slice.ports
            );
            for endpoint in &slice.endpoints {
                let network = if endpoint.common { 200 } else { at };
                let _ = writeln!(
                    text,
                    "- {{addresses: [10.{network}.0.{}], conditions: {}, {}}}",
                    endpoint.host, endpoint.conditions, endpoint.place
                );
            }
            if slice.endpoints.is_empty() {
                text.truncate(text.trim_end().len());
                text.push_str(" []\n");
            }
        }
        text
    }
}

/// A world of two to four clusters.
pub fn world() -> impl Strategy<Value = World> {
    let place = (of(&[None, Some("n1"), Some("n2")]), of(&[None, Some("a"), Some("b")]));
    (proptest::collection::vec(cluster(), 2..5), place).prop_map(|(mut clusters, (node, zone))| {
        for (at, cluster) in clusters.iter_mut().enumerate() {
            cluster.name = format!("c{at}");
        }
        World { clusters, node, zone }
    })
}

fn of<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(values)
}

fn cluster() -> impl Strategy<Value = Cluster> {
    let settings = (
        of(&["1.17", "1.18.0", "1.18", "1.19.5", "1.19", "1.20", "main"]),
        of(&["prefer-legacy", "prefer-legacy", "prefer-endpointslice", "only-endpointslice"]),
        of(&["random", "maglev"]),
        any::<(bool, bool)>(),
    )
        .prop_map(|(version, mode, algorithm, (topology, kube_proxy_replacement))| {
            format!(
                "{{version: \"{version}\", serviceV2: {mode}, algorithm: {algorithm}, maglevTableSize: 251, serviceTopology: {topology}, kubeProxyReplacement: {kube_proxy_replacement}}}"
            )
        });
    (settings, service(), proptest::collection::vec(slice(), 0..3)).prop_map(|(settings, service, slices)| Cluster {
        name: String::new(),
        settings,
        service,
        slices,
    })
}

fn service() -> impl Strategy<Value = Service> {
    let flag = || of(&[None, Some(true), Some(true), Some(false)]);
    let spec = (
        of(&["type: ClusterIP, ", "type: NodePort, ", "type: LoadBalancer, externalIPs: [192.0.2.1], "]),
        of(&["", "internalTrafficPolicy: Local, "]),
        of(&["", "externalTrafficPolicy: Local, "]),
        of(&[
            "",
            "trafficDistribution: PreferClose, ",
            "trafficDistribution: PreferSameZone, ",
            "trafficDistribution: PreferSameNode, ",
        ]),
    )
        .prop_map(|(kind, internal, external, distribution)| {
            // Only a service with frontends for the outside takes a policy for connections from there.
            let external = if kind.contains("ClusterIP") { "" } else { external };
            format!("{kind}{internal}{external}{distribution}")
        });
    let affinity = of(&[None, None, Some("local"), Some("remote"), Some("none")]);
    let ports = of(&["[{name: http, port: 80}]", "[{port: 80}]", "[{name: http, port: 80}, {name: web, port: 8080}]"]);
    (flag(), flag(), affinity, spec, ports).prop_map(|(global, shared, affinity, spec, ports)| Service {
        global,
        shared,
        affinity,
        spec,
        ports,
    })
}

fn slice() -> impl Strategy<Value = Slice> {
    let ports = of(&[
        "[{name: http, port: 8080}]",
        "[{port: 8080}]",
        "[{name: http, port: 8080}, {name: web, port: 8080}]",
        "[{name: web, port: 9090}]",
    ]);
    let weight = of(&[None, None, Some(0), Some(1), Some(300)]);
    (weight, ports, proptest::collection::vec(endpoint(), 0..4)).prop_map(|(weight, ports, endpoints)| Slice {
        weight,
        ports,
        endpoints,
    })
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    let conditions = of(&[
        "{}",
        "{ready: true}",
        "{ready: false}",
        "{ready: false, serving: true, terminating: true}",
        "{ready: false, serving: false, terminating: true}",
    ]);
    let place = of(&[
        "nodeName: n1, zone: a",
        "nodeName: n2, zone: b, hints: {forZones: [{name: b}]}",
        "nodeName: n1, zone: a, hints: {forZones: [{name: a}, {name: b}]}",
        "zone: a, hints: {forZones: [{name: a}]}",
        "nodeName: n3",
    ]);
    let common = of(&[false, false, false, false, true]);
    (1..20_u8, common, conditions, place).prop_map(|(host, common, conditions, place)| Endpoint {
        host,
        common,
        conditions,
        place,
    })
}
