//! The state of a script as a project of meshc.

use serde_json::{Value, json};

use crate::cilium::maps::NodeAddress;
use crate::cilium::world::World;

/// The node that Cilium's test programs run on.
pub const NODE: &str = "testnode";
/// The own cluster of a script that has no mesh.
const ALONE: &str = "own";

/// The name of the own cluster.
pub fn own_cluster(world: &World) -> &str {
    if world.flags.cluster_name.is_empty() { ALONE } else { &world.flags.cluster_name }
}

/// The files of the project: paths and texts.
///
/// # Errors
/// If the records of other clusters cannot be written as manifests.
pub fn project(world: &World, version: &str) -> Result<Vec<(String, String)>, String> {
    let own = own_cluster(world);
    let remotes = world.records.remotes(takes_slices(world))?;
    let mut clusters = vec![json!({"name": own, "id": world.flags.cluster_id.max(1)})];
    let mut files = vec![(format!("clusters/{own}/node.yaml"), node(world).to_string())];
    for (at, (_, object)) in world.objects.all().enumerate() {
        files.push((format!("clusters/{own}/{at:03}.yaml"), object.text.clone()));
    }
    for (name, remote) in remotes {
        let id = remote.id.ok_or_else(|| format!("no record says the id of the cluster `{name}`"))?;
        clusters.push(json!({"name": name, "id": id}));
        for (at, manifest) in remote.manifests.iter().enumerate() {
            files.push((format!("clusters/{name}/{at:03}.yaml"), manifest.to_string()));
        }
    }
    files.push(("mesh.yaml".to_owned(), mesh(world, version, &clusters).to_string()));
    Ok(files)
}

/// Whether the own cluster reads the slices of others, or their older records.
fn takes_slices(world: &World) -> bool {
    let mode = world.flags.data_plane.get("serviceV2").and_then(Value::as_str).unwrap_or_default();
    mode.ends_with("endpointslice")
}

fn mesh(world: &World, version: &str, clusters: &[Value]) -> Value {
    let mut cilium = json!({"version": version});
    for (field, value) in &world.flags.data_plane {
        cilium[*field] = value.clone();
    }
    json!({
        "apiVersion": "meshc.dev/v1alpha1",
        "kind": "Mesh",
        "spec": {"dataPlane": {"cilium": cilium}, "clusters": clusters},
    })
}

fn node(world: &World) -> Value {
    let address = |address: &NodeAddress| json!({"type": "InternalIP", "address": address.ip.to_string()});
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": NODE, "labels": world.node_labels},
        "status": {"addresses": world.node_addresses.iter().map(address).collect::<Vec<_>>()},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cilium::flags::Flags;

    #[test]
    fn every_cluster_has_its_folder() {
        let mut world = World::new(Flags::of_script("#! --cluster-id=3 --cluster-name=c3"));
        world.objects.apply("kind: Service\nmetadata: {name: a}\n", 1).unwrap();
        let record = r#"{"name": "a", "namespace": "b", "cluster": "c2", "clusterID": 2, "shared": true}"#;
        world.records.update("cilium/state/services/v1/c2/b/a", record).unwrap();
        let files = project(&world, "main").unwrap();
        let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["clusters/c3/node.yaml", "clusters/c3/000.yaml", "clusters/c2/000.yaml", "mesh.yaml"]);
        assert!(files[3].1.contains(r#""clusters":[{"id":3,"name":"c3"},{"id":2,"name":"c2"}]"#), "{}", files[3].1);
    }
}
