//! The cluster list: from the Mesh document, or from the folders below `clusters/`.

use std::collections::{BTreeMap, BTreeSet};

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Cluster, DataPlane, Name, Said, Version};
use meshc_schema::{ClusterDecl, DataPlaneDecl, MeshDecl, nearest};
use meshc_source::{SourceMap, Span};

use crate::versions;

/// Cilium's limit for the name of a cluster (CILIUM.md 5).
const LONGEST_NAME: usize = 32;

/// Takes the one Mesh document; a second is reported.
pub(crate) fn single_mesh(meshes: Vec<MeshDecl>, diags: &mut Diagnostics) -> Option<MeshDecl> {
    let mut meshes = meshes.into_iter();
    let first = meshes.next()?;
    let mut first = first;
    for other in meshes {
        diags.push(
            Diagnostic::new(Code::SeveralMeshes, "there is more than one Mesh document")
                .at(other.span, "another")
                .at(first.span, "the first")
                .help("a project has one mesh: move all clusters into one document"),
        );
        // Its clusters are known, so that nobody reports them once more.
        first.clusters.extend(other.clusters);
    }
    Some(first)
}

/// The clusters in the order of their names.
pub(crate) fn resolve(decl: Option<&MeshDecl>, sources: &SourceMap, diags: &mut Diagnostics) -> Vec<Cluster> {
    let mut clusters = match decl {
        Some(decl) => declared(decl, diags),
        None => folders(sources, diags).into_iter().map(undeclared).collect(),
    };
    if clusters.is_empty() {
        no_clusters(decl, diags);
    }
    clusters.sort_by_key(|cluster| cluster.name);
    clusters
}

fn no_clusters(decl: Option<&MeshDecl>, diags: &mut Diagnostics) {
    if decl.is_some_and(|decl| !decl.complete) {
        return;
    }
    let diagnostic = Diagnostic::new(Code::NoClusters, "the mesh has no clusters");
    diags.push(match decl {
        Some(decl) => diagnostic
            .at(decl.span, "this Mesh lists none")
            .help("list them: `clusters: [{name: cluster1, id: 1}, {name: cluster2, id: 2}]`"),
        None => diagnostic.help(
            "write a `mesh.yaml` with `apiVersion: meshc.dev/v1alpha1`, `kind: Mesh` and \
             `spec: {clusters: [{name: cluster1, id: 1}]}`, or put each cluster's files below `clusters/<name>/`",
        ),
    });
}

/// The names of the folders below `clusters/`, which must be names for clusters.
fn folders<'s>(sources: &'s SourceMap, diags: &mut Diagnostics) -> BTreeSet<&'s str> {
    let mut names = BTreeSet::new();
    for (id, file) in sources.files() {
        let Some(name) = cluster_folder(file.path()) else {
            continue;
        };
        if names.insert(name)
            && let Some(why) = wrong_name(name)
        {
            let diagnostic =
                Diagnostic::new(Code::ClusterName, format!("the folder `clusters/{name}/` has no name for a cluster"))
                    .at(Span::new(id, 0, 0), why);
            diags.push(
                diagnostic.help("rename the folder, or list the clusters in a Mesh and place the files by rules"),
            );
        }
    }
    names
}

/// The cluster whose folder `path` is in.
pub(crate) fn cluster_folder(path: &str) -> Option<&str> {
    let (name, _) = path.strip_prefix("clusters/")?.split_once('/')?;
    Some(name)
}

pub(crate) fn undeclared(name: &str) -> Cluster {
    Cluster {
        name: Name::new(name),
        id: None,
        region: Name::EMPTY,
        zone: Name::EMPTY,
        context: None,
        pod_cidrs: Vec::new(),
        labels: Vec::new(),
        data_plane: DataPlane::STANDARD,
        settings: Vec::new(),
        span: None,
    }
}

