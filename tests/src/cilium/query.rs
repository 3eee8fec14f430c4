//! `db/show`, `db/list`, `db/prefix` and `db/get`: a part of a table, as text.

use std::net::IpAddr;

use crate::cilium::doubt::Subject;
use crate::cilium::files::{Content, Format};
use crate::cilium::rows::Rows;
use crate::cilium::table::Table;
use crate::cilium::tables::{self, RUNTIME, Style};
use crate::cilium::values;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The table.
    pub table: String,
    /// The file that takes the answer; `stdout` if none is named.
    pub out: Option<String>,
    columns: Vec<String>,
    format: Option<String>,
    index: Option<String>,
    key: Option<String>,
}

impl Query {
    /// Reads the words of the command.
    ///
    /// # Errors
    /// If one is not understood.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        let mut query = Self::default();
        let mut rest = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if !word.starts_with('-') || word == "-" {
                rest.push(word.clone());
                continue;
            }
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag, value.to_owned()),
                None => (word.as_str(), words.next().cloned().unwrap_or_default()),
            };
            match flag {
                "-o" | "--out" => query.out = Some(value),
                "-f" | "--format" => query.format = Some(value),
                "-i" | "--index" => query.index = Some(value),
                "--columns" => query.columns = value.split(',').map(str::to_owned).collect(),
                _ => return Err(format!("the flag `{flag}` is not understood")),
            }
        }
        let mut rest = rest.into_iter();
        query.table = rest.next().ok_or("a query without a table")?;
        query.key = rest.next();
        Ok(query)
    }

    /// The answer.
    ///
    /// # Errors
    /// Why there is none.
    pub fn answer(&self, command: &str, subject: Subject, rows: &Rows) -> Result<Content, String> {
        let format = match self.format.as_deref() {
            None | Some("table") => Format::Table,
            Some("json") => Format::Json,
            Some("yaml") => Format::Yaml,
            Some(other) => return Err(format!("the format `{other}` is not understood")),
        };
        if format != Format::Table {
            if command != "db/show" {
                return Err(format!("`{command}` with values"));
            }
            return Ok(Content::Ours(format, values::write(&values::values(subject, rows)?, format)));
        }
        let has_runtime = self.columns.iter().any(|name| RUNTIME.contains(&name.as_str()));
        if has_runtime || self.columns.is_empty() && subject == Subject::Frontends {
            return Err("it asks how the running program does".to_owned());
        }
        let table = self.table(command, subject, rows)?;
        let columns = if self.columns.is_empty() { table.columns.clone() } else { self.columns.clone() };
        Ok(Content::Ours(Format::Table, table.select(&columns)?.write()))
    }

    fn table(&self, command: &str, subject: Subject, rows: &Rows) -> Result<Table, String> {
        let has_instances = self.columns.iter().any(|name| name == "Instances");
        let mut table = tables::table(subject, rows, Style { has_instances, ..Style::default() });
        let Some(key) = self.key.as_deref().filter(|_| command != "db/show") else {
            return Ok(table);
        };
        let index = self.index.as_deref().unwrap_or_default();
        let column = match (subject, index) {
            (Subject::Services, "name") => "Name",
            (Subject::Frontends, "service") => "ServiceName",
            (Subject::Backends, "service") if has_instances => "Instances",
            (Subject::Frontends | Subject::Backends, "address") => "Address",
            _ => return Err(format!("the index `{index}` is not understood")),
        };
        let at = table.columns.iter().position(|name| name == column).expect("an index is a column");
        let fits = match command {
            "db/list" => |cell: &str, key: &str| cell == key,
            "db/prefix" if column == "Address" => is_within,
            "db/prefix" => |cell: &str, key: &str| cell.starts_with(key),
            _ => return Err(format!("`{command}` is not understood")),
        };
        // An instance has more behind its name.
        let cell = |row: &Vec<String>| match column {
            "Instances" => row[at].split(' ').next().unwrap_or_default().to_owned(),
            _ => row[at].clone(),
        };
        table.rows.retain(|row| fits(&cell(row), key));
        Ok(table)
    }
}

/// Whether an address is in a range; Cilium takes whole bytes of it.
fn is_within(address: &str, range: &str) -> bool {
    let Some((base, length)) = range.split_once('/') else {
        return range.is_empty();
    };
    let (Ok(base), Ok(length)) = (base.parse::<IpAddr>(), length.parse::<usize>()) else {
        return false;
    };
    let host = address.rsplit_once(':').map_or("", |(host, _)| host).trim_matches(['[', ']']);
    let bytes = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    host.parse().is_ok_and(|ip: IpAddr| {
        let (ip, base) = (bytes(ip), bytes(base));
        ip.len() == base.len() && ip.iter().zip(&base).take(length / 8).all(|(a, b)| a == b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(line: &str) -> Result<Query, String> {
        Query::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn flags_stand_anywhere() {
        let read = query("--columns Name,Source -i name -o list.actual services foo/").unwrap();
        assert_eq!(
            (read.table.as_str(), read.out.as_deref(), read.key.as_deref()),
            ("services", Some("list.actual"), Some("foo/"))
        );
        assert_eq!(query("backends --format=json --out=x").unwrap().format.as_deref(), Some("json"));
        assert!(query("services --watch x").is_err());
    }

    #[test]
    fn ranges_are_of_whole_bytes() {
        assert!(is_within("10.244.2.1:80/TCP", "10.244.2.0/24") && !is_within("10.244.1.1:80/TCP", "10.244.2.0/24"));
        assert!(is_within("[fd00::1]:80/TCP", "fd00::/16") && !is_within("10.0.0.1:80/TCP", "fd00::/16"));
        assert!(!is_within("10.0.0.1:80/TCP", "192.0.0.0/8"));
    }

    #[test]
    fn the_state_of_the_program_is_not_answered() {
        let ask = |line: &str| query(line).unwrap().answer("db/show", Subject::Frontends, &Rows::default());
        assert!(ask("frontends").is_err() && ask("frontends --columns=Address,Status").is_err());
        assert!(ask("frontends --columns=Address").is_ok());
    }
}
