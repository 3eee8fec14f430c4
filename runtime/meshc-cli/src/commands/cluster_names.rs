//! From the names of contexts to names that clusters can have.

use std::collections::BTreeSet;

/// The longest name that Cilium takes.
const LONGEST: usize = 32;

/// Names for clusters, each once.
#[derive(Default)]
pub(super) struct ClusterNames {
    taken: BTreeSet<String>,
}

impl ClusterNames {
    /// A name that is as near to `context` as can be, and that no earlier one has.
    pub(super) fn next(&mut self, context: &str) -> String {
        let name = cluster_name(context);
        let stem = name[..name.len().min(LONGEST - 4)].trim_end_matches('-');
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let mut free = std::iter::once(name.clone()).chain(numbered).filter(|name| !self.taken.contains(name));
        let name = free.next().expect("numbers do not end");
        self.taken.insert(name.clone());
        name
    }
}

/// A name of Cilium's form: lower case letters, digits and dashes.
fn cluster_name(context: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = context.chars().map(plain).collect();
    // The end of a context tells more than its start, as in `arn:aws:eks:eu-west-1:1234:cluster/shop`.
    let from = text.len().saturating_sub(LONGEST);
    let name = text[from..].trim_matches('-');
    // Cilium keeps `default` for a cluster that is in no mesh.
    if name.is_empty() || name == "default" { "cluster".into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_become_names_that_clusters_can_have() {
        let mut names = ClusterNames::default();
        for (context, expected) in [
            ("kind-c1", "kind-c1"),
            ("arn:aws:eks:eu-west-1:123456789012:cluster/Shop", "west-1-123456789012-cluster-shop"),
            ("admin@prod_eu", "admin-prod-eu"),
            ("kind.c1", "kind-c1-2"),
            ("kind_c1", "kind-c1-3"),
            ("//", "cluster"),
            ("default", "cluster-2"),
            ("a-name-of-the-very-longest-sort-1", "name-of-the-very-longest-sort-1"),
            ("a-name-of-the-very-longest-sort_1", "name-of-the-very-longest-sor-2"),
        ] {
            assert_eq!(names.next(context), expected, "{context}");
        }
    }
}
