//! The files of the templates, which are plugins themselves below `plugins/templates`.

use crate::contract::WIT;
use crate::language::Language;

/// Files of a template: their paths and texts.
macro_rules! files {
    ($language:literal: $($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../../../plugins/templates/", $language, "/", $path)))),*]
    };
}

const RUST: &[(&str, &str)] = files! {
    "rust": ".gitignore" "Cargo.toml" "README.md" "src/lib.rs" "fixtures/home.request.json" "fixtures/home.reply.json"
};
const PYTHON: &[(&str, &str)] = files! {
    "python": ".gitignore" "README.md" "plugin.py" "requirements.txt" "fixtures/home.request.json"
    "fixtures/home.reply.json"
};
const JAVASCRIPT: &[(&str, &str)] = files! {
    "javascript": ".gitignore" "README.md" "package.json" "plugin.js" "fixtures/home.request.json"
    "fixtures/home.reply.json"
};
const GO: &[(&str, &str)] = files! {
    "go": ".gitignore" "README.md" "go.mod" "go.sum" "plugin.go" "fixtures/home.request.json" "fixtures/home.reply.json"
};
const C: &[(&str, &str)] = files! {
    "c": ".gitignore" "README.md" "plugin.c" "requirements.txt" "fixtures/home.request.json" "fixtures/home.reply.json"
};

/// The files of a language's template.
pub(super) fn of(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    let (files, contract) = match language {
        // A crate binds the contract whenever it is compiled, also by `cargo test`, so it keeps it.
        Language::Rust => (RUST, Some(("wit/weighting.wit", WIT))),
        Language::Python => (PYTHON, None),
        Language::JavaScript => (JAVASCRIPT, None),
        Language::Go => (GO, None),
        Language::C => (C, None),
    };
    files.iter().copied().chain(contract)
}
