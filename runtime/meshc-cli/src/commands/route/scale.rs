//! What if: workloads with other numbers of pods.

use anyhow::Result;
use meshc_compiler::model::{Mesh, Name};
use meshc_compiler::{Scale, ScaleError, rescale};

use crate::commands::{find_cluster, split_service};
use crate::exit::Stop;

/// More pods than this are a slip of the finger.
const MOST: u32 = 100_000;

/// Applies one `[namespace/]name@cluster=replicas`.
pub(super) fn scale(mesh: &mut Mesh, text: &str) -> Result<()> {
    let wrong = || Stop::Usage(format!("`{text}` is not [namespace/]name@cluster=number"));
    let (workload, rest) = text.split_once('@').ok_or_else(wrong)?;
    let (cluster, replicas) = rest.split_once('=').ok_or_else(wrong)?;
    let (namespace, name) = split_service(workload);
    let replicas = replicas.parse().map_err(|_| wrong())?;
    if replicas > MOST {
        return Err(Stop::Usage(format!("`{text}` asks for more than {MOST} pods")).into());
    }
    let scale = Scale {
        namespace: Name::new(namespace),
        name: Name::new(name),
        cluster: find_cluster(mesh, cluster)?,
        replicas,
    };
    rescale(mesh, &scale).map_err(|error| {
        Stop::Usage(match error {
            ScaleError::NotFound => format!("no workload `{namespace}/{name}` serves anything in `{cluster}`"),
            ScaleError::OnlyObserved(count) => {
                format!("`{namespace}/{name}` has {count} observed endpoints in `{cluster}`, and meshc makes none up")
            }
        })
        .into()
    })
}
