//! The state that a script builds up: flags, objects, records of other clusters, the own node.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cilium::doubt::{Doubt, Subject};
use crate::cilium::files::Files;
use crate::cilium::flags::Flags;
use crate::cilium::kvstore::Records;
use crate::cilium::maps::NodeAddress;
use crate::cilium::objects::{Circumstances, Objects, split};

/// What an agent would know.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Its flags.
    pub flags: Flags,
    /// The objects of its cluster.
    pub objects: Objects,
    /// What other clusters offer.
    pub records: Records,
    /// The labels of its node.
    pub node_labels: BTreeMap<String, String>,
    /// The addresses of its node, each with the value that told it.
    pub node_addresses: Vec<NodeAddress>,
    /// Whether it runs.
    pub phase: Phase,
    /// The maps that it left behind while it does not run.
    pub retained: String,
    doubts: Vec<Doubt>,
    restored: bool,
    circumstances: Circumstances,
    changes: usize,
}

/// Whether an agent runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not yet; its tables are empty.
    #[default]
    New,
    /// It runs.
    Running,
    /// Not any more.
    Stopped,
}

impl World {
    /// A world of these flags.
    pub fn new(flags: Flags) -> Self {
        let circumstances = Circumstances { health_servers: flags.health_servers, ..Circumstances::default() };
        Self { flags, circumstances, ..Self::default() }
    }

    /// Why `subject` cannot be compared, if so.
    pub fn doubt(&self, subject: Subject) -> Option<String> {
        if self.restored && subject == Subject::Maps {
            return Some("the maps were restored from a snapshot".to_owned());
        }
        if self.phase == Phase::Stopped && subject != Subject::Maps {
            return Some("the agent is stopped".to_owned());
        }
        let of_objects = self.objects.doubts(&self.circumstances);
        let mut doubts = self.flags.doubts.iter().chain(&self.doubts).chain(&of_objects);
        doubts.find(|doubt| doubt.subjects.contains(&subject)).map(|doubt| doubt.reason.clone())
    }

    /// Comparisons of `subjects` are in doubt from now on.
    pub fn distrust(&mut self, doubt: Doubt) {
        self.doubts.push(doubt);
    }

    /// Runs a command that changes the state; `None` if `command` is none.
    pub fn run(&mut self, command: &str, words: &[String], files: &Files) -> Option<Result<(), String>> {
        self.changes += 1;
        Some(match (command, words) {
            ("k8s/add" | "k8s/update", names) => {
                self.each(names, files, |world, text| world.objects.apply(text, world.changes))
            }
            ("k8s/delete", names) => self.each(names, files, |world, text| world.objects.delete(text)),
            ("k8s/resync", [resource, names @ ..]) => self.resync(resource, names, files),
            ("kvstore/update", [key, name]) => files.text(name).and_then(|text| self.records.update(key, text)),
            ("kvstore/delete", [key]) => {
                self.records.delete(key);
                Ok(())
            }
            ("db/insert", [table, names @ ..]) if table == "node-addresses" => {
                self.each(names, files, Self::insert_addresses)
            }
            ("db/delete", [table, names @ ..]) if table == "node-addresses" => {
                self.each(names, files, Self::delete_addresses)
            }
            ("db/insert" | "db/delete", _) => Err("it writes a table that is none of ours".to_owned()),
            _ => return self.run_program(command, words),
        })
    }

    /// Runs a command to the program itself.
    fn run_program(&mut self, command: &str, words: &[String]) -> Option<Result<(), String>> {
        let word = words.first().map(String::as_str).unwrap_or_default();
        match (command, word) {
            ("hive/start", _) | ("hive", "start") => self.phase = Phase::Running,
            ("hive/stop", _) | ("hive", "stop") => self.phase = Phase::Stopped,
            ("hive/recreate", _) => self.recreate(words),
            ("test/set-node-labels" | "set-node-labels", _) => self.label(words),
            ("lb/maps-restore", _) => self.restored = true,
            ("lb/prune", _) => self.restored = false,
            ("test/set-is-service-healthchecked", annotation) => {
                self.circumstances.checked = Some(annotation.to_owned());
            }
            ("test/update-backend-health", _) => self.distrust(Doubt {
                reason: "the health of a backend was reported".to_owned(),
                subjects: &[Subject::Frontends, Subject::Backends, Subject::Maps],
            }),
            ("svc/set-proxy-redirect", _) => self.distrust(Doubt {
                reason: "a service was redirected to a proxy".to_owned(),
                subjects: &[Subject::Services, Subject::Maps],
            }),
            // They wait, or concern how the program works.
            (
                "db/initialized" | "test/init-wait" | "test/set-node-ip" | "test/bpfops-reset" | "lb/maps-snapshot"
                | "sleep",
                _,
            ) => {}
            _ => return None,
        }
        Some(Ok(()))
    }

