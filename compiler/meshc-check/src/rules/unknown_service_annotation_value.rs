//! M0437 unknown-service-annotation-value: what Cilium does not know counts for nothing, and it says so in a log at most
//! (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Annotation, Body, ClusterSet, LabelSelector, Mesh, Object, ObjectId, Pair, Version, names};
use meshc_schema::nearest;
use meshc_source::Span;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (at, object) in mesh.objects.iter().enumerate() {
        let placement = mesh.placement(ObjectId(at as u32));
        if placement.is_empty() {
            continue;
        }
        match &object.body {
            Body::Service(service) => {
                let annotations = service.all_annotations.iter();
                let found = annotations.filter_map(|pair| check_pair(mesh, object, placement, pair));
                found.for_each(|found| diags.push(found));
            }
            Body::Namespace(namespace) => {
                let found = namespace.global.and_then(|said| check_namespace(mesh, object, placement, said));
                if let Some(found) = found {
                    diags.push(found);
                }
            }
            _ => {}
        }
    }
}

/// Values that are known, how they are compared, and what counts instead of others.
struct Known {
    words: &'static [&'static str],
    exact: bool,
    instead: &'static str,
    /// Whether a version reads the annotation at all.
    read_by: fn(Version) -> bool,
}

fn known(key: &str) -> Option<Known> {
    let any: fn(Version) -> bool = |_| true;
    let newer: fn(Version) -> bool = |version| version.is_at_least(18);
    Some(match key {
        names::SERVICE_TYPE => Known {
            words: &["ClusterIP", "NodePort", "LoadBalancer"],
            exact: true,
            instead: "Cilium exposes the service in every way",
            read_by: any,
        },
        names::SOURCE_RANGES_POLICY => {
            Known { words: &["allow", "deny"], exact: false, instead: "Cilium reads this as `allow`", read_by: any }
        }
        names::PROXY_DELEGATION => Known {
            words: &["delegate-if-local", "none"],
            exact: false,
            instead: "Cilium reads this as `none`",
            read_by: newer,
        },
        names::SCOPE => Known {
            words: &["external-only"],
            exact: true,
            instead: "Cilium ignores it",
            read_by: |version| version == Version::Main,
        },
        _ => return None,
    })
}

fn check_pair(mesh: &Mesh, object: &Object, placement: &ClusterSet, pair: &Pair) -> Option<Diagnostic> {
    let key = pair.key.as_str();
    match key {
        names::NODE_SELECTOR => return check_selector(mesh, object, placement, pair),
        names::TOPOLOGY_HINTS | names::TOPOLOGY_MODE => return check_topology(object, pair),
        _ => {}
    }
    let known = known(key)?;
    let value: &str = &pair.value;
    let same = |word: &&str| if known.exact { **word == *value } else { word.eq_ignore_ascii_case(value) };
    if known.words.iter().any(same) || !is_read(mesh, placement, known.read_by) {
        return None;
    }
    let all = || known.words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let diagnostic = start(object, key, value).at(pair.span, known.instead);
    Some(match nearest(value.trim(), known.words.iter().copied()) {
        Some(word) => mend(diagnostic, key, pair.span, value, word),
        None if known.words.len() == 1 => diagnostic.help(format!("the only value is {}", all())),
        None => diagnostic.help(format!("it is one of {}", all())),
    })
}

fn is_read(mesh: &Mesh, placement: &ClusterSet, read_by: fn(Version) -> bool) -> bool {
    placement.iter().any(|cluster| read_by(mesh.cluster(cluster).data_plane.version))
}

fn start(object: &Object, key: &str, value: &str) -> Diagnostic {
    let said = if value.is_empty() { "is empty".into() } else { format!("cannot be `{value}`") };
    Diagnostic::new(Code::UnknownServiceAnnotationValue, format!("`{key}` on `{}` {said}", object.key.name))
}

/// A selector that cannot be read chooses every node. 1.17 does not know the annotation.
fn check_selector(mesh: &Mesh, object: &Object, placement: &ClusterSet, pair: &Pair) -> Option<Diagnostic> {
    if LabelSelector::parse(&pair.value).is_some() || !is_read(mesh, placement, |version| version.is_at_least(18)) {
        return None;
    }
    let headline = format!("`{}` on `{}` is no label selector", pair.key, object.key.name);
    Some(
        Diagnostic::new(Code::UnknownServiceAnnotationValue, headline)
            .at(pair.span, "Cilium cannot read this, and every node has the service")
            .help("write it as `zone=a`, `zone in (a, b)`, `zone!=a` or `!gpu`, with commas between several"),
    )
}

/// To Cilium everything turns zone hints on but these words. Values of other programs have a prefix.
fn check_topology(object: &Object, pair: &Pair) -> Option<Diagnostic> {
    let value: &str = &pair.value;
    let (key, word) = (pair.key.as_str(), value.trim().to_ascii_lowercase());
    let known = matches!(value, "" | "Auto" | "auto" | "Disabled" | "disabled");
    let off = matches!(word.as_str(), "false" | "no" | "off" | "none" | "0" | "disable" | "disabled" | "never");
    if known || !off {
        return None;
    }
    let diagnostic = start(object, key, value).at(pair.span, "turns zone hints on, as any word but `Disabled` does");
    Some(mend(diagnostic, key, pair.span, value, "Disabled"))
}

/// A namespace that is said to be neither is not global, and none of its services leave it.
fn check_namespace(mesh: &Mesh, object: &Object, placement: &ClusterSet, said: Annotation) -> Option<Diagnostic> {
    let value = said.value.as_str();
    let is = |word: &str| value.eq_ignore_ascii_case(word);
    if is("true") || is("false") || !is_read(mesh, placement, Version::heeds_namespaces) {
        return None;
    }
    let meant = match value.trim().to_ascii_lowercase().as_str() {
        "no" | "n" | "off" | "0" => Some("false"),
        "yes" | "y" | "on" | "1" => Some("true"),
        other => nearest(other, ["true", "false"]),
    };
    let key = said.key.as_str();
    let diagnostic = start(object, key, value).at(said.value_span, "Cilium reads this as false: no service leaves it");
    Some(match meant {
        Some(word) => mend(diagnostic, key, said.value_span, value, word),
        None => diagnostic.help("write `\"true\"` or `\"false\"`"),
    })
}

/// Says what to write, and offers to write it where the value stands as it is. It is for people to choose: who serves
/// whom changes with it.
fn mend(diagnostic: Diagnostic, key: &str, span: Span, old: &str, new: &str) -> Diagnostic {
    let diagnostic = diagnostic.help(format!("write `{key}: \"{new}\"`"));
    // A value in a block, or with something escaped in it, is longer or shorter than what it says.
    if !matches!((span.len() as usize).checked_sub(old.len()), Some(0 | 2)) || old.is_empty() {
        return diagnostic;
    }
    diagnostic.fix(Fix::likely(format!("write `\"{new}\"`"), vec![Edit::quoted(span, new)]))
}
