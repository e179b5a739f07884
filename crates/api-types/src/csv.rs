//! CSV (RFC 4180) as spreadsheets write and read it: what is imported, and what is exported.
//!
//! Cells are texts, whatever they look like: a `=1+1` stays one.

use std::borrow::Cow;
use std::fmt;

/// One record, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The row, as a spreadsheet counts them: the header is row 1.
    pub row: u32,
    /// The line of the file on which it begins.
    pub line: u32,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Record {
    /// Whether nothing stands in it: spreadsheets keep rows whose cells were emptied.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Where a file is no CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The row.
    pub row: u32,
    /// The line.
    pub line: u32,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a file that is no CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A quoted cell goes on to the end of the file.
    OpenQuote,
    /// Something stands between the end of a quoted cell and the next separator.
    AfterQuote,
    /// It has more than [`MOST_CELLS`] cells.
    TooManyCells,
}

/// The most cells of a record: no table of ours has nearly as many, and nobody fills the memory with commas.
pub const MOST_CELLS: usize = 1_000;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenQuote => f.write_str("a quote that begins a cell here is never closed"),
            Self::AfterQuote => {
                f.write_str("something stands after the closing quote of a cell; double the quotes inside of a cell")
            }
            Self::TooManyCells => write!(f, "the row has more than {MOST_CELLS} cells; leave out those without a use"),
        }
    }
}

/// Reads all records, blank rows among them. A byte order mark is skipped; cells are parted by `,`, or by `;` if the first
/// line has more of these outside of quotes.
///
/// # Errors
/// Where the quotes do not match.
pub fn read(text: &str) -> Result<Vec<Record>, Malformed> {
    records(text).collect()
}

/// The records that [`read`] gives, one after the other, so that whoever wants only some never holds all. The first that is
/// malformed is the last.
pub fn records(text: &str) -> impl Iterator<Item = Result<Record, Malformed>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { rest: text, separator: separator(text), row: 0, line: 1 };
    std::iter::from_fn(move || {
        let record = (!reader.rest.is_empty()).then(|| reader.record())?;
        if record.is_err() {
            reader.rest = "";
        }
        Some(record)
    })
}

/// The separator of a file's cells, by its first line.
#[must_use]
pub fn separator(text: &str) -> char {
    let (mut quoted, mut commas, mut semicolons) = (false, 0_usize, 0_usize);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            ',' if !quoted => commas += 1,
            ';' if !quoted => semicolons += 1,
            _ => {}
        }
    }
    if semicolons > commas { ';' } else { ',' }
}

struct Reader<'a> {
    rest: &'a str,
    separator: char,
    row: u32,
    line: u32,
}

/// What stands behind a cell.
enum Next {
    Cell,
    Record,
}

impl<'a> Reader<'a> {
    fn record(&mut self) -> Result<Record, Malformed> {
        self.row += 1;
        let mut record = Record { row: self.row, line: self.line, cells: Vec::new() };
        loop {
            let quoted = self.rest.strip_prefix('"');
            let (cell, next) = match quoted {
                Some(rest) => self.quoted(rest)?,
                None => self.plain(),
            };
            if record.cells.len() == MOST_CELLS {
                return Err(Malformed { row: self.row, line: record.line, fault: Fault::TooManyCells });
            }
            record.cells.push(cell);
            if let Next::Record = next {
                return Ok(record);
            }
        }
    }

