//! What remote clusters offer: records of the kvstore, as the manifests that would make a cluster write them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

const SERVICES: &str = "cilium/state/services/v1/";
const SLICES: &str = "cilium/state/endpointslices/v1/";
const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// The records by their keys.
#[derive(Clone, Debug, Default)]
pub struct Records {
    records: BTreeMap<String, Value>,
}

/// A remote cluster: its id, if a record says it, and its manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// Its id.
    pub id: Option<u64>,
    /// Its Services and `EndpointSlices`.
    pub manifests: Vec<Value>,
}

impl Records {
    /// Writes a record.
    ///
    /// # Errors
    /// If it is none that is understood.
    pub fn update(&mut self, key: &str, text: &str) -> Result<(), String> {
        if !key.starts_with(SERVICES) && !key.starts_with(SLICES) {
            return Err(format!("the record `{key}` is not understood"));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| format!("not a record: {error}"))?;
        self.records.insert(key.to_owned(), value);
        Ok(())
    }

    /// Takes a record away.
    pub fn delete(&mut self, key: &str) {
        self.records.remove(key);
    }

    /// The remote clusters by name, as a cluster reads them that takes slices where `slices` says so.
    ///
    /// # Errors
    /// If a record is of the form that the cluster does not read: then another program decides what it does.
    pub fn remotes(&self, slices: bool) -> Result<BTreeMap<String, Remote>, String> {
        let mut remotes: BTreeMap<String, Remote> = BTreeMap::new();
        for (key, record) in &self.records {
            if key.starts_with(SLICES) != slices {
                return Err("a record has the form that the own cluster does not read".to_owned());
            }
            let remote = remotes.entry(text(record, "cluster").to_owned()).or_default();
            remote.id = record.get("clusterID").and_then(Value::as_u64).or(remote.id);
            remote.manifests.extend(if slices { of_slice(record) } else { of_service(record) });
        }
        for remote in remotes.values_mut() {
            keep_first_services(&mut remote.manifests);
        }
        Ok(remotes)
    }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The slices of a service each bring it along; one stays.
fn keep_first_services(manifests: &mut Vec<Value>) {
    let mut seen = BTreeSet::new();
    manifests.retain(|manifest| text(manifest, "kind") != "Service" || seen.insert(manifest["metadata"].to_string()));
}

/// A Service that offers itself to others. Its own ports are nobody's concern abroad.
fn service(record: &Value, name: &str, shared: bool) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": text(record, "namespace"),
            "annotations": {"service.cilium.io/global": "true", "service.cilium.io/shared": shared.to_string()},
        },
        "spec": {"ports": [{"port": 1}]},
    })
}

/// The slice of a `ClusterEndpointSlice`, as it is, and its Service.
fn of_slice(record: &Value) -> Vec<Value> {
    let mut metadata = Map::new();
    for field in ["name", "namespace", "labels", "annotations"] {
        metadata.extend(record.get(field).map(|value| (field.to_owned(), value.clone())));
    }
    let mut slice = json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": metadata});
    for field in ["addressType", "endpoints", "ports"] {
        slice[field] = record.get(field).cloned().unwrap_or(Value::Null);
    }
    let name = record.pointer(&format!("/labels/{}", SERVICE_NAME.replace('/', "~1"))).and_then(Value::as_str);
    name.map(|name| service(record, name, true)).into_iter().chain([slice]).collect()
}

/// The Service of a `ClusterService`, with a slice for each set of ports and family.
fn of_service(record: &Value) -> Vec<Value> {
    let shared = record.get("shared").and_then(Value::as_bool).unwrap_or(false);
    let name = text(record, "name");
    let mut groups: BTreeMap<(String, bool), Vec<Value>> = BTreeMap::new();
    for (address, ports) in record.get("backends").and_then(Value::as_object).into_iter().flatten() {
        let key = (ports.to_string(), address.contains(':'));
        groups.entry(key).or_default().push(endpoint(record, address));
    }
    let slices = groups.into_iter().enumerate().map(|(at, ((ports, is_v6), endpoints))| {
        json!({
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": format!("{name}-{at}"),
                "namespace": text(record, "namespace"),
                "labels": {SERVICE_NAME: name},
            },
            "addressType": if is_v6 { "IPv6" } else { "IPv4" },
            "endpoints": endpoints,
            "ports": ports_of(&ports),
        })
    });
    [service(record, name, shared)].into_iter().chain(slices).collect()
}

