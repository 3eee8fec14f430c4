//! Laws of `why`: it speaks of every candidate once, agrees with the table, and its places are in their files.

use std::collections::BTreeSet;

use meshc_compiler::model::{ClusterId, Name};
use meshc_compiler::tables::{
    Client, Frontend, Path, Question, Rule, State, Step, Verdict, absences, notes, shares, why,
};
use meshc_source::{SourceMap, Span};
use meshc_tests::compile::compile_for;
use meshc_tests::generate::{Size, mesh};
use proptest::prelude::*;

const SMALL: Size = Size { clusters: 3, services: 6, spread: 3, endpoints: 3 };

/// Settings of the data plane.
const SETTINGS: &[&str] = &[
    "version: \"1.17\"",
    "version: \"1.18.3\"",
    "version: \"1.18.9\"",
    "version: \"1.20\"",
    "version: \"1.20\", serviceV2: prefer-endpointslice",
    "version: main, serviceV2: only-endpointslice",
    "version: main, defaultGlobalNamespace: false",
    "version: \"1.20\", kubeProxyReplacement: false, algorithm: maglev",
];

/// What may stand in an object instead of what the generator writes.
const TWISTS: &[(&str, &str)] = &[
    ("service.cilium.io/global: \"true\"", "service.cilium.io/global: \"false\""),
    (
        "service.cilium.io/global: \"true\"",
        "service.cilium.io/global: \"true\"\n    service.cilium.io/shared: \"false\"",
    ),
    ("service.cilium.io/global: \"true\"", "service.cilium.io/global: \"true\"\n    service.cilium.io/type: NodePort"),
    ("    service.cilium.io/affinity: ", "    example.com/affinity: "),
    ("  type: ClusterIP", "  type: NodePort\n  externalTrafficPolicy: Local"),
    ("  type: ClusterIP", "  type: LoadBalancer\n  internalTrafficPolicy: Local"),
    ("  type: ClusterIP", "  trafficDistribution: PreferClose"),
    ("  type: ClusterIP", "  trafficDistribution: PreferSameNode"),
    ("    example.com/owner: ", "    service.kubernetes.io/topology-mode: Auto\n    example.com/owner: "),
    ("    ready: true\n    serving: true\n    terminating: false", "    ready: false"),
    (
        "    ready: true\n    serving: true\n    terminating: false",
        "    ready: false\n    serving: true\n    terminating: true",
    ),
    ("- {name: http, port: 8080, protocol: TCP}", "- {name: web, port: 8080, protocol: TCP}"),
    ("- {name: http, port: 8080, protocol: TCP}", "- {name: http, port: 8080, protocol: UDP}"),
    ("- {name: http, port: 8080, protocol: TCP}", "- {port: 8080}\n- {name: http, protocol: TCP}"),
    ("  - 10.129.", "  - 10.128."),
    ("  - 10.130.", "  - 10.128."),
    ("  zone: r0-0", "  zone: r0-0\n  hints: {forZones: [{name: r0-0}]}"),
    ("  zone: r1-1", "  zone: r1-1\n  hints: {forZones: [{name: r1-1}]}"),
    ("  zone: r2-2", "  zone: r2-2\n  hints: {forZones: [{name: r2-2}]}"),
    ("  name: NAME-abc", "  annotations: {service.cilium.io/weight: \"0\"}\n  name: NAME-abc"),
    ("kubernetes.io/service-name: ", "example.com/no-service: "),
    ("  replicas: 3", "  replicas: 0"),
];

/// A mesh with some of the twists in each of its files.
fn project(setting: &str, topology: bool, twists: &[u32]) -> Vec<(String, String)> {
    let mut files = mesh(SMALL);
    for (at, (path, text)) in files.iter_mut().enumerate() {
        if path == "mesh.yaml" {
            let data_plane = format!("spec:\n  dataPlane: {{cilium: {{{setting}, serviceTopology: {topology}}}}}\n");
            *text = text.replace("spec:\n", &data_plane);
        }
        let chosen = twists[at % twists.len()];
        for (_, (from, to)) in TWISTS.iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1) {
            *text = text.replace(from, to);
        }
    }
    files
}

type Key = (ClusterId, u32, Option<u16>);

