//! Reads a dump.

use std::collections::BTreeMap;

use crate::cilium::maps::{Maps, Service};

/// Reads the text of a dump.
///
/// # Errors
/// What is not understood.
pub fn parse(text: &str) -> Result<Maps, String> {
    let rows = text.lines().filter(|line| !line.trim().is_empty()).map(Row::parse).collect::<Result<Vec<_>, _>>()?;
    let ids = Ids::of(&rows)?;
    let mut maps = Maps::default();
    for row in &rows {
        read(row, &ids, &mut maps)?;
    }
    maps.services.values_mut().for_each(Service::sort);
    Ok(maps)
}

/// A line: what it is about, and its fields.
struct Row<'t> {
    kind: &'t str,
    fields: BTreeMap<&'t str, &'t str>,
}

impl<'t> Row<'t> {
    fn parse(line: &'t str) -> Result<Self, String> {
        let (kind, rest) = line.split_once(": ").ok_or_else(|| format!("the line `{line}` is not understood"))?;
        let mut fields = BTreeMap::new();
        let mut rest = rest.trim();
        while let Some((name, behind)) = rest.split_once('=') {
            // Flags and inner tables have blanks, and are last.
            let end =
                if matches!(name, "FLAGS" | "INNER") { behind.len() } else { behind.find(' ').unwrap_or(behind.len()) };
            let (value, next) = behind.split_at(end);
            fields.insert(name, value);
            rest = next.trim_start();
        }
        Ok(Self { kind, fields })
    }

    fn get(&self, field: &str) -> Result<&'t str, String> {
        self.fields.get(field).copied().ok_or_else(|| format!("a row {} without {field}", self.kind))
    }
}

/// What the ids stand for. One that stands for nothing, or that two claim, shows as a difference and not as an error:
/// otherwise a wrong dump would not be compared.
struct Ids<'t> {
    backends: BTreeMap<&'t str, &'t str>,
    services: BTreeMap<&'t str, &'t str>,
}

impl<'t> Ids<'t> {
    fn of(rows: &[Row<'t>]) -> Result<Self, String> {
        let mut ids = Self { backends: BTreeMap::new(), services: BTreeMap::new() };
        for row in rows {
            let known = match row.kind {
                "BE" => &mut ids.backends,
                "SVC" if row.get("ID")? != "0" => &mut ids.services,
                _ => continue,
            };
            known.entry(row.get("ID")?).or_insert(row.get("ADDR")?);
        }
        Ok(ids)
    }

    fn backend(&self, id: &str) -> &'t str {
        self.backends.get(id).copied().unwrap_or(NOBODY)
    }

    fn service(&self, id: &str) -> &'t str {
        self.services.get(id).copied().unwrap_or(NOBODY)
    }
}

/// Who has an id that nobody has.
const NOBODY: &str = "nobody";

fn read(row: &Row<'_>, ids: &Ids<'_>, maps: &mut Maps) -> Result<(), String> {
    match row.kind {
        "BE" => {
            maps.backends.insert(row.get("ADDR")?.to_owned(), row.get("STATE")?.to_owned());
        }
        "SVC" if row.get("ID")? == "0" => {
            maps.wildcards.insert(row.get("ADDR")?.to_owned(), row.get("FLAGS")?.to_owned());
        }
        "SVC" => read_service(row, ids, maps.services.entry(row.get("ADDR")?.to_owned()).or_default())?,
        kind => {
            let address = ids.service(row.get("ID")?);
            let service = maps.services.entry(address.to_owned()).or_default();
            match kind {
                "REV" => row.get("ADDR")?.clone_into(&mut service.reverse),
                "SRCRANGE" => service.ranges.push(row.get("CIDR")?.to_owned()),
                "AFF" => service.affinities.push(ids.backend(row.get("BEID")?).to_owned()),
                "MAGLEV" => service.maglev = maglev(row.get("INNER")?, ids)?,
                _ => return Err(format!("a row {kind} is not understood")),
            }
        }
    }
    Ok(())
}

fn read_service(row: &Row<'_>, ids: &Ids<'_>, service: &mut Service) -> Result<(), String> {
    let slot = row.get("SLOT")?.parse().map_err(|_| "a slot that is no number")?;
    let (count, quarantined, flags) = (row.get("COUNT")?, row.get("QCOUNT")?, row.get("FLAGS")?);
    if slot == 0 {
        let algorithm = row.get("LBALG").map_err(|_| "a frontend leads to a proxy")?;
        let timeout = row.get("AFFTimeout")?;
        service.head =
            format!("LBALG={algorithm} AFFTimeout={timeout} COUNT={count} QCOUNT={quarantined} FLAGS={flags}");
    } else {
        service.slots.insert(slot, format!("{} {flags}", ids.backend(row.get("BEID")?)));
    }
    Ok(())
}