fn endpoint(record: &Value, address: &str) -> Value {
    let mut endpoint = json!({"addresses": [address], "conditions": {"ready": true}});
    if let Some(zone) = record.get("zones").and_then(|zones| zones.get(address)) {
        endpoint["zone"] = json!(text(zone, "zone"));
        let zones = zone.get("forZones").and_then(Value::as_array).cloned().unwrap_or_default();
        if !zones.is_empty() {
            endpoint["hints"] = json!({"forZones": zones});
        }
    }
    if let Some(name) = record.get("hostnames").and_then(|names| names.get(address)) {
        endpoint["hostname"] = name.clone();
    }
    endpoint
}

/// `{name: {Protocol, Port}}` as the ports of a slice.
fn ports_of(ports: &str) -> Vec<Value> {
    let ports: Map<String, Value> = serde_json::from_str(ports).unwrap_or_default();
    let port = |(name, port): (String, Value)| json!({"name": name, "port": port.get("Port"), "protocol": port.get("Protocol")});
    ports.into_iter().map(port).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"name": "echo", "namespace": "test", "cluster": "c2", "clusterID": 2, "shared": true,
        "backends": {"10.0.0.1": {"a": {"Protocol": "TCP", "Port": 80}}, "10.0.0.2": {"a": {"Protocol": "TCP", "Port": 80}},
        "10.0.0.3": {"b": {"Protocol": "UDP", "Port": 53}}, "fd::1": {"a": {"Protocol": "TCP", "Port": 80}}},
        "zones": {"10.0.0.2": {"zone": "z", "forZones": [{"name": "y"}]}}}"#;

    fn remote(key: &str, text: &str, slices: bool) -> Remote {
        let mut records = Records::default();
        records.update(key, text).unwrap();
        records.remotes(slices).unwrap().remove("c2").unwrap()
    }

    #[test]
    fn a_legacy_record_has_a_slice_for_each_set_of_ports() {
        let remote = remote("cilium/state/services/v1/c2/test/echo", RECORD, false);
        assert_eq!(remote.id, Some(2));
        let [service, first, v6, other] = remote.manifests.as_slice() else {
            panic!("{:?}", remote.manifests);
        };
        assert_eq!(service.pointer("/metadata/annotations/service.cilium.io~1shared"), Some(&json!("true")));
        assert_eq!(first["endpoints"].as_array().unwrap().len(), 2);
        assert_eq!(first.pointer("/endpoints/1/hints/forZones/0/name"), Some(&json!("y")));
        assert_eq!((&v6["addressType"], &v6["ports"]), (&json!("IPv6"), &first["ports"]));
        assert_eq!(other.pointer("/ports/0"), Some(&json!({"name": "b", "port": 53, "protocol": "UDP"})));
    }

    #[test]
    fn a_slice_keeps_what_it_has_and_brings_its_service() {
        let record = r#"{"cluster": "c2", "clusterID": 2, "namespace": "test", "name": "echo-1",
            "labels": {"kubernetes.io/service-name": "echo"}, "annotations": {"x": "y"}, "addressType": "IPv4",
            "endpoints": [{"addresses": ["10.0.0.1"]}], "ports": [{"port": 1}]}"#;
        let remote = remote("cilium/state/endpointslices/v1/c2/test/echo-1", record, true);
        assert_eq!(remote.manifests.len(), 2);
        assert_eq!(remote.manifests[1].pointer("/metadata/annotations/x"), Some(&json!("y")));
    }

    #[test]
    fn records_of_the_other_form_and_others_are_refused() {
        let mut records = Records::default();
        assert!(records.update("cilium/state/nodes/v1/x", "{}").is_err());
        records.update("cilium/state/services/v1/c2/test/echo", RECORD).unwrap();
        assert!(records.remotes(true).is_err());
        records.delete("cilium/state/services/v1/c2/test/echo");
        assert!(records.remotes(true).unwrap().is_empty());
    }
}
