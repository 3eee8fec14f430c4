//! The binary `meshc`.

fn main() -> std::process::ExitCode {
    meshc_cli::main()
}