/// `[1(511), 2(510)]`
fn maglev(inner: &str, ids: &Ids<'_>) -> Result<Vec<String>, String> {
    let inner = inner.trim_start_matches('[').trim_end_matches(']');
    let entry = |text: &str| {
        let (id, count) = text.trim_end_matches(')').split_once('(').ok_or("a Maglev table that is not understood")?;
        Ok(format!("{}({count})", ids.backend(id)))
    };
    inner.split(", ").filter(|text| !text.is_empty()).map(entry).collect()
}

impl Service {
    fn sort(&mut self) {
        for list in [&mut self.maglev, &mut self.ranges, &mut self.affinities] {
            list.sort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "\
BE: ID=1 ADDR=10.0.0.1:80/TCP STATE=active
BE: ID=2 ADDR=10.0.0.2:80/TCP STATE=active
MAGLEV: ID=1 INNER=[1(511), 2(510)]
REV: ID=1 ADDR=1.1.1.1:80
SRCRANGE: ID=1 CIDR=10.0.0.0/8
AFF: ID=1 BEID=2
SVC: ID=0 ADDR=1.1.1.1:0/ANY SLOT=0 LBALG=undef AFFTimeout=0 COUNT=0 QCOUNT=0 FLAGS=LoadBalancer+non-routable
SVC: ID=1 ADDR=1.1.1.1:80/TCP SLOT=0 LBALG=undef AFFTimeout=0 COUNT=2 QCOUNT=0 FLAGS=LoadBalancer+check source-range
SVC: ID=1 ADDR=1.1.1.1:80/TCP SLOT=1 BEID=1 COUNT=0 QCOUNT=0 FLAGS=LoadBalancer+check source-range
SVC: ID=1 ADDR=1.1.1.1:80/TCP SLOT=2 BEID=2 COUNT=0 QCOUNT=0 FLAGS=LoadBalancer+check source-range
";

    fn lines_but(keep: impl Fn(&&str) -> bool) -> String {
        DUMP.lines().filter(keep).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn ids_do_not_matter() {
        let renamed = DUMP.replace("ID=1", "ID=7").replace("[1(", "[7(");
        assert_eq!(parse(DUMP).unwrap(), parse(&renamed).unwrap());
        assert!(parse(DUMP).unwrap().compare(&parse(&renamed).unwrap()).is_none());
    }

    #[test]
    fn the_order_of_slots_does() {
        let turned = DUMP.replace("SLOT=1", "SLOT=3").replace("SLOT=2", "SLOT=1").replace("SLOT=3", "SLOT=2");
        let found = parse(DUMP).unwrap().compare(&parse(&turned).unwrap());
        assert_eq!(found.missing.len(), 1);
        assert!(found.missing[0].contains("slots"));
    }

    #[test]
    fn every_field_is_compared() {
        for (old, new) in [
            ("STATE=active", "STATE=terminating"),
            ("2(510)", "2(511)"),
            ("1.1.1.1:80\n", "1.1.1.1:81\n"),
            ("CIDR=10", "CIDR=11"),
            ("AFF: ID=1 BEID=2", "AFF: ID=1 BEID=1"),
            ("COUNT=2", "COUNT=1"),
            ("QCOUNT=0", "QCOUNT=1"),
            ("LBALG=undef", "LBALG=maglev"),
            ("AFFTimeout=0", "AFFTimeout=1"),
            ("check source-range", "deny"),
            ("=LoadBalancer+non", "=ClusterIP+non"),
        ] {
            let other = parse(&DUMP.replace(old, new)).unwrap();
            assert!(!parse(DUMP).unwrap().compare(&other).is_none(), "{old}");
        }
    }

    #[test]
    fn a_version_without_wildcards_expects_none() {
        let without = lines_but(|line| !line.contains("ID=0 "));
        assert!(parse(&without).unwrap().compare(&parse(DUMP).unwrap()).is_none());
        assert!(!parse(DUMP).unwrap().compare(&parse(&without).unwrap()).is_none());
    }

    #[test]
    fn ids_that_nobody_or_several_have_are_a_difference() {
        for line in DUMP.lines().filter(|line| !line.contains("ID=0 ")) {
            let without = lines_but(|other| *other != line);
            assert!(!parse(DUMP).unwrap().compare(&parse(&without).unwrap()).is_none(), "{line}");
        }
        let shared = DUMP.replace("BE: ID=2", "BE: ID=1");
        assert!(!parse(DUMP).unwrap().compare(&parse(&shared).unwrap()).is_none());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in ["NEW: ID=1 ADDR=x", "text", "SVC: ID=1 ADDR=a SLOT=0 L7Proxy=1 COUNT=0 QCOUNT=0 FLAGS=x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
