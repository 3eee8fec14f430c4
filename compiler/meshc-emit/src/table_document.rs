//! `LoadBalancingTable`, as it is written and printed (DESIGN 7).

use meshc_model::{Algorithm, ClusterId, Distribution, Forwarding, Identity, Mesh, Name, ServiceGroup};
use meshc_tables::{
    Excluded, Frontend, Mirrored, Path, Scope, ServiceTable, TableBackend, frontend_maglev_table, shares,
};
use meshc_weigh::WeightedTables;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::gateway_rows::{GatewayRow, gateway_rows, gateway_rows_by_namespace};
use crate::rounding::round_shares;

/// Who serves whom in one cluster
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "LoadBalancingTable")]
pub struct LoadBalancingTable {
    /// Always `meshc.dev/v1alpha1`
    pub api_version: &'static str,
    /// Always `LoadBalancingTable`
    pub kind: &'static str,
    /// The client's cluster
    pub cluster: &'static str,
    /// The data plane whose semantics these are, with the flags that change results
    pub profile: String,
    /// The services of that cluster, by namespace and name
    pub services: Vec<ServiceRow>,
    /// Where layer 7 proxies send requests, by the rules of the routes that are attached to something
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gateway: Vec<GatewayRow>,
}

/// A service as the cluster sees it
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRow {
    /// Its namespace
    pub namespace: &'static str,
    /// Its name
    pub name: &'static str,
    /// Whether it uses the backends of other clusters
    pub global: bool,
    /// Whether it offers its backends to other clusters
    pub shared: bool,
    /// Which backends it prefers: none, local or remote
    pub affinity: &'static str,
    /// The `ServiceExport` that it is derived from, as `namespace/name`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derived_from: Option<String>,
    /// Which backends it prefers by topology, where the data plane heeds that: `PreferClose`, `PreferSameZone` or
    /// `PreferSameNode`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic_distribution: Option<&'static str>,
    /// Local if connections from outside stay on the node that they arrive at
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_traffic_policy: Option<&'static str>,
    /// Local if connections from inside stay on their node
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal_traffic_policy: Option<&'static str>,
    /// For how many seconds a client stays with its backend
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_affinity_seconds: Option<u32>,
    /// The clients that its load balancers let in, or keep out
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ranges: Option<SourceRanges>,
    /// What clients connect to; empty for a headless service
    pub frontends: Vec<FrontendRow>,
    /// The types of frontends that a reader might expect and does not find
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<AbsentRow>,
    /// The backends of other clusters that `EndpointSlices` of this one hold
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mirrored: Vec<MirroredRow>,
}

/// The clients that load balancers let in, or keep out
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceRanges {
    /// allow or deny
    pub policy: &'static str,
    /// The ranges of their addresses
    pub ranges: Vec<String>,
}

/// Frontends that a service does not have
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AbsentRow {
    /// Their type
    #[serde(rename = "type")]
    pub frontend_type: &'static str,
    /// Why, in one word of a closed list
    pub reason: &'static str,
}

/// Backends of another cluster that `EndpointSlices` of this one hold
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MirroredRow {
    /// The cluster that they are in; slices with its name in the label `multicluster.kubernetes.io/source-cluster` hold them
    pub cluster: &'static str,
    /// Their addresses, or for pods that do not run yet their workload and number
    pub endpoints: Vec<String>,
}

