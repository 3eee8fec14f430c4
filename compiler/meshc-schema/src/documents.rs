//! The documents of our own that people write, as their JSON Schemas show them. `kinds/mesh.rs` and
//! `kinds/traffic_policy.rs` read them; a test holds the fields of both sides against each other.

// These types describe; nothing constructs them.
#![allow(dead_code, reason = "the fields are read by schemars")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use meshc_model::LimitOverrides;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The clusters of a mesh and what programs their tables
#[derive(JsonSchema)]
#[schemars(title = "Mesh", rename_all = "camelCase", deny_unknown_fields)]
struct MeshDocument {
    /// The version of this document
    #[schemars(extend("const" = crate::API_VERSION))]
    api_version: String,
    /// The kind of this document
    #[schemars(extend("const" = "Mesh"))]
    kind: String,
    /// Its name, by which `meshc apply` knows in each cluster what it has applied
    metadata: Option<Metadata>,
    /// What the mesh is
    spec: MeshSpec,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Metadata {
    /// A DNS label
    name: Option<String>,
    /// Its labels, which mean nothing to meshc
    labels: Option<BTreeMap<String, String>>,
    /// `meshc.dev/…` annotations are read by meshc
    annotations: Option<BTreeMap<String, String>>,
}

/// What the mesh is
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct MeshSpec {
    /// What programs the tables of every cluster that does not say otherwise
    data_plane: Option<DataPlaneShape>,
    /// The clusters
    clusters: Vec<ClusterShape>,
    /// Which files belong to which clusters; what no rule matches belongs to all
    placement: Option<Vec<PlacementShape>>,
    /// How long a packet takes from one cluster to another and back, for weighers that prefer what is near
    latency: Option<Vec<LatencyShape>>,
    /// How bad the findings of a rule are, by its number or name, as `M0405` or `not-global-everywhere`
    lints: Option<BTreeMap<String, LintShape>>,
    /// The clusters that `meshc apply` changes together, wave after wave; those that no wave names come last, and without
    /// waves all come together
    waves: Option<Vec<Vec<String>>>,
}

/// What the findings of a rule are; allow keeps them silent
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
enum LintShape {
    Allow,
    Note,
    Warning,
    Error,
}

/// A cluster of the mesh
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct ClusterShape {
    /// Cilium's cluster name: lower case letters, digits and dashes, at most 32
    #[schemars(regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"), length(min = 1, max = 32))]
    name: String,
    /// Cilium's cluster id, unique in the mesh
    #[schemars(range(min = 1, max = 511))]
    id: Option<u16>,
    /// The region that it is in
    region: Option<String>,
    /// The zone, where the whole cluster is in one
    zone: Option<String>,
    /// The context of a kubeconfig that reaches it
    context: Option<String>,
    /// The ranges of its pods
    #[schemars(rename = "podCIDRs")]
    pod_cidrs: Option<Vec<String>>,
    /// Its labels, which weighers see
    labels: Option<BTreeMap<String, String>>,
    /// What programs its tables, where that differs from the mesh
    data_plane: Option<DataPlaneShape>,
}

/// What programs the tables of a cluster
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct DataPlaneShape {
    /// Cilium, with the settings that change who serves whom
    cilium: Option<CiliumShape>,
}

/// Cilium, with the settings that change who serves whom
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct CiliumShape {
    /// The version, as 1.20, 1.20.3 or main; 1.20 unless it is said
    version: Option<String>,
    /// How a packet finds its backend; random unless it is said
    #[schemars(extend("enum" = ["random", "maglev"]))]
    algorithm: Option<String>,
    /// How many entries a Maglev table has; 16381 unless it is said
    #[schemars(extend("enum" = meshc_model::DataPlane::MAGLEV_TABLE_SIZES))]
    maglev_table_size: Option<u32>,
    /// Whether a service's annotation can choose another algorithm; false unless it is said
    algorithm_annotation: Option<bool>,
    /// How a packet is sent on to its backend; snat unless it is said
    #[schemars(extend("enum" = ["snat", "dsr", "hybrid"]))]
    forwarding: Option<String>,
    /// Whether a service's annotation can choose another way; false unless it is said
    forwarding_annotation: Option<bool>,
    /// Whether a pod's `connect()` picks the backend; true unless it is said
    #[schemars(rename = "socketLB")]
    socket_lb: Option<bool>,
    /// Whether Cilium serves what kube-proxy would; true unless it is said
    kube_proxy_replacement: Option<bool>,
    /// Whether a cluster IP can be reached from outside; false unless it is said
    #[schemars(rename = "externalClusterIP")]
    external_cluster_ip: Option<bool>,
    /// Whether zone hints and `trafficDistribution` count; false unless it is said
    service_topology: Option<bool>,
    /// Whether external IPs have frontends; true unless it is said
    #[schemars(rename = "externalIPs")]
    external_ips: Option<bool>,
    /// Whether `loadBalancerSourceRanges` hold for frontends of every type; false unless it is said
    source_range_all_types: Option<bool>,
    /// Whether a namespace that does not say so offers its services to other clusters; true unless it is said
    default_global_namespace: Option<bool>,
    /// Who gives pods their addresses, as Helm's `ipam.mode`; cluster-pool unless it is said
    #[schemars(extend("enum" = crate::kinds::mesh::data_plane::IPAM_MODES))]
    ipam: Option<String>,
    /// The plugin that Cilium is chained to, as Helm's `cni.chainingMode`; none unless it is said
    #[schemars(extend("enum" = crate::kinds::mesh::data_plane::CHAINING_MODES))]
    chaining: Option<String>,
    /// How clusters tell each other of their services; prefer-legacy unless it is said
    #[schemars(rename = "serviceV2", extend("enum" = ["prefer-legacy", "prefer-endpointslice", "only-endpointslice"]))]
    service_v2: Option<String>,
    /// How many clusters the mesh can have, the same for all of them; 255 unless it is said
    #[schemars(extend("enum" = meshc_model::DataPlane::MAX_CONNECTED_CLUSTERS))]
    max_connected_clusters: Option<u16>,
    /// Whether backends of other clusters are mirrored into `EndpointSlices`; false unless it is said
    endpoint_slice_sync: Option<bool>,
    /// Whether `ServiceExport` is honored; false unless it is said
    #[schemars(rename = "mcsAPI")]
    mcs_api: Option<bool>,
}

/// Files that belong to some clusters only
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct PlacementShape {
    /// A glob over paths below the project's folder, as `east/**`
    files: String,
    /// The clusters that these files belong to
    #[schemars(length(min = 1))]
    clusters: Vec<String>,
}

/// A round-trip time between clusters or regions: `between` for both directions, or `from` and `to` for one. Of several
/// that fit, the one that names more clusters holds; a region does not stand for the way from a cluster to itself.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct LatencyShape {
    /// Two names of clusters or regions
    #[schemars(length(min = 2, max = 2))]
    between: Option<Vec<String>>,
    /// The name of the client's cluster or region
    from: Option<String>,
    /// The name of the other cluster or region
    to: Option<String>,
    /// The time, as 80us, 12ms, 1.5ms or 1s
    #[schemars(regex(pattern = r"^[0-9]+(\.[0-9]+)?(us|ms|s)$"))]
    rtt: String,
}

