//! `dataPlane`: what programs the tables of a cluster.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Algorithm, DataPlane, Forwarding, Name, Said, ServiceExportMode};

use crate::reader::Fields;

/// A data plane, as far as it is declared.
#[derive(Clone, Copy, Debug, Default)]
pub struct DataPlaneDecl {
    /// Cilium's settings.
    pub cilium: CiliumDecl,
}

/// Cilium's settings, as far as they are declared; what each means stands at [`DataPlane`];
/// those that are not there change only which cluster ids Cilium takes.
#[allow(missing_docs, reason = "the fields are those of `DataPlane`")]
#[derive(Clone, Copy, Debug, Default)]
pub struct CiliumDecl {
    pub version: Option<Said<Name>>,
    pub algorithm: Option<Said<Algorithm>>,
    pub algorithm_annotation: Option<Said<bool>>,
    pub maglev_table_size: Option<Said<u32>>,
    pub forwarding: Option<Said<Forwarding>>,
    pub forwarding_annotation: Option<Said<bool>>,
    pub socket_lb: Option<Said<bool>>,
    pub kube_proxy_replacement: Option<Said<bool>>,
    pub external_cluster_ip: Option<Said<bool>>,
    pub service_topology: Option<Said<bool>>,
    pub external_ips: Option<Said<bool>>,
    pub source_range_all_types: Option<Said<bool>>,
    pub default_global_namespace: Option<Said<bool>>,
    pub service_v2: Option<Said<ServiceExportMode>>,
    pub max_connected_clusters: Option<Said<u16>>,
    pub endpoint_slice_sync: Option<Said<bool>>,
    pub mcs_api: Option<Said<bool>>,
    pub ipam: Option<Said<&'static str>>,
    pub chaining: Option<Said<&'static str>>,
}

/// Who gives pods their addresses (`--ipam`).
pub(crate) const IPAM_MODES: [&str; 8] =
    ["cluster-pool", "kubernetes", "multi-pool", "eni", "azure", "alibabacloud", "crd", "delegated-plugin"];

/// The plugins that Cilium can be chained to (`--cni-chaining-mode`).
pub(crate) const CHAINING_MODES: [&str; 5] = ["none", "aws-cni", "flannel", "generic-veth", "portmap"];

pub(crate) const DATA_PLANE_FIELDS: &[&str] = &["cilium"];
pub(crate) const CILIUM_FIELDS: &[&str] = &[
    "version",
    "algorithm",
    "algorithmAnnotation",
    "maglevTableSize",
    "forwarding",
    "forwardingAnnotation",
    "socketLB",
    "kubeProxyReplacement",
    "externalClusterIP",
    "serviceTopology",
    "externalIPs",
    "sourceRangeAllTypes",
    "defaultGlobalNamespace",
    "serviceV2",
    "maxConnectedClusters",
    "endpointSliceSync",
    "mcsAPI",
    "ipam",
    "chaining",
];

/// Reads the field `dataPlane` of `fields`.
pub(super) fn read(fields: Fields<'_>, diags: &mut Diagnostics) -> DataPlaneDecl {
    let cilium = fields.fields("dataPlane", diags).and_then(|data_plane| {
        data_plane.deny_unknown(DATA_PLANE_FIELDS, diags);
        data_plane.fields("cilium", diags)
    });
    let Some(cilium) = cilium else {
        return DataPlaneDecl::default();
    };
    cilium.deny_unknown(CILIUM_FIELDS, diags);
    DataPlaneDecl {
        cilium: CiliumDecl {
            version: version(cilium, diags),
            algorithm: cilium.word("algorithm", &Algorithm::ALL, diags),
            algorithm_annotation: cilium.boolean("algorithmAnnotation", diags),
            maglev_table_size: table_size(cilium, diags),
            forwarding: cilium.word("forwarding", &Forwarding::ALL, diags),
            forwarding_annotation: forwarding_annotation(cilium, diags),
            socket_lb: cilium.boolean("socketLB", diags),
            kube_proxy_replacement: cilium.boolean("kubeProxyReplacement", diags),
            external_cluster_ip: cilium.boolean("externalClusterIP", diags),
            service_topology: cilium.boolean("serviceTopology", diags),
            external_ips: cilium.boolean("externalIPs", diags),
            source_range_all_types: cilium.boolean("sourceRangeAllTypes", diags),
            default_global_namespace: cilium.boolean("defaultGlobalNamespace", diags),
            service_v2: cilium.word("serviceV2", &ServiceExportMode::ALL, diags),
            max_connected_clusters: max_connected_clusters(cilium, diags),
            endpoint_slice_sync: cilium.boolean("endpointSliceSync", diags),
            mcs_api: cilium.boolean("mcsAPI", diags),
            ipam: cilium.word("ipam", &IPAM_MODES.map(|mode| (mode, mode)), diags),
            chaining: cilium.word("chaining", &CHAINING_MODES.map(|mode| (mode, mode)), diags),
        },
    }
}

/// Cilium does not start with both the annotation and the mode `hybrid` (CILIUM.md 1).
fn forwarding_annotation(cilium: Fields<'_>, diags: &mut Diagnostics) -> Option<Said<bool>> {
    let flag = cilium.boolean("forwardingAnnotation", diags)?;
    let hybrid = cilium.get("forwarding").filter(|mode| mode.scalar_text() == Some("hybrid"));
    if let (true, Some(mode)) = (flag.value, hybrid) {
        diags.push(
            Diagnostic::new(Code::InvalidValue, "Cilium does not start with `forwardingAnnotation` and `hybrid`")
                .at(flag.span, "services may choose")
                .at(mode.span(), "and the mode is `hybrid`")
                .help("make the mode `snat` or `dsr`, or leave `forwardingAnnotation` out"),
        );
    }
    Some(flag)
}

fn max_connected_clusters(cilium: Fields<'_>, diags: &mut Diagnostics) -> Option<Said<u16>> {
    let most = cilium.number("maxConnectedClusters", 0..=i64::from(u16::MAX), diags)?;
    if DataPlane::MAX_CONNECTED_CLUSTERS.contains(&most.value) {
        return Some(most);
    }
    diags.push(
        Diagnostic::new(Code::InvalidValue, format!("`maxConnectedClusters` cannot be {}", most.value))
            .at(most.span, "not a number that Cilium takes")
            .help("it is 255 or 511"),
    );
    None
}

/// A version that YAML reads as a number, as `1.20`, which is then 1.2.
fn version(cilium: Fields<'_>, diags: &mut Diagnostics) -> Option<Said<Name>> {
    let node = cilium.get("version")?;
    if let (meshc_syntax::Value::Float(_), Some(text)) = (node.value(), node.scalar_text()) {
        diags.push(
            Diagnostic::new(Code::WrongType, format!("a version is a string, and {text} is a number"))
                .at(node.span(), "this is a number")
                .help(format!("quote it: `\"{text}\"`")),
        );
        return None;
    }
    cilium.name("version", diags)
}

fn table_size(cilium: Fields<'_>, diags: &mut Diagnostics) -> Option<Said<u32>> {
    let size = cilium.number("maglevTableSize", 0..=i64::from(u32::MAX), diags)?;
    if DataPlane::MAGLEV_TABLE_SIZES.contains(&size.value) {
        return Some(size);
    }
    let known = DataPlane::MAGLEV_TABLE_SIZES.map(|size| size.to_string()).join(", ");
    diags.push(
        Diagnostic::new(Code::InvalidValue, format!("a Maglev table cannot have {} entries", size.value))
            .at(size.span, "not a size that Cilium takes")
            .help(format!("it is one of {known}")),
    );
    None
}
