//! Runs a script: commands change the state or the work folder, and comparisons hold the compiler against them.

mod compare;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::cilium::archive::Archive;
use crate::cilium::doubt::{Doubt, Subject};
use crate::cilium::files::{Content, Files, Format};
use crate::cilium::flags::Flags;
use crate::cilium::line::{self, Step, Variables, Want};
use crate::cilium::maps;
use crate::cilium::ours;
use crate::cilium::query::Query;
use crate::cilium::report::{Failure, Report, Skip};
use crate::cilium::rows::Rows;
use crate::cilium::table::{Difference, Table};
use crate::cilium::tables::{self, Compared, Style};
use crate::cilium::world::{Phase, World};

/// Runs a script for one version of Cilium.
pub fn run(archive: Archive, version: &str) -> Report {
    let mut runner = Runner {
        world: World::new(Flags::of_script(&archive.script)),
        files: Files::new(archive.files),
        variables: Variables::from([("WORK".to_owned(), "/work".to_owned())]),
        version: version.to_owned(),
        rows: None,
        report: Report::default(),
    };
    for (at, text) in archive.script.lines().enumerate() {
        let ends = match line::parse(text) {
            Ok(None) => false,
            Ok(Some(step)) => runner.step(&At { line: at + 1, text: text.trim() }, &step),
            Err(reason) => {
                runner.skip_and_doubt(&At { line: at + 1, text: text.trim() }, reason);
                false
            }
        };
        if ends {
            break;
        }
    }
    runner.report
}

/// Where a step stands, and how it is written.
struct At<'t> {
    line: usize,
    text: &'t str,
}

struct Runner {
    world: World,
    files: Files,
    variables: Variables,
    version: String,
    /// What the compiler says of the state, until that changes.
    rows: Option<Result<Rc<Rows>, String>>,
    report: Report,
}

impl Runner {
    /// Runs a step; whether it ends the script.
    fn step(&mut self, at: &At<'_>, step: &Step) -> bool {
        for (condition, wanted) in &step.conditions {
            // The tests of Cilium know one condition, which asks for a kernel.
            if condition != "privileged" {
                self.skip_and_doubt(at, format!("the condition `{condition}` is not understood"));
                return false;
            }
            if *wanted {
                return false;
            }
        }
        if step.command == "stop" {
            return true;
        }
        let words: Vec<_> = step.words.iter().map(|word| word.expand(&self.variables)).collect();
        self.command(at, step, &words);
        false
    }

    fn command(&mut self, at: &At<'_>, step: &Step, words: &[String]) {
        match step.command.as_str() {
            "env" => self.set_variables(words),
            "db/cmp" => self.compare_table(at, step.want, words),
            "db/empty" => words.iter().for_each(|table| self.compare_empty(at, step.want, table)),
            "db/show" | "db/list" | "db/prefix" | "db/get" => self.query(at, &step.command, words),
            "lb/maps-dump" => {
                let content = self.maps().map_or_else(Content::Unknown, |text| Content::Ours(Format::Maps, text));
                self.files.put(words.first().map_or("stdout", String::as_str), content);
            }
            "lb/maps-empty" => self.compare_no_maps(at, step.want),
            "cmp" => self.compare_files(at, step.want, words),
            "empty" => self.compare_no_text(at, step.want, words),
            "grep" => self.search(at, step.want, words),
            "stdout" => self.search(at, step.want, &[words, &["stdout".to_owned()]].concat()),
            command => self.other(at, command, words),
        }
    }

    /// A command that compares nothing.
    fn other(&mut self, at: &At<'_>, command: &str, words: &[String]) {
        if let Some(done) = self.files.run(command, words) {
            done.unwrap_or_else(|reason| self.skip_and_doubt(at, reason));
            return;
        }
        if command.starts_with("hive") && self.world.phase == Phase::Running {
            self.world.retained = self.maps().unwrap_or_default();
        }
        self.rows = None;
        match self.world.run(command, words, &self.files) {
            Some(Ok(())) => {}
            Some(Err(reason)) => self.skip_and_doubt(at, reason),
            None => self.unknown(at, command, words),
        }
    }

    /// Commands that only tell something leave what they would have written unknown; others may have changed the state.
    fn unknown(&mut self, at: &At<'_>, command: &str, words: &[String]) {
        let reason = format!("`{command}` is not understood");
        let tells =
            ["db", "metrics", "http/get", "lrp/list", "skiplbmap", "test/bpfops-summary", "kvstore/list", "envoy/cmp"];
        if !tells.contains(&command) {
            self.skip_and_doubt(at, reason);
            return;
        }
        self.files.put("stdout", Content::Unknown(reason.clone()));
        for name in words.iter().map(|word| word.rsplit('=').next().unwrap_or_default()) {
            if !matches!(self.files.get(name), Ok(Content::Given(_))) {
                self.files.put(name, Content::Unknown(reason.clone()));
            }
        }
        self.skip(at, reason);
    }

