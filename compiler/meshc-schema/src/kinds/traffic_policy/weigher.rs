//! `weigher:` of a policy: a built-in by its name, or a plugin with what it may use.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{LimitOverrides, Name, PluginRef, Said, Wasi, WeigherRef};
use meshc_source::Span;
use meshc_syntax::{Node, Value};

use crate::reader::{Fields, wrong_type};

pub(crate) const WEIGHER_FIELDS: &[&str] = &["builtin", "plugin", "wasi", "limits"];
pub(crate) const LIMITS_FIELDS: &[&str] = &["memory", "fuel", "fuelPerEntry", "component", "compileSeconds"];

/// The fields that are for plugins only.
const OF_PLUGINS: [&str; 2] = ["wasi", "limits"];

/// Reads who weighs; what is wrong was reported where nothing comes back.
pub(super) fn read(spec: Fields<'_>, diags: &mut Diagnostics) -> Option<Said<WeigherRef>> {
    if spec.get("weigher").is_none() {
        spec.missing("weigher", "the TrafficPolicy", diags);
        return None;
    }
    let fields = spec.fields("weigher", diags)?;
    fields.deny_unknown(WEIGHER_FIELDS, diags);
    let wasi = fields.word("wasi", &Wasi::WORDS, diags).map(|said| said.value).unwrap_or_default();
    let limits = fields.fields("limits", diags).map(|fields| limits(fields, diags)).unwrap_or_default();
    match (fields.name("builtin", diags), fields.name("plugin", diags)) {
        (Some(name), None) => {
            for key in OF_PLUGINS {
                if let Some(node) = fields.get(key) {
                    for_plugins_only(key, node.span(), name.span, diags);
                }
            }
            Some(Said { value: WeigherRef::Builtin(name.value), span: name.span })
        }
        (None, Some(source)) => {
            check_source(source, diags);
            let plugin = PluginRef { source: source.value, wasi, limits };
            Some(Said { value: WeigherRef::Plugin(plugin), span: source.span })
        }
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

fn for_plugins_only(key: &str, at: Span, builtin: Span, diags: &mut Diagnostics) {
    diags.push(
        Diagnostic::new(Code::InvalidValue, format!("`{key}` is for plugins, and this weigher is a built-in"))
            .at(at, "does nothing here")
            .at(builtin, "a built-in")
            .help(format!("remove `{key}`")),
    );
}

/// A component in a registry is named by its digest, so that the same policy always runs the same code.
fn check_source(source: Said<Name>, diags: &mut Diagnostics) {
    let Some(rest) = source.value.as_str().strip_prefix("oci://") else {
        return;
    };
    let (place, digest) = rest.split_once('@').map_or((rest, None), |(place, digest)| (place, Some(digest)));
    let why = if !place.split_once('/').is_some_and(|(registry, name)| !registry.is_empty() && !name.is_empty()) {
        "no registry and repository"
    } else if digest.is_none() {
        "no digest"
    } else if !digest.is_some_and(is_sha256) {
        "not a digest: `sha256:` and 64 digits of 0 to 9 and a to f"
    } else {
        return;
    };
    diags.push(
        Diagnostic::new(Code::InvalidValue, format!("`plugin` cannot be `{}`", source.value))
            .at(source.span, why)
            .help("write `oci://<registry>/<repository>@sha256:<digest>`; `meshc plugin pull` prints the digest"),
    );
}

fn is_sha256(digest: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    digest.strip_prefix("sha256:").is_some_and(|digits| digits.len() == 64 && digits.bytes().all(hex))
}

fn limits(fields: Fields<'_>, diags: &mut Diagnostics) -> LimitOverrides {
    fields.deny_unknown(LIMITS_FIELDS, diags);
    let mut count = |key: &str, most: u64| {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        fields.number::<u64>(key, 1..=most, diags).map(|said| said.value)
    };
    let fuel = count("fuel", LimitOverrides::MOST_FUEL);
    let fuel_per_entry = count("fuelPerEntry", LimitOverrides::MOST_FUEL_PER_ENTRY);
    let compile_seconds = count("compileSeconds", LimitOverrides::MOST_COMPILE_SECONDS);
    let mut size = |key: &str, most: u64| size(fields.get(key)?, key, most, diags);
    LimitOverrides {
        memory: size("memory", LimitOverrides::MOST_MEMORY),
        fuel,
        fuel_per_entry,
        component: size("component", LimitOverrides::MOST_COMPONENT),
        compile_seconds,
    }
}

/// A number of bytes: a whole number, or one with `Ki`, `Mi` or `Gi`.
fn size(node: Node<'_>, key: &str, most: u64, diags: &mut Diagnostics) -> Option<u64> {
    let (found, shown) = match node.value() {
        Value::Int(value) => (u64::try_from(value).ok(), value.to_string()),
        Value::UInt(value) => (Some(value), value.to_string()),
        Value::Str(text) => (bytes(text), text.to_owned()),
        Value::Null | Value::Bool(_) | Value::Float(_) | Value::Map | Value::Seq => {
            wrong_type(node, &format_args!("`{key}`"), "a size", diags);
            return None;
        }
    };
    let found = found.filter(|bytes| (1..=most).contains(bytes));
    if found.is_none() {
        diags.push(
            Diagnostic::new(Code::InvalidValue, format!("`{key}` cannot be `{shown}`"))
                .at(node.span(), format!("it is more than 0 and at most {}Mi", most >> 20))
                .help("write a size as `64Mi`: a whole number of `Ki`, `Mi`, `Gi` or bytes"),
        );
    }
    found
}

fn bytes(text: &str) -> Option<u64> {
    let units = [("Ki", 10), ("Mi", 20), ("Gi", 30)];
    let (digits, shift) =
        units.into_iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift))).unwrap_or((text, 0));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_whole_numbers_of_a_unit() {
        assert_eq!(bytes("64Mi"), Some(64 << 20));
        assert_eq!(bytes("1Gi"), Some(1 << 30));
        assert_eq!(bytes("4096"), Some(4096));
        for wrong in ["", "Mi", "1.5Gi", "-1Ki", "+1Ki", "64MB", "99999999999Gi", "18446744073709551616"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_digest_has_64_digits() {
        assert!(is_sha256(&format!("sha256:{}", "0a".repeat(32))));
        assert!(!is_sha256(&format!("sha256:{}", "0A".repeat(32))));
        assert!(!is_sha256(&format!("sha512:{}", "0a".repeat(32))));
        assert!(!is_sha256("sha256:0a"));
    }
}
