//! Kustomizations of Flux, as far as they change what they apply.

use meshc_model::{Name, Substitution};

use crate::reader::Fields;

pub(crate) const GROUP: &str = "kustomize.toolkit.fluxcd.io";

/// Reads what it replaces. `None` if that is nothing, or if some of the variables are in a cluster, where they cannot be
/// known. What is wrong with it is for Flux to say.
pub(crate) fn read(document: Fields<'_>) -> Option<Substitution> {
    let spec = document.get("spec")?;
    let post_build = spec.get("postBuild")?;
    if post_build.get("substituteFrom").is_some_and(|from| from.items().next().is_some()) {
        return None;
    }
    let substitute = post_build.entries().find(|entry| entry.key == "substitute")?;
    let variables: Vec<_> = substitute.value.entries().map(|entry| Name::new(entry.key)).collect();
    let path = Name::new(spec.get("path")?.scalar_text()?);
    (!variables.is_empty()).then_some(Substitution { path, variables, span: substitute.key_span })
}
