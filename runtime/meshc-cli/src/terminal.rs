//! What is printed, and how it looks.

use std::io::{IsTerminal, Write};

use meshc_diag::printable;

use crate::args::Color;

/// Prints data. A reader that has gone away is no error: the rest is not wanted.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Says something to people.
pub(crate) fn say(text: &str) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says what ended a command, with its causes.
pub(crate) fn complain(error: &anyhow::Error) {
    let causes: Vec<_> = error.chain().map(ToString::to_string).collect();
    // Arguments and names of files are quoted in it.
    let text: Vec<_> = causes.join(": ").split('\n').map(|line| printable(line).into_owned()).collect();
    say(&format!("error: {}", text.join("\n")));
}

/// Whether stderr shows colors: as asked, else by `NO_COLOR`, `CLICOLOR_FORCE` and what stderr is.
pub(crate) fn shows_color(color: Color) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            !set("NO_COLOR") && (set("CLICOLOR_FORCE") || std::io::stderr().is_terminal() && !dumb)
        }
    }
}

/// Whether stdout is read by a person.
pub(crate) fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Rows of cells as columns, two spaces apart.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