/// Which services are weighed by whom
#[derive(JsonSchema)]
#[schemars(title = "TrafficPolicy", rename_all = "camelCase", deny_unknown_fields)]
struct TrafficPolicyDocument {
    /// The version of this document
    #[schemars(extend("const" = crate::API_VERSION))]
    api_version: String,
    /// The kind of this document
    #[schemars(extend("const" = "TrafficPolicy"))]
    kind: String,
    /// Its name, by which messages call it
    metadata: Metadata,
    /// What the policy is
    spec: TrafficPolicySpec,
}

/// What the policy is
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct TrafficPolicySpec {
    /// Which services; all unless it is said
    services: Option<ServicesShape>,
    /// Who weighs them
    weigher: WeigherShape,
    /// What the weigher is told; its own documentation says what it takes
    #[schemars(with = "Option<Anything>")]
    config: Option<()>,
    /// Whether the weigher starts from the weights that the next policy for the same service gives, instead of the data
    /// plane's; false unless it is said. Of several policies the most special comes first, then the first by name.
    chain: Option<bool>,
}

/// Which services; a service must match each list that is not empty
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct ServicesShape {
    /// Those in one of these namespaces
    namespaces: Option<Vec<String>>,
    /// Those with one of these names
    names: Option<Vec<String>>,
    /// Those with all of these labels
    match_labels: Option<BTreeMap<String, String>>,
}

