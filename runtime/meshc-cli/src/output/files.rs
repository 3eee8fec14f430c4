//! The list of files that meshc wrote, which it keeps beside them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use meshc_compiler::emit::HEADER;

/// The file that lists the others. A folder that holds it is output, and is not read as input.
pub(crate) const MANIFEST: &str = ".meshc-manifest";

/// The same for what was read of clusters, which is input.
pub(crate) const IMPORTED: &str = ".meshc-import";

/// Reads the list `list` that was written last; empty if there was none. Lines that lead out of the folder are not ours.
pub(super) fn read(folder: &Path, list: &str) -> Result<BTreeSet<String>> {
    let path = folder.join(list);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().filter(|line| is_safe(line)).map(str::to_owned).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error).with_context(|| format!("could not read `{}`", path.display())),
    }
}

/// The list as it is written.
pub(super) fn text<'p>(paths: impl IntoIterator<Item = &'p str>) -> String {
    let mut text = HEADER.to_owned();
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

fn is_safe(line: &str) -> bool {
    let parts = || line.split('/');
    !line.starts_with('#') && !line.is_empty() && parts().all(|part| !part.is_empty() && part != "." && part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_never_leads_out_of_its_folder() {
        assert!(is_safe("clusters/a/default.yaml"));
        for line in ["../x", "/etc/passwd", "a/../../x", "", "# a comment", "a//b", "./a"] {
            assert!(!is_safe(line), "{line}");
        }
    }
}
