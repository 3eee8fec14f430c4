//! The objects that a script gave to Kubernetes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cilium::doubt::{Doubt, Subject};

/// What tells objects apart: kind, namespace, name.
type Key = (String, String, String);

/// The objects, by kind, namespace and name.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    objects: BTreeMap<Key, Object>,
}

/// What decides whether a Service is in doubt.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// The change that brought the labels of the node.
    pub labelled: usize,
    /// The annotation of Services whose backends are checked.
    pub checked: Option<String>,
    /// Whether a load balancer's address answers whether its service is well.
    pub health_servers: bool,
}

/// An object: its text, and the same as a value.
#[derive(Clone, Debug)]
pub struct Object {
    /// As it was written.
    pub text: String,
    /// As it is read.
    pub value: Value,
    /// Which change to the state brought it.
    pub since: usize,
}

impl Object {
    /// A text somewhere within; empty if it is not there.
    pub fn str(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it has an annotation.
    fn is_annotated(&self, key: &str) -> bool {
        self.value.pointer("/metadata/annotations").is_some_and(|annotations| annotations.get(key).is_some())
    }
}

impl Objects {
    /// Adds or replaces the objects of a file, as the change `now`.
    ///
    /// # Errors
    /// If the text holds something else.
    pub fn apply(&mut self, text: &str, now: usize) -> Result<(), String> {
        for (key, text, value) in documents(text)? {
            self.objects.insert(key, Object { text, value, since: now });
        }
        Ok(())
    }

    /// Takes the objects of a file away.
    ///
    /// # Errors
    /// If the text holds something else, or there is no such object.
    pub fn delete(&mut self, text: &str) -> Result<(), String> {
        for (key, _, _) in documents(text)? {
            let known = self.objects.remove(&key);
            known.ok_or_else(|| format!("there is no {} `{}/{}` to delete", key.0, key.1, key.2))?;
        }
        Ok(())
    }

    /// The objects, in order.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Object)> {
        self.objects.iter().map(|((kind, _, _), object)| (kind.as_str(), object))
    }

    /// Replaces all objects of a kind by those of a text.
    ///
    /// # Errors
    /// If the text holds something else.
    pub fn replace_kind(&mut self, kind: &str, text: &str, now: usize) -> Result<(), String> {
        self.objects.retain(|key, _| key.0 != kind);
        self.apply(text, now)
    }

    /// What the objects make doubtful.
    pub fn doubts(&self, circumstances: &Circumstances) -> Vec<Doubt> {
        let of_kind = self.all().filter_map(|(kind, object)| doubt(kind, object));
        let services = self.all().filter(|(kind, _)| *kind == "Service");
        of_kind.chain(services.filter_map(|(_, service)| service_doubt(service, circumstances))).collect()
    }
}

fn documents(text: &str) -> Result<Vec<(Key, String, Value)>, String> {
    let mut found = Vec::new();
    for document in split(text) {
        let value: Value = serde_yaml::from_str(&document).map_err(|error| format!("not an object: {error}"))?;
        if value.is_null() {
            continue;
        }
        let part = |pointer| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let key = (part("/kind"), part("/metadata/namespace"), part("/metadata/name"));
        if key.0.is_empty() || key.2.is_empty() {
            return Err("an object without a kind or a name".to_owned());
        }
        found.push((key, document, value));
    }
    Ok(found)
}

/// The YAML documents of a text.
pub fn split(text: &str) -> Vec<String> {
    let mut documents = vec![String::new()];
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            documents.push(String::new());
        } else {
            documents.last_mut().expect("there is a first").push_str(line);
        }
    }
    documents
}

fn doubt(kind: &str, object: &Object) -> Option<Doubt> {
    match kind {
        "Pod" if has_host_port(object) => Some(Doubt::of_all("a pod has a host port")),
        "CiliumLocalRedirectPolicy" => Some(Doubt::of_all("a local redirect policy is there")),
        "CiliumEnvoyConfig" | "CiliumClusterwideEnvoyConfig" => Some(Doubt::of_all("an Envoy configuration is there")),
        _ => None,
    }
}

