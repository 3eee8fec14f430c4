//! Texts that another tool fills in before anything is applied: `${NAME}`, `{{ .Values.name }}`, `@NAME@`.

use meshc_diag::{Code, Diagnostic};
use meshc_model::Object;

/// Whether `text` holds a placeholder, in any of the ways that are used.
pub(crate) fn is_in(text: &str) -> bool {
    // Nothing that a cluster takes as a name has any of them.
    if !text.bytes().any(|byte| matches!(byte, b'$' | b'{' | b'%' | b'@' | b'<' | b'[' | b'(' | b'_')) {
        return false;
    }
    let twice = |mark: &str| text.matches(mark).nth(1).is_some();
    text.contains('$')
        || ["{{", "[[", "(("].iter().any(|open| text.contains(open))
        || text.find('<').is_some_and(|open| text[open..].contains('>'))
        || ["%", "@", "__"].into_iter().any(twice)
}

/// Says of a file, once, that the names in it are not what will be applied.
pub(crate) fn report(path: &str, objects: &[Object]) -> Option<Diagnostic> {
    let found = objects.iter().find_map(|object| {
        let namespace = object.namespace_span.filter(|_| is_in(object.key.namespace.as_str()));
        let name = is_in(object.key.name.as_str()).then_some(object.span);
        name.map(|span| (object.key.name, span)).or(namespace.map(|span| (object.key.namespace, span)))
    });
    let (text, span) = found?;
    Some(
        Diagnostic::new(
            Code::RenderFirst,
            format!("`{path}` is filled in by another tool, and is read as it stands: `{text}`"),
        )
        .at(span, "a placeholder")
        .help(format!("fill it in first, as `envsubst < {path} | meshc build -` does")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_names() {
        for text in ["${A}", "web-$A", "{{ .Release.Name }}", "%NAME%", "@NAME@", "__NAME__", "<name>", "((name))"] {
            assert!(is_in(text), "{text}");
        }
        for text in ["web", "", "Web_1", "a@b", "50%", "a__b", "a>b", "{a}", "名前"] {
            assert!(!is_in(text), "{text}");
        }
    }
}
