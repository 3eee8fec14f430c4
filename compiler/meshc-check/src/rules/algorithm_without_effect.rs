//! M0421 algorithm-without-effect: a service chooses how packets find their backend, or how they are sent on, and Cilium does
//! not heed it (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Algorithm, Cluster, ClusterId, ClusterSet, DataPlane, Forwarding, Mesh, Name, Pair, names};
use meshc_schema::nearest;

use super::{names_of, placed_services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service, placement) in placed_services(mesh) {
        for choice in &CHOICES {
            let said = service.all_annotations.iter().find(|pair| pair.key == *choice.key);
            let found = said.and_then(|said| choice.check(mesh, object.key.name, said, placement));
            if let Some(diagnostic) = found {
                diags.push(diagnostic);
            }
        }
    }
}

/// Something that a service can choose by an annotation.
struct Choice {
    key: &'static str,
    words: &'static [&'static str],
    /// What lets services choose: the setting, Cilium's flag, and whether it is on.
    setting: &'static str,
    flag: &'static str,
    is_on: fn(&DataPlane) -> bool,
    /// What counts where services cannot choose.
    standard: fn(&DataPlane) -> &'static str,
    /// Whether the word counts in any case.
    any_case: fn(&DataPlane) -> bool,
}

const CHOICES: [Choice; 2] = [
    Choice {
        key: names::LB_ALGORITHM,
        words: &[Algorithm::ALL[0].1, Algorithm::ALL[1].1],
        setting: "algorithmAnnotation",
        flag: "--bpf-lb-algorithm-annotation",
        is_on: |data_plane| data_plane.algorithm_annotation,
        standard: |data_plane| data_plane.algorithm.word(),
        any_case: |data_plane| data_plane.version.reads_algorithm_in_any_case(),
    },
    Choice {
        key: names::FORWARDING_MODE,
        words: &[Forwarding::ALL[0].1, Forwarding::ALL[1].1, Forwarding::ALL[2].1],
        setting: "forwardingAnnotation",
        flag: "--bpf-lb-mode-annotation",
        is_on: |data_plane| data_plane.forwarding_annotation,
        standard: |data_plane| data_plane.forwarding.word(),
        any_case: |_| true,
    },
];

impl Choice {
    fn check(&self, mesh: &Mesh, service: Name, said: &Pair, placement: &ClusterSet) -> Option<Diagnostic> {
        let value = &*said.value;
        let Some(word) = self.words.iter().copied().find(|word| value.eq_ignore_ascii_case(word)) else {
            return Some(self.unknown(service, said));
        };
        let cluster = |id: &ClusterId| mesh.cluster(*id);
        let misread = placement.iter().find(|id| value != word && !(self.any_case)(&cluster(id).data_plane));
        if let Some(id) = misread {
            return Some(self.wrong_case(service, said, word, cluster(&id)));
        }
        let ignored: ClusterSet = placement
            .iter()
            .filter(|id| {
                let data_plane = &cluster(id).data_plane;
                !(self.is_on)(data_plane) && (self.standard)(data_plane) != word
            })
            .collect();
        let first = ignored.iter().next()?;
        Some(self.not_heard(service, said, cluster(&first), &names_of(mesh, &ignored)))
    }

    fn unknown(&self, service: Name, said: &Pair) -> Diagnostic {
        let diagnostic = Diagnostic::new(
            Code::AlgorithmWithoutEffect,
            format!("`{}` of `{service}` is `{}`, which Cilium does not know", self.key, said.value),
        )
        .at(said.span, "counts for nothing");
        if let Some(word) = nearest(said.value.trim(), self.words.iter().copied()) {
            return mended(diagnostic.help(format!("did you mean `{word}`?")), said, word);
        }
        let words: Vec<_> = self.words.iter().map(|word| format!("`{word}`")).collect();
        diagnostic.help(format!("it is one of {}", words.join(", ")))
    }

    fn wrong_case(&self, service: Name, said: &Pair, word: &str, cluster: &Cluster) -> Diagnostic {
        let diagnostic = Diagnostic::new(
            Code::AlgorithmWithoutEffect,
            format!("`{}` of `{service}` is `{}`, and Cilium reads it in lower case only", self.key, said.value),
        )
        .at(said.span, format!("Cilium {} does not know this word", cluster.data_plane.version))
        .help(format!("write `{}: \"{word}\"`", self.key));
        mended(diagnostic, said, word)
    }

    fn not_heard(&self, service: Name, said: &Pair, cluster: &Cluster, here: &str) -> Diagnostic {
        let standard = (self.standard)(&cluster.data_plane);
        let diagnostic = Diagnostic::new(
            Code::AlgorithmWithoutEffect,
            format!("`{}: {}` of `{service}` has no effect in {here}", self.key, said.value),
        )
        .at(said.span, format!("services cannot choose there, and `{standard}` counts"));
        let setting = cluster.setting(self.setting);
        let diagnostic = setting.into_iter().fold(diagnostic, |diagnostic, setting| diagnostic.at(setting, "off"));
        diagnostic.help(format!(
            "if the clusters run with `{}`, say so in the Mesh, below `dataPlane.cilium`: `{}: true`; else remove this line",
            self.flag, self.setting
        ))
    }
}

fn mended(diagnostic: Diagnostic, said: &Pair, word: &str) -> Diagnostic {
    diagnostic.fix(Fix::likely(format!("write `\"{word}\"`"), vec![Edit::replace(said.span, format!("\"{word}\""))]))
}
