//! How long a build takes, the whole of it in memory and the program on a folder, and how long it takes to say much.

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

/// `meshc check` of a project with ten thousand findings, all of them rendered. `none` is what the rest of it takes.
#[divan::bench(args = ["none", "human", "short", "json", "sarif", "github", "gitlab", "junit"], sample_count = 5)]
fn ten_thousand_findings(bencher: Bencher<'_, '_>, format: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let key = if format == "none" { "global" } else { "shared" };
    let mesh = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {clusters: [{name: a, id: 1}, {name: b, id: 2}]}\n";
    std::fs::write(folder.path().join("mesh.yaml"), mesh).expect("the file can be written");
    for file in 0..100 {
        let services = (0..100).map(|service| {
            format!(
                "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: s-{file}-{service}\n  annotations:\n    \
                 service.cilium.io/{key}: \"true\"\nspec:\n  ports: [{{port: 80}}]\n"
            )
        });
        let path = folder.path().join(format!("{file}.yaml"));
        std::fs::write(path, services.collect::<String>()).expect("the file can be written");
    }
    let installed = Installed::new(env!("CARGO_BIN_EXE_meshc-under-test"));
    let format = if format == "none" { "human" } else { format };
    bencher.bench(|| {
        let mut command = installed.command(folder.path());
        command.args(["check", ".", "--max", "0", "--message-format", format]);
        assert!(command.output().expect("meshc runs").status.success());
    });
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
