//! The command line: reads arguments and files, runs the compiler and plugins, writes output.
//!
//! **Invariant:** stdout is data and stderr is for people; output is written whole or not at all.

mod args;
mod cache;
mod commands;
mod exit;
mod fix;
mod load;
mod lock;
mod output;
mod plugins;
mod progress;
mod render;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::exit::Exit;

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    install_panic_hook();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    if let Command::CompilePlugin { arguments } = &args.command {
        return meshc_plugin_host::compile_here(arguments, std::io::stdin().lock(), std::io::stdout().lock()).into();
    }
    if let Some(jobs) = args.jobs {
        // It fails only if a pool exists already, which is then as good.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global();
    }
    match std::panic::catch_unwind(|| commands::run(&args)) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(error)) => {
            if !exit::is_said(&error) {
                terminal::complain(&error);
            }
            exit::of_error(&error).into()
        }
        Err(_) => Exit::Bug.into(),
    }
}

/// A panic is a bug of ours, and says so with what a report needs.
fn install_panic_hook() {
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        standard(info);
        terminal::say(&format!(
            "\nThis is a bug in meshc {}, and nothing was written. Please report it with the command, the text above, \
             and an input that shows it.",
            env!("CARGO_PKG_VERSION")
        ));
    }));
}