    fn plain(&mut self) -> (String, Next) {
        let separator = self.separator;
        let end = self.rest.find([separator, '\n', '\r']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        (cell.to_owned(), self.step().unwrap_or(Next::Record))
    }

    fn quoted(&mut self, mut inside: &'a str) -> Result<(String, Next), Malformed> {
        let (row, line) = (self.row, self.line);
        let mut cell = String::new();
        let behind = loop {
            let (text, behind) = inside.split_once('"').ok_or(Malformed { row, line, fault: Fault::OpenQuote })?;
            cell.push_str(text);
            // Two quotes are one that belongs to the cell.
            match behind.strip_prefix('"') {
                Some(more) => inside = more,
                None => break behind,
            }
            cell.push('"');
        };
        self.rest = behind;
        self.line += u32::try_from(cell.matches('\n').count()).unwrap_or(u32::MAX);
        let next = self.step().ok_or(Malformed { row, line: self.line, fault: Fault::AfterQuote })?;
        Ok((cell, next))
    }

    /// Goes over what ends a cell; nothing, if something else stands there.
    fn step(&mut self) -> Option<Next> {
        let mut chars = self.rest.chars();
        let next = match chars.next() {
            None => Next::Record,
            Some(c) if c == self.separator => Next::Cell,
            Some('\n') => Next::Record,
            Some('\r') => {
                if chars.as_str().starts_with('\n') {
                    chars.next();
                }
                Next::Record
            }
            Some(_) => return None,
        };
        if matches!(next, Next::Record) {
            self.line += 1;
        }
        self.rest = chars.as_str();
        Some(next)
    }
}

/// Writes a record, ended by CR and LF.
pub fn write<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        line.push_str(&quoted(cell));
    }
    line + "\r\n"
}

/// The cell in quotes, if it needs them.
fn quoted(cell: &str) -> Cow<'_, str> {
    let padded = cell.starts_with(char::is_whitespace) || cell.ends_with(char::is_whitespace);
    if padded || cell.contains([',', ';', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell, such that no spreadsheet takes it for a formula: one that begins with `=`, `+`, `-`, `@`, a tab or a carriage
/// return gets a `'` before it. (OWASP, "CSV Injection".)
#[must_use]
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text).unwrap().into_iter().map(|record| record.cells).collect()
    }

    #[test]
    fn spreadsheets_files_are_read() {
        for text in ["a,b\n1,2\n", "a,b\r\n1,2", "\u{feff}a;b\r1;2\r", "\"a\",\"b\"\n\"1\",2\r\n"] {
            assert_eq!(cells(text), [["a", "b"], ["1", "2"]], "{text:?}");
        }
        assert_eq!(cells("\"x;y\",z\n"), [["x;y", "z"]], "a separator in quotes is none");
        assert_eq!(cells("a;b,c;d\n"), [["a", "b,c", "d"]]);
        assert_eq!(cells("\"say \"\"hi\"\"\",\"\"\"\"\n"), [["say \"hi\"", "\""]]);
        assert_eq!(cells("=1+1,@x,\" y \""), [["=1+1", "@x", " y "]], "cells are texts");
        assert_eq!(cells("a,\n,b"), [["a", ""], ["", "b"]]);
        assert_eq!(cells(""), [] as [Vec<String>; 0]);
    }

    #[test]
    fn rows_and_lines_are_counted_as_people_see_them() {
        let records = read("h\n\"one\ntwo\"\r\n\r\n,\nlast").unwrap();
        let places: Vec<(u32, u32, bool)> = records.iter().map(|r| (r.row, r.line, r.is_blank())).collect();
        assert_eq!(places, [(1, 1, false), (2, 2, false), (3, 4, true), (4, 5, true), (5, 6, false)]);
    }

    #[test]
    fn quotes_that_do_not_match_are_told_with_their_place() {
        assert_eq!(read("a\nb,\"c\nd"), Err(Malformed { row: 2, line: 2, fault: Fault::OpenQuote }));
        assert_eq!(read("a\n\"b\"c,d\n"), Err(Malformed { row: 2, line: 2, fault: Fault::AfterQuote }));
        assert_eq!(records("\"a\n,b\nc").count(), 1, "what comes after it is not read");
    }

    #[test]
    fn a_row_has_a_thousand_cells_at_most() {
        let row = |cells: usize| ",".repeat(cells - 1) + "\n";
        assert_eq!(read(&row(MOST_CELLS)).unwrap()[0].cells.len(), MOST_CELLS);
        let text = row(2) + &row(MOST_CELLS + 1);
        assert_eq!(read(&text), Err(Malformed { row: 2, line: 2, fault: Fault::TooManyCells }));
    }

    #[test]
    fn aud_1_no_cell_is_taken_for_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in ["", "a=1", "ent_1", "'x", "2026-01-01T00:00:00Z"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let rows = [["a", "b,c", "d\"e\""], ["", " x ", "l\r\nm"], ["'=1", "ü;", "\n"]];
        let text: String = rows.iter().map(|row| write(row.iter().copied())).collect();
        assert_eq!(cells(&text), rows);
    }
}
