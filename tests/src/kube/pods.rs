//! Stands in for the scheduler and the kubelets of a cluster: pods get a node and an address and are ready at once, unless
//! their image cannot be had, and are gone as soon as they should go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

use super::api::Api;

/// How long pods are left alone.
const PAUSE: Duration = Duration::from_millis(100);

/// What an image ends with that cannot be had.
const MISSING: &str = ":missing";

/// The nodes of a cluster, each in a zone of its own; its name is the cluster's with one of these.
const NODES: [&str; 2] = ["a", "b"];

/// Looks after the pods of a cluster until this is dropped.
pub(super) struct Pods {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pods {
    /// `number` makes addresses that no other cluster has.
    pub(super) fn start(api: Api, cluster: &str, number: usize) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let mut kubelet = Kubelet { api, cluster: cluster.into(), number, pods: 0 };
        let seen = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            while !seen.load(Ordering::Relaxed) {
                kubelet.round();
                std::thread::sleep(PAUSE);
            }
        });
        Self { ended, thread: Some(thread) }
    }
}

impl Drop for Pods {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Had it panicked, the pods of some test would not have come.
            let _ = thread.join();
        }
    }
}

struct Kubelet {
    api: Api,
    cluster: String,
    number: usize,
    /// How many pods have got an address.
    pods: usize,
}

impl Kubelet {
    /// What cannot be done now is done in a later round.
    fn round(&mut self) {
        let Some(Value::Array(pods)) = self.api.get("/api/v1/pods").map(|mut list| list["items"].take()) else {
            return;
        };
        for pod in pods {
            let text = |pointer: &str| pod.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let path = format!("/api/v1/namespaces/{}/pods/{}", text("/metadata/namespace"), text("/metadata/name"));
            if pod.pointer("/metadata/deletionTimestamp").is_some() {
                self.api.delete(&format!("{path}?gracePeriodSeconds=0"));
            } else if text("/spec/containers/0/image").ends_with(MISSING) {
                // It stays pending.
            } else if text("/spec/nodeName").is_empty() {
                self.bind(&path, text("/metadata/name"));
                self.run(&path);
            } else if text("/status/podIP").is_empty() {
                self.run(&path);
            }
        }
    }

    fn bind(&self, path: &str, name: &str) {
        let node = format!("{}-{}", self.cluster, NODES[self.pods % NODES.len()]);
        let zone = json!({"topology.kubernetes.io/zone": node});
        // It is there already but for the first time.
        self.api.post("/api/v1/nodes", &json!({"kind": "Node", "metadata": {"name": node, "labels": zone}}));
        let target = json!({"apiVersion": "v1", "kind": "Node", "name": node});
        let binding = json!({"kind": "Binding", "metadata": {"name": name}, "target": target});
        self.api.post(&format!("{path}/binding"), &binding);
    }

    fn run(&mut self, path: &str) {
        self.pods += 1;
        let address = format!("10.{}.{}.{}", 200 + self.number, self.pods / 250, 1 + self.pods % 250);
        let is_true = |condition: &str| json!({"type": condition, "status": "True"});
        let status = json!({
            "phase": "Running",
            "podIP": address,
            "podIPs": [{"ip": address}],
            "conditions": [is_true("ContainersReady"), is_true("Ready")],
        });
        self.api.patch(&format!("{path}/status"), &json!({"status": status}));
    }
}
