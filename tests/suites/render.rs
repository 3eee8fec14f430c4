//! `render/`: how diagnostics look, one layout each. Beside each `NAME.yaml`, a case, stands `NAME.txt`.

use meshc_tests::case::files;
use meshc_tests::expect::Differences;
use meshc_tests::places::{files_below, here};

use crate::MESHC;

#[test]
fn every_rendering_is_as_it_was() {
    let folder = here("render");
    let mut differences = Differences::new();
    for path in files_below(&folder) {
        let Some(name) = path.strip_suffix(".yaml") else {
            assert!(folder.join(path.replace(".txt", ".yaml")).exists(), "{path} is of no case");
            continue;
        };
        let project = tempfile::tempdir().unwrap();
        for (path, text) in files(&std::fs::read_to_string(folder.join(&path)).unwrap()) {
            let path = project.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let run = MESHC.command(project.path()).args(["check", "."]).output().unwrap();
        assert!(run.stdout.is_empty(), "check prints nothing on stdout");
        let text: String =
            String::from_utf8(run.stderr).unwrap().lines().map(|line| line.trim_end().to_owned() + "\n").collect();
        differences.file(&folder.join(format!("{name}.txt")), &text);
    }
    differences.finish();
}
