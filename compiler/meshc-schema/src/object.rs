//! One object: its identity, its labels and annotations, its meaning.

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Body, Name, Object, ObjectKey, PairPlace, names};
use meshc_source::{FileId, Span};
use meshc_syntax::{Node, Value, write_yaml};

use crate::kinds;
use crate::reader::{Fields, first_of};
use crate::rules;
use crate::scope::is_cluster_scoped;

/// A label or annotation as it stands.
pub(crate) struct MetadataPair<'t> {
    pub(crate) key: Name,
    pub(crate) value: &'t str,
    pub(crate) key_span: Span,
    pub(crate) value_span: Span,
    /// Where each character of the value stands; see [`Node::verbatim_span`].
    pub(crate) verbatim_span: Option<Span>,
}

impl MetadataPair<'_> {
    pub(crate) fn place(&self) -> PairPlace {
        PairPlace { key: self.key_span, value: self.value_span }
    }
}

/// What `metadata` says.
pub(crate) struct Metadata<'t> {
    pub(crate) name: Name,
    pub(crate) namespace: Name,
    /// Where the namespace is, if there is one.
    pub(crate) namespace_span: Option<Span>,
    /// Where the name is, or else where it would be.
    pub(crate) span: Span,
    pub(crate) labels: Vec<MetadataPair<'t>>,
    pub(crate) annotations: Vec<MetadataPair<'t>>,
    /// Whether another object controls this one.
    pub(crate) owned: bool,
}

/// The `apiVersion` and `kind` of a document.
#[derive(Clone, Copy)]
pub(crate) struct TypeMeta<'t> {
    pub(crate) api_version: &'t str,
    pub(crate) kind: &'t str,
    pub(crate) kind_span: Span,
}

impl<'t> TypeMeta<'t> {
    /// The API group without the version; empty for the core.
    pub(crate) fn group(self) -> &'t str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// Reads the object that `node` is. `None` if it cannot be one, which was reported.
pub(crate) fn read<'t>(
    node: Node<'t>,
    type_meta: TypeMeta<'t>,
    file: FileId,
    diags: &mut Diagnostics,
) -> Option<Object> {
    let document = Fields::of(node, "document", diags)?;
    let group = type_meta.group();
    let metadata = metadata(document, type_meta, diags)?;
    let key = ObjectKey {
        namespace: if is_cluster_scoped(group, type_meta.kind) { Name::EMPTY } else { metadata.namespace },
        group: Name::new(group),
        kind: Name::new(type_meta.kind),
        name: metadata.name,
    };
    let body = kinds::body(group, type_meta.kind, document, &metadata, diags);
    rules::check(document, type_meta, &metadata, diags);
    let mut manifest = String::new();
    write_yaml(node, &mut manifest);
    Some(Object {
        key,
        file,
        span: metadata.span,
        extent: node.span(),
        namespace_span: metadata.namespace_span,
        clusters: listed(node, &metadata, names::CLUSTERS),
        allows: listed(node, &metadata, names::ALLOW).unwrap_or_default(),
        body,
        manifest: manifest.into(),
    })
}

/// Reads a policy of ours, which is an object without a manifest.
pub(crate) fn read_policy(
    node: Node<'_>,
    type_meta: TypeMeta<'_>,
    file: FileId,
    diags: &mut Diagnostics,
) -> Option<Object> {
    let document = Fields::of(node, "document", diags)?;
    let metadata = metadata(document, type_meta, diags)?;
    let policy = kinds::traffic_policy::read(document, metadata.span, diags)?;
    Some(Object {
        key: ObjectKey {
            namespace: metadata.namespace,
            group: Name::new(type_meta.group()),
            kind: Name::new(type_meta.kind),
            name: metadata.name,
        },
        file,
        span: metadata.span,
        extent: node.span(),
        namespace_span: metadata.namespace_span,
        clusters: listed(node, &metadata, names::CLUSTERS),
        allows: listed(node, &metadata, names::ALLOW).unwrap_or_default(),
        body: Body::Policy(Box::new(policy)),
        manifest: Box::default(),
    })
}

fn metadata<'t>(document: Fields<'t>, type_meta: TypeMeta<'_>, diags: &mut Diagnostics) -> Option<Metadata<'t>> {
    let Some(fields) = document.fields("metadata", diags) else {
        if document.get("metadata").is_none() {
            no_metadata(type_meta, diags);
        }
        return None;
    };
    let name = fields.name("name", diags);
    if fields.get("name").is_none() && fields.get("generateName").is_none() {
        fields.missing("name", &format!("the {}", type_meta.kind), diags);
        return None;
    }
    let namespace = fields.name("namespace", diags).filter(|namespace| !namespace.value.is_empty());
    let owners = fields.list("ownerReferences", diags);
    Some(Metadata {
        name: name.map_or(Name::EMPTY, |name| name.value),
        namespace_span: namespace.map(|namespace| namespace.span),
        namespace: namespace.map_or_else(|| Name::new("default"), |namespace| namespace.value),
        span: name.map_or(type_meta.kind_span, |name| name.span),
        labels: pairs(fields, "labels", diags),
        annotations: pairs(fields, "annotations", diags),
        owned: owners.iter().any(|owner| owner.get("controller").is_some_and(|node| node.value() == Value::Bool(true))),
    })
}

