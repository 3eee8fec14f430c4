//! The tables of Cilium's database as values, in JSON and YAML.
//!
//! Both are compared in one form: keys without regard to case, and nothing is the same as an empty list.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::cilium::doubt::Subject;
use crate::cilium::files::Format;
use crate::cilium::objects::split;
use crate::cilium::rows::{BackendRow, FrontendRow, Rows};
use crate::cilium::table::difference;
use crate::cilium::tables::Compared;

/// Fields that say how a running program does.
const RUNTIME: [&str; 5] = ["status", "id", "unhealthy", "unhealthyupdatedat", "healthcheckbackends"];

/// Fields that we write.
const KNOWN: [&str; 15] = [
    "address",
    "backends",
    "clusterid",
    "forzones",
    "nodename",
    "portname",
    "portnames",
    "redirectto",
    "servicename",
    "serviceport",
    "source",
    "state",
    "type",
    "weight",
    "zone",
];

/// The values of a table.
///
/// # Errors
/// If they are not written.
pub fn values(subject: Subject, rows: &Rows) -> Result<Vec<Value>, String> {
    match subject {
        Subject::Backends => Ok(rows.backends.iter().map(backend).collect()),
        Subject::Frontends => Ok(rows.frontends.iter().map(|row| frontend(row, rows)).collect()),
        Subject::Services | Subject::Maps => Err("only frontends and backends are written as values".to_owned()),
    }
}

/// The values as text. JSON is YAML.
pub fn write(values: &[Value], format: Format) -> String {
    let separator = if format == Format::Yaml { "---\n" } else { "" };
    values.iter().map(|value| format!("{value}\n")).collect::<Vec<_>>().join(separator)
}

fn backend(row: &BackendRow) -> Value {
    let state = ["active", "terminating", "terminating-not-serving", "quarantined", "maintenance"];
    json!({
        "ServiceName": row.service,
        "Address": row.address.to_string(),
        "PortNames": row.port_names,
        "Weight": row.weight,
        "NodeName": row.node,
        "Zone": row.zone.as_ref().map(|(zone, zones)| json!({"Zone": zone, "ForZones": zones})),
        "ClusterID": row.cluster.unwrap_or_default(),
        "Source": row.source(),
        "State": state.iter().position(|word| *word == row.state),
    })
}

fn frontend(row: &FrontendRow, rows: &Rows) -> Value {
    let is_its = |backend: &&BackendRow| {
        let address = |other: &crate::cilium::rows::FrontendBackend| other.address == backend.address;
        backend.service == row.service && row.backends.iter().any(address)
    };
    json!({
        "Address": row.address.to_string(),
        "Type": row.kind,
        "ServiceName": row.service,
        "PortName": row.port_name,
        "ServicePort": row.service_port,
        "Backends": rows.backends.iter().filter(is_its).map(backend).collect::<Vec<_>>(),
        "RedirectTo": null,
    })
}

/// Compares two texts of values, in the fields that the expectation has.
///
/// # Errors
/// If one of them is not understood.
pub fn compare(expected: &str, found: &str, format: Format) -> Result<Compared, String> {
    let (expected, found) = (read(expected, format)?, read(found, format)?);
    let mut fields = Fields::default();
    for value in &expected {
        fields.add(value, "");
    }
    if let Some(unknown) = fields.unknown() {
        return Err(format!("the field `{unknown}` is not understood"));
    }
    let text = |values: Vec<Value>| -> Vec<String> {
        values.into_iter().map(|value| fields.select(value, "").to_string()).collect()
    };
    let difference = difference(text(expected), text(found));
    Ok(Compared { difference, left_out: fields.runtime.into_iter().collect() })
}

fn read(text: &str, format: Format) -> Result<Vec<Value>, String> {
    let values = match format {
        Format::Yaml => {
            let read = |document: &String| serde_yaml::from_str(document).map_err(|error| format!("no YAML: {error}"));
            split(text)
                .iter()
                .filter(|document| !document.trim().is_empty())
                .map(read)
                .collect::<Result<Vec<_>, _>>()?
        }
        Format::Json | Format::Table | Format::Maps => {
            // Scripts put a word without quotes in the place of what changes.
            let text = text.replace("<redacted>", "\"<redacted>\"");
            let values = serde_json::Deserializer::from_str(&text).into_iter();
            values.collect::<Result<Vec<_>, _>>().map_err(|error| format!("no JSON: {error}"))?
        }
    };
    Ok(values.into_iter().map(normal).collect())
}

