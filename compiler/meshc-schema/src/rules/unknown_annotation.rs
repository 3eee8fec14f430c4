//! M0214 unknown-annotation: an annotation that looks like one of Cilium's or ours and is none.

use meshc_diag::{Code, Diagnostic, Diagnostics, Fix};

use super::Written;
use crate::annotations::{self, KNOWN};
use crate::edit;
use crate::object::MetadataPair;
use crate::suggest::{distance, nearest};

/// Prefixes that Cilium uses for nothing else than what is known here and in [`OTHERS`].
const CLOSED: &[&str] = &["service.cilium.io", "clustermesh.cilium.io", "lbipam.cilium.io"];

/// Annotations below these prefixes that say nothing of who serves whom.
const OTHERS: &[&str] = &[
    "clustermesh.cilium.io/autoPatchedAt",
    "clustermesh.cilium.io/supported-ip-families",
    "service.cilium.io/health-checked",
    "service.cilium.io/lb-l7",
    "service.cilium.io/lb-l7-algorithm",
];

/// Prefixes that look like slips of known ones and are used by Cilium.
const OTHER_PREFIXES: &[&str] = &[
    "bandwidth.cilium.io",
    "cec.cilium.io",
    "cilium.io",
    "cni.cilium.io",
    "config.cilium.io",
    "gateway.cilium.io",
    "ingress.cilium.io",
    "ipam.cilium.io",
    "mesh.cilium.io",
    "network.cilium.io",
    "policy.cilium.io",
    "secretsync.cilium.io",
];

/// Names that stand for nothing else, wherever Cilium would use them.
const TELLING: &[&str] = &[
    "affinity",
    "global",
    "global-service",
    "global-sync-endpoint-slices",
    "lb-algorithm",
    "service-affinity",
    "shared",
    "shared-service",
];

const OURS: &str = "meshc.dev";
const OLD: &str = "io.cilium";

pub(super) fn check(written: Written<'_, '_>, diags: &mut Diagnostics) {
    let read = written.is_read();
    for annotation in &written.metadata.annotations {
        check_one(annotation, read, diags);
    }
}

fn check_one(annotation: &MetadataPair<'_>, read: bool, diags: &mut Diagnostics) {
    let key = annotation.key.as_str();
    // What is asked of every annotation of every object has to be cheap.
    if !(key.contains("cil") || key.contains("Cil") || key.contains("mesh")) || annotations::find(key).is_some() {
        return;
    }
    let (prefix, name) = key.split_once('/').unwrap_or((key, ""));
    let meant = meant(key, prefix, name);
    // Objects of any kind are placed; the rest is read from some.
    let meant = meant.filter(|meant| read || meant.starts_with(OURS));
    if let Some(meant) = meant {
        diags.push(slip(annotation, meant));
    } else if read && CLOSED.contains(&prefix) && !OTHERS.contains(&key) {
        diags.push(
            Diagnostic::new(Code::UnknownAnnotation, format!("Cilium has no annotation `{key}`"))
                .at(annotation.key_span, "nobody reads it")
                .help("remove it, or look its name up in the documentation of Cilium"),
        );
    }
}

fn slip(annotation: &MetadataPair<'_>, meant: &str) -> Diagnostic {
    let key = annotation.key.as_str();
    let whose = if meant.starts_with(OURS) { "meshc" } else { "Cilium" };
    Diagnostic::new(Code::UnknownAnnotation, format!("{whose} has no annotation `{key}`"))
        .at(annotation.key_span, "nobody reads it")
        .help(format!("did you mean `{meant}`?"))
        .fix(Fix::likely(format!("write `{meant}`"), vec![edit::replace(annotation.key_span, key, meant)]))
}

