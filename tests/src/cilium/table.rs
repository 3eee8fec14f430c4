//! A table as text: columns below a header. Rows are compared as sets, column by column.

/// A table with its header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, each with a cell for each column.
    pub rows: Vec<Vec<String>>,
}

/// How two tables differ; not at all if both are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What was expected and is not there.
    pub missing: Vec<String>,
    /// What is there and was not expected.
    pub surplus: Vec<String>,
}

impl Table {
    /// Reads a table. A cell begins where its column's name does, and ends where the next begins.
    ///
    /// # Errors
    /// If there is no header.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let header = lines.next().ok_or("a table without a header")?;
        let starts = starts(header);
        let columns = cells(header, &starts);
        Ok(Self { columns, rows: lines.map(|line| cells(line, &starts)).collect() })
    }

    /// Writes it, so that it can be read again.
    pub fn write(&self) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|at| self.lines().map(|line| line[at].chars().count()).max().unwrap_or_default() + 3)
            .collect();
        let mut text = String::new();
        for line in self.lines() {
            let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            text.push_str(padded.collect::<String>().trim_end());
            text.push('\n');
        }
        text
    }

    fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.columns).chain(&self.rows)
    }

    /// Only these columns, in this order.
    ///
    /// # Errors
    /// The name of one that is not there.
    pub fn select(&self, columns: &[String]) -> Result<Self, String> {
        let find = |name: &String| {
            let at = self.columns.iter().position(|known| known.eq_ignore_ascii_case(name));
            at.ok_or_else(|| format!("the column `{name}` is not understood"))
        };
        let places = columns.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let rows = self.rows.iter().map(|row| places.iter().map(|at| row[*at].clone()).collect());
        Ok(Self { columns: columns.to_vec(), rows: rows.collect() })
    }

    /// How `found` differs, where both have the same columns.
    pub fn compare(&self, found: &Self) -> Difference {
        difference(self.rows.iter().map(|row| show(row)), found.rows.iter().map(|row| show(row)))
    }
}

/// How two collections differ, if order does not matter.
pub fn difference(expected: impl IntoIterator<Item = String>, found: impl IntoIterator<Item = String>) -> Difference {
    let mut surplus: Vec<_> = found.into_iter().collect();
    let mut missing = Vec::new();
    for row in expected {
        match surplus.iter().position(|other| *other == row) {
            Some(at) => drop(surplus.remove(at)),
            None => missing.push(row),
        }
    }
    Difference { missing, surplus }
}

impl Difference {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.surplus.is_empty()
    }
}

fn show(row: &[String]) -> String {
    row.join(" | ")
}

/// Where the words of a header begin.
fn starts(header: &str) -> Vec<usize> {
    let bytes = header.as_bytes();
    let blank = |at: usize| bytes[at].is_ascii_whitespace();
    (0..bytes.len()).filter(|at| !blank(*at) && (*at == 0 || blank(*at - 1))).collect()
}

fn cells(line: &str, starts: &[usize]) -> Vec<String> {
    let end = |at: usize| starts.get(at + 1).copied().unwrap_or(line.len()).min(line.len());
    let cell = |(at, start): (usize, &usize)| line.get(*start..end(at)).unwrap_or_default().trim().to_owned();
    starts.iter().enumerate().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Address     Backends\n10.0.0.1    a, b\n\n10.0.0.2\n";

    #[test]
    fn cells_stand_below_their_columns() {
        let table = Table::parse(TEXT).unwrap();
        assert_eq!(table.columns, ["Address", "Backends"]);
        assert_eq!(table.rows, [["10.0.0.1", "a, b"], ["10.0.0.2", ""]]);
        assert_eq!(Table::parse(&table.write()).unwrap(), table);
        assert!(Table::parse("\n").is_err());
    }

    #[test]
    fn columns_are_selected_by_name() {
        let table = Table::parse(TEXT).unwrap();
        assert_eq!(table.select(&["backends".to_owned()]).unwrap().rows, [["a, b"], [""]]);
        assert!(table.select(&["Since".to_owned()]).is_err());
    }

    #[test]
    fn rows_are_compared_as_often_as_they_are_there() {
        let rows = |rows: &[&str]| rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>();
        assert!(difference(rows(&["a", "b"]), rows(&["b", "a"])).is_none());
        let two = difference(rows(&["a", "a"]), rows(&["a", "c"]));
        assert_eq!((two.missing, two.surplus), (rows(&["a"]), rows(&["c"])));
    }
}
