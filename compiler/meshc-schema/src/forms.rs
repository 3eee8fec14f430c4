//! The forms of names in Kubernetes, as its API server checks them (`k8s.io/apimachinery`, `util/validation`).

/// A form of texts: letters and digits at both ends, and some marks between them.
#[derive(Debug)]
pub(crate) struct Form {
    /// What may stand in it, for a help.
    pub(crate) words: &'static str,
    limit: usize,
    capitals: bool,
    marks: &'static str,
    /// Whether what stands between two points has to have the form as well.
    parts: bool,
}

/// A DNS label, as the name of a Service or Namespace.
pub(crate) static LABEL: Form = Form {
    words: "small letters, digits and `-`, with a letter or digit at both ends",
    limit: 63,
    capitals: false,
    marks: "-",
    parts: false,
};

/// A DNS subdomain, as the names of most objects.
pub(crate) static SUBDOMAIN: Form = Form {
    words: "small letters, digits, `-` and `.`, with a letter or digit at both ends and beside each `.`",
    limit: 253,
    marks: "-.",
    parts: true,
    ..LABEL
};

/// What a label can say, if it says anything; also the name of a label or annotation.
pub(crate) static LABEL_VALUE: Form = Form {
    words: "letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
    limit: 63,
    capitals: true,
    marks: "-_.",
    parts: false,
};

/// The name of a container's port, and of a Service's `targetPort`.
pub(crate) static PORT_NAME: Form = Form {
    words: "small letters, digits and single `-`, with a letter or digit at both ends and a letter somewhere",
    limit: 15,
    ..LABEL
};

impl Form {
    /// What is wrong with `text`, as the end of a sentence about it. `None` if it has the form.
    pub(crate) fn flaw(&self, text: &str) -> Option<String> {
        let allowed = |c: &char| self.allows(*c) || self.marks.contains(*c);
        let bytes = text.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
            return Some("is empty".into());
        };
        if let Some(odd) = text.chars().find(|c| !allowed(c)) {
            return Some(match odd {
                ' ' => "has a space in it".into(),
                'A'..='Z' => format!("has the capital `{odd}` in it"),
                '`' => "has a backtick in it".into(),
                _ if odd.is_control() || odd.is_whitespace() => "has a character in it that cannot be seen".into(),
                _ => format!("has `{odd}` in it"),
            });
        }
        // From here on each character is one byte.
        if !first.is_ascii_alphanumeric() {
            return Some(format!("starts with `{}`", char::from(*first)));
        }
        if !last.is_ascii_alphanumeric() {
            return Some(format!("ends with `{}`", char::from(*last)));
        }
        if self.parts {
            let lone =
                bytes.windows(2).find(|pair| pair.contains(&b'.') && !pair.iter().any(u8::is_ascii_alphanumeric));
            if let Some([one, two]) = lone {
                return Some(format!("has `{}{}` in it", char::from(*one), char::from(*two)));
            }
        }
        (bytes.len() > self.limit).then(|| format!("has {} characters, and can have {}", bytes.len(), self.limit))
    }

    fn allows(&self, c: char) -> bool {
        c.is_ascii_digit() || c.is_ascii_lowercase() || self.capitals && c.is_ascii_uppercase()
    }

    /// The text of this form that `text` was probably meant to be.
    pub(crate) fn mended(&self, text: &str) -> Option<String> {
        let mut mended = String::new();
        for c in text.chars() {
            let c = if self.capitals { c } else { c.to_ascii_lowercase() };
            if self.allows(c) || self.marks.contains(c) {
                mended.push(c);
            } else if !mended.ends_with('-') {
                mended.push('-');
            }
        }
        let mended = mended.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        self.flaw(mended).is_none().then(|| mended.to_owned())
    }
}

/// What is wrong with the name of a container's port.
pub(crate) fn port_name_flaw(text: &str) -> Option<String> {
    if let Some(flaw) = PORT_NAME.flaw(text) {
        return Some(flaw);
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Some("has no letter".into());
    }
    text.contains("--").then(|| "has `--` in it".into())
}

/// What is wrong with the key of a label, as a sentence.
pub(crate) fn key_flaw(key: &str) -> Option<String> {
    let Some((prefix, name)) = key.split_once('/') else {
        return LABEL_VALUE.flaw(key).map(|flaw| format!("it {flaw}"));
    };
    if name.contains('/') {
        return Some("it has more than one `/`".into());
    }
    if let Some(flaw) = SUBDOMAIN.flaw(prefix) {
        return Some(format!("its prefix {flaw}"));
    }
    LABEL_VALUE.flaw(name).map(|flaw| format!("what follows the `/` {flaw}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_subdomains_are_those_of_kubernetes() {
        let long = "a".repeat(64);
        for (text, label, subdomain) in [
            ("web", true, true),
            ("1web", true, true),
            ("web-1.shop", false, true),
            ("web..shop", false, false),
            ("web-.shop", false, false),
            ("web.-shop", false, false),
            (".web", false, false),
            ("web-", false, false),
            ("Web", false, false),
            ("web_1", false, false),
            ("wéb", false, false),
            ("", false, false),
            (&long, false, true),
        ] {
            assert_eq!(LABEL.flaw(text).is_none(), label, "{text}");
            assert_eq!(SUBDOMAIN.flaw(text).is_none(), subdomain, "{text}");
        }
    }

    #[test]
    fn port_names_have_a_letter_and_at_most_fifteen_characters() {
        for (text, fits) in [
            ("http", true),
            ("8080", false),
            ("a--b", false),
            ("h2-c", true),
            ("a234567890123456", false),
            ("-a", false),
        ] {
            assert_eq!(port_name_flaw(text).is_none(), fits, "{text}");
        }
    }

    #[test]
    fn keys_have_one_prefix_at_most() {
        for (text, fits) in [
            ("app", true),
            ("app.kubernetes.io/name", true),
            ("App_1", true),
            ("a/b/c", false),
            ("/name", false),
            ("a/", false),
            ("Example.com/name", false),
            ("my app", false),
        ] {
            assert_eq!(key_flaw(text).is_none(), fits, "{text}");
        }
    }

    #[test]
    fn what_was_meant_is_found_where_there_is_something() {
        assert_eq!(LABEL.mended("Web_1 "), Some("web-1".into()));
        assert_eq!(LABEL_VALUE.mended("a & b"), Some("a-b".into()));
        assert_eq!(LABEL.mended("名前"), None);
        assert_eq!(LABEL.mended(&"a".repeat(64)), None);
    }
}
