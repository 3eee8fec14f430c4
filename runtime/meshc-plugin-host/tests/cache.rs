//! A cache changes nothing but time: what is damaged, foreign or half written is as if it were not there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use meshc_plugin_host::{Backend, Cache, Engine, Plugin};
use meshc_weigh::contract::{Outcome, Weigher};

use support::{LIMITS, guest, mesh, options, service};

fn answer(folder: &Path) -> Vec<Outcome> {
    let engine = Engine::new(Backend::Native).unwrap().cached_in(Cache::open(folder));
    let plugin = Plugin::load(&engine, &guest("good"), LIMITS).unwrap();
    plugin.weigh("{}", &mesh(), &[service("a", 2), service("b", 3)], &options()).unwrap()
}

/// The entries of one kind.
fn entries(folder: &Path, kind: &str) -> Vec<PathBuf> {
    let shelves = std::fs::read_dir(folder.join(kind)).into_iter().flatten().map(|shelf| shelf.unwrap().path());
    shelves.flat_map(|shelf| std::fs::read_dir(shelf).unwrap()).map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn an_answer_is_found_again_without_any_code() {
    let folder = tempfile::tempdir().unwrap();
    let first = answer(folder.path());
    assert_eq!(["code", "descriptions", "answers"].map(|kind| entries(folder.path(), kind).len()), [1, 1, 1]);
    std::fs::remove_dir_all(folder.path().join("code")).unwrap();
    assert_eq!(answer(folder.path()), first);
    // Whoever had asked the plugin would have compiled it.
    assert_eq!(entries(folder.path(), "code").len(), 0);
}

#[test]
fn damage_is_noticed_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let first = answer(folder.path());
    for kind in ["code", "descriptions", "answers"] {
        let path = entries(folder.path(), kind).remove(0);
        let whole = std::fs::read(&path).unwrap();
        let mends = |damaged: &[u8], how: &str| {
            // An answer that is found needs nothing else.
            if kind != "answers" {
                std::fs::remove_dir_all(folder.path().join("answers")).unwrap();
            }
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(answer(folder.path()), first, "{kind} {how}");
            assert!(std::fs::read(&path).unwrap() == whole, "{kind} {how} stays as it is");
        };
        for end in [0, 5, 32, whole.len() / 2, whole.len() - 1] {
            mends(&whole[..end], &format!("cut at {end}"));
        }
        // The seal has 32 bytes; behind it every part of a small entry, and parts of a large one.
        let content = (32..whole.len()).step_by(whole.len().div_ceil(60));
        for at in [0, 31].into_iter().chain(content) {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            mends(&damaged, &format!("damaged at {at}"));
        }
        mends(&vec![0; whole.len()], "of zeros");
    }
}

#[test]
fn an_entry_under_another_name_is_nobodys() {
    let folder = tempfile::tempdir().unwrap();
    let first = answer(folder.path());
    let answers = entries(folder.path(), "answers").remove(0);
    let descriptions = entries(folder.path(), "descriptions").remove(0);
    std::fs::copy(&descriptions, &answers).unwrap();
    assert_eq!(answer(folder.path()), first);
}

#[test]
fn an_entry_sealed_with_another_key_is_foreign() {
    let [ours, theirs] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let first = answer(ours.path());
    answer(theirs.path());
    for kind in ["code", "answers"] {
        std::fs::copy(entries(theirs.path(), kind).remove(0), entries(ours.path(), kind).remove(0)).unwrap();
    }
    assert_eq!(answer(ours.path()), first);
    // A key that others can read is no key.
    std::fs::set_permissions(ours.path().join("key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let before = std::fs::read(ours.path().join("key")).unwrap();
    assert_eq!(answer(ours.path()), first);
    assert_ne!(std::fs::read(ours.path().join("key")).unwrap(), before);
}

#[test]
fn a_folder_that_others_can_write_is_no_cache() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    assert!(Cache::open(folder.path()).is_none());
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path(), &link).unwrap();
    assert!(Cache::open(&link).is_none());
    std::fs::write(folder.path().join("file"), "").unwrap();
    assert!(Cache::open(&folder.path().join("file")).is_none());
}

#[test]
fn programs_at_the_same_time_agree_on_a_key() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| answer(folder.path()));
        }
    });
    assert_eq!(entries(folder.path(), "answers").len(), 1);
    assert!(Cache::open(folder.path()).is_some());
}
