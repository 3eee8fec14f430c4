//! Fixtures: a question to a weigher and the answer that is expected, as JSON in the words of the contract.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use meshc_weigh::contract::{Attrs, ClusterView, Finding, GroupView, MeshView, Options, Outcome, ServiceView, Weigher};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Error, unread};

/// Where the fixtures of a plugin's folder are.
const FOLDER: &str = "fixtures";
const REQUEST: &str = ".request.json";
const REPLY: &str = ".reply.json";

/// A fixture of a folder.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// Its name: what stands before `.request.json`.
    pub name: String,
    /// What is asked.
    pub request: Request,
    /// Where the expected answer is, or belongs.
    pub reply_path: PathBuf,
}

/// A question to a weigher.
#[derive(Clone, Debug)]
pub struct Request {
    /// The config as canonical JSON.
    pub config: String,
    /// The mesh.
    pub mesh: MeshView,
    /// The services.
    pub services: Vec<ServiceView>,
    /// The options.
    pub options: Options,
}

impl Fixture {
    /// Reads the fixtures below a plugin's folder, in the order of their names.
    ///
    /// # Errors
    /// If there is none, or one is not of the form.
    pub fn read_all(folder: &Path) -> Result<Vec<Self>, Error> {
        let folder = folder.join(FOLDER);
        let entries = std::fs::read_dir(&folder).map_err(|error| unread(&folder, error))?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| unread(&folder, error))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(REQUEST));
            if let Some(name) = name.map(str::to_owned) {
                paths.push((name, path));
            }
        }
        paths.sort();
        if paths.is_empty() {
            return Err(Error::NoFixtures { folder });
        }
        let fixture = |(name, path): (String, PathBuf)| {
            let reply_path = folder.join(format!("{name}{REPLY}"));
            Ok(Self { name, request: Request::read(&path)?, reply_path })
        };
        paths.into_iter().map(fixture).collect()
    }

    /// The expected answer, if it has been written down.
    ///
    /// # Errors
    /// If there is a file and it is no JSON.
    pub fn expected(&self) -> Result<Option<Value>, Error> {
        let path = &self.reply_path;
        match std::fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| Error::Fixture { path: path.clone(), cause: error.to_string() }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unread(path, error)),
        }
    }
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// If the file cannot be read, or is not of the form.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| unread(path, error))?;
        let wrong = |cause: String| Error::Fixture { path: path.to_path_buf(), cause };
        let document: Document = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        document.into_request().map_err(wrong)
    }
}

/// What a weigher answers to `request`, as a reply is written down.
///
/// # Errors
/// If the weigher fails.
pub fn reply(weigher: &dyn Weigher, request: &Request) -> Result<Value, meshc_weigh::Fault> {
    let Request { config, mesh, services, options } = request;
    let findings = weigher.check(config, mesh)?;
    let outcomes = weigher.weigh(config, mesh, services, options)?;
    Ok(reply_of(&findings, &outcomes))
}

/// The answer of a weigher as JSON. What is empty is left out.
pub(crate) fn reply_of(check: &[Finding], outcomes: &[Outcome]) -> Value {
    let mut reply = Map::new();
    if !check.is_empty() {
        reply.insert("check".into(), dense(json!(check)));
    }
    reply.insert("outcomes".into(), outcomes.iter().map(|outcome| dense(json!(outcome))).collect());
    Value::Object(reply)
}

