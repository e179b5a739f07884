//! Values on their way to SQLite and back.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::engine::{RawColumn, StoreError, Value};

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// Reads a column.
pub(crate) fn column<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Result<RawColumn<'r>, StoreError> {
    let value = row.get_ref(index).map_err(|_| StoreError::corrupt("there is no such column"))?;
    Ok(match value {
        ValueRef::Null => RawColumn::Null,
        ValueRef::Integer(value) => RawColumn::Int(value),
        ValueRef::Real(_) => RawColumn::Foreign("REAL"),
        ValueRef::Text(value) => {
            RawColumn::Text(std::str::from_utf8(value).map_err(|_| StoreError::corrupt("a text that is not UTF-8"))?)
        }
        ValueRef::Blob(value) => RawColumn::Blob(value),
    })
}
