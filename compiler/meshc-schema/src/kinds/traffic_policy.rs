//! `kind: TrafficPolicy`: which services are weighed by whom.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{ConfigPlace, Name, PolicyTarget, Said, TrafficPolicy, WeigherRef};
use meshc_source::Span;
use meshc_syntax::{Node, Value, write_json};

use crate::object::string_map;
use crate::reader::Fields;

pub(crate) const SPEC_FIELDS: &[&str] = &["services", "weigher", "config"];
pub(crate) const SERVICES_FIELDS: &[&str] = &["namespaces", "names", "matchLabels"];
pub(crate) const WEIGHER_FIELDS: &[&str] = &["builtin", "plugin"];

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
    let weigher = weigher(spec, diags);
    let (config, config_places) = config(spec, diags);
    let weigher = weigher?;
    Some(TrafficPolicy {
        target: services.map(|fields| target(fields, diags)).unwrap_or_default(),
        target_span: services.map_or(name_span, Fields::span),
        weigher: weigher.value,
        weigher_span: weigher.span,
        config,
        config_places,
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

fn weigher(spec: Fields<'_>, diags: &mut Diagnostics) -> Option<Said<WeigherRef>> {
    if spec.get("weigher").is_none() {
        spec.missing("weigher", "the TrafficPolicy", diags);
        return None;
    }
    let fields = spec.fields("weigher", diags)?;
    fields.deny_unknown(WEIGHER_FIELDS, diags);
    match (fields.name("builtin", diags), fields.name("plugin", diags)) {
        (Some(name), None) => Some(Said { value: WeigherRef::Builtin(name.value), span: name.span }),
        (None, Some(path)) => Some(Said { value: WeigherRef::Plugin(path.value), span: path.span }),
        (Some(builtin), Some(plugin)) => {
            diags.push(
                Diagnostic::new(Code::InvalidValue, "a policy has one weigher, and this one names two")
                    .at(plugin.span, "a plugin")
                    .at(builtin.span, "and a built-in")
                    .help("remove one of them, or write two policies"),
            );
            None
        }
        (None, None) => {
            if fields.get("builtin").is_none() && fields.get("plugin").is_none() {
                diags.push(
                    Diagnostic::new(Code::MissingField, "the weigher has neither `builtin` nor `plugin`")
                        .at(fields.span(), "one of them belongs here")
                        .help("write `builtin: even`, or `plugin: ` and the path of a component"),
                );
            }
            None
        }
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