/// A document with a kind and no metadata: a mistake in what is applied to clusters, and no object otherwise,
/// as the configuration of a program.
fn no_metadata(type_meta: TypeMeta<'_>, diags: &mut Diagnostics) {
    let group = type_meta.group();
    let builtin =
        group.is_empty() || !group.contains('.') || group.ends_with(".k8s.io") && group != "kubelet.config.k8s.io";
    let known =
        builtin && !group.ends_with(".config.k8s.io") && !group.ends_with(".x-k8s.io") && type_meta.kind != "Config";
    let diagnostic = if known || group == "meshc.dev" {
        Diagnostic::new(Code::MissingField, format!("the {} has no `metadata`", type_meta.kind))
            .at(type_meta.kind_span, "it needs `metadata` with a `name`")
    } else {
        Diagnostic::new(
            Code::NotAnObject,
            format!("the {} without `metadata` is no object of a cluster, and is left out", type_meta.kind),
        )
        .at(type_meta.kind_span, "no `metadata` follows")
    };
    diags.push(diagnostic);
}

/// The pairs of `labels`, `annotations` or their like, whose values must be strings.
pub(crate) fn pairs<'t>(fields: Fields<'t>, key: &str, diags: &mut Diagnostics) -> Vec<MetadataPair<'t>> {
    let Some(map) = fields.get(key) else {
        return Vec::new();
    };
    if Fields::of(map, key, diags).is_none() {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    for entry in map.entries() {
        match entry.value.value() {
            Value::Str(value) => pairs.push(MetadataPair {
                key: Name::new(entry.key),
                value,
                key_span: entry.key_span,
                value_span: entry.value.span(),
                verbatim_span: entry.value.verbatim_span(),
            }),
            // Kubernetes takes it for an empty string.
            Value::Null => {}
            Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Seq | Value::Map => {
                diags.push(unquoted(key, entry.key, entry.key_span, entry.value));
            }
        }
    }
    pairs
}

fn unquoted(map: &str, key: &str, key_span: Span, value: Node<'_>) -> Diagnostic {
    let found = value.value().type_name();
    let diagnostic =
        Diagnostic::new(Code::UnquotedValue, format!("the values of `{map}` are strings, and `{key}` is {found}"))
            .at(value.span(), format!("{found} to Kubernetes"));
    // A key that Kubernetes reads as something else, as `on`, is not what stands there.
    let as_written = key_span.len() as usize == key.len();
    let Some(text) = value.scalar_text() else {
        return diagnostic;
    };
    let quoted = format!("\"{text}\"");
    let line = if as_written { format!("{key}: {quoted}") } else { quoted.clone() };
    let diagnostic = diagnostic.help(format!("quote it: `{line}`"));
    // A tag would go on to hold, and aliases of an anchor may stand where the string does not belong.
    if value.has_properties() {
        return diagnostic;
    }
    diagnostic.fix(Fix::certain(format!("quote it: `{quoted}`"), vec![Edit::quoted(value.span(), text)]))
}

/// A mapping of strings to strings.
pub(crate) fn string_map(fields: Fields<'_>, key: &str, diags: &mut Diagnostics) -> Vec<(Name, Name)> {
    placed_map(fields, key, diags).0
}

/// A mapping of strings to strings, as a selector is, and where each pair is.
pub(crate) fn placed_map(
    fields: Fields<'_>,
    key: &str,
    diags: &mut Diagnostics,
) -> (Vec<(Name, Name)>, Vec<PairPlace>) {
    let pairs = pairs(fields, key, diags).into_iter();
    pairs.map(|pair| ((pair.key, Name::new(pair.value)), pair.place())).unzip()
}

/// What the annotation `key` of ours lists between commas, each with its place; one empty name if that is nothing.
fn listed(node: Node<'_>, metadata: &Metadata<'_>, key: &str) -> Option<Vec<(Name, Span)>> {
    let annotation = metadata.annotations.iter().find(|annotation| annotation.key == *key)?;
    let whole = annotation.value_span;
    let place = |start: usize, len: usize| match annotation.verbatim_span {
        Some(text) => Span::new(text.file, text.start + start as u32, text.start + (start + len) as u32),
        None => whole,
    };
    let mut named = Vec::new();
    let mut at = 0;
    for part in annotation.value.split(',') {
        let name = part.trim();
        let lead = part.len() - part.trim_start().len();
        if !name.is_empty() {
            named.push((Name::new(name), place(at + lead, name.len())));
        }
        at += part.len() + 1;
    }
    if named.is_empty() {
        named.push((Name::EMPTY, if whole.is_empty() { first_of(node) } else { whole }));
    }
    Some(named)
}
