//! `expression`: a weight is what an expression of the Common Expression Language (CEL) says, cell by cell.

mod program;
mod scope;

use serde::Deserialize;

use self::program::{Program, Wrong, on_a_large_stack};
use self::scope::Scope;
use super::{descriptor, read, refused};
use crate::contract::{
    Basis, Descriptor, Fault, Finding, FindingSeverity, MeshView, Options, Outcome, Reason, ServiceView, Subject,
    Weigher, Weights,
};

const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["weight"],
  "properties": {
    "weight": {
      "description": "The weight of an endpoint, as an expression of CEL that gives 0 to 65535. It knows `client` and `cluster` (name, id, region, zone, labels), `group` (zone, endpoints, attrs), `service` (namespace, name, port, attrs), `baseline`, `rtt` (microseconds, or null) and `local`",
      "type": "string",
      "minLength": 1,
      "maxLength": 4096
    }
  }
}"#;

#[derive(Deserialize)]
struct Config {
    weight: String,
}

pub(super) struct Expression {
    descriptor: Descriptor,
}

impl Expression {
    pub(super) fn new() -> Self {
        // What an expression reads is not known before there is one.
        Self { descriptor: descriptor("expression", SCHEMA, &["*"]) }
    }
}

impl Weigher for Expression {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn check(&self, config: &str, _: &MeshView) -> Result<Vec<Finding>, Fault> {
        let config: Config = read(config)?;
        let wrong = on_a_large_stack(|| Program::new(&config.weight).err())?;
        let finding = |wrong: Wrong| refused(format!("`weight` {}", wrong.what), "/weight", &wrong.help);
        Ok(wrong.map(finding).into_iter().collect())
    }