fn declared(decl: &MeshDecl, diags: &mut Diagnostics) -> Vec<Cluster> {
    let standard = data_plane(DataPlane::STANDARD, &decl.data_plane, diags);
    let mut by_name = BTreeMap::<&str, Span>::new();
    let mut by_id = BTreeMap::<i64, Span>::new();
    let mut clusters = Vec::new();
    for cluster in &decl.clusters {
        check_name(cluster, diags);
        let key = cluster.name.value.as_str();
        if let Some(first) = by_name.get(key) {
            diags.push(
                Diagnostic::new(Code::ClusterName, format!("there are two clusters named `{key}`"))
                    .at(cluster.name.span, "named again")
                    .at(*first, "the first")
                    .help("each cluster of a mesh has a name of its own"),
            );
            continue;
        }
        by_name.insert(key, cluster.name.span);
        let data_plane = data_plane(standard, &cluster.data_plane, diags);
        if let Some(id) = cluster.id {
            check_id(id, data_plane.max_connected_clusters, &mut by_id, diags);
            check_marks(id, cluster, decl, diags);
        }
        clusters.push(Cluster {
            name: cluster.name.value,
            id: cluster.id.and_then(|id| u16::try_from(id.value).ok()),
            region: cluster.region.map(|name| name.value).unwrap_or_default(),
            zone: cluster.zone.map(|name| name.value).unwrap_or_default(),
            context: cluster.context.map(|name| name.value),
            pod_cidrs: cluster.pod_cidrs.clone(),
            labels: cluster.labels.clone(),
            data_plane,
            settings: settings(&cluster.data_plane).chain(settings(&decl.data_plane)).collect(),
            span: Some(place(cluster)),
        });
    }
    check_sizes(&clusters, diags);
    check_ids_given(&decl.clusters, diags);
    versions::check(decl, &clusters, diags);
    clusters
}

/// A cluster that is made for 511 refuses one that is not (CILIUM.md 5).
fn check_sizes(clusters: &[Cluster], diags: &mut Diagnostics) {
    let size = |cluster: &Cluster| cluster.data_plane.max_connected_clusters;
    let Some(large) = clusters.iter().max_by_key(|cluster| size(cluster)) else {
        return;
    };
    for small in clusters.iter().filter(|cluster| size(cluster) < size(large)) {
        let diagnostic = Diagnostic::new(
            Code::ClusterId,
            format!("`{}` is made for {} clusters, and `{}` for {}", large.name, size(large), small.name, size(small)),
        );
        let places = [(small.span, "made for fewer"), (large.span, "refuses it")];
        let diagnostic = places.into_iter().fold(diagnostic, |diagnostic, (span, text)| match span {
            Some(span) => diagnostic.at(span, text),
            None => diagnostic,
        });
        diags.push(diagnostic.help("all clusters of a mesh have the same `maxConnectedClusters`"));
    }
}

fn place(cluster: &ClusterDecl) -> Span {
    cluster.name.span
}

/// `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`, 1 to 32 characters (CILIUM.md 5); what is wrong with a name, if anything is.
fn wrong_name(text: &str) -> Option<String> {
    let alphabet = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let length = text.chars().count();
    if text.is_empty() {
        Some("a name is needed".into())
    } else if !alphabet || text.starts_with('-') || text.ends_with('-') {
        Some("lower case letters, digits and dashes only, and no dash at an end".into())
    } else if length > LONGEST_NAME {
        Some(format!("it has {length} characters, and {LONGEST_NAME} are the most"))
    } else {
        None
    }
}

fn check_name(cluster: &ClusterDecl, diags: &mut Diagnostics) {
    let text = cluster.name.value.as_str();
    // Cilium's own word for a cluster that nobody named (CILIUM.md 5).
    if let ("default", Some(id)) = (text, cluster.id.filter(|id| id.value != 0)) {
        diags.push(
            Diagnostic::new(Code::ClusterName, "a cluster with an id cannot be named `default`")
                .at(cluster.name.span, "stands for no name")
                .at(id.span, "and this is an id")
                .help("Cilium does not start with both: give the cluster another name"),
        );
        return;
    }
    let Some(why) = wrong_name(text) else {
        return;
    };
    let headline = if text.is_empty() {
        "a cluster has an empty name".to_owned()
    } else {
        format!("`{text}` is not a name for a cluster")
    };
    let diagnostic = Diagnostic::new(Code::ClusterName, headline).at(cluster.name.span, why);
    // Only what differs in its case or its separators can be mended without guessing.
    let mended: String = text.to_lowercase().replace(['_', '.', ' '], "-");
    diags.push(if wrong_name(&mended).is_none() {
        let edit = Edit::word(cluster.name.span, text.len(), &mended);
        diagnostic.help(format!("did you mean `{mended}`?")).fix(Fix::likely(format!("write `{mended}`"), vec![edit]))
    } else {
        diagnostic
    });
}

