//! `kind: Mesh`: the cluster list, the data planes, the placement rules.

pub(crate) mod data_plane;
pub(crate) mod latency;
mod lints;

use ipnet::IpNet;
use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{LintSetting, Name, Said};
use meshc_source::Span;

pub use data_plane::{CiliumDecl, DataPlaneDecl};
pub use latency::{LatencyDecl, microseconds};

use crate::object::string_map;
use crate::reader::{self, Fields};

/// A Mesh document as it stands.
#[derive(Clone, Debug)]
pub struct MeshDecl {
    /// Where it is: its kind.
    pub span: Span,
    /// The whole of it.
    pub extent: Span,
    /// Its name.
    pub name: Option<Said<Name>>,
    /// What programs the tables of every cluster that does not say otherwise.
    pub data_plane: DataPlaneDecl,
    /// The clusters.
    pub clusters: Vec<ClusterDecl>,
    /// Which files belong to which clusters.
    pub placement: Vec<PlacementRule>,
    /// How long it takes between clusters.
    pub latency: Vec<LatencyDecl>,
    /// How bad the findings of rules are.
    pub lints: Vec<LintSetting>,
    /// The clusters that are applied together, wave after wave.
    pub waves: Vec<Vec<Said<Name>>>,
    /// Whether the cluster list could be read; if not, that was reported.
    pub complete: bool,
}

/// A cluster as it is declared.
#[derive(Clone, Debug)]
pub struct ClusterDecl {
    /// Its name.
    pub name: Said<Name>,
    /// Its id; any number, which the gate holds against the rules.
    pub id: Option<Said<i64>>,
    /// Its region.
    pub region: Option<Said<Name>>,
    /// Its zone.
    pub zone: Option<Said<Name>>,
    /// Its context.
    pub context: Option<Said<Name>>,
    /// The ranges of its pods.
    pub pod_cidrs: Vec<Said<IpNet>>,
    /// Its labels.
    pub labels: Vec<(Name, Name)>,
    /// What programs its tables, where that differs from the mesh.
    pub data_plane: DataPlaneDecl,
}

/// A placement rule.
#[derive(Clone, Debug)]
pub struct PlacementRule {
    /// A glob over paths below the project's folder.
    pub files: Said<Name>,
    /// The clusters that these files belong to.
    pub clusters: Vec<Said<Name>>,
}

pub(crate) const SPEC_FIELDS: &[&str] = &["dataPlane", "clusters", "placement", "latency", "lints", "waves"];
pub(crate) const CLUSTER_FIELDS: &[&str] =
    &["name", "id", "region", "zone", "context", "podCIDRs", "labels", "dataPlane"];
pub(crate) const PLACEMENT_FIELDS: &[&str] = &["files", "clusters"];

/// Reads a Mesh document.
pub(crate) fn read(document: Fields<'_>, kind_span: Span, diags: &mut Diagnostics) -> MeshDecl {
    document.deny_unknown(super::DOCUMENT_FIELDS, diags);
    if document.get("spec").is_none() {
        document.missing("spec", "the Mesh", diags);
    }
    let name = document.quiet("metadata").and_then(|metadata| metadata.text("name"));
    let name = name.map(|text| Said { value: Name::new(text.value), span: text.span });
    let Some(spec) = document.fields("spec", diags) else {
        let data_plane = DataPlaneDecl::default();
        return MeshDecl {
            span: kind_span,
            extent: document.span(),
            name,
            data_plane,
            clusters: Vec::new(),
            placement: Vec::new(),
            latency: Vec::new(),
            lints: Vec::new(),
            waves: Vec::new(),
            complete: false,
        };
    };
    spec.deny_unknown(SPEC_FIELDS, diags);
    let placement = spec.list("placement", diags);
    let listed = spec.list("clusters", diags);
    let count = listed.len();
    let clusters: Vec<_> =
        listed.into_iter().filter_map(|node| cluster(Fields::item(node, "clusters", diags)?, diags)).collect();
    MeshDecl {
        span: kind_span,
        extent: document.span(),
        name,
        data_plane: data_plane::read(spec, diags),
        complete: clusters.len() == count,
        clusters,
        placement: placement
            .into_iter()
            .filter_map(|node| rule(Fields::item(node, "placement", diags)?, diags))
            .collect(),
        latency: latency::read(spec, diags),
        lints: lints::read(spec, diags),
        waves: spec.list("waves", diags).into_iter().map(|wave| reader::names_of(wave, "waves", diags)).collect(),
    }
}

fn cluster(fields: Fields<'_>, diags: &mut Diagnostics) -> Option<ClusterDecl> {
    fields.deny_unknown(CLUSTER_FIELDS, diags);
    if fields.get("name").is_none() {
        fields.missing("name", "the cluster", diags);
    }
    let name = fields.name("name", diags);
    let decl = ClusterDecl {
        name: name.unwrap_or(Said { value: Name::EMPTY, span: fields.span() }),
        id: fields.number("id", i64::MIN..=i64::MAX, diags),
        region: fields.name("region", diags),
        zone: fields.name("zone", diags),
        context: fields.name("context", diags),
        pod_cidrs: pod_cidrs(fields, diags),
        labels: string_map(fields, "labels", diags),
        data_plane: data_plane::read(fields, diags),
    };
    name.map(|_| decl)
}

fn pod_cidrs(fields: Fields<'_>, diags: &mut Diagnostics) -> Vec<Said<IpNet>> {
    let mut ranges = Vec::new();
    for text in fields.names("podCIDRs", diags) {
        match text.value.as_str().parse() {
            Ok(value) => ranges.push(Said { value, span: text.span }),
            Err(_) => diags.push(
                Diagnostic::new(Code::InvalidValue, format!("`{}` is not a range of addresses", text.value))
                    .at(text.span, "not a CIDR")
                    .help("write it as `10.1.0.0/16` or `fd00:1::/64`"),
            ),
        }
    }
    ranges
}

fn rule(fields: Fields<'_>, diags: &mut Diagnostics) -> Option<PlacementRule> {
    fields.deny_unknown(PLACEMENT_FIELDS, diags);
    let files = fields.name("files", diags);
    let clusters = fields.names("clusters", diags);
    if fields.get("files").is_none() {
        fields.missing("files", "the placement rule", diags);
    }
    if fields.get("clusters").is_none() {
        fields.missing("clusters", "the placement rule", diags);
    }
    Some(PlacementRule { files: files?, clusters })
}
