//! `meshc check --fix`: the user's own text, mended where it can be proven that nothing else changes.

mod edits;
mod write;

use std::collections::BTreeMap;

use meshc_compiler::emit::{EmitOptions, Layout};
use meshc_compiler::weigh::WeightedTables;
use meshc_diag::{Code, Confidence, Diagnostic, Fix, Severity};
use meshc_source::{SourceFile, SourceMap};

pub(crate) use write::write;

/// How often mended text is looked at again: mending one mistake can show another.
const MOST_ROUNDS: usize = 10;

/// The most fixes that are tried one by one where together they cannot be proven.
const MOST_ALONE: usize = 100;

/// What the compiler makes of a project.
pub(crate) struct Outcome {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) weighted: Option<WeightedTables>,
}

/// A project with what could be mended mended.
pub(crate) struct Mended {
    /// Its texts.
    pub(crate) sources: SourceMap,
    /// What the compiler makes of them.
    pub(crate) outcome: Outcome,
    /// How many fixes were made.
    pub(crate) fixes: usize,
}

/// Makes every fix that may be made without asking, until there is none left. `compile` is the compiler.
pub(crate) fn mend(sources: &SourceMap, compile: impl Fn(&SourceMap) -> Outcome) -> Mended {
    let sources = with_edits(sources, &[]);
    let mut mended = Mended { outcome: compile(&sources), sources, fixes: 0 };
    for _ in 0..MOST_ROUNDS {
        let found = fixes(&mended.outcome);
        let fixes = edits::apart(&found);
        if fixes.is_empty() {
            break;
        }
        let next = attempt(&mended, &fixes, &compile).or_else(|| one_by_one(&mended, &fixes, &compile));
        let Some(next) = next else {
            break;
        };
        mended = next;
    }
    mended
}

/// The fixes that are certain, each once. Where there are tables, they have to stay as they are. Where there are none,
/// nobody is served by what cannot be built, so that errors may be mended; the rest waits until they are.
fn fixes(outcome: &Outcome) -> Vec<Fix> {
    let mut found: Vec<Fix> = Vec::new();
    let may = |found: &&Diagnostic| outcome.weighted.is_some() || found.code.severity() == Severity::Error;
    for diagnostic in outcome.diagnostics.iter().filter(may) {
        // The first is the best; one after it is another thing that may be meant.
        if let Some(fix) = diagnostic.fixes.first().filter(|fix| fix.confidence == Confidence::Certain)
            && !found.iter().any(|other| other.edits == fix.edits)
        {
            found.push(fix.clone());
        }
    }
    found
}

fn one_by_one(before: &Mended, fixes: &[&Fix], compile: &impl Fn(&SourceMap) -> Outcome) -> Option<Mended> {
    fixes.iter().take(MOST_ALONE).find_map(|fix| attempt(before, &[*fix], compile))
}

/// Makes `fixes`; `None` if the result is not what it was but for them.
fn attempt(before: &Mended, fixes: &[&Fix], compile: &impl Fn(&SourceMap) -> Outcome) -> Option<Mended> {
    let sources = with_edits(&before.sources, fixes);
    let outcome = compile(&sources);
    let proven = is_proven(&before.outcome, &outcome, fixes);
    proven.then(|| Mended { sources, outcome, fixes: before.fixes + fixes.len() })
}

/// Whether the text can still be read, what was to be mended is mended, and everybody is served by whom they were.
fn is_proven(before: &Outcome, after: &Outcome, fixes: &[&Fix]) -> bool {
    let unreadable = |outcome: &Outcome| outcome.diagnostics.iter().filter(|found| is_syntax(found.code)).count();
    let open = |outcome: &Outcome| {
        outcome
            .diagnostics
            .iter()
            .filter(|found| found.fixes.first().is_some_and(|fix| fixes.iter().any(|own| own.title == fix.title)))
            .count()
    };
    let same_tables = match (&before.weighted, &after.weighted) {
        (Some(before), Some(after)) => tables(before) == tables(after),
        (None, _) => true,
        (Some(_), None) => false,
    };
    unreadable(after) <= unreadable(before) && open(after) < open(before) && same_tables
}

fn is_syntax(code: Code) -> bool {
    code.number().starts_with("M01")
}

/// The tables of every cluster, as a build writes them.
fn tables(weighted: &WeightedTables) -> BTreeMap<String, String> {
    let options = EmitOptions { layout: Layout::Namespace, cluster: None, plugins: Vec::new() };
    let bundle = meshc_compiler::bundle(weighted, options);
    let files = bundle.clusters.into_iter().flat_map(|cluster| cluster.files);
    files.filter(|(path, _)| path.starts_with("tables/")).collect()
}

