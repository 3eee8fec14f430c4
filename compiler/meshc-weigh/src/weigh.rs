use std::sync::Arc;

use meshc_check::CheckedMesh;
use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{ClusterId, Mesh, PluginRef, WeigherRef};
use meshc_tables::Tables;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::apply::{hold, spread, wrong_finding};
use crate::batches::batches;
use crate::builtin::{BUILTINS, builtin};
use crate::contract::{Fault, FindingSeverity, MeshView, Options, Outcome, Weigher};
use crate::findings::{MOST_FINDINGS, of_config, of_service, one_line};
use crate::policy::{Policy, chosen, policies};
use crate::request::{Request, Source, mesh_view, requests};
use crate::schema::violations;
use crate::weighted::{FrontendWeights, Place, WeightedTables};

/// Whoever can open plugins.
pub trait Weighers: Sync {
    /// Opens the plugin that the file `named_in` names.
    ///
    /// # Errors
    /// If there is no such plugin, or it cannot be trusted to run.
    fn open(&self, plugin: &PluginRef, named_in: &str) -> Result<Arc<dyn Weigher>, OpenError>;

    /// The plugins that were opened, by path: what the lock file holds.
    fn opened(&self) -> Vec<OpenedPlugin>;
}

/// A plugin as the lock file names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenedPlugin {
    /// Its path, relative to the project.
    pub path: String,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The name that it gives itself.
    pub name: String,
    /// The version that it gives itself.
    pub version: String,
    /// The contract that it speaks, as `meshc:weighting@1.0.0`.
    pub contract: String,
    /// The limits that a policy has changed, by their names there.
    pub limits: Vec<(&'static str, u64)>,
}

/// Why a plugin cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// The rule that the plugin does not keep.
    pub code: Code,
    /// One line in lower case without a period.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

/// Asks the weigher of each policy and takes its weights over, with the reasons that `options` ask for. `paths` gives the path of an object's file.
pub fn weigh<'s>(
    mesh: CheckedMesh,
    tables: Tables,
    weighers: &dyn Weighers,
    options: &Options,
    paths: &dyn Fn(meshc_source::FileId) -> &'s str,
    diags: &mut Diagnostics,
) -> WeightedTables {
    let weights = {
        let policies = policies(mesh.mesh());
        let view = mesh_view(mesh.mesh());
        let mut weights = FxHashMap::default();
        // From the last to the first, so that the weights which a policy starts from are there.
        for (clients, policy) in selections(mesh.mesh(), &policies).into_iter().zip(&policies).rev() {
            let ask = Ask { mesh: mesh.mesh(), tables: &tables, view: &view, policy: *policy, options };
            let Some(weigher) = ask.open(weighers, paths, diags) else {
                continue;
            };
            let answers = ask.weigh(weigher.as_ref(), &clients, &weights, diags);
            weights.extend(answers);
        }
        weights
    };
    WeightedTables { mesh, tables, weights }
}

/// For each policy the services that it weighs, each with the client clusters that it weighs them for.
fn selections(mesh: &Mesh, policies: &[Policy<'_>]) -> Vec<Vec<(u32, Vec<ClusterId>)>> {
    let mut selected = vec![Vec::<(u32, Vec<ClusterId>)>::new(); policies.len()];
    if policies.is_empty() {
        return selected;
    }
    for (at, group) in mesh.services.iter().enumerate() {
        for member in &group.members {
            for policy in chosen(mesh, policies, group, member.cluster) {
                match selected[policy].last_mut() {
                    Some((last, clients)) if *last == at as u32 => clients.push(member.cluster),
                    _ => selected[policy].push((at as u32, vec![member.cluster])),
                }
            }
        }
    }
    selected
}

/// One policy with what its weigher is asked about.
struct Ask<'m> {
    mesh: &'m Mesh,
    tables: &'m Tables,
    view: &'m MeshView,
    policy: Policy<'m>,
    options: &'m Options,
}

