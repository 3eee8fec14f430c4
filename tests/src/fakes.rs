//! Weighers that misbehave in one way each, opened by the name of a plugin's file: so that cases about plugins need no
//! WebAssembly.

use std::sync::Arc;

use meshc_compiler::model::PluginRef;
use meshc_compiler::weigh::contract::{
    Basis, Descriptor, Fault, Finding, FindingSeverity, MeshView, Options, Outcome, ServiceView, Subject, Weights,
};
use meshc_compiler::weigh::{OpenError, OpenedPlugin, Weigher, Weighers};
use meshc_diag::Code;

/// Opens fakes: `changed.wasm` (which is not the one in the lock), `traps.wasm`, `raises-zero.wasm`, `takes-all.wasm`, `too-short.wasm`, `finds.wasm`, `halves.wasm`.
pub struct Fakes;

impl Weighers for Fakes {
    fn open(&self, plugin: &PluginRef, _: &str) -> Result<Arc<dyn Weigher>, OpenError> {
        let known = ["traps", "raises-zero", "takes-all", "too-short", "finds", "halves"];
        let path = plugin.source.as_str();
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".wasm");
        if name == "changed" {
            return Err(OpenError {
                code: Code::PluginNotLocked,
                message: "its SHA-256 is not that of the lock file".into(),
                help: String::new(),
            });
        }
        if !known.contains(&name) {
            return Err(OpenError {
                code: Code::PluginUnavailable,
                message: "there is no such file".into(),
                help: String::new(),
            });
        }
        let descriptor = Descriptor {
            name: name.to_owned(),
            version: "1.0.0".into(),
            config_schema: String::new(),
            reads: vec!["example.com/*".into()],
        };
        Ok(Arc::new(Fake { descriptor }))
    }

    fn opened(&self) -> Vec<OpenedPlugin> {
        Vec::new()
    }
}

struct Fake {
    descriptor: Descriptor,
}

impl Weigher for Fake {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn check(&self, _: &str, _: &MeshView) -> Result<Vec<Finding>, Fault> {
        Ok(Vec::new())
    }

    fn weigh(&self, _: &str, _: &MeshView, services: &[ServiceView], _: &Options) -> Result<Vec<Outcome>, Fault> {
        if self.descriptor.name == "traps" {
            return Err(Fault { message: "it ran into `unreachable`".into(), detail: String::new(), service: Some(0) });
        }
        Ok(services.iter().map(|service| self.outcome(service)).collect())
    }
}

impl Fake {
    fn outcome(&self, service: &ServiceView) -> Outcome {
        let baseline = &service.baseline;
        let values = match self.descriptor.name.as_str() {
            "raises-zero" => vec![100; baseline.len()],
            "takes-all" => vec![0; baseline.len()],
            "too-short" => vec![100],
            // The second group of each row weighs half.
            "halves" => {
                let columns = service.groups.len();
                baseline
                    .iter()
                    .enumerate()
                    .map(|(at, value)| if at % columns == 0 { *value } else { value / 2 })
                    .collect()
            }
            _ => baseline.clone(),
        };
        let about = service.attrs.first().filter(|_| self.descriptor.name == "finds");
        let findings = about.map(|(key, value)| Finding {
            severity: FindingSeverity::Warning,
            code: "TOO-DEAR".into(),
            message: format!("`{value}` is more than a request may cost"),
            subject: Subject::ServiceAttr(key.clone()),
            help: "write a smaller price".into(),
        });
        Outcome {
            weights: Some(Weights { basis: Basis::Endpoint, values }),
            findings: findings.into_iter().collect(),
            reasons: Vec::new(),
        }
    }
}
