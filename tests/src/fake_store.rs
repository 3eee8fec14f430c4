//! What a fake API server keeps: enough of server-side apply for whoever applies to it.
//!
//! It knows Services, `ConfigMaps`, Namespaces and Deployments, no conflicts of managers and no validation. Real servers are
//! in `kube`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::fake_api::{Answer, Asked};

/// The objects of a fake server, by path.
#[derive(Default)]
pub struct Store {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    objects: BTreeMap<String, Value>,
    writes: u64,
}

impl Store {
    /// Answers as a server would that keeps these objects.
    ///
    /// # Panics
    /// If what was sent is not what API servers are sent.
    pub fn answer(&self, asked: &Asked) -> Answer {
        match asked.method.as_str() {
            "GET" => self.get(asked),
            "PATCH" => self.apply(asked),
            "DELETE" => self.delete(asked),
            other => panic!("{other} {} is not expected", asked.path),
        }
    }

    /// Changes the object at `path` as somebody else would.
    ///
    /// # Panics
    /// If it is not there.
    pub fn change(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut kept = self.lock();
        kept.writes += 1;
        let version = kept.writes.to_string();
        let object = kept.objects.get_mut(path).unwrap_or_else(|| panic!("{path} is not there"));
        change(object);
        object["metadata"]["resourceVersion"] = version.into();
    }

    /// The object at `path`.
    ///
    /// # Panics
    /// If a test panicked while it was changed.
    pub fn object(&self, path: &str) -> Option<Value> {
        self.lock().objects.get(path).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nobody panics with it")
    }

    fn get(&self, asked: &Asked) -> Answer {
        let resource = |name: &str, kind: &str| json!({"name": name, "kind": kind, "namespaced": kind != "Namespace"});
        match asked.path.as_str() {
            "/api/v1" => Answer::Json(json!({"resources": [
                resource("namespaces", "Namespace"), resource("services", "Service"), resource("configmaps", "ConfigMap"),
                resource("services/status", "Service"),
            ]})),
            "/apis/apps/v1" => Answer::Json(
                json!({"resources": [resource("deployments", "Deployment"), resource("deployments/status", "Deployment")]}),
            ),
            "/apis/apps" => Answer::Json(json!({"preferredVersion": {"groupVersion": "apps/v1"}})),
            path if asked.query.contains("labelSelector") => self.members(path, &asked.query),
            path => self.object(path).map_or_else(not_found, Answer::Json),
        }
    }

    /// The objects of the kind that `path` lists whose set the query asks for.
    fn members(&self, path: &str, query: &str) -> Answer {
        let part = format!("/{}/", path.rsplit('/').next().unwrap_or_default());
        let is_member = |object: &Value| {
            let set = object["metadata"]["labels"]["applyset.kubernetes.io/part-of"].as_str();
            set.is_some_and(|set| query.contains(set))
        };
        let kept = self.lock();
        let found = kept.objects.iter().filter(|(path, object)| path.contains(&part) && is_member(object));
        Answer::list(&found.map(|(_, object)| object.clone()).collect::<Vec<_>>(), None)
    }

    fn apply(&self, asked: &Asked) -> Answer {
        let mut body: Value = serde_json::from_slice(&asked.body).expect("what is applied is JSON");
        let mut kept = self.lock();
        let before = kept.objects.get(&asked.path).cloned();
        let known = before.as_ref().map(|object| object["metadata"]["resourceVersion"].clone());
        let wanted = body["metadata"].as_object_mut().expect("an object has metadata").remove("resourceVersion");
        if wanted.is_some() && wanted != known {
            return moved();
        }
        let mut after = before.clone().unwrap_or_else(|| json!({"metadata": {"uid": format!("uid-{}", asked.path)}}));
        merge(&mut after, &body);
        after["metadata"]["managedFields"] =
            json!([{"manager": "meshc", "operation": "Apply", "fieldsV1": {"f:metadata": {}}}]);
        if before.as_ref() == Some(&after) || asked.query.contains("dryRun=All") {
            return Answer::Json(after);
        }
        kept.writes += 1;
        after["metadata"]["resourceVersion"] = kept.writes.to_string().into();
        kept.objects.insert(asked.path.clone(), after.clone());
        Answer::Json(after)
    }

    fn delete(&self, asked: &Asked) -> Answer {
        let options: Value = serde_json::from_slice(&asked.body).expect("the options of a deletion are JSON");
        let mut kept = self.lock();
        let Some(object) = kept.objects.get(&asked.path) else {
            return not_found();
        };
        let same = |key: &str| options["preconditions"][key] == object["metadata"][key];
        if !same("uid") || !same("resourceVersion") {
            return moved();
        }
        kept.objects.remove(&asked.path);
        Answer::Json(json!({"kind": "Status", "status": "Success"}))
    }
}

fn not_found() -> Answer {
    Answer::status(404, "NotFound", "not found")
}

fn moved() -> Answer {
    Answer::status(409, "Conflict", "the object has been modified; please apply your changes to the latest version")
}

/// Puts what `from` says over what `to` has.
fn merge(to: &mut Value, from: &Value) {
    match (to, from) {
        (Value::Object(to), Value::Object(from)) => {
            for (key, value) in from {
                merge(to.entry(key).or_insert(Value::Null), value);
            }
        }
        (to, from) => *to = from.clone(),
    }
}