    fn set_variables(&mut self, words: &[String]) {
        let pairs = words.iter().filter_map(|word| word.split_once('='));
        self.variables.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    /// What the compiler says of `subject`.
    fn rows(&mut self, subject: Subject) -> Result<Rc<Rows>, String> {
        if let Some(doubt) = self.world.doubt(subject) {
            return Err(doubt);
        }
        if self.world.phase == Phase::New {
            return Ok(Rc::default());
        }
        let rows = self.rows.get_or_insert_with(|| ours::rows(&self.world, &self.version).map(Rc::new));
        rows.clone()
    }

    fn maps(&mut self) -> Result<String, String> {
        if self.world.phase != Phase::Running {
            let doubt = self.world.doubt(Subject::Maps);
            return doubt.map_or_else(|| Ok(self.world.retained.clone()), Err);
        }
        let rows = self.rows(Subject::Maps)?;
        Ok(maps::render(&rows.frontends, &self.world.node_addresses))
    }

    fn query(&mut self, at: &At<'_>, command: &str, words: &[String]) {
        let query = match Query::parse(words) {
            Ok(query) => query,
            Err(reason) => return self.skip_and_doubt(at, reason),
        };
        let answer = Subject::table(&query.table)
            .ok_or_else(|| not_ours(&query.table))
            .and_then(|subject| query.answer(command, subject, &*self.rows(subject)?));
        let name = query.out.as_deref().unwrap_or("stdout");
        self.files.put(name, answer.unwrap_or_else(Content::Unknown));
    }

    fn compare_table(&mut self, at: &At<'_>, want: Want, words: &[String]) {
        let found = self.table_difference(words);
        self.conclude(at, want, found);
    }

    fn table_difference(&mut self, words: &[String]) -> Result<Compared, String> {
        let (flags, words): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.starts_with("--"));
        let [name, file] = words.as_slice() else {
            return Err("a comparison of something else than a table and a file".to_owned());
        };
        let subject = Subject::table(name).ok_or_else(|| not_ours(name))?;
        let expected = Table::parse(self.files.text(file)?)?;
        let rows = self.rows(subject)?;
        let mut found = tables::table(subject, &rows, Style::of(&expected));
        for flag in flags {
            match flag.split_once('=') {
                Some(("--grep", pattern)) => compare::keep_matching(&mut found, &expected, pattern)?,
                Some(("--timeout", _)) => {}
                _ => return Err(format!("the flag `{flag}` is not understood")),
            }
        }
        tables::compare(subject, &expected, &found)
    }

    fn compare_empty(&mut self, at: &At<'_>, want: Want, name: &str) {
        let found = Subject::table(name).ok_or_else(|| not_ours(name)).and_then(|subject| {
            let table = tables::table(subject, &*self.rows(subject)?, Style::default());
            Ok(compare::nothing(table.rows.iter().map(|row| format!("{name}: {}", row.join(" | ")))))
        });
        self.conclude(at, want, found);
    }

    fn compare_no_maps(&mut self, at: &At<'_>, want: Want) {
        let found = self.maps().map(|text| compare::nothing(text.lines().map(str::to_owned)));
        self.conclude(at, want, found);
    }

    fn compare_no_text(&mut self, at: &At<'_>, want: Want, words: &[String]) {
        let found = match words {
            [name] => compare::no_text(self.files.get(name)),
            _ => Err("a comparison of something else than a file".to_owned()),
        };
        self.conclude(at, want, found);
    }

    fn compare_files(&mut self, at: &At<'_>, want: Want, words: &[String]) {
        let found = match words {
            [one, other] => compare::files(self.files.get(one), self.files.get(other)),
            _ => Err("a comparison of something else than two files".to_owned()),
        };
        self.conclude(at, want, found);
    }

    /// `grep`: whether a line matches.
    fn search(&mut self, at: &At<'_>, want: Want, words: &[String]) {
        let found = match words {
            [pattern, name] => compare::search(pattern, self.files.get(name)),
            _ => Err("a search with other words".to_owned()),
        };
        self.conclude(at, want, found);
    }

    /// Counts a comparison, or says why there was none.
    fn conclude(&mut self, at: &At<'_>, want: Want, found: Result<Compared, String>) {
        let found = match found {
            Ok(found) => found,
            Err(reason) => return self.skip(at, reason),
        };
        if want == Want::Either {
            return self.skip(at, "it may end in any way".to_owned());
        }
        self.report.compared += 1;
        for name in found.left_out {
            *self.report.left_out.entry(name).or_default() += 1;
        }
        let difference = match (want, found.difference.is_none()) {
            (Want::Failure, true) => Difference { missing: vec!["a difference".to_owned()], surplus: Vec::new() },
            (Want::Failure, false) => Difference::default(),
            _ => found.difference,
        };
        if !difference.is_none() {
            let (line, command) = (at.line, at.text.to_owned());
            self.report.failures.push(Failure { line, command, difference });
        }
    }

    fn skip(&mut self, at: &At<'_>, reason: String) {
        self.report.skipped.push(Skip { line: at.line, command: at.text.to_owned(), reason });
    }

    /// What was not run may have changed the state.
    fn skip_and_doubt(&mut self, at: &At<'_>, reason: String) {
        self.world.distrust(Doubt::of_all(format!("line {} was not run", at.line)));
        self.skip(at, reason);
    }
}

fn not_ours(table: &str) -> String {
    format!("the table `{table}` is none of ours")
}
