//! `meshc plugin test`: a plugin on its fixtures.

use anyhow::{Context, Result};
use meshc_plugin_host::Backend;
use meshc_plugin_tools::{Fixture, Verdict, try_fixture};
use serde_json::Value;
use similar::TextDiff;

use super::opened::{load, read};
use crate::args::{Args, PluginTestArgs};
use crate::exit::Exit;
use crate::terminal::{print, say};

pub(super) fn run(own: &PluginTestArgs, args: &Args) -> Result<Exit> {
    let bytes = read(own.component.as_deref().unwrap_or(&own.folder))?;
    let fixtures = Fixture::read_all(&own.folder)?;
    let [native, portable] =
        [Backend::Native, Backend::Portable].map(|backend| load(&own.folder, &bytes, backend, args));
    let (native, portable) = (native?, portable?);
    let mut failed = 0;
    for fixture in &fixtures {
        let words = match try_fixture(&native, &portable, fixture)? {
            Verdict::Holds => continue,
            Verdict::Differs { found, .. } | Verdict::NoReply { found } if own.bless => {
                write(fixture, &found)?;
                continue;
            }
            Verdict::Differs { expected, found } => format!("it answers otherwise\n{}", difference(&expected, &found)),
            Verdict::NoReply { .. } => {
                format!("`{}` is not there; --bless writes it", fixture.reply_path.display())
            }
            Verdict::Broken { what, detail } if detail.is_empty() => format!("it {what}"),
            Verdict::Broken { what, detail } => format!("it {what}\n{detail}"),
        };
        failed += 1;
        say(&format!("{}: {words}", fixture.name));
    }
    if failed > 0 {
        say(&format!("{failed} of {} fixtures do not hold", fixtures.len()));
        return Ok(Exit::PluginFault);
    }
    let what =
        if fixtures.len() == 1 { "1 fixture holds".to_owned() } else { format!("{} fixtures hold", fixtures.len()) };
    print(&format!("{what}, in every order and batch, on both backends\n"))?;
    Ok(Exit::Done)
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON can be written") + "\n"
}

fn write(fixture: &Fixture, found: &Value) -> Result<()> {
    let path = &fixture.reply_path;
    std::fs::write(path, pretty(found)).with_context(|| format!("could not write `{}`", path.display()))
}

fn difference(expected: &Value, found: &Value) -> String {
    let (expected, found) = (pretty(expected), pretty(found));
    TextDiff::from_lines(&expected, &found).unified_diff().header("expected", "found").to_string()
}
