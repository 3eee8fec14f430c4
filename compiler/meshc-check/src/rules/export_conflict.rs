//! M0408 export-conflict: clusters export the same service and disagree; the oldest export wins (CILIUM.md 5).

mod ports;
mod values;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{ConflictKind, ExportConflict, ExportedService, Mesh, Name, ObjectId};
use meshc_source::Span;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for exported in &mesh.exported {
        for conflict in &exported.conflicts {
            diags.push(Sides::new(mesh, exported, conflict).diagnostic(&conflict.kind));
        }
    }
}

/// What is said of a conflict: `what` follows the service in the headline.
struct Words {
    what: String,
    lost: (Span, String),
    kept: (Span, String),
    help: String,
}

/// The two exports of a conflict.
struct Sides<'m> {
    mesh: &'m Mesh,
    service: String,
    kept: Name,
    lost: Name,
    conflict: &'m ExportConflict,
}

impl<'m> Sides<'m> {
    fn new(mesh: &'m Mesh, exported: &ExportedService, conflict: &'m ExportConflict) -> Self {
        let service = format!("{}/{}", exported.namespace, exported.name);
        let name = |export: meshc_model::Export| mesh.cluster(export.cluster).name;
        Self { mesh, service, kept: name(conflict.kept), lost: name(conflict.lost), conflict }
    }

    fn diagnostic(&self, kind: &ConflictKind) -> Diagnostic {
        let words = self.words(kind);
        Diagnostic::new(Code::ExportConflict, format!("`{}` {}", self.service, words.what))
            .at(words.lost.0, words.lost.1)
            .at(words.kept.0, words.kept.1)
            .help(self.update().unwrap_or(words.help))
    }

    /// What to do where a version does not tell of the field: then nothing that is written there helps.
    fn update(&self) -> Option<String> {
        let cluster = self.mesh.cluster(self.conflict.untold?);
        let version = cluster.data_plane.version;
        Some(format!("Cilium {version} of {} does not tell the others of it: update it, or remove it", cluster.name))
    }

    /// Why one of the two stands.
    fn stands(&self) -> String {
        format!("stands: {} comes before {}", self.kept, self.lost)
    }

    fn words(&self, kind: &ConflictKind) -> Words {
        match kind {
            ConflictKind::PortNameTaken { kept, lost } => self.port_name_taken(kept, lost),
            ConflictKind::PortName { kept, lost } => self.port_name(kept, lost),
            ConflictKind::AppProtocol { kept, lost } => self.app_protocol(kept, lost),
            ConflictKind::PortMissing(port) => self.port_missing(port),
            ConflictKind::PortOrder(ports) => self.port_order(ports),
            ConflictKind::IpFamily { kept, lost } => self.ip_family(kept, lost),
            ConflictKind::Type { kept, lost } => self.service_type(*kept, *lost),
            ConflictKind::SessionAffinity { kept, lost } => self.session_affinity(*kept, *lost),
            ConflictKind::SessionAffinityConfig { kept, lost } => self.session_affinity_config(*kept, *lost),
            ConflictKind::Annotation { kept, lost } => {
                self.pair("annotation", "exportedAnnotations", kept.as_ref(), lost.as_ref())
            }
            ConflictKind::Label { kept, lost } => self.pair("label", "exportedLabels", kept.as_ref(), lost.as_ref()),
            ConflictKind::InternalTrafficPolicy { kept, lost } => self.internal_policy(*kept, *lost),
            ConflictKind::TrafficDistribution { kept, lost } => self.distribution(*kept, *lost),
        }
    }

    /// The names of both Services, for what is not said.
    fn services(&self) -> (Span, Span) {
        self.spans(self.conflict.kept.service, self.conflict.lost.service)
    }

    /// The names of both `ServiceExports`.
    fn exports(&self) -> (Span, Span) {
        self.spans(self.conflict.kept.object, self.conflict.lost.object)
    }

    fn spans(&self, kept: ObjectId, lost: ObjectId) -> (Span, Span) {
        (self.mesh.object(kept).span, self.mesh.object(lost).span)
    }
}
