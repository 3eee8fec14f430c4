//! What is no file, or cannot be read: each is named with its reason, and nothing is waited for.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use super::{Said, check, empty, run};

fn cannot(said: &Said, expected: &[&str]) {
    let lines: Vec<_> = said.text.lines().map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect();
    assert_eq!((said.exit, lines.as_slice()), (5, expected));
}

#[test]
fn links_that_lead_nowhere_are_named() {
    let folder = empty();
    symlink("nowhere.yaml", folder.path().join("a.yaml")).unwrap();
    symlink("../base", folder.path().join("base")).unwrap();
    symlink("c.yaml", folder.path().join("c.yaml")).unwrap();
    symlink("nowhere.txt", folder.path().join("notes.txt")).unwrap();
    cannot(
        &check(folder.path()),
        &[
            "could not read `./a.yaml`: it is a link to `nowhere.yaml`, which is not there",
            "could not read `./base`: it is a link to `../base`, which is not there",
            "could not read `./c.yaml`: it is a link that leads back to itself",
        ],
    );
}

/// What a link to a folder around it leads to has been read where it is.
#[test]
fn folders_that_contain_themselves_are_read_once() {
    let folder = empty();
    std::fs::create_dir(folder.path().join("a")).unwrap();
    std::fs::write(folder.path().join("a/x.yaml"), "a: ]\n").unwrap();
    symlink("..", folder.path().join("a/loop")).unwrap();
    let said = check(folder.path());
    assert_eq!((said.exit, &*said.text), (1, "a/x.yaml:1:4: error[M0101]: a bracket closes nothing\n"));
}

#[test]
fn links_out_of_the_project_are_followed() {
    let (folder, other) = (empty(), tempfile::tempdir().unwrap());
    std::fs::write(other.path().join("x.yaml"), "a: ]\n").unwrap();
    symlink(other.path(), folder.path().join("shared")).unwrap();
    let said = check(folder.path());
    assert_eq!((said.exit, &*said.text), (1, "shared/x.yaml:1:4: error[M0101]: a bracket closes nothing\n"));
}

#[test]
fn pipes_sockets_and_devices_are_named_and_not_waited_for() {
    const HELP: &str = "take it out of the project, or name it in `.gitignore`; `meshc build -` reads a stream";
    let folder = empty();
    assert_eq!(run("mkfifo a.yaml", folder.path()).exit, 0);
    let _socket = UnixListener::bind(folder.path().join("b.yaml")).unwrap();
    symlink("/dev/zero", folder.path().join("c.yaml")).unwrap();
    std::fs::create_dir(folder.path().join("d.yaml")).unwrap();
    let lines = [
        format!("`./a.yaml` is a pipe and not a file: {HELP}"),
        format!("`./b.yaml` is a socket and not a file: {HELP}"),
        format!("`./c.yaml` is a device and not a file: {HELP}"),
    ];
    cannot(&check(folder.path()), &lines.each_ref().map(String::as_str));
    cannot(&run("meshc check a.yaml", folder.path()), &[&format!("`a.yaml` is a pipe and not a file: {HELP}")]);
    std::fs::write(folder.path().join(".gitignore"), "[abc].yaml\n").unwrap();
    assert_eq!(check(folder.path()).exit, 0);
}

/// Root may read everything, unless it gives that up.
#[test]
fn files_and_folders_that_may_not_be_read_are_all_named() {
    let folder = empty();
    for name in ["a.yaml", "b.yaml"] {
        std::fs::write(folder.path().join(name), "a: b\n").unwrap();
        std::fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o000)).unwrap();
    }
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    let as_others = if is_root { "setpriv --bounding-set -dac_override,-dac_read_search " } else { "" };
    let said = run(&format!("{as_others}meshc check ."), folder.path());
    std::fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
    cannot(
        &said,
        &[
            "could not read `./a.yaml`: Permission denied (os error 13)",
            "could not read `./b.yaml`: Permission denied (os error 13)",
            "could not read `./closed`: Permission denied (os error 13)",
        ],
    );
}

/// Such as memory that is not there.
#[test]
fn files_that_fail_while_they_are_read_are_named() {
    let folder = empty();
    symlink("/proc/self/mem", folder.path().join("x.yaml")).unwrap();
    cannot(&check(folder.path()), &["could not read `./x.yaml`: Input/output error (os error 5)"]);
}

#[test]
fn very_many_files_that_cannot_be_read_are_counted() {
    let folder = empty();
    for at in 0..1000 {
        symlink("nowhere.yaml", folder.path().join(format!("{at:03}.yaml"))).unwrap();
    }
    let said = check(folder.path());
    assert_eq!((said.exit, said.text.lines().count()), (5, 21), "{}", said.text);
    assert!(said.text.ends_with("\nerror: 980 more files could not be read\n"), "{}", said.text);
}

#[test]
fn streams_without_an_end_are_given_up() {
    for line in ["yes | meshc build -", "meshc check - < /dev/zero"] {
        cannot(&run(line, empty().path()), &["could not read stdin: it is larger than 256 MiB"]);
    }
}
