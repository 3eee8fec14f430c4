//! The MCS-API of the Kubernetes special interest group for several clusters: `ServiceExport` and `ServiceImport`, in
//! `v1alpha1` and `v1beta1`, which say the same (CILIUM.md 5).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Service, ServiceExport, ServiceImport, Timestamp};

use super::service;
use crate::object::{Metadata, pairs};
use crate::reader::Fields;

/// The API group.
pub(super) const GROUP: &str = "multicluster.x-k8s.io";

pub(crate) fn read_export(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> ServiceExport {
    ServiceExport { created: created(document, diags), template: template(document, metadata, diags) }
}

pub(crate) fn read_import(metadata: &Metadata<'_>) -> ServiceImport {
    ServiceImport { template: service::of_metadata(metadata) }
}

/// What the exported labels and annotations mean on a Service.
fn template(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> Service {
    let spec = document.fields("spec", diags);
    let mut exported = |key| spec.map(|spec| pairs(spec, key, diags)).unwrap_or_default();
    service::of_metadata(&Metadata {
        namespace_span: None,
        name: metadata.name,
        namespace: metadata.namespace,
        span: metadata.span,
        labels: exported("exportedLabels"),
        annotations: exported("exportedAnnotations"),
        owned: false,
    })
}

fn created(document: Fields<'_>, diags: &mut Diagnostics) -> Option<Timestamp> {
    let text = document.fields("metadata", diags)?.string("creationTimestamp", diags)?;
    let created = Timestamp::parse(text.value);
    if created.is_none() {
        diags.push(
            Diagnostic::new(Code::InvalidValue, format!("`{}` is not a time", text.value))
                .at(text.span, "not as RFC 3339 has it")
                .help("write it as `2026-01-31T12:00:00Z`, or leave it out"),
        );
    }
    created
}
