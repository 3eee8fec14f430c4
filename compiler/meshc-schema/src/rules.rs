//! What an API server would refuse or drop of an object as it is written, and annotations that nobody reads. One rule
//! a file. A value of the wrong type was reported by whoever reads it, and is nothing here.

mod annotation_kind;
mod contradictory_service;
mod invalid_label;
mod invalid_name;
mod port_name;
mod unknown_annotation;
mod unknown_field;

use meshc_diag::Diagnostics;
use meshc_syntax::Node;

use crate::kinds;
use crate::object::{Metadata, TypeMeta};
use crate::reader::Fields;

pub(crate) use unknown_field::is_slip;

/// An object as it is written.
#[derive(Clone, Copy)]
struct Written<'a, 't> {
    document: Fields<'t>,
    type_meta: TypeMeta<'t>,
    metadata: &'a Metadata<'t>,
}

/// Checks an object of any kind.
pub(crate) fn check<'t>(
    document: Fields<'t>,
    type_meta: TypeMeta<'t>,
    metadata: &Metadata<'t>,
    diags: &mut Diagnostics,
) {
    let written = Written { document, type_meta, metadata };
    unknown_field::check(written, diags);
    invalid_name::check(written, diags);
    invalid_label::check(written, diags);
    port_name::check(written, diags);
    contradictory_service::check(written, diags);
    unknown_annotation::check(written, diags);
    annotation_kind::check(written, diags);
}

impl<'t> Written<'_, 't> {
    /// Whether it is of the core kind `kind`.
    fn is_core(self, kind: &str) -> bool {
        self.type_meta.group().is_empty() && self.type_meta.kind == kind
    }

    /// Whether it is of a kind that is read with meaning.
    fn is_read(self) -> bool {
        kinds::is_read(self.type_meta.group(), self.type_meta.kind)
    }

    /// What it says of its pods: the template of a workload.
    fn template(self) -> Option<Fields<'t>> {
        self.is_read().then(|| self.document.quiet("spec")?.quiet("template"))?
    }

    /// The specification of its pods, its own or that of its template.
    fn pod_spec(self) -> Option<Fields<'t>> {
        if self.is_core("Pod") { self.document.quiet("spec") } else { self.template()?.quiet("spec") }
    }
}

/// The items of the list in the field `key` that are mappings.
fn mappings<'t>(fields: Fields<'t>, key: &str) -> impl Iterator<Item = Fields<'t>> + use<'t> {
    fields.get(key).into_iter().flat_map(Node::items).filter_map(Fields::quiet_of)
}