    fn each(
        &mut self,
        names: &[String],
        files: &Files,
        mut change: impl FnMut(&mut Self, &str) -> Result<(), String>,
    ) -> Result<(), String> {
        names.iter().try_for_each(|name| change(self, files.text(name)?))
    }

    /// The server forgets all objects of a resource, as `discovery.k8s.io.v1.endpointslices`, and has those of the files.
    fn resync(&mut self, resource: &str, names: &[String], files: &Files) -> Result<(), String> {
        let kind = match resource.rsplit('.').next().unwrap_or_default() {
            "services" => "Service",
            "endpointslices" => "EndpointSlice",
            "pods" => "Pod",
            _ => return Err(format!("the resource `{resource}` is not understood")),
        };
        let texts = names.iter().map(|name| files.text(name)).collect::<Result<Vec<_>, _>>()?;
        self.objects.replace_kind(kind, &texts.join("\n---\n"), self.changes)
    }

    /// A new program has empty tables and knows nothing of its node; objects and maps stay.
    fn recreate(&mut self, flags: &[String]) {
        self.flags.set(flags.iter().map(String::as_str));
        self.phase = Phase::New;
        self.node_labels.clear();
        self.node_addresses.clear();
    }

    fn label(&mut self, words: &[String]) {
        let pairs = words.iter().filter_map(|word| word.split_once('='));
        self.node_labels = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        self.circumstances.labelled = self.changes;
    }

    fn insert_addresses(&mut self, text: &str) -> Result<(), String> {
        for address in addresses(text)? {
            self.node_addresses.retain(|known| *known != address);
            self.node_addresses.push(address);
        }
        Ok(())
    }

    fn delete_addresses(&mut self, text: &str) -> Result<(), String> {
        let gone = addresses(text)?;
        self.node_addresses.retain(|known| !gone.contains(known));
        Ok(())
    }
}

fn addresses(text: &str) -> Result<Vec<NodeAddress>, String> {
    let read = |document: String| {
        let value: Value = serde_yaml::from_str(&document).map_err(|error| format!("not an address: {error}"))?;
        let ip = value.get("addr").and_then(Value::as_str).and_then(|text| text.parse().ok());
        Ok(NodeAddress {
            ip: ip.ok_or("an address that is none")?,
            serves_node_ports: value.get("nodeport").and_then(Value::as_bool).unwrap_or(false),
            device: value.get("devicename").and_then(Value::as_str).unwrap_or_default().to_owned(),
        })
    };
    split(text).into_iter().filter(|document| !document.trim().is_empty()).map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(commands: &[&str]) -> World {
        let files = Files::new(vec![("a".to_owned(), "addr: 1.1.1.1\nnodeport: true\n".to_owned())]);
        let mut world = World::default();
        for command in commands {
            let words: Vec<_> = command.split(' ').map(str::to_owned).collect();
            world.run(&words[0], &words[1..], &files).unwrap().unwrap();
        }
        world
    }

    #[test]
    fn a_new_program_knows_its_objects_only() {
        let world = world(&["db/insert node-addresses a", "hive start", "set-node-labels a=b", "hive/stop"]);
        assert!(world.doubt(Subject::Services).is_some() && world.doubt(Subject::Maps).is_none());
        assert_eq!((world.node_addresses.len(), world.node_labels["a"].as_str()), (1, "b"));
        let mut world = world;
        world.run("hive/recreate", &["--kube-proxy-replacement=false".to_owned()], &Files::default());
        assert!(world.node_addresses.is_empty() && !world.flags.is_on("kubeProxyReplacement"));
        assert_eq!(world.phase, Phase::New);
    }

    #[test]
    fn restored_maps_are_in_doubt_until_they_are_pruned() {
        assert!(world(&["lb/maps-snapshot", "lb/maps-restore --any-proto"]).doubt(Subject::Maps).is_some());
        assert!(world(&["lb/maps-restore", "lb/prune"]).doubt(Subject::Maps).is_none());
    }

    #[test]
    fn addresses_come_and_go() {
        assert_eq!(world(&["db/insert node-addresses a", "db/insert node-addresses a"]).node_addresses.len(), 1);
        assert!(world(&["db/insert node-addresses a", "db/delete node-addresses a"]).node_addresses.is_empty());
    }

    #[test]
    fn what_is_not_understood_is_not_run() {
        assert!(World::default().run("lrp/list", &[], &Files::default()).is_none());
        assert!(World::default().run("db/insert", &["devices".to_owned()], &Files::default()).unwrap().is_err());
    }
}
