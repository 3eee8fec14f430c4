//! Which object stands in which clusters (DESIGN 4): the more special placement replaces the less special one.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};
use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Cluster, ClusterId, ClusterSet, Name, Object, Tier};
use meshc_schema::{PlacementRule, nearest};
use meshc_source::{SourceMap, Span};

use crate::clusters::{cluster_folder, unknown};

/// Finds the clusters of every object.
pub(crate) fn place(
    objects: &[Object],
    clusters: &[Cluster],
    rules: &[PlacementRule],
    sources: &SourceMap,
    diags: &mut Diagnostics,
) -> Vec<ClusterSet> {
    let mut placer = Placer { clusters, rules: compile(rules, clusters, diags), unknown_folders: BTreeSet::new() };
    let (tiers, mut sets): (Vec<_>, Vec<_>) =
        objects.iter().map(|object| placer.place(object, sources.file(object.file).path(), diags)).unzip();
    placer.report_idle_rules(sources, diags);
    replace(objects, &tiers, &mut sets, clusters, diags);
    sets
}

struct Rule {
    text: Name,
    glob: GlobMatcher,
    clusters: ClusterSet,
    span: Span,
}

struct Placer<'c> {
    clusters: &'c [Cluster],
    rules: Vec<Rule>,
    unknown_folders: BTreeSet<Name>,
}

impl Placer<'_> {
    fn place(&mut self, object: &Object, path: &str, diags: &mut Diagnostics) -> (Tier, ClusterSet) {
        if let Some(folder) = cluster_folder(path) {
            report_ignored(object, folder, diags);
            return (Tier::Folder, self.folder(Name::new(folder), object.span, diags));
        }
        if let Some(named) = &object.clusters {
            let mut set = ClusterSet::new();
            for (name, span) in named {
                match find(self.clusters, *name) {
                    Some(id) => set.insert(id),
                    None if name.is_empty() => diags.push(names_none(*span)),
                    None => unknown(name.as_str(), *span, self.clusters, diags),
                }
            }
            return (Tier::Annotation, set);
        }
        let mut matching = self.rules.iter().filter(|rule| rule.glob.is_match(path)).peekable();
        if matching.peek().is_some() {
            let mut set = ClusterSet::new();
            matching.for_each(|rule| set.insert_all(&rule.clusters));
            return (Tier::Rule, set);
        }
        (Tier::Common, ClusterSet::all(self.clusters.len()))
    }

    fn folder(&mut self, name: Name, at: Span, diags: &mut Diagnostics) -> ClusterSet {
        if let Some(id) = find(self.clusters, name) {
            return [id].into_iter().collect();
        }
        if self.unknown_folders.insert(name) && !self.clusters.is_empty() {
            let names = self.clusters.iter().map(|cluster| cluster.name.as_str());
            let help = nearest(name.as_str(), names).map_or_else(
                || "add it to the Mesh, or move the folder".into(),
                |near| format!("did you mean `clusters/{near}/`? Or add `{name}` to the Mesh"),
            );
            diags.push(
                Diagnostic::new(
                    Code::UnknownCluster,
                    format!("the folder `clusters/{name}/` is of no cluster of the mesh"),
                )
                .at(at, "in this folder")
                .help(help),
            );
        }
        ClusterSet::new()
    }

    fn report_idle_rules(&self, sources: &SourceMap, diags: &mut Diagnostics) {
        for rule in &self.rules {
            if !sources.files().any(|(_, file)| rule.glob.is_match(file.path())) {
                diags.push(
                    Diagnostic::new(
                        Code::PlacementMatchesNothing,
                        format!("the placement rule `{}` matches no file", rule.text),
                    )
                    .at(rule.span, "no path of the project is like this")
                    .help(help_for_glob(rule.text.as_str(), sources)),
                );
            }
        }
    }
}

fn names_none(at: Span) -> Diagnostic {
    Diagnostic::new(Code::UnknownCluster, "`meshc.dev/clusters` names no cluster")
        .at(at, "nothing between the commas")
        .help("name clusters, or remove the annotation: then the object belongs to all")
}

fn help_for_glob(glob: &str, sources: &SourceMap) -> String {
    let below = format!("{}/", glob.trim_end_matches('/'));
    if let Some(rest) = glob.strip_prefix("./") {
        format!("leave out `./`: `{rest}`")
    } else if sources.files().any(|(_, file)| file.path().starts_with(&below)) {
        format!("for all files of that folder: `{below}**`")
    } else {
        "paths start at the project's folder; `**` stands for any number of folders".into()
    }
}

