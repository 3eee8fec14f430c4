//! The flags of Cilium's agent in the first line of a script, as settings of a Mesh document.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cilium::doubt::Doubt;

/// What the flags say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flags {
    /// The cluster's own name; empty where a script has no mesh.
    pub cluster_name: String,
    /// Its id.
    pub cluster_id: u64,
    /// Fields of `dataPlane.cilium`.
    pub data_plane: BTreeMap<&'static str, Value>,
    /// Whether an address has an entry for ports that it does not serve.
    pub wildcards: bool,
    /// Whether a load balancer's address answers whether its service is well.
    pub health_servers: bool,
    /// Flags that are not understood.
    pub doubts: Vec<Doubt>,
}

/// What a flag is to us.
enum Meaning {
    /// A word of the data plane.
    Word(&'static str),
    /// A switch of the data plane.
    Switch(&'static str),
    /// A number of the data plane.
    Number(&'static str),
    /// A field of [`Flags`].
    Own,
    /// It changes nothing that is compared.
    Nothing,
}

const MEANINGS: [(&str, Meaning); 27] = [
    ("cluster-id", Meaning::Own),
    ("cluster-name", Meaning::Own),
    ("bpf-lb-enable-wildcard-entries", Meaning::Own),
    ("bpf-lb-algorithm", Meaning::Word("algorithm")),
    ("node-port-algorithm", Meaning::Word("algorithm")),
    ("clustermesh-service-v2", Meaning::Word("serviceV2")),
    ("bpf-lb-mode", Meaning::Word("forwarding")),
    ("bpf-lb-maglev-table-size", Meaning::Number("maglevTableSize")),
    ("max-connected-clusters", Meaning::Number("maxConnectedClusters")),
    ("bpf-lb-algorithm-annotation", Meaning::Switch("algorithmAnnotation")),
    ("bpf-lb-mode-annotation", Meaning::Switch("forwardingAnnotation")),
    ("bpf-lb-external-clusterip", Meaning::Switch("externalClusterIP")),
    ("bpf-lb-source-range-all-types", Meaning::Switch("sourceRangeAllTypes")),
    ("enable-external-ips", Meaning::Switch("externalIPs")),
    ("enable-service-topology", Meaning::Switch("serviceTopology")),
    ("kube-proxy-replacement", Meaning::Switch("kubeProxyReplacement")),
    ("clustermesh-default-global-namespace", Meaning::Switch("defaultGlobalNamespace")),
    ("bpf-lb-map-max", Meaning::Nothing),
    ("enable-experimental-lb", Meaning::Nothing),
    ("enable-scale-to-zero", Meaning::Nothing),
    ("enable-health-check-nodeport", Meaning::Own),
    ("lb-pressure-metrics-interval", Meaning::Nothing),
    ("lb-retry-backoff-max", Meaning::Nothing),
    ("lb-retry-backoff-min", Meaning::Nothing),
    ("lb-test-fault-probability", Meaning::Nothing),
    ("lrp-address-matcher-cidrs", Meaning::Nothing),
    ("metrics-sampling-interval", Meaning::Nothing),
];

impl Flags {
    /// The defaults of Cilium's own test programs.
    pub fn new() -> Self {
        Self {
            cluster_name: String::new(),
            cluster_id: 0,
            data_plane: BTreeMap::from([("kubeProxyReplacement", json!(true)), ("maglevTableSize", json!(1021))]),
            wildcards: true,
            health_servers: false,
            doubts: Vec::new(),
        }
    }

    /// The flags in the first line of a script, if it has some.
    pub fn of_script(script: &str) -> Self {
        let mut flags = Self::new();
        let first = script.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap_or_default();
        flags.set(first.split_whitespace());
        flags
    }

    /// Sets more flags.
    pub fn set<'t>(&mut self, flags: impl IntoIterator<Item = &'t str>) {
        for flag in flags {
            if let Err(reason) = self.set_one(flag) {
                self.doubts.push(Doubt::of_all(reason));
            }
        }
    }

    fn set_one(&mut self, flag: &str) -> Result<(), String> {
        let bad = || format!("the flag `{flag}` is not understood");
        let (name, value) = flag.strip_prefix("--").ok_or_else(bad)?.split_once('=').unwrap_or((&flag[2..], "true"));
        let (_, meaning) = MEANINGS.iter().find(|(known, _)| *known == name).ok_or_else(bad)?;
        match meaning {
            Meaning::Word(field) => self.data_plane.insert(field, json!(value)),
            Meaning::Switch(field) => self.data_plane.insert(field, json!(value.parse::<bool>().map_err(|_| bad())?)),
            Meaning::Number(field) => self.data_plane.insert(field, json!(value.parse::<u32>().map_err(|_| bad())?)),
            Meaning::Own => return self.set_own(name, value).ok_or_else(bad),
            Meaning::Nothing => None,
        };
        Ok(())
    }

    fn set_own(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "cluster-id" => self.cluster_id = value.parse().ok()?,
            "cluster-name" => value.clone_into(&mut self.cluster_name),
            "enable-health-check-nodeport" => self.health_servers = value.parse().ok()?,
            _ => self.wildcards = value.parse().ok()?,
        }
        Some(())
    }

    /// A switch of the data plane; off where nothing is said.
    pub fn is_on(&self, field: &str) -> bool {
        self.data_plane.get(field).and_then(Value::as_bool).unwrap_or(false)
    }
}

impl Default for Flags {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_become_settings() {
        let flags =
            Flags::of_script("#! --cluster-id=1 --cluster-name=c --enable-service-topology --bpf-lb-mode=dsr\n");
        assert_eq!((flags.cluster_id, flags.cluster_name.as_str()), (1, "c"));
        assert_eq!(flags.data_plane["forwarding"], "dsr");
        assert!(flags.is_on("serviceTopology") && flags.is_on("kubeProxyReplacement"));
        assert!(flags.doubts.is_empty());
    }

    #[test]
    fn what_is_not_understood_is_a_doubt() {
        for line in ["#! --lb-state-file=x", "#! word", "#! --cluster-id=x", "#! --kube-proxy-replacement=maybe"] {
            assert_eq!(Flags::of_script(line).doubts.len(), 1, "{line}");
        }
        assert_eq!(Flags::of_script("# text\n#! --x"), Flags::new());
    }
}