fn check(question: &Question<'_>, frontend: &Frontend) {
    let verdicts = why(question, frontend);
    let key = |verdict: &Verdict| (verdict.cluster, verdict.backend, verdict.port);
    let of_table: Vec<Key> = frontend
        .backends
        .iter()
        .map(|backend| (backend.cluster, backend.backend, Some(backend.port)))
        .chain(frontend.excluded.iter().map(|excluded| (excluded.cluster, excluded.backend, excluded.port)))
        .collect();
    assert_eq!(verdicts.iter().map(key).collect::<Vec<_>>(), of_table);
    assert_eq!(of_table.iter().collect::<BTreeSet<_>>().len(), of_table.len(), "each has one verdict");
    let shares = shares(frontend, Path::Socket);
    let slots = frontend.slots();
    let slotted = verdicts.iter().filter(|verdict| verdict.slot.is_some()).count();
    assert_eq!(slotted as u32, slots.count + slots.qcount);
    for (at, verdict) in verdicts.iter().enumerate() {
        let last = verdict.steps.last().expect("a chain has a step");
        let excluded = at.checked_sub(frontend.backends.len()).map(|at| frontend.excluded[at].reason);
        assert_eq!(verdict.excluded, excluded);
        assert_eq!(verdict.serves, shares.get(at).is_some_and(|share| *share > 0.0));
        assert_eq!(verdict.serves, last.passed, "{verdict:?}");
        let refusing = excluded.map(Rule::of).or((!verdict.serves).then_some(Rule::State));
        assert_eq!(verdict.refusing().map(|step| step.rule), refusing, "{verdict:?}");
        assert!(verdict.steps.is_sorted_by(|a, b| a.rule < b.rule), "{verdict:?}");
        let (refused, passed) = verdict.steps.split_last().expect("a chain has a step");
        assert!(passed.iter().all(|step| step.passed && step.help.is_none()), "{verdict:?}");
        assert_eq!(refused.help.is_some(), !refused.passed);
        if let Some(backend) = frontend.backends.get(at) {
            assert_eq!(verdict.slot.is_none(), backend.state == State::Maintenance);
        }
        verdict.steps.iter().for_each(|step| check_step(question.sources, step));
    }
}

fn check_step(sources: &SourceMap, step: &Step) {
    assert!(!step.text.is_empty() && !step.text.ends_with('.'), "{step:?}");
    let spans = step.basis.spans();
    // The clusters of these meshes are declared, so every default has a place too.
    assert!(!spans.is_empty(), "{step:?}");
    check_spans(sources, spans);
}

fn check_spans(sources: &SourceMap, spans: &[Span]) {
    for span in spans {
        let text = sources.file(span.file).text();
        assert!(text.get(span.start as usize..span.end as usize).is_some_and(|text| !text.is_empty()), "{span:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_candidate_has_one_verdict(
        setting in proptest::sample::select(SETTINGS),
        topology in any::<bool>(),
        twists in proptest::collection::vec(any::<u32>(), 5),
        rarely in proptest::collection::vec(any::<u32>(), 5),
        node in prop_oneof![Just(None), Just(Some("c000-node-1"))],
        zone in prop_oneof![Just(None), Just(Some("r0-0"))],
    ) {
        let client = Client { node: node.map(Name::new), zone: zone.map(Name::new) };
        // Few twists for each file, so that chains come to their ends.
        let twists: Vec<_> = twists.iter().zip(&rarely).map(|(a, b)| a & b & b.rotate_left(7)).collect();
        let compiled = compile_for(client, project(setting, topology, &twists));
        let weighted = compiled.weighted.ok_or_else(|| TestCaseError::fail(format!("{:?}", compiled.diagnostics)))?;
        let (mesh, tables) = (weighted.mesh.mesh(), &weighted.tables);
        for cluster in mesh.cluster_ids() {
            for table in &tables.clusters[usize::from(cluster.0)].services {
                let question = Question { mesh, sources: &compiled.sources, tables, client, cluster, table };
                table.frontends.iter().for_each(|frontend| check(&question, frontend));
                let notes = notes(&question, table.frontends.first());
                let absences = absences(&question);
                prop_assert_eq!(absences.len(), table.absent.len());
                prop_assert!(!table.frontends.is_empty() || !absences.is_empty() || !notes.is_empty());
                let bases = notes.iter().map(|note| &note.basis).chain(absences.iter().map(|absence| &absence.basis));
                bases.for_each(|basis| check_spans(&compiled.sources, basis.spans()));
            }
        }
    }
}
