//! The Mesh that a project begins with.

use meshc_cluster::Context;
use meshc_syntax::write_scalar;

use crate::commands::cluster_names::ClusterNames;

/// Writes the document: the clusters of `contexts` with ids from 1, or two examples where there is none.
pub(super) fn document(name: &str, contexts: &[Context]) -> String {
    let mut text = head(name);
    let mut names = ClusterNames::default();
    for (id, context) in (1..).zip(contexts) {
        text.push_str(&cluster(&names.next(&context.name), id, Some(&context.name)));
    }
    if contexts.is_empty() {
        text.push_str(&cluster("cluster1", 1, None));
        text.push_str(&cluster("cluster2", 2, None));
    }
    text.push_str(TAIL);
    text
}

fn head(name: &str) -> String {
    let mut text = "\
# The clusters of a mesh. meshc reads it together with the manifests beside it and below it:
#   meshc check .    says what is wrong with them
#   meshc build .    writes into `out` what to apply to each cluster, and who serves whom
# `meshc schema mesh` describes every field.
apiVersion: meshc.dev/v1alpha1
kind: Mesh
metadata:
  # `meshc apply` knows by it what belongs to this mesh: choose it before the first apply, and keep it.
  name: "
        .to_owned();
    write_scalar(name, &mut text);
    text.push_str(
        "
spec:
  dataPlane:
    cilium:
      # The version that runs, with its patch if you know it: `cilium version`, or the image of
      # `kubectl -n kube-system get daemonset cilium -o wide`. A cluster can have a `dataPlane` of its own.
      version: \"1.20\"
  clusters:
  # `name` and `id` are those that Cilium has in the cluster, `cluster-name` and `cluster-id` in
  # `kubectl -n kube-system get configmap cilium-config -o yaml`. The ids here are only counted.
",
    );
    text
}

fn cluster(name: &str, id: usize, context: Option<&str>) -> String {
    let mut text = "  - name: ".to_owned();
    write_scalar(name, &mut text);
    text.push_str(&format!("\n    id: {id}\n"));
    if let Some(context) = context {
        text.push_str("    context: ");
        write_scalar(context, &mut text);
        text.push('\n');
    }
    text.push_str("    # region: eu\n    # zone: eu-1\n");
    text
}

const TAIL: &str = "  \
  # A file belongs to all clusters unless it lies below `clusters/<name>/`, its objects have the annotation
  # `meshc.dev/clusters: name,name`, or a rule says so:
  # placement:
  # - {files: \"east/**\", clusters: [cluster1]}
";
