//! Addresses, as far as registries use them.

/// An address of HTTP, in parts that are safe to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// Whether it is `https`.
    pub(crate) encrypted: bool,
    /// The host and, unless it is the scheme's own, the port; in lowercase.
    pub(crate) authority: String,
    /// The path and the query. A query may hold a signature, so it is never shown.
    path: String,
}

impl Url {
    /// An address of a registry.
    pub(crate) fn new(encrypted: bool, authority: &str, path: String) -> Self {
        Self { encrypted, authority: normal(encrypted, authority), path }
    }

    /// Reads an absolute address. None if it is something else, or has a user name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let encrypted = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let is_odd = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'@' | b'\\');
        if authority.is_empty() || authority.bytes().any(is_odd) || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Some(Self::new(encrypted, authority, path))
    }

    /// Reads the address of a `Location`, which may leave out what is equal to this one.
    pub(crate) fn join(&self, location: &str) -> Option<Self> {
        let scheme = if self.encrypted { "https" } else { "http" };
        if location.starts_with("//") {
            Self::parse(&format!("{scheme}:{location}"))
        } else if location.starts_with('/') {
            Self::parse(&format!("{scheme}://{}{location}", self.authority))
        } else {
            Self::parse(location)
        }
    }

    /// Adds a parameter to the query.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(&format!("{name}={}", encode(value)));
        self
    }

    /// Whether both are the same host, port and scheme, so that one may see the credentials of the other.
    pub(crate) fn has_origin_of(&self, other: &Self) -> bool {
        self.encrypted == other.encrypted && self.authority == other.authority
    }

    /// The whole address, for sending and not for showing.
    pub(crate) fn text(&self) -> String {
        format!("{}://{}{}", if self.encrypted { "https" } else { "http" }, self.authority, self.path)
    }
}

fn normal(encrypted: bool, authority: &str) -> String {
    let authority = authority.to_ascii_lowercase();
    let own = if encrypted { ":443" } else { ":80" };
    authority.strip_suffix(own).map(str::to_owned).unwrap_or(authority)
}

/// Whether a host, with or without a port, is this machine.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Writes a value of a query or a form so that it cannot be taken for syntax.
pub(crate) fn encode(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let registry = Url::parse("https://r.example/v2/").unwrap();
        for (location, same) in [
            ("/v2/x", true),
            ("https://R.example:443/x", true),
            ("//r.example/x", true),
            ("http://r.example/x", false),
            ("https://r.example:8443/x", false),
            ("https://r.example.evil.example/x", false),
        ] {
            assert_eq!(registry.join(location).unwrap().has_origin_of(&registry), same, "{location}");
        }
    }

    #[test]
    fn odd_addresses_are_none() {
        let registry = Url::parse("https://r.example/v2/").unwrap();
        for location in
            ["", "x", "ftp://r.example/", "https://", "https://r.example@evil.example/", "https://a b/", "///"]
        {
            assert_eq!(registry.join(location), None, "{location}");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for (authority, is) in [
            ("localhost", true),
            ("localhost:5000", true),
            ("127.0.0.1:5000", true),
            ("[::1]", true),
            ("[::1]:5000", true),
            ("127.0.0.1.example", false),
            ("localhost.example:80", false),
            ("[::2]", false),
        ] {
            assert_eq!(is_loopback(authority), is, "{authority}");
        }
    }
}
