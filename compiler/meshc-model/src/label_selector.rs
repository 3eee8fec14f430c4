use crate::Name;

/// A label selector as text, as `service.cilium.io/node-selector` has it: `a=b,c!=d,e in (f,g),h,!i,j>1`. Its
/// requirements all have to hold.
#[derive(Debug, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, PartialEq, Eq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
    Greater(String, i64),
    Less(String, i64),
}

impl LabelSelector {
    /// Reads a selector; `None` if it is none. The empty one matches everything.
    pub fn parse(text: &str) -> Option<LabelSelector> {
        let mut requirements = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = end_of_requirement(rest);
            requirements.push(requirement(rest[..end].trim())?);
            rest = match rest[end..].strip_prefix(',') {
                Some(more) if more.trim().is_empty() => return None,
                Some(more) => more.trim_start(),
                None => "",
            };
        }
        Some(LabelSelector { requirements })
    }

    /// Whether `labels` fulfill it.
    pub fn matches(&self, labels: &[(Name, Name)]) -> bool {
        let value = |key: &str| labels.iter().find(|(own, _)| *own == *key).map(|(_, value)| value.as_str());
        let number = |key: &str| value(key).and_then(|value| value.parse::<i64>().ok());
        self.requirements.iter().all(|requirement| match requirement {
            Requirement::In(key, values) => value(key).is_some_and(|value| values.iter().any(|one| one == value)),
            Requirement::NotIn(key, values) => value(key).is_none_or(|value| values.iter().all(|one| one != value)),
            Requirement::Exists(key) => value(key).is_some(),
            Requirement::Absent(key) => value(key).is_none(),
            Requirement::Greater(key, bound) => number(key).is_some_and(|number| number > *bound),
            Requirement::Less(key, bound) => number(key).is_some_and(|number| number < *bound),
        })
    }
}

/// The next comma outside of parentheses.
fn end_of_requirement(text: &str) -> usize {
    let mut depth = 0_i32;
    let end = text.char_indices().find(|(_, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        *c == ',' && depth <= 0
    });
    end.map_or(text.len(), |(at, _)| at)
}

fn requirement(text: &str) -> Option<Requirement> {
    if let Some(name) = text.strip_prefix('!') {
        return key(name.trim()).map(Requirement::Absent);
    }
    if text.ends_with(')') {
        return set(text);
    }
    // The longer signs before those that are a part of them.
    for sign in ["!=", "==", "=", ">", "<"] {
        let Some((name, value)) = text.split_once(sign) else {
            continue;
        };
        let (name, value) = (key(name.trim())?, value.trim());
        return match sign {
            "!=" => label_value(value).map(|value| Requirement::NotIn(name, vec![value])),
            ">" => value.parse().ok().map(|value| Requirement::Greater(name, value)),
            "<" => value.parse().ok().map(|value| Requirement::Less(name, value)),
            _ => label_value(value).map(|value| Requirement::In(name, vec![value])),
        };
    }
    key(text).map(Requirement::Exists)
}

/// `key in (a, b)` or `key notin (a, b)`.
fn set(text: &str) -> Option<Requirement> {
    let (head, values) = text.strip_suffix(')')?.split_once('(')?;
    let mut words = head.split_whitespace();
    let (name, operator) = (key(words.next()?)?, words.next()?);
    let values: Option<Vec<_>> = values.split(',').map(|value| label_value(value.trim())).collect();
    match (operator, words.next()) {
        ("in", None) => Some(Requirement::In(name, values?)),
        ("notin", None) => Some(Requirement::NotIn(name, values?)),
        _ => None,
    }
}

fn key(text: &str) -> Option<String> {
    let part = |text: &str| !text.is_empty() && is_label(text);
    let legal = match text.split_once('/') {
        Some((prefix, name)) => !prefix.is_empty() && prefix.len() <= 253 && is_label_text(prefix) && part(name),
        None => part(text),
    };
    legal.then(|| text.to_owned())
}

fn label_value(text: &str) -> Option<String> {
    (text.is_empty() || is_label(text)).then(|| text.to_owned())
}

/// At most 63 letters, digits and `-_.`, with a letter or digit at both ends.
fn is_label(text: &str) -> bool {
    let end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 63 && is_label_text(text) && end(text.bytes().next()) && end(text.bytes().last())
}

fn is_label_text(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(selector: &str) -> bool {
        let labels = [("zone", "a"), ("tier", "web"), ("size", "3")];
        let labels = labels.map(|(key, value)| (Name::new(key), Name::new(value)));
        LabelSelector::parse(selector).expect("it is a selector").matches(&labels)
    }

    #[test]
    fn every_requirement_has_to_hold() {
        for selector in
            ["", "zone=a", "zone==a,tier=web", "zone in (a, b)", "!gpu", "gpu!=yes", "size>2,size<4", "tier"]
        {
            assert!(holds(selector), "{selector}");
        }
        for selector in ["zone=b", "zone=a,gpu", "zone notin (a)", "!tier", "size>3", "tier>1"] {
            assert!(!holds(selector), "{selector}");
        }
    }

    #[test]
    fn what_is_no_selector_is_told() {
        for text in ["=a", "a in b", "a in (b", "a,,b", "a=b,", "a=b c", "-a", "a in (b c)"] {
            assert_eq!(LabelSelector::parse(text), None, "{text}");
        }
    }
}
