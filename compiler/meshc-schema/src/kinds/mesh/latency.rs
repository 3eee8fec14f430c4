//! `latency:` of a Mesh: round-trip times between clusters or regions.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Name, Said};

use crate::reader::Fields;

pub(crate) const LATENCY_FIELDS: &[&str] = &["between", "from", "to", "rtt"];

/// The longest time, in microseconds: a minute.
const LONGEST: u64 = 60_000_000;

/// A round-trip time as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct LatencyDecl {
    /// The client's cluster or region.
    pub from: Said<Name>,
    /// The other cluster or region.
    pub to: Said<Name>,
    /// Whether it holds for the other direction too.
    pub both: bool,
    /// The time, in microseconds.
    pub rtt: Said<u32>,
}

/// Reads the list; what is wrong is reported and left out.
pub(super) fn read(spec: Fields<'_>, diags: &mut Diagnostics) -> Vec<LatencyDecl> {
    let listed = spec.list("latency", diags);
    listed.into_iter().filter_map(|node| entry(Fields::item(node, "latency", diags)?, diags)).collect()
}

fn entry(fields: Fields<'_>, diags: &mut Diagnostics) -> Option<LatencyDecl> {
    fields.deny_unknown(LATENCY_FIELDS, diags);
    if fields.get("rtt").is_none() {
        fields.missing("rtt", "the latency", diags);
    }
    let rtt = fields.string("rtt", diags).and_then(|text| time(text, diags));
    if fields.get("between").is_some() {
        return between(fields, rtt, diags);
    }
    for key in ["from", "to"] {
        if fields.get(key).is_none() {
            fields.missing(key, "the latency", diags);
        }
    }
    let (from, to) = (fields.name("from", diags), fields.name("to", diags));
    Some(LatencyDecl { from: from?, to: to?, both: false, rtt: rtt? })
}

fn between(fields: Fields<'_>, rtt: Option<Said<u32>>, diags: &mut Diagnostics) -> Option<LatencyDecl> {
    let list = fields.get("between")?;
    if let Some(other) = fields.get("from").or_else(|| fields.get("to")) {
        diags.push(
            Diagnostic::new(Code::InvalidValue, "a latency has `between`, or `from` and `to`, and this one has both")
                .at(other.span(), "one direction")
                .at(list.span(), "both directions")
                .help("remove one of them, or write two entries"),
        );
        return None;
    }
    let listed = fields.list("between", diags).len();
    let names = fields.names("between", diags);
    let &[from, to] = names.as_slice() else {
        if names.len() == listed {
            diags.push(
                Diagnostic::new(Code::InvalidValue, format!("`between` cannot have {listed} name(s)"))
                    .at(list.span(), "it has two")
                    .help("write `between: [cluster1, cluster2]`"),
            );
        }
        return None;
    };
    Some(LatencyDecl { from, to, both: true, rtt: rtt? })
}

fn time(text: Said<&str>, diags: &mut Diagnostics) -> Option<Said<u32>> {
    let value = microseconds(text.value);
    if value.is_none() {
        diags.push(
            Diagnostic::new(Code::InvalidValue, format!("`rtt` cannot be `{}`", text.value))
                .at(text.span, "not a time of at most 60s")
                .help("write it as `80us`, `12ms`, `1.5ms` or `1s`"),
        );
    }
    value.map(|value| Said { value, span: text.span })
}

/// A time in microseconds, rounded up, so that what takes time is not 0.
fn microseconds(text: &str) -> Option<u32> {
    // `s` is the end of the others too.
    let units = [("us", 1), ("ms", 1000), ("s", 1_000_000)];
    let (number, unit) = units.into_iter().find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, unit)))?;
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !part.is_none_or(digits) {
        return None;
    }
    let part = part.unwrap_or("0");
    let scale = 10_u64.pow(part.len() as u32);
    let fraction = (part.parse::<u64>().ok()? * unit).div_ceil(scale);
    let total = whole.parse::<u64>().ok()? * unit + fraction;
    u32::try_from(total).ok().filter(|_| total <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        let cases = [("80us", 80), ("12ms", 12_000), ("1.5ms", 1500), ("0.0001ms", 1), ("2s", 2_000_000), ("0ms", 0)];
        for (text, expected) in cases {
            assert_eq!(microseconds(text), Some(expected), "{text}");
        }
        for wrong in ["", "ms", "12", "12m", ".5ms", "1.ms", "-1ms", "1e3ms", "61s", "99999999999s", "12 ms", "1.5.5s"]
        {
            assert_eq!(microseconds(wrong), None, "{wrong}");
        }
    }
}