fn with_edits(sources: &SourceMap, fixes: &[&Fix]) -> SourceMap {
    let files = sources.files().map(|(id, file)| {
        let text = edits::apply(file.text(), id, fixes);
        SourceFile::new(file.path(), text.into_bytes())
    });
    SourceMap::new(files.collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use meshc_compiler::Strictness;
    use meshc_compiler::model::PluginRef;
    use meshc_compiler::tables::Client;
    use meshc_compiler::weigh::contract::Options;
    use meshc_compiler::weigh::{OpenError, OpenedPlugin, Weigher, Weighers};
    use meshc_diag::{Diagnostics, Edit};
    use meshc_source::Span;

    use super::*;

    /// A compiler of a language in which `bad` is wrong and `worse` cannot be read; each rule is a word, what to put in
    /// its place, and whether that may be done without asking.
    fn compile(sources: &SourceMap, rules: &[(&str, &str, bool)]) -> Outcome {
        let mut diagnostics = Vec::new();
        for (id, file) in sources.files() {
            if let Some(at) = file.text().find("worse") {
                let span = Span::new(id, at as u32, at as u32 + 5);
                diagnostics.push(Diagnostic::new(Code::InvalidYaml, "unreadable").at(span, ""));
            }
            for (word, instead, certain) in rules {
                for (at, _) in file.text().match_indices(word) {
                    let span = Span::new(id, at as u32, (at + word.len()) as u32);
                    let (title, edits) = (format!("write {instead} for {word}"), vec![Edit::replace(span, *instead)]);
                    let fix = if *certain { Fix::certain(title, edits) } else { Fix::likely(title, edits) };
                    diagnostics.push(Diagnostic::new(Code::UnquotedValue, *word).at(span, "").fix(fix));
                }
            }
        }
        Outcome { diagnostics, weighted: None }
    }

    #[test]
    fn a_warning_waits_until_there_are_tables_to_compare() {
        let sources = SourceMap::new(vec![SourceFile::new("a.yaml", b"bad".to_vec())]);
        let mended = mend(&sources, |sources| {
            let mut outcome = compile(sources, &[("bad", "good", true)]);
            outcome.diagnostics.iter_mut().for_each(|found| found.code = Code::AliasContradicts);
            outcome
        });
        assert_eq!(mended.fixes, 0);
    }

    /// Nobody weighs.
    struct Nobody;

    impl Weighers for Nobody {
        fn open(&self, _: &PluginRef, _: &str) -> Result<Arc<dyn Weigher>, OpenError> {
            unreachable!("no policy names a plugin")
        }

        fn opened(&self) -> Vec<OpenedPlugin> {
            Vec::new()
        }
    }

    #[test]
    fn a_fix_that_changes_who_is_served_by_whom_is_not_made() {
        const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {clusters: [{name: c1, id: 1}, {name: c2, id: 2}]}\n---\n";
        const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {service.cilium.io/global: 'true', x: 'y'}}\nspec: {ports: [{port: 80}]}\n";
        let mended = |word: &str, instead: &str| {
            let text = format!("{MESH}{SERVICE}").into_bytes();
            let mended = mend(&SourceMap::new(vec![SourceFile::new("a.yaml", text)]), |sources| {
                let mut diags = Diagnostics::new();
                let checked = meshc_compiler::check(sources, &Strictness::AS_DECLARED, &mut diags);
                let (client, options) = (Client::ANYWHERE, Options::default());
                let weighted = checked.and_then(|mesh| {
                    meshc_compiler::weighted_tables(mesh, client, sources, &Nobody, &options, &mut diags)
                });
                assert!(weighted.is_some(), "{diags:?}");
                Outcome { weighted, ..compile(sources, &[(word, instead, true)]) }
            });
            mended.fixes
        };
        assert_eq!(mended("'y'", "'z'"), 1);
        assert_eq!(mended("'true'", "'false'"), 0);
    }

    fn mended(text: &str, rules: &[(&str, &str, bool)]) -> (String, usize) {
        let sources = SourceMap::new(vec![SourceFile::new("a.yaml", text.as_bytes().to_vec())]);
        let mended = mend(&sources, |sources| compile(sources, rules));
        (mended.sources.files().next().map(|(_, file)| file.text().to_string()).unwrap_or_default(), mended.fixes)
    }

    #[test]
    fn what_is_certain_is_mended_and_what_comes_to_light_then_too() {
        let rules = [("bad", "odd", true), ("odd", "good", true), ("ugly", "nice", false)];
        assert_eq!(mended("bad ugly bad", &rules), ("good ugly good".to_owned(), 4));
    }

    #[test]
    fn a_fix_that_makes_text_unreadable_is_not_made_and_the_others_are() {
        let rules = [("bad", "worse", true), ("odd", "good", true)];
        assert_eq!(mended("bad odd", &rules), ("bad good".to_owned(), 1));
    }

    #[test]
    fn a_fix_that_mends_nothing_is_not_made() {
        assert_eq!(mended("bad", &[("bad", "bad", true)]), ("bad".to_owned(), 0));
        assert_eq!(mended("bad", &[("bad", "very bad", true)]), ("bad".to_owned(), 0));
    }
}