/// 1 to as many as the mesh can have, each once (CILIUM.md 5).
fn check_id(id: Said<i64>, most: u16, seen: &mut BTreeMap<i64, Span>, diags: &mut Diagnostics) {
    if !(1..=i64::from(most)).contains(&id.value) {
        let why = if id.value == 0 { "0 stands for no id".to_owned() } else { format!("ids are 1 to {most}") };
        diags.push(
            Diagnostic::new(Code::ClusterId, format!("a cluster cannot have the id {}", id.value))
                .at(id.span, why)
                .help("use 1 to 255, or up to 511 where all clusters have `maxConnectedClusters: 511`"),
        );
    } else if let Some(first) = seen.get(&id.value) {
        diags.push(
            Diagnostic::new(Code::ClusterId, format!("two clusters have the id {}", id.value))
                .at(id.span, "used again")
                .at(*first, "the first")
                .help("Cilium refuses to connect clusters with the same id: give each its own"),
        );
    } else {
        seen.insert(id.value, id.span);
    }
}

/// With some ways to give addresses, the bit of 128 in a mark is not the id's: Cilium does not start with such an id
/// (CILIUM.md 5, issue 21330).
fn check_marks(id: Said<i64>, cluster: &ClusterDecl, mesh: &MeshDecl, diags: &mut Diagnostics) {
    let (own, standard) = (&cluster.data_plane.cilium, &mesh.data_plane.cilium);
    let ipam = own.ipam.or(standard.ipam).filter(|mode| matches!(mode.value, "eni" | "alibabacloud"));
    let chaining = own.chaining.or(standard.chaining).filter(|mode| mode.value == "aws-cni");
    let found = ipam.map(|mode| (mode, "IPAM")).or(chaining.map(|mode| (mode, "chaining")));
    let Some((mode, what)) = found.filter(|_| (1..=511).contains(&id.value) && id.value & 0x80 != 0) else {
        return;
    };
    diags.push(
        Diagnostic::new(
            Code::ClusterId,
            format!("a cluster with {what} `{}` cannot have the id {}", mode.value, id.value),
        )
        .at(id.span, "the network interfaces use this bit themselves")
        .at(mode.span, format!("its {what}"))
        .help("use 1 to 127, or 256 to 383 where all clusters have `maxConnectedClusters: 511`"),
    );
}

/// Cilium joins no mesh without an id (CILIUM.md 2.3). Where no cluster has one, the Mesh leaves them out.
fn check_ids_given(clusters: &[ClusterDecl], diags: &mut Diagnostics) {
    let given: BTreeSet<i64> = clusters.iter().filter_map(|cluster| cluster.id).map(|id| id.value).collect();
    let without: Vec<_> = clusters.iter().filter(|cluster| cluster.id.is_none()).collect();
    let (Some(_), [first, rest @ ..]) = (given.first(), without.as_slice()) else {
        return;
    };
    let headline = match rest.len() {
        0 => format!("`{}` has no id, and other clusters have one", first.name.value),
        more => format!("`{}` and {more} more have no id, and other clusters have one", first.name.value),
    };
    let diagnostic = Diagnostic::new(Code::ClusterWithoutId, headline).at(first.name.span, "joins no mesh without one");
    let free = (1..=511).find(|id| !given.contains(id));
    diags.push(match free {
        Some(id) => diagnostic.help(format!("write the id that its Cilium is installed with, for example `id: {id}`")),
        None => diagnostic,
    });
}

