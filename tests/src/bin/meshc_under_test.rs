//! The product, as the suites run it.

fn main() -> std::process::ExitCode {
    meshc_cli::main()
}
