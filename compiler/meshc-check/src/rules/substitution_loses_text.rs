//! M0438 substitution-loses-text: Flux replaces a variable that it does not have by nothing.
//!
//! What is replaced: `fluxcd/pkg/kustomize/kustomize_varsub.go`, and `drone/envsubst` below it.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, ClusterId, Mesh, Name, Object, ObjectId, Substitution};

/// The annotation or label that keeps Flux from replacing, in a manifest.
const DISABLED: &str = "kustomize.toolkit.fluxcd.io/substitute: disabled\n";

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let substitutions: Vec<_> = substitutions(mesh).collect();
    if substitutions.is_empty() {
        return;
    }
    for (at, object) in (0..).map(ObjectId).zip(&mesh.objects) {
        if object.manifest.contains(DISABLED) {
            continue;
        }
        for (cluster, kustomization, substitution) in &substitutions {
            let lost = lost(&object.manifest, &substitution.variables);
            if !lost.is_empty() && mesh.placement(at).iter().any(|id| id == *cluster) {
                report(object, &lost, kustomization, substitution, diags);
                break;
            }
        }
    }
}

/// Every substitution in what a build writes for a cluster.
fn substitutions(mesh: &Mesh) -> impl Iterator<Item = (ClusterId, Name, &Substitution)> {
    mesh.objects.iter().filter_map(|object| {
        let Body::Substitution(substitution) = &object.body else {
            return None;
        };
        let cluster = mesh.find_cluster(built_for(substitution.path.as_str())?)?;
        Some((cluster, object.key.name, &**substitution))
    })
}

/// The cluster for which `path`, as `./out/clusters/cluster1`, is a folder of a build.
fn built_for(path: &str) -> Option<&str> {
    let (folder, cluster) = path.trim_start_matches("./").trim_end_matches('/').rsplit_once('/')?;
    folder.ends_with("/clusters").then_some(cluster)
}

/// The names in `${NAME}` that are not among `known`, each once. `$${NAME}` is text to Flux, and in any other form, as
/// `${NAME:=value}`, it says what stands for nothing.
fn lost<'m>(manifest: &'m str, known: &[Name]) -> Vec<&'m str> {
    let mut lost = Vec::new();
    for (at, _) in manifest.match_indices("${") {
        let (before, rest) = (&manifest[..at], &manifest[at + 2..]);
        let Some((name, _)) = rest.split_once('}').filter(|_| !before.ends_with('$')) else {
            continue;
        };
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_name && known.iter().all(|known| *known != *name) && !lost.contains(&name) {
            lost.push(name);
        }
    }
    lost
}

fn report(object: &Object, lost: &[&str], kustomization: &Name, substitution: &Substitution, diags: &mut Diagnostics) {
    let Some((first, more)) = lost.split_first() else {
        return;
    };
    let (kind, namespace, name) = (object.key.kind, object.key.namespace, object.key.name);
    let place = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
    let what =
        if more.is_empty() { format!("`${{{first}}}`") } else { format!("`${{{first}}}` and {} more", more.len()) };
    diags.push(
        Diagnostic::new(
            Code::SubstitutionLosesText,
            format!("Flux replaces {what} in the {kind} `{place}{name}` by nothing"),
        )
        .at(object.span, format!("holds `${{{first}}}`"))
        .at(substitution.span, format!("`{kustomization}` has no such variable"))
        .help(format!(
            "write `$${{{first}}}` if it is text, or give the object the annotation \
                 `kustomize.toolkit.fluxcd.io/substitute: disabled`"
        )),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_build_tells_its_cluster() {
        for (path, expected) in [
            ("./out/clusters/c1", Some("c1")),
            ("deploy/out/clusters/c1/", Some("c1")),
            // Where Flux itself begins, and where people keep what belongs to one cluster.
            ("./clusters/c1", None),
            ("./out/tables/c1", None),
            ("./out", None),
            ("", None),
        ] {
            assert_eq!(built_for(path), expected, "{path}");
        }
    }

    #[test]
    fn only_names_that_become_nothing_are_lost() {
        let known = [Name::new("HOST")];
        for (text, expected) in [
            ("echo ${HOME} ${HOST} ${HOME}", &["HOME"][..]),
            ("a ${_a1} ${b}", &["_a1", "b"]),
            ("$${HOME} $HOME ${HOME:=/} ${HOME:-/} ${1} ${} ${a.b} ${open", &[]),
        ] {
            assert_eq!(lost(text, &known), expected, "{text}");
        }
    }
}
