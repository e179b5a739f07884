//! PostgreSQL's errors, sorted by fault and by how much they undo.

use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::engine::connection::{Failure, Scope};
use crate::engine::{ConstraintKind, StoreError};

/// Sorts an error by fault.
pub(super) fn sort(error: &tokio_postgres::Error) -> StoreError {
    match error.as_db_error() {
        Some(error) => sort_reported(error),
        None if is_local(error) => StoreError::internal(chain(error)),
        None => StoreError::unavailable(chain(error)),
    }
}

/// Sorts an error by fault and by how much it undoes.
pub(super) fn failure(error: &tokio_postgres::Error) -> Failure {
    let scope = match error.as_db_error() {
        Some(error) => scope(error),
        None if is_local(error) => Scope::Statement,
        None => Scope::Connection,
    };
    Failure::new(scope, sort(error))
}

/// Whether the fault is in how this program called: a value that does not fit its parameter, a wrong number of them.
fn is_local(error: &tokio_postgres::Error) -> bool {
    // The library tells these apart from a lost connection only in its texts.
    let text = error.to_string();
    ["error serializing", "error deserializing", "error encoding", "expected ", "invalid column", "query returned"]
        .iter()
        .any(|start| text.starts_with(start))
}

fn scope(error: &DbError) -> Scope {
    let code = error.code();
    let fatal = matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
    if fatal || code.code().starts_with("08") || code.code().starts_with("57P") {
        return Scope::Connection;
    }
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED | SqlState::LOCK_NOT_AVAILABLE => {
            Scope::Retry
        }
        // A prepared statement that is gone, or whose result another server's migration changed: a new connection has none.
        SqlState::INVALID_SQL_STATEMENT_NAME => Scope::Connection,
        SqlState::FEATURE_NOT_SUPPORTED if error.message().contains("cached plan") => Scope::Connection,
        _ => Scope::Statement,
    }
}

fn sort_reported(error: &DbError) -> StoreError {
    // Without the server's own "detail", which repeats the values.
    let detail = format!("{}: {}", error.code().code(), error.message());
    match error.code().code() {
        "53100" => StoreError::DiskFull { detail },
        "25006" => StoreError::ReadOnly { detail },
        "XX001" | "XX002" => StoreError::Corrupt { what: detail },
        "57014" | "40001" | "40P01" | "55P03" => StoreError::Unavailable { detail },
        code if code.starts_with("23") => constraint(error),
        code if ["08", "53", "57P", "58", "3D", "28"].iter().any(|class| code.starts_with(class)) => {
            StoreError::Unavailable { detail }
        }
        _ => StoreError::Internal { detail },
    }
}

fn constraint(error: &DbError) -> StoreError {
    let kind = match *error.code() {
        SqlState::UNIQUE_VIOLATION => ConstraintKind::Unique,
        SqlState::FOREIGN_KEY_VIOLATION => ConstraintKind::ForeignKey,
        SqlState::CHECK_VIOLATION => ConstraintKind::Check,
        SqlState::NOT_NULL_VIOLATION => ConstraintKind::NotNull,
        _ => ConstraintKind::Other,
    };
    let name = error.constraint().or(error.column()).unwrap_or("unknown");
    let table = error.table().map(|table| format!("{table}.")).unwrap_or_default();
    StoreError::Constraint { kind, name: format!("{table}{name}") }
}

/// The texts of an error and of what is behind it.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
