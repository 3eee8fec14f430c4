//! A folder to start from: a small weigher that works, in the words of its language.

mod templates;

use std::path::Path;

use crate::error::{Error, write};
use crate::language::Language;

/// The name that the plugins of the templates have.
const NAME: &str = "home-first";

/// Writes a new plugin of this name into `folder`, which may be there if it is empty.
///
/// # Errors
/// If the name is no DNS label, the folder holds something, or it cannot be written.
pub fn new(language: Language, name: &str, folder: &Path) -> Result<(), Error> {
    if !is_label(name) {
        return Err(Error::Name(name.to_owned()));
    }
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::NotEmpty(folder.to_path_buf()));
    }
    for (path, text) in templates::of(language) {
        write(&folder.join(path), text.replace(NAME, name).as_bytes())?;
    }
    Ok(())
}

/// Tells whether a name is a DNS label that begins with a letter, which every language's packages take.
fn is_label(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let bytes = name.as_bytes();
    bytes.len() <= 63
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && !name.ends_with('-')
        && bytes.iter().all(|&byte| letters(byte))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn names_are_dns_labels() {
        for name in ["a", "home-first", "a1", &"x".repeat(63)] {
            assert!(is_label(name), "{name}");
        }
        for name in ["", "-a", "a-", "1a", "A", "a_b", "a/b", "..", "a b", &"x".repeat(64)] {
            assert!(!is_label(name), "{name}");
        }
    }

    #[test]
    fn a_new_folder_is_known_and_has_its_name() {
        for language in Language::ALL {
            let place = tempfile::tempdir().unwrap();
            let folder = place.path().join("near");
            new(language, "near-by", &folder).unwrap();
            assert_eq!(Language::of(&folder), Some(language));
            let source = templates::of(language).find(|(path, _)| path.contains("plugin.") || path.ends_with("lib.rs"));
            let text = fs::read_to_string(folder.join(source.unwrap().0)).unwrap();
            assert!(text.contains("near-by") && !text.contains(NAME), "{language}");
            assert!(fs::read_to_string(folder.join(".gitignore")).unwrap().contains("plugin.wasm"), "{language}");
            for part in ["request", "reply"] {
                let text = fs::read_to_string(folder.join(format!("fixtures/home.{part}.json"))).unwrap();
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
            }
        }
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("mine"), "").unwrap();
        let refused = new(Language::C, "mine", place.path());
        assert!(matches!(refused, Err(Error::NotEmpty(_))), "{refused:?}");
        assert_eq!(place.path().read_dir().unwrap().count(), 1);
    }
}