/// An address and port that clients connect to
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FrontendRow {
    /// Its type: `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalIPs`
    #[serde(rename = "type")]
    pub frontend_type: &'static str,
    /// internal if it is for connections from inside only, beside another for those from outside
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
    /// The address; null if the manifest leaves it to the cluster; that of a node port stands for those of all nodes
    pub address: Option<String>,
    /// The number that clients use; null for a node port that the manifest leaves to the cluster
    pub port: Option<u16>,
    /// Its protocol: TCP, UDP or SCTP
    pub protocol: &'static str,
    /// Its name; empty if it has none
    pub port_name: &'static str,
    /// How a packet finds its backend: random or maglev
    pub algorithm: &'static str,
    /// How a packet is sent on to its backend, where that is not snat
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarding: Option<&'static str>,
    /// How many slots take new connections, and how many keep the connections that they have
    pub slots: SlotsRow,
    /// What the backends depend on and that is not known of the client: node, zone
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<&'static str>,
    /// false if the data plane knows it and has no entry for it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub programmed: Option<bool>,
    /// Whether it is only for the clients in the source ranges of its service, or only for others
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub source_ranges: bool,
    /// The policy that weighs its backends, as `namespace/name`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The Maglev table, where it was asked for: the backend of each entry, counted from 0
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maglev: Option<Vec<u32>>,
    /// The backends, in the order of slots
    pub backends: Vec<BackendRow>,
    /// The backends that a reader might expect and does not find
    pub excluded: Vec<ExcludedRow>,
}

/// How many slots a frontend has
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlotsRow {
    /// Those that take new connections
    pub count: u32,
    /// Those that keep the connections that they have
    pub qcount: u32,
}

/// A backend of a frontend
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackendRow {
    /// The cluster that it is in
    pub cluster: &'static str,
    /// Its address; null for a pod that does not run yet, which has `workload` and `ordinal`
    pub address: Option<String>,
    /// The workload that makes it, as `deployment/rebel-base`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<&'static str>,
    /// Which of the workload's pods it is, from 0
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordinal: Option<u32>,
    /// The number that it listens on
    pub port: u16,
    /// active, terminating, terminating-not-serving, quarantined or maintenance
    pub state: &'static str,
    /// Its weight: what a policy asks for, or else what the data plane has. Only ratios mean something
    pub weight: u32,
    /// How many entries of the Maglev table lead to it, where that was asked for
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maglev: Option<u32>,
    /// Its zone; null if unknown
    pub zone: Option<&'static str>,
    /// Its node; null if unknown
    pub node: Option<&'static str>,
    /// The object that declares it
    pub origin: String,
    /// The share of new connections that it gets
    pub share: Share,
}

/// The share of new connections, by path, with six decimals; the shares of a frontend add up to 1 or are all 0
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// Of a pod's `connect()` under socket load balancing
    pub socket: f64,
    /// Packet by packet: from outside, or without socket load balancing
    pub packet: f64,
    /// What the policy wants, whether or not a path does it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<f64>,
}

/// A backend that a frontend does not have
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExcludedRow {
    /// The cluster that it is in
    pub cluster: &'static str,
    /// Its address; null for a pod that does not run yet
    pub address: Option<String>,
    /// The workload that makes it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<&'static str>,
    /// Which of the workload's pods it is, from 0
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordinal: Option<u32>,
    /// The number that would serve the frontend; null if none of its ports would
    pub port: Option<u16>,
    /// Why, in one word of a closed list
    pub reason: &'static str,
}

/// How much of the Maglev tables a document shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MaglevDetail {
    /// Nothing.
    #[default]
    None,
    /// How many entries each backend has.
    Counts,
    /// Every entry.
    Entries,
}

/// The JSON Schema of a table.
pub fn table_schema() -> Schema {
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<LoadBalancingTable>()
}

/// The table of `cluster`, with the services that `keep` takes.
pub fn table_document(
    weighted: &WeightedTables,
    cluster: ClusterId,
    maglev: MaglevDetail,
    keep: impl Fn(&ServiceGroup) -> bool,
) -> LoadBalancingTable {
    let mesh = weighted.mesh.mesh();
    let table = &weighted.tables.clusters[usize::from(cluster.0)];
    let services = table.services.iter().filter(|service| keep(service.group(mesh)));
    let services = services.map(|service| service_row(weighted, cluster, maglev, service)).collect();
    document(mesh, cluster, services, gateway_rows(weighted, cluster, &keep))
}