fn compile(rules: &[PlacementRule], clusters: &[Cluster], diags: &mut Diagnostics) -> Vec<Rule> {
    let mut compiled = Vec::new();
    for rule in rules {
        let mut set = ClusterSet::new();
        for name in &rule.clusters {
            match find(clusters, name.value) {
                Some(id) => set.insert(id),
                None => unknown(name.value.as_str(), name.span, clusters, diags),
            }
        }
        match GlobBuilder::new(rule.files.value.as_str()).literal_separator(true).build() {
            Ok(glob) => compiled.push(Rule {
                text: rule.files.value,
                glob: glob.compile_matcher(),
                clusters: set,
                span: rule.files.span,
            }),
            Err(error) => diags.push(
                Diagnostic::new(Code::InvalidValue, format!("`{}` is not a glob", rule.files.value))
                    .at(rule.files.span, error.kind().to_string()),
            ),
        }
    }
    compiled
}

fn find(clusters: &[Cluster], name: Name) -> Option<ClusterId> {
    clusters.iter().position(|cluster| cluster.name == name).map(|at| ClusterId(at as u16))
}

/// An annotation below a cluster's folder does nothing. One that says the same as the folder does no harm.
fn report_ignored(object: &Object, folder: &str, diags: &mut Diagnostics) {
    let Some(named) = &object.clusters else {
        return;
    };
    if named.iter().all(|(name, _)| *name == *folder) {
        return;
    }
    let Some((_, first)) = named.first() else {
        return;
    };
    diags.push(
        Diagnostic::new(
            Code::PlacementIgnored,
            format!("`meshc.dev/clusters` on `{}` has no effect: it is in the folder `clusters/{folder}/`", object.key),
        )
        .at(*first, format!("it stands in {folder} only"))
        .help(format!("remove the annotation, or move the object out of `clusters/{folder}/`")),
    );
}

/// `special` is the most special object of the same key.
fn replaced_everywhere(object: &Object, special: &Object) -> Diagnostic {
    Diagnostic::new(
        Code::PlacementIgnored,
        format!("`{}` stands in no cluster: each that it is for has a more special one", object.key),
    )
    .at(object.span, "replaced everywhere")
    .at(special.span, "replaces it")
    .help("remove this one, or what replaces it in the clusters where this one is meant")
}

/// Takes from each object the clusters for which a more special one of the same key stands.
fn replace(objects: &[Object], tiers: &[Tier], sets: &mut [ClusterSet], clusters: &[Cluster], diags: &mut Diagnostics) {
    let mut order: Vec<usize> = (0..objects.len()).filter(|at| !objects[*at].key.name.is_empty()).collect();
    order.sort_by_key(|at| (objects[*at].key, std::cmp::Reverse(tiers[*at]), *at));
    for same_key in order.chunk_by(|a, b| objects[*a].key == objects[*b].key) {
        let mut taken = ClusterSet::new();
        for same_tier in same_key.chunk_by(|a, b| tiers[*a] == tiers[*b]) {
            report_twice(same_tier, objects, sets, clusters, diags);
            let mut more = ClusterSet::new();
            for at in same_tier {
                more.insert_all(&sets[*at]);
                let stood = !sets[*at].is_empty();
                sets[*at].remove_all(&taken);
                if stood && sets[*at].is_empty() {
                    diags.push(replaced_everywhere(&objects[*at], &objects[same_key[0]]));
                }
            }
            taken.insert_all(&more);
        }
    }
}

/// Reports each object that stands in a cluster where an earlier one of the same tier stands already.
fn report_twice(
    same_tier: &[usize],
    objects: &[Object],
    sets: &mut [ClusterSet],
    clusters: &[Cluster],
    diags: &mut Diagnostics,
) {
    for (position, later) in same_tier.iter().enumerate() {
        let earlier = same_tier[..position]
            .iter()
            .find_map(|earlier| Some((*earlier, sets[*earlier].first_common(&sets[*later])?)));
        let Some((earlier, cluster)) = earlier else {
            continue;
        };
        let more = sets[earlier].iter().filter(|id| sets[*later].contains(*id)).count() - 1;
        let whom = match (clusters[usize::from(cluster.0)].name, more) {
            (_, more) if more > 0 && more + 1 == clusters.len() => "every cluster".to_owned(),
            (name, 0) => format!("`{name}`"),
            (name, more) => format!("`{name}` and {more} more"),
        };
        diags.push(
            Diagnostic::new(Code::DuplicateObject, format!("`{}` stands twice for {whom}", objects[*later].key))
                .at(objects[*later].span, "here again")
                .at(objects[earlier].span, "the first")
                .help("remove one, or say which cluster each is for: by a folder `clusters/<name>/`, a placement rule, or the annotation `meshc.dev/clusters`"),
        );
        // The first one stands, so that later phases meet each object once.
        let first = sets[earlier].clone();
        sets[*later].remove_all(&first);
    }
}
