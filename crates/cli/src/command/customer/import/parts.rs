//! A table parted into requests: of a size that the server takes, and all rows of one ref in the same one.

use std::collections::HashMap;

use chancery_api_types::csv::{self, Record};
use chancery_api_types::{Code, Problem, ProblemError};

use crate::Failure;

/// The most rows of a request, which is what servers take at once.
const MOST_ROWS: usize = 1_000;
/// Bytes of a request after which another begins; servers take twice as many.
const ENOUGH_BYTES: usize = 8 << 20;

/// A table of its own, with the header of the whole.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) text: String,
    /// Which rows of the whole its rows are, the header first.
    rows: Vec<u32>,
}

impl Part {
    fn begin(header: &Record) -> Self {
        Self { text: line(header), rows: vec![header.row] }
    }

    /// How many rows it has, without the header.
    pub(crate) fn rows(&self) -> u64 {
        (self.rows.len() - 1) as u64
    }

    fn has_room_for(&self, group: &[Record]) -> bool {
        self.rows() == 0 || self.rows.len() - 1 + group.len() <= MOST_ROWS && self.text.len() <= ENOUGH_BYTES
    }

    fn add(&mut self, record: &Record) {
        self.text.push_str(&line(record));
        self.rows.push(record.row);
    }

    /// Which row of the whole one of its rows is.
    pub(crate) fn row(&self, row: u32) -> u32 {
        let place = usize::try_from(row).ok().and_then(|row| row.checked_sub(1));
        place.and_then(|place| self.rows.get(place)).copied().unwrap_or(row)
    }
}

fn line(record: &Record) -> String {
    csv::write(record.cells.iter().map(String::as_str))
}

/// Parts a table. Whether its header and rows are right, the server says.
pub(crate) fn split(text: &str) -> Result<Vec<Part>, Failure> {
    let records = csv::read(text).map_err(malformed)?;
    let mut records = records.into_iter().filter(|record| !record.is_blank());
    let Some(header) = records.next() else {
        return Err(Failure::usage("the file is empty: give a header, such as `ref,name`, and rows"));
    };
    let mut parts = vec![Part::begin(&header)];
    for group in groups(&header, records) {
        if parts.last().is_none_or(|part| !part.has_room_for(&group)) {
            parts.push(Part::begin(&header));
        }
        if let Some(part) = parts.last_mut() {
            group.iter().for_each(|record| part.add(record));
        }
    }
    Ok(parts)
}

/// The rows of each ref, in the order of their first rows.
fn groups(header: &Record, records: impl Iterator<Item = Record>) -> Vec<Vec<Record>> {
    let column = header.cells.iter().position(|cell| cell.trim() == "ref");
    let (mut groups, mut places) = (Vec::<Vec<Record>>::new(), HashMap::<String, usize>::new());
    for record in records {
        let cell = column.and_then(|column| record.cells.get(column));
        let reference = cell.map(|cell| cell.trim().to_owned()).filter(|reference| !reference.is_empty());
        let known = reference.as_ref().and_then(|reference| places.get(reference).copied());
        match known.and_then(|place| groups.get_mut(place)) {
            Some(group) => group.push(record),
            None => {
                places.extend(reference.map(|reference| (reference, groups.len())));
                groups.push(vec![record]);
            }
        }
    }
    groups
}

fn malformed(malformed: csv::Malformed) -> Failure {
    let mut problem = Problem::of(Code::ValidationFailed);
    problem.status = None;
    problem.errors = vec![ProblemError {
        path: String::new(),
        code: "bad_format".to_owned(),
        detail: malformed.fault.to_string(),
        line: Some(malformed.line),
        row: Some(malformed.row),
    }];
    problem.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_ref_stay_together_and_keep_their_numbers() {
        let mut text = String::from("name;ref\r\n");
        for row in 0..2_500 {
            text.push_str(&format!("\"N {row}\";R{}\r\n", row % 2_000));
            if row == 10 {
                text.push_str(";\r\n");
            }
        }
        let parts = split(&text).unwrap();
        assert_eq!(parts.iter().map(Part::rows).sum::<u64>(), 2_500);
        assert!(parts.len() >= 3 && parts.iter().all(|part| part.rows() <= 1_000));
        let first = parts[0].text.lines().collect::<Vec<_>>();
        assert_eq!(first[..3], ["name,ref", "N 0,R0", "N 2000,R0"]);
        assert_eq!([1, 2, 3].map(|row| parts[0].row(row)), [1, 2, 2_003], "the blank row is counted");
        assert!(parts[1].text.starts_with("name,ref\r\n"));
    }

    #[test]
    fn a_table_of_a_header_is_asked_about_too() {
        let parts = split("\u{feff}ref,name\n").unwrap();
        assert_eq!((parts.len(), parts[0].text.as_str()), (1, "ref,name\r\n"));
        assert!(split(" \n\n").is_err());
        assert!(split("ref\n\"x").is_err());
    }
}
