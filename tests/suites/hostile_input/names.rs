//! Files and folders whose names, number or depth are hostile.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::{check, empty, run};

#[test]
fn names_that_cannot_be_shown_are_refused() {
    for (name, shown) in [
        ("x\u{1b}[31m.yaml", "x\\u{1b}[31m.yaml"),
        ("x\ny.yaml", "x\\ny.yaml"),
        ("x\u{202e}lmay.yaml", "x\\u{202e}lmay.yaml"),
    ] {
        let folder = empty();
        std::fs::write(folder.path().join(name), "a: ]\n").unwrap();
        let said = check(folder.path());
        let expected = format!("error: the name of `./{shown}` holds characters that cannot be shown: rename it\n");
        assert_eq!((said.exit, said.text), (5, expected));
    }
}

#[test]
fn names_that_are_not_utf8_are_refused() {
    let folder = empty();
    std::fs::write(folder.path().join(OsStr::from_bytes(b"x\xff.yaml")), "").unwrap();
    let said = check(folder.path());
    assert_eq!((said.exit, &*said.text), (5, "error: the name of `./x\\xff.yaml` is not UTF-8: rename it\n"));
}

/// Arguments are shown like what they name.
#[test]
fn arguments_do_not_reach_the_terminal_as_they_are() {
    let said = run("meshc check \"$(printf 'no\\033[31m')\"", empty().path());
    assert_eq!((said.exit, said.text.starts_with("error: could not read `no\\u{1b}[31m`")), (5, true), "{}", said.text);
}

#[test]
fn one_wrong_file_is_found_among_very_many() {
    let folder = empty();
    for at in 0..20_000 {
        let below = folder.path().join(format!("d{}", at / 500));
        if at % 500 == 0 {
            std::fs::create_dir(&below).unwrap();
        }
        std::fs::write(below.join(format!("{at}.yaml")), if at == 12_345 { "a: ]\n" } else { "# nothing\n" }).unwrap();
    }
    let said = check(folder.path());
    assert_eq!((said.exit, &*said.text), (1, "d24/12345.yaml:1:4: error[M0101]: a bracket closes nothing\n"));
}

#[test]
fn folders_may_be_nested_as_deep_as_paths_go() {
    let folder = empty();
    let below = vec!["d"; 1000].join("/");
    std::fs::create_dir_all(folder.path().join(&below)).unwrap();
    std::fs::write(folder.path().join(&below).join("x.yaml"), "a: ]\n").unwrap();
    let said = check(folder.path());
    assert_eq!((said.exit, said.text), (1, format!("{below}/x.yaml:1:4: error[M0101]: a bracket closes nothing\n")));
}
