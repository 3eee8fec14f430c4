//! M0210 invalid-name: a name or namespace that the API server refuses. Services have had names that start with a digit
//! since KEP-5311 (Kubernetes 1.36), so that those are let pass.

use meshc_diag::{Code, Diagnostic, Diagnostics, Fix};
use meshc_source::Span;

use super::Written;
use crate::edit;
use crate::forms::{Form, LABEL, SUBDOMAIN};
use crate::placeholder;
use crate::scope::is_cluster_scoped;

pub(super) fn check(written: Written<'_, '_>, diags: &mut Diagnostics) {
    let (group, kind) = (written.type_meta.group(), written.type_meta.kind);
    let Some(metadata) = written.document.quiet("metadata") else {
        return;
    };
    if written.is_read()
        && let Some(name) = metadata.text("name")
        && !(name.value.is_empty() && metadata.get("generateName").is_some())
    {
        refuse(name.value, name.span, &format!("the name of the {kind}"), form_of(group, kind), diags);
    }
    if let Some(namespace) = metadata.text("namespace")
        && !namespace.value.is_empty()
        && !is_cluster_scoped(group, kind)
    {
        refuse(namespace.value, namespace.span, "a namespace", &LABEL, diags);
    }
}

fn form_of(group: &str, kind: &str) -> &'static Form {
    match (group, kind) {
        ("", "Service" | "Namespace") | ("apps", "StatefulSet") => &LABEL,
        _ => &SUBDOMAIN,
    }
}

fn refuse(text: &str, span: Span, whose: &str, form: &Form, diags: &mut Diagnostics) {
    let Some(flaw) = form.flaw(text).filter(|_| !placeholder::is_in(text)) else {
        return;
    };
    let headline = match text {
        "" => format!("{whose} cannot be empty"),
        _ => format!("`{text}` cannot be {whose}: it {flaw}"),
    };
    let diagnostic = Diagnostic::new(Code::InvalidName, headline).at(span, "the API server refuses it");
    diags.push(match form.mended(text) {
        Some(mended) => diagnostic
            .help(format!("write {}: `{mended}`", form.words))
            .fix(Fix::likely(format!("write `{mended}`"), vec![edit::replace(span, text, &mended)])),
        None => diagnostic.help(format!("write {}", form.words)),
    });
}
