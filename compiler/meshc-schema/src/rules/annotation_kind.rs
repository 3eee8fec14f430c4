//! M0215 annotation-on-wrong-kind: a known annotation where nobody reads it: on another kind, in the template of pods,
//! among the labels, or in `spec`.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::names;
use meshc_source::Span;

use super::Written;
use crate::annotations::{self, KnownAnnotation};
use crate::reader::Fields;

pub(super) fn check(written: Written<'_, '_>, diags: &mut Diagnostics) {
    // What a controller made has the labels and annotations of what it was made for.
    if written.metadata.owned {
        return;
    }
    labels(written, diags);
    if !written.is_read() {
        return;
    }
    annotations(written, diags);
    if let Some(spec) = written.document.quiet("spec") {
        in_spec(written, spec, diags);
    }
    if let Some(metadata) = written.template().and_then(|template| template.quiet("metadata")) {
        in_template(written, metadata, diags);
    }
}

fn report(headline: String, span: Span, help: String) -> Diagnostic {
    Diagnostic::new(Code::AnnotationOnWrongKind, headline).at(span, "nobody reads it here").help(help)
}

/// Where an annotation belongs, for the end of a sentence.
fn home(known: &KnownAnnotation) -> String {
    match known.kinds {
        [] => "in `metadata.annotations` of the object itself".into(),
        [kind] if kind.starts_with(['E', 'I']) => format!("on an {kind}"),
        [kind, ..] => format!("on a {kind}"),
    }
}

/// What to do with one that is no annotation.
fn as_annotation(known: &KnownAnnotation, kind: &str) -> String {
    if is_read_on(known, kind) {
        return "write it below `metadata.annotations`".into();
    }
    format!("write it below `metadata.annotations`; it belongs {}", home(known))
}

fn annotations(written: Written<'_, '_>, diags: &mut Diagnostics) {
    let kind = written.type_meta.kind;
    for annotation in &written.metadata.annotations {
        let key = annotation.key.as_str();
        let Some(known) = annotations::find(key).filter(|known| !is_read_on(known, kind)) else {
            continue;
        };
        let help = match (known.key, kind) {
            (names::GLOBAL, "Namespace") => {
                format!("write `{}` for a whole namespace, or `{key}` on each Service", names::NAMESPACE_GLOBAL)
            }
            (names::NAMESPACE_GLOBAL, "Service") => {
                format!("write `{}` for one Service, or `{key}` on its Namespace", names::GLOBAL)
            }
            (names::NODE, "Node") => format!("write it as a label of the Node: `metadata.labels`, `{key}`"),
            (_, "ServiceExport") => "write it below `spec.exportedAnnotations` to export it".into(),
            _ => format!("it belongs {}", home(known)),
        };
        diags.push(report(format!("`{key}` on {} does nothing", with_article(kind)), annotation.key_span, help));
    }
}

fn with_article(kind: &str) -> String {
    format!(
        "{} {kind}",
        if kind.starts_with(['E', 'I', 'H']) && kind != "HorizontalPodAutoscaler" { "an" } else { "a" }
    )
}

/// Whether the annotation means something on an object of this kind.
fn is_read_on(known: &KnownAnnotation, kind: &str) -> bool {
    let kinds = known.kinds;
    kinds.is_empty()
        || kinds.contains(&kind)
        // Cilium gives the Service that it derives the annotations of the import.
        || kind == "ServiceImport" && kinds.contains(&"Service")
        // Kubernetes mirrors Endpoints that it did not make itself into slices with the same annotations.
        || kind == "Endpoints" && kinds.contains(&"EndpointSlice")
}

/// Known annotations among the labels, unless they stand among the annotations as well: then the labels are for others.
fn labels(written: Written<'_, '_>, diags: &mut Diagnostics) {
    let kind = written.type_meta.kind;
    // Kubernetes gives these the labels of their Service.
    if matches!(kind, "Endpoints" | "EndpointSlice") {
        return;
    }
    for label in &written.metadata.labels {
        let key = label.key.as_str();
        let Some(known) = annotations::find(key) else {
            continue;
        };
        let ours = known.key == names::CLUSTERS || known.key == names::ALLOW;
        let both = written.metadata.annotations.iter().any(|annotation| annotation.key == label.key);
        if both || !(ours || written.is_read()) || known.key == names::NODE && kind == "Node" {
            continue;
        }
        let help = as_annotation(known, kind);
        diags.push(report(format!("`{key}` is an annotation, and does nothing as a label"), label.key_span, help));
    }
}

fn in_spec(written: Written<'_, '_>, spec: Fields<'_>, diags: &mut Diagnostics) {
    let kind = written.type_meta.kind;
    for entry in spec.entries() {
        if let Some(known) = annotations::find(entry.key) {
            let help = as_annotation(known, kind);
            diags.push(report(
                format!("`{}` is an annotation, and does nothing in the `spec` of {}", entry.key, with_article(kind)),
                entry.key_span,
                help,
            ));
        }
    }
}

fn in_template(written: Written<'_, '_>, metadata: Fields<'_>, diags: &mut Diagnostics) {
    let kind = written.type_meta.kind;
    for part in ["annotations", "labels"] {
        for entry in metadata.quiet(part).into_iter().flat_map(Fields::entries) {
            let Some(known) = annotations::find(entry.key) else {
                continue;
            };
            let help = match known.kinds {
                [] => format!("write it below `metadata.annotations` of the {kind} itself"),
                _ => format!("it belongs {}", home(known)),
            };
            let headline = format!("`{}` does nothing on the pods of {}", entry.key, with_article(kind));
            diags.push(report(headline, entry.key_span, help));
        }
    }
}
