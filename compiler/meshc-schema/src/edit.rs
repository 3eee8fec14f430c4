//! Edits of the user's text that leave YAML and JSON valid, in whatever style they stand.

use meshc_diag::Edit;
use meshc_source::Span;
use meshc_syntax::plain_is_safe;

/// Puts the key or string `new`, which needs no escapes, where `old` is written: without quotes where it had none and
/// needs none.
pub(crate) fn replace(span: Span, old: &str, new: &str) -> Edit {
    // A text in quotes is longer than what it says.
    let bare = span.len() as usize == old.len() && plain_is_safe(new);
    Edit::replace(span, if bare { new.to_owned() } else { format!("\"{new}\"") })
}

#[cfg(test)]
mod tests {
    use meshc_diag::{Confidence, Diagnostics};
    use meshc_source::{SourceFile, SourceMap};

    use crate::declare;

    /// The text of a Service or Deployment with every first fix made, and whether all of them are certain.
    fn mended(text: &str) -> (String, bool) {
        let sources = SourceMap::new(vec![SourceFile::new("a.yaml", text.as_bytes().to_vec())]);
        let mut diags = Diagnostics::new();
        declare(&sources, &mut diags);
        let sorted = diags.into_sorted();
        let fixes: Vec<_> = sorted.iter().filter_map(|found| found.fixes.first()).collect();
        let mut edits: Vec<_> = fixes.iter().flat_map(|fix| &fix.edits).collect();
        edits.sort();
        let mut mended = text.to_owned();
        for edit in edits.into_iter().rev() {
            mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        (mended, fixes.iter().all(|fix| fix.confidence == Confidence::Certain))
    }

    fn service(rest: &str) -> String {
        format!("apiVersion: v1\nkind: Service\n{rest}")
    }

    #[test]
    fn what_has_one_reading_is_mended_for_certain() {
        for (broken, repaired) in [
            ("metadata: {name: 404}", "metadata: {name: \"404\"}"),
            (
                "metadata: {name: w}\nspec:\n  ports:\n  - port: '80'\n",
                "metadata: {name: w}\nspec:\n  ports:\n  - port: 80\n",
            ),
            (
                "metadata: {name: w}\nspec: {ports: [{port: 80, targetPort: \"8080\", protocol: tcp}]}",
                "metadata: {name: w}\nspec: {ports: [{port: 80, targetPort: 8080, protocol: TCP}]}",
            ),
        ] {
            assert_eq!(mended(&service(broken)), (service(repaired), true), "{broken}");
        }
    }

    #[test]
    fn what_was_probably_meant_is_left_to_a_person() {
        for (broken, repaired) in [
            ("metadata: {name: w}\nspec:\n  selectors: {}\n", "metadata: {name: w}\nspec:\n  selector: {}\n"),
            ("metadata: {name: w}\nspec: {\"selectors\":{}}", "metadata: {name: w}\nspec: {\"selector\":{}}"),
            ("metadata: {name: 'My Web'}", "metadata: {name: \"my-web\"}"),
            ("metadata: {name: w}\nspec: {type: Clusterip2}", "metadata: {name: w}\nspec: {type: ClusterIP}"),
            ("metadata: {name: w, labels: {a: b c}}", "metadata: {name: w, labels: {a: b-c}}"),
        ] {
            assert_eq!(mended(&service(broken)), (service(repaired), false), "{broken}");
        }
    }

    #[test]
    fn what_quotes_would_not_mend_has_no_fix() {
        for text in ["metadata: {name: !!int 404}", "metadata: {name: w}\nspec: {ports: [{port: \"080\"}]}"] {
            assert_eq!(mended(&service(text)), (service(text), true), "{text}");
        }
    }
}
