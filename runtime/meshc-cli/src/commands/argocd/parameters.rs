//! `meshc argocd parameters`: what the user interface offers to set.

use anyhow::Result;
use meshc_diag::Diagnostics;
use serde::Serialize;

use super::application::{ALLOW_EMPTY, CLUSTER};
use crate::args::ArgocdFolderArgs;
use crate::exit::Exit;
use crate::load::load;
use crate::terminal::print;

/// One parameter, in the form of Argo CD's `ParameterAnnouncement`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Announcement {
    name: &'static str,
    title: &'static str,
    tooltip: String,
    required: bool,
    item_type: &'static str,
    collection_type: &'static str,
    /// What holds where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    string: Option<String>,
}

/// Prints the parameters, whatever state the project is in: the page on which it can be seen to be wrong shows them.
pub(super) fn run(own: &ArgocdFolderArgs) -> Result<Exit> {
    let clusters = match load(&own.input) {
        Ok(project) => {
            let (mesh, _) = meshc_compiler::mesh(&project.sources, &mut Diagnostics::new());
            mesh.clusters.iter().map(|cluster| cluster.name.to_string()).collect()
        }
        Err(_) => Vec::new(),
    };
    print(&(serde_json::to_string(&announcements(&clusters))? + "\n")).map(|()| Exit::Done)
}

fn announcements(clusters: &[String]) -> [Announcement; 2] {
    let only = if let [only] = clusters { Some(only.clone()) } else { None };
    let known = if clusters.is_empty() { String::new() } else { format!(": {}", clusters.join(", ")) };
    [
        Announcement {
            name: CLUSTER,
            title: "Cluster",
            tooltip: format!("The cluster of the mesh that this Application is for{known}"),
            required: only.is_none(),
            item_type: "string",
            collection_type: "string",
            string: only,
        },
        Announcement {
            name: ALLOW_EMPTY,
            title: "Allow no objects",
            tooltip: "Whether the cluster may have no object at all, so that pruning deletes all that it had"
                .to_owned(),
            required: false,
            item_type: "boolean",
            collection_type: "string",
            string: Some("false".to_owned()),
        },
    ]
}
