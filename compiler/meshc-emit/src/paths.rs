//! Where things are written. A name of the user's never leads out of its folder.

use std::collections::BTreeSet;

use meshc_model::{Name, ObjectKey};

/// The folder of a cluster's manifests.
pub(crate) fn manifests(cluster: Name) -> String {
    format!("clusters/{cluster}")
}

/// The folder of a cluster's tables.
pub(crate) fn tables(cluster: Name) -> String {
    format!("tables/{cluster}")
}

/// The name, without ending, of what holds the objects of a namespace, or of the cluster where it is empty.
pub(crate) fn namespace(namespace: Name) -> String {
    match namespace.as_str() {
        "" => "_cluster".to_owned(),
        // The name of the file that lists the others.
        "kustomization" => "kustomization_".to_owned(),
        other => part(other),
    }
}

/// The name of the file that holds the objects of a namespace, or of the cluster where it is empty.
pub fn namespace_file(name: &str) -> String {
    format!("{}.yaml", namespace(Name::new(name)))
}

/// Names for the files of single objects, each once.
#[derive(Default)]
pub(crate) struct ObjectNames {
    taken: BTreeSet<String>,
}

impl ObjectNames {
    /// The path of an object below its cluster's folder.
    pub(crate) fn next(&mut self, key: ObjectKey) -> String {
        let folder = namespace(key.namespace);
        let name = if key.name.is_empty() { "unnamed".to_owned() } else { part(key.name.as_str()) };
        let base = format!("{folder}/{}-{name}", part(&key.kind.as_str().to_lowercase()));
        let with_group = format!("{base}.{}", part(key.group.as_str()));
        let numbered = (2..).map(|number| format!("{with_group}-{number}"));
        let mut candidates = [base, with_group.clone()].into_iter().chain(numbered);
        let free = candidates.find(|candidate| self.taken.insert(candidate.clone()));
        format!("{}.yaml", free.expect("numbers do not end"))
    }
}

/// A part of a path that is safe on every file system: whatever is not a letter, digit, dot or dash is spelled out.
fn part(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => safe.push(byte as char),
            b'.' if !safe.is_empty() => safe.push('.'),
            other => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                safe.extend(['_', char::from(HEX[usize::from(other >> 4)]), char::from(HEX[usize::from(other & 15)])]);
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_lead_out_of_their_folder() {
        assert_eq!(namespace(Name::new("../../etc")), "_2e._2f.._2fetc");
        assert_eq!(namespace(Name::new("kustomization")), "kustomization_");
        assert_eq!(namespace(Name::EMPTY), "_cluster");
    }

    #[test]
    fn objects_of_like_names_have_files_of_their_own() {
        let key = |group| ObjectKey {
            namespace: Name::new("a"),
            group: Name::new(group),
            kind: Name::new("Ingress"),
            name: Name::new("x"),
        };
        let mut names = ObjectNames::default();
        assert_eq!(names.next(key("extensions")), "a/ingress-x.yaml");
        assert_eq!(names.next(key("networking.k8s.io")), "a/ingress-x.networking.k8s.io.yaml");
        assert_eq!(names.next(key("networking.k8s.io")), "a/ingress-x.networking.k8s.io-2.yaml");
    }
}
