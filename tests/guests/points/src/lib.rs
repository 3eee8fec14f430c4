//! A guest that points at every annotation that it reads: of the service, and of the Service in each group's cluster.

use meshc_plugin::{Descriptor, Finding, Guest, Mesh, Options, Outcome, Service, Subject};

struct Points;

impl Guest for Points {
    fn describe() -> Descriptor {
        Descriptor {
            name: "points".into(),
            version: "1.0.0".into(),
            config_schema: String::new(),
            reads: vec!["example.com/*".into()],
        }
    }

    fn check(_: String, _: Mesh) -> Vec<Finding> {
        vec![]
    }

    fn weigh(_: String, mesh: Mesh, services: Vec<Service>, _: Options) -> Vec<Outcome> {
        services.iter().map(|service| point(&mesh, service)).collect()
    }
}

meshc_plugin::export!(Points);

fn point(mesh: &Mesh, service: &Service) -> Outcome {
    let mut outcome = Outcome::baseline();
    for (key, value) in &service.attrs {
        let finding = Finding::warning("SERVICE", format!("the service says `{value}`"));
        outcome = outcome.with_finding(finding.about(Subject::ServiceAttr(key.clone())));
    }
    for (group, index) in service.groups.iter().zip(0..) {
        for (key, value) in &group.attrs {
            let cluster = &mesh.cluster(group.cluster).name;
            let finding = Finding::warning("GROUP", format!("{cluster} says `{value}`"));
            outcome = outcome.with_finding(finding.about(Subject::GroupAttr((index, key.clone()))));
        }
    }
    outcome
}
