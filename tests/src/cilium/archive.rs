//! The txtar format: a script, then files, each behind a line `-- NAME --`.

/// A script with its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// What stands before the first file.
    pub script: String,
    /// The files, in order: names and texts.
    pub files: Vec<(String, String)>,
}

/// Takes an archive apart. There is no text that is not one.
pub fn parse(text: &str) -> Archive {
    let mut archive = Archive::default();
    for line in text.split_inclusive('\n') {
        match (name(line), archive.files.last_mut()) {
            (Some(name), _) => archive.files.push((name.to_owned(), String::new())),
            (None, Some((_, content))) => content.push_str(line),
            (None, None) => archive.script.push_str(line),
        }
    }
    archive
}

/// The name in a line that begins a file.
fn name(line: &str) -> Option<&str> {
    let name = line.trim_end().strip_prefix("-- ")?.strip_suffix(" --")?.trim();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_behind_their_names() {
        let archive = parse("run\n-- a --\none\n--\n-- b.yaml --\n---\ntwo");
        assert_eq!(archive.script, "run\n");
        assert_eq!(archive.files, [("a".into(), "one\n--\n".into()), ("b.yaml".into(), "---\ntwo".into())]);
    }

    #[test]
    fn a_text_without_files_is_a_script() {
        assert_eq!(parse("-- --\n--x--"), Archive { script: "-- --\n--x--".into(), files: Vec::new() });
    }
}
