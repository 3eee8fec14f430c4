//! How long a build takes: the whole of it in memory, and the program on a folder.

#![allow(missing_docs, reason = "divan's macros write the functions")]

use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use meshc_tests::compile::compile;
use meshc_tests::generate::{Size, mesh};
use meshc_tests::process::Installed;

fn main() {
    divan::main();
}

const SIZES: [(&str, Size); 2] =
    [("20 clusters, 18,000 objects", Size::MEDIUM), ("100 clusters, 90,000 objects", Size::LARGE)];

/// From texts to files, without the disk.
#[divan::bench(args = SIZES.map(|(name, _)| name), sample_count = 5)]
fn in_memory(bencher: Bencher<'_, '_>, name: &str) {
    let size = size_of(name);
    let files = mesh(size);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .counter(ItemsCount::new(size.objects()))
        .with_inputs(|| files.clone())
        .bench_values(|files| {
            let compiled = compile(files);
            compiled.bundle().expect("the generated mesh is right").objects()
        });
}

/// `meshc build` into an empty folder.
#[divan::bench(args = SIZES.map(|(name, _)| name), sample_count = 5)]
fn fresh_build(bencher: Bencher<'_, '_>, name: &str) {
    let folder = write(size_of(name));
    let installed = Installed::new(env!("CARGO_BIN_EXE_meshc-under-test"));
    bencher
        .with_inputs(|| {
            let _ = std::fs::remove_dir_all(folder.path().join("out"));
        })
        .bench_values(|()| build(&installed, folder.path()));
}

/// `meshc build` where nothing has changed.
#[divan::bench(args = SIZES.map(|(name, _)| name), sample_count = 5)]
fn unchanged_build(bencher: Bencher<'_, '_>, name: &str) {
    let folder = write(size_of(name));
    let installed = Installed::new(env!("CARGO_BIN_EXE_meshc-under-test"));
    build(&installed, folder.path());
    bencher.bench(|| build(&installed, folder.path()));
}

fn size_of(name: &str) -> Size {
    SIZES.iter().find(|(known, _)| *known == name).expect("it is one of ours").1
}

fn write(size: Size) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (path, text) in mesh(size) {
        let path = folder.path().join("in").join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }
    folder
}

fn build(installed: &Installed, folder: &Path) {
    let status = installed.command(folder).args(["build", "in", "-o", "out"]).status().expect("meshc runs");
    assert!(status.success());
}
