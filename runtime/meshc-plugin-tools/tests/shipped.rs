//! What is shipped for authors: each folder is a plugin whose language is known, with questions and their answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use meshc_plugin_tools::{Fixture, Language};

fn folders(below: &str) -> Vec<PathBuf> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins").join(below);
    let entries = place.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

#[test]
fn every_language_has_a_weigher_and_a_template() {
    for below in ["weighers", "templates"] {
        let languages: BTreeSet<_> = folders(below).iter().filter_map(|folder| Language::of(folder)).collect();
        assert_eq!(languages, BTreeSet::from(Language::ALL), "{below}");
    }
}

#[test]
fn every_fixture_has_an_answer() {
    for folder in folders("weighers").into_iter().chain(folders("templates")) {
        let fixtures = Fixture::read_all(&folder).unwrap();
        assert!(!fixtures.is_empty(), "{}", folder.display());
        for fixture in fixtures {
            assert!(fixture.expected().unwrap().is_some(), "{}", fixture.reply_path.display());
        }
    }
}
