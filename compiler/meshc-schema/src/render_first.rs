//! M0202 render-first: files that are the input of another tool.

use std::collections::BTreeSet;

use meshc_diag::{Code, Diagnostic};
use meshc_source::{SourceMap, Span};

/// The folders of Helm charts, each with a `/` at its end.
pub(crate) struct Charts<'s> {
    folders: BTreeSet<&'s str>,
}

impl<'s> Charts<'s> {
    /// Finds the charts: folders with a `Chart.yaml`.
    pub(crate) fn find(sources: &'s SourceMap) -> Self {
        let charts = sources.files().map(|(_, file)| file.path()).filter(|path| is_chart(path));
        Self { folders: charts.filter_map(|path| path.strip_suffix("Chart.yaml")).collect() }
    }

    /// Whether `path` is part of a chart, so that only Helm can read it.
    pub(crate) fn contain(&self, path: &str) -> bool {
        let mut around = path.match_indices('/').map(|(at, _)| &path[..=at]);
        !self.folders.is_empty() && (self.folders.contains("") || around.any(|folder| self.folders.contains(folder)))
    }
}

/// Whether `path` is the `Chart.yaml` of a chart.
pub(crate) fn is_chart(path: &str) -> bool {
    path == "Chart.yaml" || path.ends_with("/Chart.yaml")
}

/// Says how a chart is rendered.
pub(crate) fn chart(path: &str, at: Span) -> Diagnostic {
    let folder = path.strip_suffix("Chart.yaml").unwrap_or(path).trim_end_matches('/');
    let folder = if folder.is_empty() { "." } else { folder };
    Diagnostic::new(Code::RenderFirst, format!("`{folder}` is a Helm chart, and its templates are left out"))
        .at(at, "the chart")
        .help(format!(
            "render it first: `helm template {folder} | meshc build -`, or keep the rendered manifests in git"
        ))
}

/// Whether a document is for kustomize and not for a cluster.
pub(crate) fn is_kustomize(group: &str) -> bool {
    group == "kustomize.config.k8s.io"
}

/// Whether `path` is where kustomize looks for its input, which may leave out `apiVersion` and `kind`.
pub(crate) fn is_kustomization_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Says how a kustomization is rendered.
pub(crate) fn kustomization(path: &str, at: Span) -> Diagnostic {
    let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    Diagnostic::new(Code::RenderFirst, format!("`{path}` is for kustomize, and is left out"))
        .at(at, "what it would change is not seen here")
        .help(format!("render it first: `kustomize build {folder} | meshc build -`"))
}