/// The tables of `cluster`, one for each namespace.
pub(crate) fn by_namespace(weighted: &WeightedTables, cluster: ClusterId) -> Vec<(Name, LoadBalancingTable)> {
    let mesh = weighted.mesh.mesh();
    let table = &weighted.tables.clusters[usize::from(cluster.0)];
    let namespace = |service: &ServiceTable| service.group(mesh).namespace;
    let chunks = table.services.chunk_by(|a, b| namespace(a) == namespace(b));
    let mut gateway = gateway_rows_by_namespace(weighted, cluster);
    let mut tables: Vec<_> = chunks
        .map(|services| {
            let rows = services.iter().map(|service| service_row(weighted, cluster, MaglevDetail::None, service));
            let namespace = namespace(&services[0]);
            let gateway = gateway.remove(&namespace).unwrap_or_default();
            (namespace, document(mesh, cluster, rows.collect(), gateway))
        })
        .collect();
    // Routes may stand in a namespace without services.
    tables.extend(gateway.into_iter().map(|(namespace, rows)| (namespace, document(mesh, cluster, Vec::new(), rows))));
    tables.sort_by_key(|(namespace, _)| *namespace);
    tables
}

fn document(
    mesh: &Mesh,
    cluster: ClusterId,
    services: Vec<ServiceRow>,
    gateway: Vec<GatewayRow>,
) -> LoadBalancingTable {
    let cluster = mesh.cluster(cluster);
    LoadBalancingTable {
        api_version: "meshc.dev/v1alpha1",
        kind: "LoadBalancingTable",
        cluster: cluster.name.as_str(),
        profile: cluster.data_plane.to_string(),
        services,
        gateway,
    }
}

fn service_row(
    weighted: &WeightedTables,
    cluster: ClusterId,
    maglev: MaglevDetail,
    table: &ServiceTable,
) -> ServiceRow {
    let mesh = weighted.mesh.mesh();
    let group = table.group(mesh);
    let member = group.member(cluster).expect("a table's cluster has the service");
    let service = mesh.service(member);
    let (annotations, traffic) = (&service.annotations, &service.traffic);
    let rows = Rows { weighted, mesh, group, table, cluster, maglev };
    ServiceRow {
        namespace: group.namespace.as_str(),
        name: group.name.as_str(),
        global: annotations.is_global(),
        shared: annotations.is_shared(),
        affinity: annotations.affinity().word(),
        derived_from: member
            .derived
            .is_some()
            .then(|| mesh.object(member.object).key)
            .map(|key| format!("{}/{}", key.namespace, key.name)),
        traffic_distribution: table.distribution.map(Distribution::word),
        external_traffic_policy: traffic.is_external_local().then_some("Local"),
        internal_traffic_policy: traffic.is_internal_local().then_some("Local"),
        session_affinity_seconds: traffic.session_affinity.map(|said| said.value),
        source_ranges: (!traffic.source_ranges.is_empty()).then(|| SourceRanges {
            policy: if traffic.source_ranges_deny { "deny" } else { "allow" },
            ranges: traffic.source_ranges.iter().map(ToString::to_string).collect(),
        }),
        frontends: table.frontends.iter().enumerate().map(|(at, frontend)| rows.frontend(at, frontend)).collect(),
        absent: table
            .absent
            .iter()
            .map(|absent| AbsentRow { frontend_type: absent.kind.word(), reason: absent.reason.word() })
            .collect(),
        mirrored: table.mirrored.iter().map(|found| rows.mirrored(found)).collect(),
    }
}

struct Rows<'w> {
    weighted: &'w WeightedTables,
    mesh: &'w Mesh,
    group: &'w ServiceGroup,
    table: &'w ServiceTable,
    cluster: ClusterId,
    maglev: MaglevDetail,
}