/// The known annotation that `key` was probably meant to be.
fn meant(key: &str, prefix: &str, name: &str) -> Option<&'static str> {
    if prefix == OURS {
        // Weighers read others below it, under names of their own.
        return known_below(OURS).find(|known| distance(name, behind(known), 2).is_some());
    }
    if CLOSED.contains(&prefix) || prefix == OLD {
        if OTHERS.contains(&key) {
            return None;
        }
        return named(name).or_else(|| nearest_name(prefix, name));
    }
    if OTHER_PREFIXES.contains(&prefix) {
        return named(name).filter(|_| TELLING.contains(&name));
    }
    if name.is_empty() {
        return whole(key);
    }
    let near = |to: &&str| distance(prefix, to, 2).is_some();
    if let Some(prefix) = CLOSED.iter().chain(&[OLD]).find(|to| near(to)) {
        return known_below(prefix).find(|known| behind(known) == name).or_else(|| named(name)).or_else(|| {
            // Two slips in one key are more than a coincidence of letters can be.
            (name.len() > 3).then(|| nearest_name(prefix, name)).flatten()
        });
    }
    known_below(OURS).find(|known| behind(known) == name && near(&OURS))
}

/// The known annotation that has this name behind another prefix; the name of today for an older one.
fn named(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let of = |key: &'static str| behind(key) == lower;
    KNOWN.iter().find(|known| of(known.key) || known.aliases.iter().any(|alias| of(alias))).map(|known| known.key)
}

/// The known annotation below `prefix` whose name is nearest.
fn nearest_name(prefix: &str, name: &str) -> Option<&'static str> {
    let meant = nearest(name, known_below(prefix).map(behind))?;
    known_below(prefix).find(|known| behind(known) == meant)
}

/// The known annotation that differs from a key without a `/` by a mark or two.
fn whole(key: &str) -> Option<&'static str> {
    names().find(|known| distance(key, known, 2).is_some())
}

fn known_below(prefix: &str) -> impl Iterator<Item = &'static str> {
    names().filter(move |known| known.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/')))
}

/// Every name of every known annotation.
fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().flat_map(|known| std::iter::once(known.key).chain(known.aliases.iter().copied()))
}

fn behind(key: &'static str) -> &'static str {
    key.split_once('/').map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(key: &str) -> Option<&'static str> {
        let (prefix, name) = key.split_once('/').unwrap_or((key, ""));
        meant(key, prefix, name)
    }

    #[test]
    fn slips_find_what_was_meant() {
        for (slip, meant) in [
            ("service.cilium.io/globl", "service.cilium.io/global"),
            ("service.cilium.io/Global", "service.cilium.io/global"),
            ("service.cilium.io/global-service", "service.cilium.io/global"),
            ("service.cillium.io/global", "service.cilium.io/global"),
            ("services.cilium.io/shared", "service.cilium.io/shared"),
            ("service.cilium.io.global", "service.cilium.io/global"),
            ("service.cilium.io-affinity", "service.cilium.io/affinity"),
            ("cilium.io/global-service", "service.cilium.io/global"),
            ("io.cilium/global", "service.cilium.io/global"),
            ("io.cilium/global-services", "io.cilium/global-service"),
            ("io.cillium/shared-service", "io.cilium/shared-service"),
            ("clustermesh.cilium.io/globl", "clustermesh.cilium.io/global"),
            ("clustermesh.cilium.io/affinity", "service.cilium.io/affinity"),
            ("lbipam.cilium.io/ip", "lbipam.cilium.io/ips"),
            ("service.cilium.io/wieght", "service.cilium.io/weight"),
            ("meshc.dev/cluster", "meshc.dev/clusters"),
            ("mesh.dev/clusters", "meshc.dev/clusters"),
        ] {
            assert_eq!(found(slip), Some(meant), "{slip}");
        }
    }

    #[test]
    fn names_of_others_are_left_alone() {
        for other in [
            "service.cilium.io/lb-l7",
            "service.cilium.io/lb-l7-algorithm",
            "clustermesh.cilium.io/supported-ip-families",
            "io.cilium/gateway-controller",
            "io.cilium/app",
            "io.cilium.network/ipv4-pod-cidr",
            "network.cilium.io/wg-pub-key",
            "ingress.cilium.io/service-type",
            "cilium.io/bgp-virtual-router.64512",
            "policy.cilium.io/proxy-visibility",
            "meshc.dev/capacity",
            "meshc.dev/cost",
            "consul.hashicorp.com/service-mesh",
            "linkerd.io/mesh",
            "city.council/global",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
