//! The rows of a table of customers, cell by cell.

use std::str::FromStr;

use chancery_api_types::csv::{self, Malformed, Record};
use chancery_api_types::wire::{EmailText, NameText, NotesText, ReferenceText, Refused};
use chancery_api_types::{Problem, ProblemError};
use chancery_domain::{FieldError, Invalid, Metadata};
use chancery_operations::customer::{ContactCells, CustomerRow, CustomerTable, MOST_ROWS, cell_path};

use super::columns::{self, Column};

/// The table, or the errors of a file that is none.
pub(super) fn parse(text: &str) -> Result<CustomerTable, Vec<ProblemError>> {
    let mut records = csv::records(text).filter(|record| record.as_ref().map_or(true, |record| !record.is_blank()));
    let empty = || vec![columns::error(1, "ref", Invalid::Required, "give a header, such as `ref,name`, and rows")];
    let header = records.next().ok_or_else(empty)?.map_err(malformed)?;
    let columns = columns::read(&header)?;
    // No more are read than are needed to know that there are too many.
    let rows: Vec<Record> = records.take(MOST_ROWS + 1).collect::<Result<_, _>>().map_err(malformed)?;
    if let Some(beyond) = rows.get(MOST_ROWS) {
        let right = format!("give at most {MOST_ROWS} rows at once; `chancery customer import` parts a file by itself");
        return Err(vec![columns::error(beyond.row, "", Invalid::OutOfRange, &right)]);
    }
    let mut table = CustomerTable::default();
    for record in &rows {
        let mut cells = Cells { row: record.row, faults: Vec::new() };
        let row = cells.row(&columns, record);
        table.rows.extend(row);
        table.faults.extend(cells.faults);
    }
    Ok(table)
}

fn malformed(malformed: Malformed) -> Vec<ProblemError> {
    let told = columns::error(malformed.row, "", Invalid::BadFormat, &malformed.fault.to_string());
    vec![ProblemError { line: Some(malformed.line), ..told }]
}

/// One row, and what is wrong in it.
struct Cells {
    row: u32,
    faults: Vec<FieldError>,
}

impl Cells {
    fn row(&mut self, columns: &[Column], record: &Record) -> Option<CustomerRow> {
        if record.cells.len() > columns.len() {
            let right = format!("the header has {} cells, this row {}", columns.len(), record.cells.len());
            self.fault("", Invalid::BadFormat, &right);
        }
        let (mut reference, mut name, mut notes) = (None, None, None);
        let (mut contact_name, mut email) = (None, None);
        let mut metadata = std::collections::BTreeMap::new();
        let given = columns.iter().zip(&record.cells).filter(|(_, cell)| !cell.trim().is_empty());
        for (column, cell) in given {
            let at = column.name();
            match column {
                Column::Reference => reference = self.read::<ReferenceText>(&at, cell.trim()).map(|text| text.0),
                Column::Name => name = self.read::<NameText>(&at, cell.trim()).map(|text| text.0),
                Column::Notes => notes = self.read::<NotesText>(&at, cell).map(|text| text.0.into_string()),
                Column::ContactName => contact_name = self.read::<NameText>(&at, cell.trim()).map(|text| text.0),
                Column::ContactEmail => email = self.read::<EmailText>(&at, cell.trim()).map(|text| text.0),
                Column::Metadata(key) => {
                    metadata.extend(self.member(&at, key, cell).map(|value| (key.clone(), value)));
                }
            }
        }
        let column = |wanted: &Column| columns.iter().position(|column| column == wanted);
        let is_empty = |wanted: &Column| {
            let cell = column(wanted).and_then(|place| record.cells.get(place));
            cell.is_none_or(|cell| cell.trim().is_empty())
        };
        if is_empty(&Column::Reference) {
            self.fault("ref", Invalid::Required, "give what the customer is found by");
        }
        if contact_name.is_some() && is_empty(&Column::ContactEmail) {
            self.fault("contact.email", Invalid::Required, "give what the contact is found by");
        }
        let contact = email.map(|email| ContactCells { name: contact_name, email });
        Some(CustomerRow { row: self.row, reference: reference?, name, notes, metadata, contact })
    }

    fn read<T: FromStr<Err = Refused>>(&mut self, column: &str, cell: &str) -> Option<T> {
        cell.parse().map_err(|refused: Refused| self.fault(column, refused.invalid, &refused.right)).ok()
    }

    fn member(&mut self, column: &str, key: &str, cell: &str) -> Option<String> {
        let one = [(key.to_owned(), cell.to_owned())].into_iter().collect();
        match Metadata::new(one) {
            Ok(_) => Some(cell.to_owned()),
            Err(invalid) => {
                self.fault(column, invalid, "give a key of at most 50 characters, and a value of at most 500");
                None
            }
        }
    }

    fn fault(&mut self, column: &str, invalid: Invalid, right: &str) {
        self.faults.push(FieldError::new(cell_path(self.row, column), invalid, format!("{invalid}; {right}")));
    }
}

/// A problem of exactly these errors.
pub(super) fn problem(errors: Vec<ProblemError>) -> Problem {
    let mut problem = Problem::invalid([]);
    problem.errors = errors;
    problem
}