fn service_doubt(service: &Object, circumstances: &Circumstances) -> Option<Doubt> {
    let selection = |reason: &str| Some(Doubt { reason: reason.to_owned(), subjects: Subject::SELECTION });
    if service.since < circumstances.labelled && is_for_some_nodes(service) {
        return Some(Doubt::of_all("Cilium looks at the labels of nodes when the Service changes, which it did not"));
    }
    if circumstances.health_servers && service.value.pointer("/spec/healthCheckNodePort").is_some() {
        return Some(Doubt::of_all("a service has a health server, which Cilium makes another service of"));
    }
    if circumstances.checked.as_deref().is_some_and(|annotation| service.is_annotated(annotation)) {
        return selection("the backends of a service are checked");
    }
    if service.is_annotated("service.cilium.io/proxy-delegation") {
        return selection("a service is delegated to a proxy");
    }
    None
}

/// Cilium gives a running pod with such a port a service of its own.
fn has_host_port(pod: &Object) -> bool {
    let ended = matches!(pod.str("/status/phase"), "Succeeded" | "Failed");
    let host = pod.value.pointer("/spec/hostNetwork").and_then(Value::as_bool).unwrap_or(false);
    let containers = pod.value.pointer("/spec/containers").and_then(Value::as_array);
    let mut ports =
        containers.into_iter().flatten().filter_map(|container| container.get("ports")?.as_array()).flatten();
    !ended && !host && ports.any(|port| port.get("hostPort").is_some())
}

fn is_for_some_nodes(service: &Object) -> bool {
    ["service.cilium.io/node", "service.cilium.io/node-selector"].iter().any(|key| service.is_annotated(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str =
        "kind: Service\nmetadata: {name: a, namespace: b, annotations: {service.cilium.io/node: x}}\n";

    #[test]
    fn objects_are_told_apart_by_kind_namespace_and_name() {
        let mut objects = Objects::default();
        objects.apply(&format!("{SERVICE}---\nkind: Node\nmetadata: {{name: a}}\n"), 1).unwrap();
        objects.apply(SERVICE, 2).unwrap();
        assert_eq!(
            objects.all().map(|(kind, object)| (kind, object.since)).collect::<Vec<_>>(),
            [("Node", 1), ("Service", 2)]
        );
        objects.delete(SERVICE).unwrap();
        assert!(objects.delete(SERVICE).is_err());
        assert!(objects.apply("a: 1", 3).is_err());
        assert!(objects.apply("a: [", 3).is_err());
    }

    #[test]
    fn a_service_for_some_nodes_is_in_doubt_until_it_changes() {
        let labelled = Circumstances { labelled: 2, ..Circumstances::default() };
        let mut objects = Objects::default();
        objects.apply(SERVICE, 1).unwrap();
        assert_eq!(objects.doubts(&labelled).len(), 1);
        objects.apply(SERVICE, 3).unwrap();
        assert!(objects.doubts(&labelled).is_empty());
    }

    #[test]
    fn a_kind_can_be_replaced_as_a_whole() {
        let mut objects = Objects::default();
        objects.apply(&format!("{SERVICE}---\nkind: Node\nmetadata: {{name: a}}\n"), 1).unwrap();
        objects.replace_kind("Service", "", 2).unwrap();
        assert_eq!(objects.all().map(|(kind, _)| kind).collect::<Vec<_>>(), ["Node"]);
    }

    #[test]
    fn a_host_port_is_in_doubt_while_its_pod_runs() {
        let pod = "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{ports: [{hostPort: 1}]}]}\n";
        let doubts = |text: String| {
            let mut objects = Objects::default();
            objects.apply(&text, 1).unwrap();
            objects.doubts(&Circumstances::default()).len()
        };
        assert_eq!(doubts(pod.to_owned()), 1);
        assert_eq!(doubts(format!("{pod}status: {{phase: Succeeded}}\n")), 0);
        assert_eq!(doubts(pod.replace("spec: {", "spec: {hostNetwork: true, ")), 0);
    }
}
