//! What a registry says when it wants to know who asks.

/// One value of `WWW-Authenticate`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A name and a password will do.
    Basic,
    /// A token of the service at `realm` is needed.
    Bearer { realm: String, service: Option<String> },
}

impl Challenge {
    /// Reads a value. None if it is of another scheme, or lacks the realm that it needs.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (scheme, rest) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => Some(Self::Basic),
            "bearer" => Some(Self::Bearer { realm: parameter(rest, "realm")?, service: parameter(rest, "service") }),
            _ => None,
        }
    }
}

/// Finds a parameter in `name="value",name=value`.
fn parameter(mut rest: &str, wanted: &str) -> Option<String> {
    loop {
        let (name, after) = rest.split_once('=')?;
        let value;
        (value, rest) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        if name.trim_matches([' ', ',']).eq_ignore_ascii_case(wanted) {
            return Some(value.trim().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_may_be_quoted_and_in_any_order() {
        let bearer = |realm: &str, service: Option<&str>| {
            Some(Challenge::Bearer { realm: realm.into(), service: service.map(str::to_owned) })
        };
        for (value, challenge) in [
            ("Basic realm=\"r\"", Some(Challenge::Basic)),
            ("Basic", Some(Challenge::Basic)),
            ("Bearer realm=\"https://a/t\",service=\"s\",scope=\"a:b:pull,push\"", bearer("https://a/t", Some("s"))),
            ("bearer scope=\"x,realm=no\", service=s, realm=https://a/t", bearer("https://a/t", Some("s"))),
            ("Bearer realm=\"https://a/t\"", bearer("https://a/t", None)),
            ("Bearer service=\"s\"", None),
            ("Bearer realm=\"https://a", None),
            ("Negotiate", None),
            ("", None),
        ] {
            assert_eq!(Challenge::parse(value), challenge, "{value}");
        }
    }
}