    fn weigh(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Vec<Outcome>, Fault> {
        let config: Config = read(config)?;
        on_a_large_stack(|| {
            let Ok(program) = Program::new(&config.weight) else {
                // `check` said so.
                return vec![Outcome::default(); services.len()];
            };
            let scope = Scope::new(mesh);
            services.iter().map(|service| weigh_one(&program, &scope, mesh, service, options)).collect()
        })
    }
}

fn weigh_one(
    program: &Program,
    scope: &Scope<'_>,
    mesh: &MeshView,
    service: &ServiceView,
    options: &Options,
) -> Outcome {
    let columns = service.groups.len();
    let name = |cluster: u32| mesh.clusters[cluster as usize].name.as_str();
    let mut values = vec![0; service.baseline.len()];
    let mut reasons = Vec::new();
    let service_scope = scope.service(service);
    for (cell, value) in values.iter_mut().enumerate() {
        let (row, column) = (cell / columns, cell % columns);
        if service.baseline[cell] == 0 {
            continue;
        }
        let (client, group) = (service.clients[row], &service.groups[column]);
        match program.weight(&service_scope.cell(row, column)) {
            Ok(weight) => *value = weight,
            Err(why) => {
                let cell = format!("clients in {} and backends in {}", name(client), name(group.cluster));
                return found(format!("`weight` {why}, for {cell}"));
            }
        }
        if options.explain {
            let text = format!("the expression gives {value}");
            reasons.push(Reason { client: Some(row as u32), group: Some(column as u32), text });
        }
    }
    let rows = values.chunks(columns).zip(service.baseline.chunks(columns));
    for ((row, open), client) in rows.zip(&service.clients) {
        if row.iter().all(|value| *value == 0) && open.iter().any(|value| *value > 0) {
            return found(format!("`weight` is 0 for every backend that serves clients in {}", name(*client)));
        }
    }
    Outcome { weights: Some(Weights { basis: Basis::Endpoint, values }), reasons, ..Outcome::default() }
}

fn found(message: String) -> Outcome {
    let finding = Finding {
        severity: FindingSeverity::Error,
        code: "EXPRESSION".to_owned(),
        message,
        subject: Subject::Service,
        help: String::new(),
    };
    Outcome { findings: vec![finding], ..Outcome::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::builtin::tests::{mesh, service};

    fn view() -> ServiceView {
        let mut view = service(&[(0, "z1", 2), (1, "", 4)], &[100, 100, 0, 100]);
        view.attrs = vec![("app".into(), "web".into())];
        view.groups[1].attrs = vec![("meshc.dev/cost".into(), "7".into())];
        view
    }

    fn config(text: &str) -> String {
        serde_json::json!({ "weight": text }).to_string()
    }

    fn outcome(text: &str) -> Outcome {
        let options = Options { explain: true, ..Options::default() };
        Expression::new().weigh(&config(text), &mesh(), &[view()], &options).unwrap().remove(0)
    }

    fn refused_with(text: &str) -> Vec<(String, String)> {
        let findings = Expression::new().check(&config(text), &mesh()).unwrap();
        findings.into_iter().map(|finding| (finding.message, finding.help)).collect()
    }

    #[test]
    fn a_weight_is_what_the_expression_says() {
        let cases: &[(&str, [u32; 4])] = &[
            ("local ? 100 : 10", [100, 10, 0, 100]),
            ("baseline * 2", [200, 200, 0, 200]),
            ("cluster.name == 'a' ? 3 : 1", [3, 1, 0, 1]),
            ("group.endpoints", [2, 4, 0, 4]),
            ("rtt == null ? 1 : 1 + rtt / 1000", [1, 13, 0, 1]),
            ("1000.0 / (1.0 + double(rtt))", [1000, 0, 0, 1000]),
            ("2.5", [3, 3, 0, 3]),
            ("7u", [7, 7, 0, 7]),
            ("'meshc.dev/cost' in group.attrs ? int(group.attrs['meshc.dev/cost']) : 1", [1, 7, 0, 7]),
            ("client.labels.tier == 'gold' ? 5 : 1", [5, 5, 0, 5]),
            ("service.attrs.app == 'web' && service.port == '80' ? 9 : 1", [9, 9, 0, 9]),
            ("group.zone == 'z1' && client.id == 0 ? 2 : 1", [2, 1, 0, 1]),
            ("max(1, 2) + min(3, 4) + size('ab')", [7, 7, 0, 7]),
            ("'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c') ? 1 : 2", [1, 1, 0, 1]),
            ("string(1) == '1' && bool('true') ? 1 : 2", [1, 1, 0, 1]),
            ("has(group.attrs.nothing) ? 1 : 2", [2, 2, 0, 2]),
        ];
        for (text, expected) in cases {
            assert_eq!(refused_with(text), [], "{text}");
            let outcome = outcome(text);
            assert_eq!(outcome.findings, [], "{text}");
            assert_eq!(outcome.weights.unwrap().values, expected, "{text}");
            assert_eq!(outcome.reasons.len(), 3);
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_said_of_its_cell() {
        let cases = [
            ("group.attrs['x'] == '' ? 1 : 2", "has no key `x`, for clients in a and backends in a"),
            ("'many'", "gives a string, and must give a number, for clients in a and backends in a"),
            ("local ? 1 : 70000", "gives 70000, and must give 0 to 65535, for clients in a and backends in b"),
            ("-1", "gives -1, and must give 0 to 65535"),
            ("0.0 / 0.0", "gives NaN, and must give 0 to 65535"),
            ("1 / 0", "divides by zero"),
            ("9223372036854775807 + 1", "overflows"),
            ("1 + 1.0", "cannot be evaluated: "),
            ("local ? 0 : 0", "is 0 for every backend that serves clients in a"),
        ];
        for (text, expected) in cases {
            assert_eq!(refused_with(text), [], "{text}");
            let outcome = outcome(text);
            assert_eq!(outcome.weights, None, "{text}");
            assert_eq!(outcome.findings.len(), 1, "{text}");
            let message = &outcome.findings[0].message;
            assert!(message.starts_with(&format!("`weight` {expected}")), "{text}: {message}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused_with_its_place() {
        let cases = [
            ("local ? 1", "is no expression: it is not complete"),
            ("1 +\n  * 2", "is no expression: `*` cannot stand here"),
            ("1 +", "is no expression: it ends too early (line 1, column 4)"),
            ("(1", "is no expression: `)` is missing"),
            ("client..a", "is no expression: `..` cannot stand here"),
            ("'x", "is no expression: `'x` cannot stand here"),
            ("99999999999999999999", "is no expression: invalid int literal"),
            ("clinet.name == 'a' ? 1 : 2", "names `clinet`, which is no variable"),
            ("nothing(1)", "calls `nothing`, which is no function"),
            ("[1, 2].all(x, x > 0) ? 1 : 2", "uses `all`, `exists`, `map` or `filter`"),
            ("[1].map(x, x)[0]", "uses `all`, `exists`, `map` or `filter`"),
            ("'a'.matches('a+') ? 1 : 2", "calls `matches`, which is no function"),
        ];
        for (text, expected) in cases {
            let found = refused_with(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].0.starts_with(&format!("`weight` {expected}")), "{text}: {}", found[0].0);
        }
        assert_eq!(refused_with("clinet.id")[0].1, "did you mean `client`?");
        let message = &refused_with("1 +\n  * 2")[0].0;
        assert!(message.ends_with("(line 2, column 3)"), "{message}");
    }

    /// On a stack as small as a thread of the compiler may have left.
    fn on_a_small_stack(check: impl FnOnce() + Send + 'static) {
        std::thread::Builder::new().stack_size(1 << 20).spawn(check).unwrap().join().unwrap();
    }

    #[test]
    fn what_is_nested_without_end_is_refused_and_not_followed() {
        let long = 4000;
        let nested: Vec<String> = vec![
            format!("{}1{}", "(".repeat(long / 2), ")".repeat(long / 2)),
            "(".repeat(long),
            "[".repeat(long),
            "{".repeat(long),
            format!("{}1", "-".repeat(long)),
            format!("{}true", "!".repeat(long)),
            format!("1{}", "+1".repeat(long / 2)),
            format!("1{}", "*1".repeat(long / 2)),
            format!("local{}", "?1:local".repeat(long / 8)),
            format!("client{}", ".a".repeat(long / 2)),
            format!("client{}", "[0]".repeat(long / 3)),
            format!("true{}", "&&true".repeat(long / 6)),
            format!("1{}", " in 1".repeat(long / 5)),
            format!("1{}", "\tin\t1".repeat(long / 5)),
        ];
        for text in nested {
            on_a_small_stack(move || {
                let found = refused_with(&text);
                assert!(found[0].0.contains("too many operators"), "{found:?}");
            });
        }
    }

    #[test]
    fn what_is_just_allowed_fits_a_small_stack() {
        let most = program::MOST_OPERATORS;
        let nested: Vec<String> = vec![
            format!("{}1{}", "(".repeat(most / 2), ")".repeat(most / 2)),
            "(".repeat(most),
            "[".repeat(most),
            format!("{}1", "-".repeat(most)),
            format!("{}true", "!".repeat(most)),
            format!("1{}", "+1".repeat(most)),
            format!("client{}", ".a".repeat(most)),
            format!("client{}", "[0]".repeat(most / 2)),
            format!("local{}", "?1:local".repeat(most / 2)),
            format!("true{}", "&&true".repeat(most / 2)),
        ];
        for text in nested {
            on_a_small_stack(move || {
                refused_with(&text);
                outcome(&text);
            });
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[ -~]{0,40}|\\PC{0,20}|[a-z0-9'\"(){}\\[\\].,:?+*/%!&|<>=-]{0,60}") {
            refused_with(&text);
            outcome(&text);
        }

        #[test]
        fn no_expression_makes_it_panic(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "client", ".name", "group", ".attrs", "['x']", "baseline", "rtt", "local", "+", "-", "*", "/", "%",
                    "(", ")", "?", ":", "==", "<", "&&", "||", "!", "in", "1", "0", "2.5", "'a'", "null", "[", "]", "{",
                    "}", ",", "size", "int", "double", "string", "uint", "max", "has", "9223372036854775807", "b'x'",
                    "timestamp", "duration", "type", "dyn", "\"", "\\",
                ]),
                1..14,
            ),
        ) {
            let text = parts.join(" ");
            refused_with(&text);
            outcome(&text);
        }
    }
}
