//! The contract between the compiler and whatever weighs, as plain data: what `plugins/wit/v1.0/weighting.wit` says,
//! without WebAssembly. Built-in weighers and plugins are asked in the same words.

use serde::{Deserialize, Serialize};

/// In [`MeshView::rtt_us`]: nobody knows.
pub const UNKNOWN_RTT: u32 = u32::MAX;

/// Open-ended pairs, sorted by key, keys unique.
pub type Attrs = Vec<(String, String)>;

/// A cluster, as a weigher sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ClusterView {
    /// A DNS label, unique in the mesh.
    pub name: String,
    /// Cilium's `cluster.id`, 1 to 511; 0 if it is not given.
    pub id: u32,
    /// Empty if unknown.
    pub region: String,
    /// Empty if unknown.
    pub zone: String,
    /// The labels that the Mesh document gives it.
    pub attrs: Attrs,
}

/// The mesh, equal in all calls of one build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MeshView {
    /// Sorted by name.
    pub clusters: Vec<ClusterView>,
    /// Round-trip estimates in microseconds, row-major from x to; [`UNKNOWN_RTT`] where none is known.
    pub rtt_us: Option<Vec<u32>>,
    /// Nothing yet.
    pub attrs: Attrs,
}

/// The like endpoints of one service port in one cluster and zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GroupView {
    /// Index into [`MeshView::clusters`].
    pub cluster: u32,
    /// Empty if unknown.
    pub zone: String,
    /// How many endpoints there are, at least 1.
    pub endpoints: u32,
    /// The labels and annotations of the Service in the group's cluster that the weigher reads.
    pub attrs: Attrs,
}

/// One service port, as all of its client clusters see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceView {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The port's name, or its number in decimal.
    pub port: String,
    /// The labels and annotations of the Service in the first client's cluster that the weigher reads.
    pub attrs: Attrs,
    /// Sorted by cluster and zone.
    pub groups: Vec<GroupView>,
    /// Indexes into [`MeshView::clusters`], ascending: from where requests come.
    pub clients: Vec<u32>,
    /// Weights of one endpoint without this weigher, row-major clients x groups. A 0 is forbidden ground.
    pub baseline: Vec<u32>,
}

/// What the host wants besides weights.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Options {
    /// Whether to fill [`Outcome::reasons`].
    pub explain: bool,
    /// Nothing yet.
    pub attrs: Attrs,
}

/// What a weight is the weight of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Of one endpoint: a group with twice the endpoints gets twice the share.
    Endpoint,
    /// Of the whole group: its share does not move when it scales.
    Group,
}

/// A weigher's answer: row-major clients x groups, each entry 0 to 65535.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Weights {
    /// What the values are the weights of.
    pub basis: Basis,
    /// The weights; only ratios within a row mean something.
    pub values: Vec<u32>,
}

/// What a finding is about. The host turns it into a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The service.
    Service,
    /// A label or annotation of the service, by key.
    ServiceAttr(String),
    /// A group, by its index.
    Group(u32),
    /// A label or annotation of the Service in a group's cluster, by the group's index and the key.
    GroupAttr(u32, String),
    /// A cluster, by its index.
    Cluster(u32),
    /// A JSON pointer (RFC 6901) into the config; empty for all of it.
    Config(String),
}

/// How bad a weigher's finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingSeverity {
    /// Nothing may be built.
    Error,
    /// Likely not meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// What a weigher has to say about the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// How bad it is.
    pub severity: FindingSeverity,
    /// `[A-Z0-9-]{1,16}`, stable.
    pub code: String,
    /// One line, at most 500 bytes.
    pub message: String,
    /// What it is about.
    pub subject: Subject,
    /// What to do about it; empty for nothing.
    pub help: String,
}

/// Why weights are what they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reason {
    /// Index into [`ServiceView::clients`]; `None` for every client.
    pub client: Option<u32>,
    /// Index into [`ServiceView::groups`]; `None` for every group.
    pub group: Option<u32>,
    /// One line, at most 500 bytes.
    pub text: String,
}

/// The answer for one service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// `None`: no opinion, the baseline stays.
    pub weights: Option<Weights>,
    /// What there is to say.
    pub findings: Vec<Finding>,
    /// Why, where [`Options::explain`] asks.
    pub reasons: Vec<Reason>,
}

/// What a weigher says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Descriptor {
    /// Its name.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// The JSON Schema of its config; empty if it has none.
    pub config_schema: String,
    /// The keys of labels and annotations that it reads, a trailing `*` allowed. It is given no others.
    pub reads: Vec<String>,
}

/// What went wrong in a weigher: its own fault, never the user's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// One line in lower case without a period: what happened.
    pub message: String,
    /// More of it, such as a guest's backtrace or what it wrote to its standard error; may be empty.
    pub detail: String,
    /// Which service of the batch it happened at, where that is known.
    pub service: Option<usize>,
}

/// Whatever weighs backends: a built-in or a plugin.
///
/// An implementation is a pure function: outcome `i` depends on the config, the mesh, `services[i]` and the options alone.
pub trait Weigher: Send + Sync {
    /// What it says of itself.
    fn descriptor(&self) -> &Descriptor;

    /// Holds a config (canonical JSON, RFC 8785) against what its schema cannot say.
    ///
    /// # Errors
    /// If the weigher itself fails.
    fn check(&self, config: &str, mesh: &MeshView) -> Result<Vec<Finding>, Fault>;

    /// Weighs a batch: one outcome for each service, in their order.
    ///
    /// # Errors
    /// If the weigher itself fails.
    fn weigh(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Vec<Outcome>, Fault>;
}
