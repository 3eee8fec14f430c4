//! `cargo bless`: rewrites every expectation and generated file that differs. Arguments go to the test runner, so
//! `cargo bless cases` rewrites the cases only. Read the diff before committing.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["test", "--quiet", "-p", "meshc-tests", "--test", "suites", "--"])
        .args(std::env::args_os().skip(1))
        .env(meshc_tests::expect::BLESS, "1")
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
