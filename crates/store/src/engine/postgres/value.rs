//! Values on their way to PostgreSQL and back.

use std::error::Error;

use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::engine::{RawColumn, StoreError, Value};

type Mismatch = Box<dyn Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Mismatch> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(value), &Type::INT8) => value.to_sql(ty, out),
            (Value::Int(value), &Type::INT4) => i32::try_from(*value)?.to_sql(ty, out),
            (Value::Int(value), &Type::INT2) => i16::try_from(*value)?.to_sql(ty, out),
            (Value::Bool(value), &Type::BOOL) => value.to_sql(ty, out),
            (Value::Text(value), &Type::TEXT | &Type::VARCHAR) => value.to_sql(ty, out),
            (Value::Blob(value), &Type::BYTEA) => value.as_ref().to_sql(ty, out),
            (value, ty) => Err(format!("{} for a parameter of type {ty}", kind(value)).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        // What fits depends on the value: `to_sql` says.
        true
    }

    to_sql_checked!();
}

fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "NULL",
        Value::Int(_) => "an integer",
        Value::Bool(_) => "a boolean",
        Value::Text(_) => "a text",
        Value::Blob(_) => "a blob",
    }
}

struct Raw<'r>(RawColumn<'r>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Mismatch> {
        Ok(Self(match *ty {
            Type::INT8 => RawColumn::Int(FromSql::from_sql(ty, raw)?),
            Type::INT4 => RawColumn::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => RawColumn::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => RawColumn::Bool(FromSql::from_sql(ty, raw)?),
            Type::TEXT | Type::VARCHAR => RawColumn::Text(FromSql::from_sql(ty, raw)?),
            Type::BYTEA => RawColumn::Blob(raw),
            _ => RawColumn::Foreign("a type that is not used here"),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Mismatch> {
        Ok(Self(RawColumn::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Reads a column.
pub(crate) fn column(row: &Row, index: usize) -> Result<RawColumn<'_>, StoreError> {
    if index >= row.len() {
        return Err(StoreError::corrupt("there is no such column"));
    }
    row.try_get::<_, Raw<'_>>(index).map(|raw| raw.0).map_err(|error| StoreError::corrupt(error.to_string()))
}
