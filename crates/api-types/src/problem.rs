//! Problems: errors as every API, the SDK and the command line show them (RFC 9457, API-2).

use std::collections::BTreeMap;

use chancery_domain::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::Code;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error, with the facts as further members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The code's page in the documentation.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// What happened, in a few words that never change.
    #[serde(default)]
    pub title: String,
    /// The HTTP status; absent where there was no reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What happened here, and what to do.
    #[serde(default)]
    pub detail: String,
    /// The code: one of the documented ones, to which later versions add.
    pub code: String,
    /// The request, as the server's log names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What is wrong with which member, of `validation_failed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    /// The facts.
    #[serde(flatten)]
    pub facts: BTreeMap<String, Value>,
}

/// What is wrong with one member of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemError {
    /// The member, such as `items[0].seats`; empty for the whole body.
    pub path: String,
    /// What is wrong, such as `out_of_range`.
    pub code: String,
    /// What would be right.
    pub detail: String,
    /// The line of the file, of an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The row of the table, of an import of one: the header is row 1, and `path` is the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
}

impl From<FieldError> for ProblemError {
    fn from(error: FieldError) -> Self {
        Self { path: error.path, code: error.invalid.code().to_owned(), detail: error.detail, line: None, row: None }
    }
}

impl Problem {
    /// A problem that says what happened, and then what to do.
    #[must_use]
    pub fn new(code: Code, what: &str) -> Self {
        Self::advised(code, what, code.help())
    }

    /// A problem with better advice than its code's, where more is known of what was wanted.
    #[must_use]
    pub fn advised(code: Code, what: &str, advice: &str) -> Self {
        Self {
            kind: code.page(),
            title: code.title().to_owned(),
            status: code.status(),
            detail: format!("{}. {}", what.trim_end_matches('.'), advice),
            code: code.name().to_owned(),
            request_id: None,
            errors: Vec::new(),
            facts: BTreeMap::new(),
        }
    }

    /// A problem of which there is no more to say than its title, and what to do.
    #[must_use]
    pub fn of(code: Code) -> Self {
        Self::new(code, code.title())
    }

    /// A `validation_failed` with its errors.
    #[must_use]
    pub fn invalid(errors: impl IntoIterator<Item = FieldError>) -> Self {
        let mut problem = Self::of(Code::ValidationFailed);
        problem.errors = errors.into_iter().map(ProblemError::from).collect();
        problem
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), fact.into());
        self
    }

    /// The code, if it is one that this version knows.
    #[must_use]
    pub fn known_code(&self) -> Option<Code> {
        Code::from_name(&self.code)
    }
}
