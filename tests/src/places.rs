//! Where things are.

use std::path::{Path, PathBuf};

/// A file or folder of this crate.
pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file or folder of the repository.
pub fn repository(path: &str) -> PathBuf {
    here("..").join(path)
}

/// Data that lies beside the repository where it is developed: real manifests of others. Elsewhere it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let found = repository("../shared").join(path);
    found.exists().then_some(found)
}

/// Every file below `folder`, sorted, relative to it with `/` between its parts.
///
/// # Panics
/// If the folder cannot be read.
pub fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("a folder that is being read stays").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(folder).expect("it is below").to_string_lossy().replace('\\', "/");
                found.push(below);
            }
        }
    }
    found.sort();
    found
}

/// Copies all files below `from` to `to`.
///
/// # Panics
/// If that cannot be done.
pub fn copy_all(from: &Path, to: &Path) {
    for path in files_below(from) {
        let target = to.join(&path);
        std::fs::create_dir_all(target.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::copy(from.join(&path), &target).expect("the file can be copied");
    }
}