impl Rows<'_> {
    fn frontend(&self, at: usize, frontend: &Frontend) -> FrontendRow {
        let member = self.group.member(self.cluster).expect("a table's cluster has the service");
        let port = &self.mesh.service(member).ports[frontend.port as usize];
        let weights = self.weighted.weights(self.cluster, self.table.group, at);
        let socket = round_shares(&shares(frontend, Path::Socket));
        let packet = round_shares(&shares(frontend, Path::Packet));
        let wanted = weights.map(|weights| round_shares(&weights.wanted_shares()));
        let counts = frontend.maglev.as_ref().filter(|_| self.maglev != MaglevDetail::None);
        let row = |(at, backend): (usize, &TableBackend)| BackendRow {
            maglev: counts.map(|counts| counts[at]),
            share: Share { socket: socket[at], packet: packet[at], wanted: wanted.as_ref().map(|wanted| wanted[at]) },
            ..self.backend(backend, weights.map_or(u32::from(backend.weight), |weights| weights.weights[at]))
        };
        let slots = frontend.slots();
        let depends = [(frontend.depends.node, "node"), (frontend.depends.zone, "zone")];
        let full = self.maglev == MaglevDetail::Entries && frontend.algorithm == Algorithm::Maglev;
        FrontendRow {
            frontend_type: frontend.kind.word(),
            scope: (frontend.scope == Scope::Internal).then(|| frontend.scope.word()),
            address: frontend.address.map(|address| address.to_string()),
            port: frontend.number,
            protocol: port.protocol.word(),
            port_name: port.name.as_str(),
            algorithm: frontend.algorithm.word(),
            forwarding: Some(frontend.forwarding).filter(|mode| *mode != Forwarding::Snat).map(Forwarding::word),
            slots: SlotsRow { count: slots.count, qcount: slots.qcount },
            depends_on: depends.into_iter().filter(|(depends, _)| *depends).map(|(_, word)| word).collect(),
            programmed: (!frontend.programmed).then_some(false),
            source_ranges: frontend.source_ranges,
            policy: weights.map(|weights| {
                let key = self.mesh.object(weights.policy).key;
                format!("{}/{}", key.namespace, key.name)
            }),
            maglev: full.then(|| frontend_maglev_table(self.mesh, self.cluster, self.table, frontend)).flatten(),
            backends: frontend.backends.iter().enumerate().map(row).collect(),
            excluded: frontend.excluded.iter().map(|excluded| self.excluded(excluded)).collect(),
        }
    }

    fn backend(&self, row: &TableBackend, weight: u32) -> BackendRow {
        let member = self.group.member(row.cluster).expect("a backend's cluster has the service");
        let backend = &member.backends.list[row.backend as usize];
        let (address, workload, ordinal) = identity(backend.identity);
        BackendRow {
            cluster: self.mesh.cluster(row.cluster).name.as_str(),
            address,
            workload,
            ordinal,
            port: row.port,
            state: row.state.word(),
            weight,
            zone: known(backend.zone),
            node: known(row.node),
            origin: self.mesh.object(backend.origin).key.to_string(),
            maglev: None,
            share: Share { socket: 0.0, packet: 0.0, wanted: None },
        }
    }

    fn mirrored(&self, found: &Mirrored) -> MirroredRow {
        let member = self.group.member(found.cluster).expect("a backend's cluster has the service");
        let name = |at: &u32| match member.backends.list[*at as usize].identity {
            Identity::Address(address) => address.to_string(),
            Identity::Workload { workload, ordinal } => format!("{workload}#{ordinal}"),
        };
        MirroredRow {
            cluster: self.mesh.cluster(found.cluster).name.as_str(),
            endpoints: found.backends.iter().map(name).collect(),
        }
    }

    fn excluded(&self, excluded: &Excluded) -> ExcludedRow {
        let member = self.group.member(excluded.cluster).expect("a backend's cluster has the service");
        let backend = &member.backends.list[excluded.backend as usize];
        let (address, workload, ordinal) = identity(backend.identity);
        ExcludedRow {
            cluster: self.mesh.cluster(excluded.cluster).name.as_str(),
            address,
            workload,
            ordinal,
            port: excluded.port,
            reason: excluded.reason.word(),
        }
    }
}

fn identity(identity: Identity) -> (Option<String>, Option<&'static str>, Option<u32>) {
    match identity {
        Identity::Address(address) => (Some(address.to_string()), None, None),
        Identity::Workload { workload, ordinal } => (None, Some(workload.as_str()), Some(ordinal)),
    }
}

fn known(name: Name) -> Option<&'static str> {
    (!name.is_empty()).then(|| name.as_str())
}