/// The one form of a value: keys in lower case, addresses as text, and no level that only YAML has.
fn normal(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (key, value) in fields {
                let key = key.to_lowercase();
                match normal(value) {
                    Value::Object(inner) if key == "frontendparams" => kept.extend(inner),
                    Value::Object(inner) if key == "address" => drop(kept.insert(key, address(&inner))),
                    value => drop(kept.insert(key, value)),
                }
            }
            Value::Object(kept)
        }
        Value::Array(values) => Value::Array(values.into_iter().map(normal).collect()),
        scalar => scalar,
    }
}

/// An address in the parts that older versions wrote.
fn address(parts: &Map<String, Value>) -> Value {
    let text = |part| parts.get(part).and_then(Value::as_str).unwrap_or_default();
    let number = |part| parts.get(part).and_then(Value::as_u64).unwrap_or_default();
    let ip = text("addrcluster");
    let ip = if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() };
    let scope = if number("scope") == 1 { "/i" } else { "" };
    json!(format!("{ip}:{}/{}{scope}", number("port"), text("protocol")))
}

/// The fields that an expectation has, by their paths.
#[derive(Default)]
struct Fields {
    wanted: BTreeSet<String>,
    said: BTreeSet<String>,
    runtime: BTreeSet<String>,
}

impl Fields {
    fn add(&mut self, value: &Value, path: &str) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    if RUNTIME.contains(&key.as_str()) {
                        self.runtime.insert(key.clone());
                        continue;
                    }
                    let path = format!("{path}/{key}");
                    if !is_nothing(value) {
                        self.said.insert(key.clone());
                    }
                    self.add(value, &path);
                    self.wanted.insert(path);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.add(value, path)),
            _ => {}
        }
    }

    /// A field that says something, and that we do not write.
    fn unknown(&self) -> Option<&String> {
        self.said.iter().find(|key| !KNOWN.contains(&key.as_str()))
    }

    /// The value with these fields only, without those that say nothing.
    fn select(&self, value: Value, path: &str) -> Value {
        match value {
            Value::Object(fields) => {
                let mut kept = Map::new();
                for (key, value) in fields {
                    let path = format!("{path}/{key}");
                    if self.wanted.contains(&path) && !is_nothing(&value) {
                        kept.insert(key, self.select(value, &path));
                    }
                }
                Value::Object(kept)
            }
            Value::Array(values) => {
                let mut values: Vec<_> = values.into_iter().map(|value| self.select(value, path)).collect();
                values.sort_by_key(Value::to_string);
                Value::Array(values)
            }
            scalar => scalar,
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = r#"{"Address": "a", "PortNames": [], "Backends": [{"Address": "y"}, {"Address": "x"}]}"#;

    #[test]
    fn json_and_yaml_are_one() {
        let json = r#"{"Address": "a", "ID": 1, "Backends": [{"Address": "x"}, {"Address": "y", "Unhealthy": false}]}"#;
        let found = compare(json, OURS, Format::Json).unwrap();
        assert!(found.difference.is_none());
        assert_eq!(found.left_out, ["id", "unhealthy"]);
        let yaml =
            "frontendparams: {address: a}\nstatus: {updated-at: <redacted>}\nbackends: [{address: x}, {address: y}]\n";
        assert!(compare(yaml, OURS, Format::Yaml).unwrap().difference.is_none());
    }

    #[test]
    fn older_versions_write_addresses_in_parts_and_fewer_fields() {
        let older =
            r#"{"Address": {"AddrCluster": "fd::1", "Protocol": "TCP", "Port": 80, "Scope": 1}, "ForZones": null}"#;
        let found = r#"{"Address": "[fd::1]:80/TCP/i", "Weight": 100}"#;
        assert!(compare(older, found, Format::Json).unwrap().difference.is_none());
    }

    #[test]
    fn values_that_differ_do() {
        let other = OURS.replace("\"x\"", "\"z\"");
        assert!(!compare(&other, OURS, Format::Json).unwrap().difference.is_none());
        assert!(!compare("", OURS, Format::Json).unwrap().difference.is_none());
        assert!(!compare(OURS, "", Format::Json).unwrap().difference.is_none());
    }

    #[test]
    fn fields_that_are_unknown_are_refused() {
        assert!(compare(r#"{"Address": "a", "Instances": {"b": 1}}"#, OURS, Format::Json).is_err());
        assert!(compare("{", OURS, Format::Json).is_err());
    }
}