/// Leaves empty lists, empty texts and nulls out, at any depth.
fn dense(value: Value) -> Value {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    match value {
        Value::Array(items) => items.into_iter().map(dense).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !is_empty(value))
            .map(|(key, value)| (key, dense(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// A request as authors write it: what is usual is left out.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Document {
    #[serde(default)]
    config: Map<String, Value>,
    mesh: MeshDocument,
    services: Vec<ServiceDocument>,
    #[serde(default)]
    options: OptionsDocument,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct MeshDocument {
    clusters: Vec<ClusterDocument>,
    rtt_us: Option<Vec<u32>>,
    #[serde(default)]
    attrs: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ClusterDocument {
    name: String,
    #[serde(default)]
    id: u32,
    #[serde(default)]
    region: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    attrs: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ServiceDocument {
    namespace: String,
    name: String,
    port: String,
    #[serde(default)]
    attrs: BTreeMap<String, String>,
    groups: Vec<GroupDocument>,
    clients: Option<Vec<u32>>,
    baseline: Option<Vec<u32>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct GroupDocument {
    cluster: u32,
    #[serde(default)]
    zone: String,
    #[serde(default = "one")]
    endpoints: u32,
    #[serde(default)]
    attrs: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OptionsDocument {
    #[serde(default)]
    explain: bool,
    #[serde(default)]
    attrs: BTreeMap<String, String>,
}

const fn one() -> u32 {
    1
}

/// The weight that an endpoint has where nobody says otherwise (CILIUM.md 3.1).
const BASELINE: u32 = 100;

impl Document {
    fn into_request(self) -> Result<Request, String> {
        let MeshDocument { clusters, rtt_us, attrs } = self.mesh;
        let count = clusters.len();
        if rtt_us.as_ref().is_some_and(|table| table.len() != count * count) {
            return Err(format!("`rtt-us` has to have {} entries for {count} clusters", count * count));
        }
        let cluster = |it: ClusterDocument| ClusterView {
            name: it.name,
            id: it.id,
            region: it.region,
            zone: it.zone,
            attrs: pairs(it.attrs),
        };
        let mesh = MeshView { clusters: clusters.into_iter().map(cluster).collect(), rtt_us, attrs: pairs(attrs) };
        let services =
            self.services.into_iter().map(|service| service.into_view(count)).collect::<Result<_, String>>()?;
        let options = Options { explain: self.options.explain, attrs: pairs(self.options.attrs) };
        Ok(Request { config: canonical(&Value::Object(self.config)), mesh, services, options })
    }
}

impl ServiceDocument {
    /// What the host promises about a service holds here too.
    fn into_view(self, clusters: usize) -> Result<ServiceView, String> {
        let clients = self.clients.unwrap_or_else(|| (0..clusters as u32).collect());
        let size = clients.len() * self.groups.len();
        let baseline = self.baseline.unwrap_or_else(|| vec![BASELINE; size]);
        if baseline.len() != size {
            return Err(format!(
                "`baseline` of `{}` has {} entries, and {} clients and {} groups make {size}",
                self.name,
                baseline.len(),
                clients.len(),
                self.groups.len()
            ));
        }
        let mut named = clients.iter().chain(self.groups.iter().map(|group| &group.cluster));
        if let Some(cluster) = named.find(|cluster| **cluster as usize >= clusters) {
            return Err(format!("`{}` names the cluster {cluster}, and there are {clusters}", self.name));
        }
        let group = |it: GroupDocument| GroupView {
            cluster: it.cluster,
            zone: it.zone,
            endpoints: it.endpoints,
            attrs: pairs(it.attrs),
        };
        Ok(ServiceView {
            namespace: self.namespace,
            name: self.name,
            port: self.port,
            attrs: pairs(self.attrs),
            groups: self.groups.into_iter().map(group).collect(),
            clients,
            baseline,
        })
    }
}

fn pairs(attrs: BTreeMap<String, String>) -> Attrs {
    attrs.into_iter().collect()
}

/// JSON without spaces and with sorted keys, as plugins get their config.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().collect();
            let fields: Vec<_> =
                fields.into_iter().map(|(key, value)| format!("{}:{}", json!(key), canonical(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Request, String> {
        serde_json::from_str::<Document>(text).map_err(|error| error.to_string())?.into_request()
    }

    #[test]
    fn what_is_usual_is_left_out() {
        let request = read(
            r#"{"config": {"b": [1, {"z": 0, "y": 1}], "a": "x"}, "mesh": {"clusters": [{"name": "a"}, {"name": "b"}]},
                "services": [{"namespace": "n", "name": "s", "port": "80", "groups": [{"cluster": 1}]}]}"#,
        )
        .unwrap();
        assert_eq!(request.config, r#"{"a":"x","b":[1,{"y":1,"z":0}]}"#);
        assert_eq!(
            (request.services[0].clients.as_slice(), request.services[0].baseline.as_slice()),
            (&[0, 1][..], &[100, 100][..])
        );
        assert_eq!(request.services[0].groups[0].endpoints, 1);
    }

    #[test]
    fn what_the_host_never_sends_is_refused() {
        let of = |service: &str| {
            read(&format!(
                r#"{{"mesh": {{"clusters": [{{"name": "a"}}]}}, "services": [{{"namespace": "n", "name": "s", "port": "80", {service}}}]}}"#
            ))
            .unwrap_err()
        };
        assert_eq!(of(r#""groups": [{"cluster": 3}]"#), "`s` names the cluster 3, and there are 1");
        assert_eq!(
            of(r#""groups": [{"cluster": 0}], "baseline": []"#),
            "`baseline` of `s` has 0 entries, and 1 clients and 1 groups make 1"
        );
        assert!(of(r#""groups": [], "color": "red""#).contains("unknown field `color`"));
    }

    #[test]
    fn empty_fields_of_a_reply_are_left_out() {
        assert_eq!(reply_of(&[], &[Outcome::default()]), json!({"outcomes": [{}]}));
    }
}
