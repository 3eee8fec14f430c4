//! `kind: TrafficPolicy`: which services are weighed by whom.

pub(crate) mod weigher;

use meshc_diag::Diagnostics;
use meshc_model::{ConfigPlace, Name, PolicyTarget, Said, TrafficPolicy};
use meshc_source::Span;
use meshc_syntax::{Node, Value, write_json};

use crate::object::string_map;
use crate::reader::Fields;

pub(crate) const SPEC_FIELDS: &[&str] = &["services", "weigher", "config", "chain"];
pub(crate) const SERVICES_FIELDS: &[&str] = &["namespaces", "names", "matchLabels"];

/// Reads a policy. `name_span` stands for all services where none are chosen.
pub(crate) fn read(document: Fields<'_>, name_span: Span, diags: &mut Diagnostics) -> Option<TrafficPolicy> {
    document.deny_unknown(super::DOCUMENT_FIELDS, diags);
    if document.get("spec").is_none() {
        document.missing("spec", "the TrafficPolicy", diags);
        return None;
    }
    let spec = document.fields("spec", diags)?;
    spec.deny_unknown(SPEC_FIELDS, diags);
    let services = spec.fields("services", diags);
    let weigher = weigher::read(spec, diags);
    let (config, config_places) = config(spec, diags);
    let chain = spec.boolean("chain", diags).is_some_and(|chain| chain.value);
    let weigher = weigher?;
    Some(TrafficPolicy {
        target: services.map(|fields| target(fields, diags)).unwrap_or_default(),
        target_span: services.map_or(name_span, Fields::span),
        weigher: weigher.value,
        weigher_span: weigher.span,
        config,
        config_places,
        chain,
    })
}

fn target(fields: Fields<'_>, diags: &mut Diagnostics) -> PolicyTarget {
    fields.deny_unknown(SERVICES_FIELDS, diags);
    let values = |names: Vec<Said<Name>>| names.into_iter().map(|name| name.value).collect();
    PolicyTarget {
        namespaces: values(fields.names("namespaces", diags)),
        names: values(fields.names("names", diags)),
        labels: string_map(fields, "matchLabels", diags),
    }
}

fn config(spec: Fields<'_>, diags: &mut Diagnostics) -> (Box<str>, Vec<ConfigPlace>) {
    let Some(fields) = spec.get("config").and_then(|node| Fields::of(node, "config", diags).map(|_| node)) else {
        return ("{}".into(), Vec::new());
    };
    let mut json = String::new();
    write_json(fields, &mut json);
    let mut places = Vec::new();
    collect_places(fields, String::new(), &mut places);
    (json.into(), places)
}

fn collect_places(node: Node<'_>, pointer: String, places: &mut Vec<ConfigPlace>) {
    match node.value() {
        Value::Map => {
            for entry in node.entries() {
                let key = entry.key.replace('~', "~0").replace('/', "~1");
                collect_places(entry.value, format!("{pointer}/{key}"), places);
            }
        }
        Value::Seq => {
            for (at, item) in node.items().enumerate() {
                collect_places(item, format!("{pointer}/{at}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Str(_) => {}
    }
    places.push(ConfigPlace { pointer: pointer.into(), span: node.span() });
}