fn data_plane(base: DataPlane, decl: &DataPlaneDecl, diags: &mut Diagnostics) -> DataPlane {
    let cilium = &decl.cilium;
    let or = |said: Option<Said<bool>>, base: bool| said.map_or(base, |flag| flag.value);
    DataPlane {
        version: cilium.version.and_then(|text| version(text, diags)).unwrap_or(base.version),
        algorithm: cilium.algorithm.map_or(base.algorithm, |said| said.value),
        maglev_table_size: cilium.maglev_table_size.map_or(base.maglev_table_size, |said| said.value),
        forwarding: cilium.forwarding.map_or(base.forwarding, |said| said.value),
        service_v2: cilium.service_v2.map_or(base.service_v2, |said| said.value),
        max_connected_clusters: cilium.max_connected_clusters.map_or(base.max_connected_clusters, |said| said.value),
        algorithm_annotation: or(cilium.algorithm_annotation, base.algorithm_annotation),
        forwarding_annotation: or(cilium.forwarding_annotation, base.forwarding_annotation),
        socket_lb: or(cilium.socket_lb, base.socket_lb),
        kube_proxy_replacement: or(cilium.kube_proxy_replacement, base.kube_proxy_replacement),
        external_cluster_ip: or(cilium.external_cluster_ip, base.external_cluster_ip),
        service_topology: or(cilium.service_topology, base.service_topology),
        external_ips: or(cilium.external_ips, base.external_ips),
        source_range_all_types: or(cilium.source_range_all_types, base.source_range_all_types),
        default_global_namespace: or(cilium.default_global_namespace, base.default_global_namespace),
        endpoint_slice_sync: or(cilium.endpoint_slice_sync, base.endpoint_slice_sync),
        mcs_api: or(cilium.mcs_api, base.mcs_api),
    }
}

/// Where the settings that rules speak of are written.
fn settings(decl: &DataPlaneDecl) -> impl Iterator<Item = (&'static str, Span)> + use<> {
    let cilium = decl.cilium;
    let flag = |said: Option<Said<bool>>| said.map(|said| said.span);
    let found = [
        ("version", cilium.version.map(|said| said.span)),
        ("algorithm", cilium.algorithm.map(|said| said.span)),
        ("algorithmAnnotation", flag(cilium.algorithm_annotation)),
        ("forwarding", cilium.forwarding.map(|said| said.span)),
        ("forwardingAnnotation", flag(cilium.forwarding_annotation)),
        ("serviceTopology", flag(cilium.service_topology)),
        ("defaultGlobalNamespace", flag(cilium.default_global_namespace)),
        ("endpointSliceSync", flag(cilium.endpoint_slice_sync)),
    ];
    found.into_iter().filter_map(|(name, span)| Some((name, span?)))
}

fn version(text: Said<Name>, diags: &mut Diagnostics) -> Option<Version> {
    let version = Version::parse(text.value.as_str());
    if version.is_none() {
        diags.push(
            Diagnostic::new(Code::UnknownVersion, format!("meshc does not know Cilium {}", text.value))
                .at(text.span, "not a known version")
                .help(format!("it knows {}, and each of their patches", Version::KNOWN.join(", "))),
        );
    }
    version
}

/// Reports a name that no cluster of the mesh has.
pub(crate) fn unknown(name: &str, at: Span, clusters: &[Cluster], diags: &mut Diagnostics) {
    if clusters.is_empty() {
        // That there are none was reported already.
        return;
    }
    let names = || clusters.iter().map(|cluster| cluster.name.as_str());
    let near = nearest(name, names());
    let help = near.map_or_else(
        || format!("the clusters are {}", names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        |name| format!("did you mean `{name}`?"),
    );
    let fix = near.map(|near| Fix::likely(format!("write `{near}`"), vec![Edit::word(at, name.len(), near)]));
    let diagnostic = Diagnostic::new(Code::UnknownCluster, format!("no cluster is named `{name}`"))
        .at(at, "not in the mesh")
        .help(help);
    diags.push(fix.into_iter().fold(diagnostic, Diagnostic::fix));
}