/// The weights of frontends, by place.
type Answers = Vec<(Place, FrontendWeights)>;

impl Ask<'_> {
    fn open<'s>(
        &self,
        weighers: &dyn Weighers,
        paths: &dyn Fn(meshc_source::FileId) -> &'s str,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn Weigher>> {
        let at = self.policy.policy.weigher_span;
        match self.policy.policy.weigher {
            WeigherRef::Builtin(name) => {
                let found = builtin(name.as_str());
                if found.is_none() {
                    let known = BUILTINS.map(|name| format!("`{name}`")).join(", ");
                    diags.push(
                        Diagnostic::new(Code::PolicyConfig, format!("there is no built-in weigher `{name}`"))
                            .at(at, "not known")
                            .help(format!(
                                "the built-in weighers are {known}; a WebAssembly component is named by `plugin`"
                            )),
                    );
                }
                found
            }
            WeigherRef::Plugin(plugin) => {
                let named_in = paths(self.mesh.object(self.policy.id).file);
                let opened = weighers.open(&plugin, named_in);
                opened.map_err(|error| diags.push(unavailable(plugin.source.as_str(), at, &error))).ok()
            }
        }
    }

    /// Asks about what was selected. `before` has the weights of the policies after this one.
    fn weigh(
        &self,
        weigher: &dyn Weigher,
        selected: &[(u32, Vec<ClusterId>)],
        before: &FxHashMap<Place, FrontendWeights>,
        diags: &mut Diagnostics,
    ) -> Answers {
        let name = weigher.descriptor().name.as_str();
        let config = &self.policy.policy.config;
        match violations(&weigher.descriptor().config_schema, config) {
            Ok(violations) if violations.is_empty() => {}
            Ok(violations) => {
                for finding in &violations {
                    diags.push(of_config(self.mesh, self.policy, name, finding));
                }
                return Vec::new();
            }
            Err(why) => {
                let what = format!("has a config schema that cannot be used: {}", one_line(&why));
                diags.push(self.broken(Code::ContractBreach, name, &what));
                return Vec::new();
            }
        }
        match weigher.check(config, self.view) {
            Ok(findings) => {
                if let Some(what) = findings.iter().find_map(|finding| wrong_finding(finding, None, self.view)) {
                    diags.push(self.broken(Code::ContractBreach, name, &what));
                    return Vec::new();
                }
                let refused = findings.iter().any(|finding| finding.severity == FindingSeverity::Error);
                for finding in findings.iter().take(MOST_FINDINGS) {
                    diags.push(of_config(self.mesh, self.policy, name, finding));
                }
                if refused {
                    return Vec::new();
                }
            }
            Err(fault) => {
                diags.push(self.failed(name, "checking its config", &fault));
                return Vec::new();
            }
        }
        let before = self.policy.policy.chain.then_some(before);
        let source = Source { mesh: self.mesh, tables: self.tables, before, descriptor: weigher.descriptor() };
        let requests: Vec<Request> =
            selected.par_iter().flat_map_iter(|(group, clients)| requests(source, *group, clients)).collect();
        let batches: Vec<_> =
            batches(&requests).into_par_iter().map(|batch| self.weigh_batch(weigher, batch)).collect();
        let mut answers = Vec::new();
        for (found, said) in batches {
            answers.extend(found);
            diags.extend(said);
        }
        answers
    }

    fn weigh_batch(&self, weigher: &dyn Weigher, batch: &[Request]) -> (Answers, Diagnostics) {
        let mut diags = Diagnostics::new();
        let name = weigher.descriptor().name.as_str();
        let views: Vec<_> = batch.iter().map(|request| request.view.clone()).collect();
        let outcomes = match weigher.weigh(&self.policy.policy.config, self.view, &views, self.options) {
            Ok(outcomes) if outcomes.len() == batch.len() => outcomes,
            Ok(outcomes) => {
                let what = format!("answered {} services of {}", outcomes.len(), batch.len());
                diags.push(self.broken(Code::ContractBreach, name, &what));
                return (Vec::new(), diags);
            }
            Err(fault) => {
                let service =
                    fault.service.and_then(|at| batch.get(at)).or_else(|| batch.first().filter(|_| batch.len() == 1));
                let doing =
                    service.map_or("weighing".to_owned(), |request| format!("weighing {}", service_name(request)));
                diags.push(self.failed(name, &doing, &fault));
                return (Vec::new(), diags);
            }
        };
        let mut answers = Vec::new();
        for (request, outcome) in batch.iter().zip(&outcomes) {
            self.take(name, request, outcome, &mut answers, &mut diags);
        }
        (answers, diags)
    }

    fn take(&self, name: &str, request: &Request, outcome: &Outcome, answers: &mut Answers, diags: &mut Diagnostics) {
        if outcome.findings.len() > MOST_FINDINGS {
            let what = format!(
                "has {} findings about {}; at most {MOST_FINDINGS} are taken",
                outcome.findings.len(),
                service_name(request)
            );
            diags.push(self.broken(Code::ContractBreach, name, &what));
            return;
        }
        for finding in &outcome.findings {
            diags.push(of_service(self.mesh, self.policy, name, request, finding));
        }
        if let Err(breach) = hold(&request.view, outcome, self.view) {
            diags.push(self.broken(breach.code, name, &format!("{} ({})", breach.what, service_name(request))));
            return;
        }
        if let Some(weights) = &outcome.weights {
            for (row, frontend, values) in spread(request, weights) {
                let place = (request.clients[row], request.group, frontend);
                let reasons = reasons(request, row, frontend, outcome);
                answers.push((place, FrontendWeights { policy: self.policy.id, weights: values, reasons }));
            }
        }
    }

    fn failed(&self, name: &str, doing: &str, fault: &Fault) -> Diagnostic {
        let headline = format!("the plugin `{}` failed while {doing}: {}", one_line(name), one_line(&fault.message));
        let diagnostic =
            Diagnostic::new(Code::PluginFailed, headline).at(self.policy.policy.weigher_span, "chosen here");
        if fault.detail.is_empty() { diagnostic } else { diagnostic.help(fault.detail.clone()) }
    }

    fn broken(&self, code: Code, name: &str, what: &str) -> Diagnostic {
        Diagnostic::new(code, format!("the plugin `{}` {what}", one_line(name)))
            .at(self.policy.policy.weigher_span, "chosen here")
            .help("its author has to mend this; until then, remove the policy or choose a built-in weigher")
    }
}