/// Who weighs: a built-in weigher or a plugin
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct WeigherShape {
    /// A weigher that meshc brings along
    #[schemars(extend("enum" = ["even", "fixed", "capacity", "latency", "expression"]))]
    builtin: Option<String>,
    /// The path of a WebAssembly component, relative to the folder of this file, or a component in a registry as
    /// `oci://registry/repository@sha256:…`
    plugin: Option<String>,
    /// What a plugin finds where it imports WASI: a world in which nothing moves, or nothing, so that it is refused;
    /// frozen unless it is said
    #[schemars(extend("enum" = ["frozen", "refuse"]))]
    wasi: Option<String>,
    /// How much a plugin may use
    limits: Option<LimitsShape>,
}

/// How much a plugin may use
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct LimitsShape {
    /// Its memory, as 256Mi, at most 4Gi
    memory: Option<SizeShape>,
    /// Its fuel for each call; an instruction uses about one
    #[schemars(range(min = 1, max = LimitOverrides::MOST_FUEL))]
    fuel: Option<u64>,
    /// Its fuel for each entry that a call asks for, on top
    #[schemars(range(min = 1, max = LimitOverrides::MOST_FUEL_PER_ENTRY))]
    fuel_per_entry: Option<u64>,
    /// The size of the component, as 64Mi, at most 256Mi
    component: Option<SizeShape>,
    /// How long compiling it may take, in seconds
    #[schemars(range(min = 1, max = LimitOverrides::MOST_COMPILE_SECONDS))]
    compile_seconds: Option<u64>,
}

/// A number of bytes.
struct SizeShape;

impl JsonSchema for SizeShape {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "integer"], "pattern": "^[0-9]+([KMG]i)?$", "minimum": 1})
    }
}

/// A mapping with any fields.
struct Anything;

impl JsonSchema for Anything {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Anything".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object"})
    }
}

/// The JSON Schema of a Mesh document, in draft 7, which editors read.
pub fn mesh_schema() -> Schema {
    SchemaSettings::draft07().into_generator().into_root_schema_for::<MeshDocument>()
}

/// The JSON Schema of a `TrafficPolicy`, in draft 7, which editors read.
pub fn traffic_policy_schema() -> Schema {
    SchemaSettings::draft07().into_generator().into_root_schema_for::<TrafficPolicyDocument>()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kinds::mesh::data_plane;
    use crate::kinds::traffic_policy::weigher;
    use crate::kinds::{DOCUMENT_FIELDS, mesh, traffic_policy};

    /// The fields that the schema of `T` shows.
    fn shown<T: JsonSchema>() -> BTreeSet<String> {
        let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
        let properties = schema.get("properties").and_then(|found| found.as_object()).expect("it is an object");
        properties.keys().cloned().collect()
    }

    #[test]
    fn the_schemas_show_the_fields_that_are_read() {
        let read = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(shown::<MeshDocument>(), read(DOCUMENT_FIELDS));
        assert_eq!(shown::<MeshSpec>(), read(mesh::SPEC_FIELDS));
        assert_eq!(shown::<ClusterShape>(), read(mesh::CLUSTER_FIELDS));
        assert_eq!(shown::<DataPlaneShape>(), read(data_plane::DATA_PLANE_FIELDS));
        assert_eq!(shown::<CiliumShape>(), read(data_plane::CILIUM_FIELDS));
        assert_eq!(shown::<PlacementShape>(), read(mesh::PLACEMENT_FIELDS));
        assert_eq!(shown::<LatencyShape>(), read(mesh::latency::LATENCY_FIELDS));
        assert_eq!(shown::<TrafficPolicyDocument>(), read(DOCUMENT_FIELDS));
        assert_eq!(shown::<TrafficPolicySpec>(), read(traffic_policy::SPEC_FIELDS));
        assert_eq!(shown::<ServicesShape>(), read(traffic_policy::SERVICES_FIELDS));
        assert_eq!(shown::<WeigherShape>(), read(weigher::WEIGHER_FIELDS));
        assert_eq!(shown::<LimitsShape>(), read(weigher::LIMITS_FIELDS));
    }
}
