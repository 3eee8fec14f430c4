//! The contexts of a kubeconfig.

use std::io::ErrorKind;
use std::path::Path;

use kube::config::{Kubeconfig, KubeconfigError};

use crate::Error;

/// A context, by what it is called. What it signs in with is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Its name.
    pub name: String,
    /// What the kubeconfig calls the cluster that it leads to.
    pub cluster: String,
}

/// The contexts of the kubeconfig at `path`, or of `$KUBECONFIG` or `~/.kube/config`, in their order; those that `only`
/// names, in that order, if it names any. Nothing is asked of any cluster.
///
/// # Errors
/// If the kubeconfig cannot be read, or lacks one that is named. Where it was not said and is not there, it has none.
pub fn contexts(path: Option<&Path>, only: &[String]) -> Result<Vec<Context>, Error> {
    let read = match path {
        Some(path) => Kubeconfig::read_from(path),
        None => {
            Kubeconfig::read().or_else(|error| if is_absent(&error) { Ok(Kubeconfig::default()) } else { Err(error) })
        }
    };
    let read = read.map_err(|error| unusable(path, &error))?;
    let of_cluster = |context: kube::config::NamedContext| Context {
        name: context.name,
        cluster: context.context.map(|context| context.cluster).unwrap_or_default(),
    };
    let known: Vec<_> = read.contexts.into_iter().map(of_cluster).collect();
    if only.is_empty() {
        return Ok(known);
    }
    let find = |name: &String| known.iter().find(|context| context.name == *name).cloned().ok_or_else(|| name.clone());
    only.iter().map(find).collect::<Result<_, _>>().map_err(|context| Error::NoContext {
        context,
        known: known.iter().map(|context| context.name.clone()).collect(),
    })
}

fn is_absent(error: &KubeconfigError) -> bool {
    match error {
        KubeconfigError::FindPath => true,
        KubeconfigError::ReadConfig(error, _) => error.kind() == ErrorKind::NotFound,
        _ => false,
    }
}

/// Why a kubeconfig cannot be used, without a word of what it holds: what cannot be understood may be a token.
pub(crate) fn unusable(path: Option<&Path>, error: &KubeconfigError) -> Error {
    let path = path.map(Path::to_path_buf);
    match error {
        KubeconfigError::ReadConfig(error, path) => {
            Error::Kubeconfig { path: Some(path.clone()), why: error.to_string() }
        }
        KubeconfigError::Parse(error) => {
            let place = error.location().map(|place| format!(" in line {}", place.line())).unwrap_or_default();
            Error::Kubeconfig { path, why: format!("it is not the YAML of a kubeconfig{place}") }
        }
        other => Error::Kubeconfig { path, why: other.to_string() },
    }
}