/// What is said about each backend of the frontend `frontend` for the client `row`.
fn reasons(request: &Request, row: usize, frontend: u32, outcome: &Outcome) -> Vec<Vec<Box<str>>> {
    let is_about = |of: Option<u32>, at: u32| of.is_none_or(|of| of == at);
    let of_row: Vec<_> = outcome.reasons.iter().filter(|reason| is_about(reason.client, row as u32)).collect();
    let frontend = request.rows[row].iter().find(|own| own.frontend == frontend);
    let Some(frontend) = frontend.filter(|_| !of_row.is_empty()) else {
        return Vec::new();
    };
    let of_group = |group: u32| {
        let said = of_row.iter().filter(|reason| is_about(reason.group, group));
        said.map(|reason| reason.text.as_str().into()).collect()
    };
    frontend.groups.iter().map(|group| group.map(of_group).unwrap_or_default()).collect()
}

fn unavailable(path: &str, at: meshc_source::Span, error: &OpenError) -> Diagnostic {
    let diagnostic = Diagnostic::new(error.code, format!("the plugin `{path}` cannot be used: {}", error.message))
        .at(at, "chosen here");
    if error.help.is_empty() { diagnostic } else { diagnostic.help(error.help.clone()) }
}

fn service_name(request: &Request) -> String {
    format!("`{}/{}:{}`", request.view.namespace, request.view.name, request.view.port)
}

#[cfg(test)]
mod tests;
