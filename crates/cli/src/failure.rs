//! What went wrong, and what to do about it.

use std::fmt::Write;

use chancery_api_types::Problem;
use chancery_server::StartError;
use chancery_server::operations::{ConnectError, OpenError};
use chancery_server::setup::SetupError;
use serde_json::json;

use crate::render;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    code: String,
    message: String,
    hint: Option<String>,
    problem: Option<Box<Problem>>,
    usage: bool,
}

impl Failure {
    /// A failure with its code and a sentence.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), hint: None, problem: None, usage: false }
    }

    /// Wrong usage that only shows once the command runs.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { usage: true, ..Self::new("usage", message) }
    }

    /// The same failure, with what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The failure's code (errors.md).
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// 1: refused or failed; 2: wrong usage.
    pub(crate) const fn exit(&self) -> u8 {
        if self.usage { 2 } else { 1 }
    }

    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("error: {} ({})", self.message, self.code);
        for error in self.problem.iter().flat_map(|problem| &problem.errors) {
            let line = error.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let _ = write!(text, "\n  {line}{}: {} ({})", error.path, error.detail, error.code);
        }
        for line in self.facts().lines() {
            let _ = write!(text, "\n  {line}");
        }
        if let Some(hint) = &self.hint {
            let _ = write!(text, "\nhint: {hint}");
        }
        text
    }

    /// The problem's facts, as lines.
    fn facts(&self) -> String {
        let facts = self.problem.as_ref().map(|problem| &problem.facts).filter(|facts| !facts.is_empty());
        let json = facts.and_then(|facts| serde_json::to_string(facts).ok());
        json.and_then(|json| serde_json::from_str(&json).ok()).map(|facts| render::lines(&facts)).unwrap_or_default()
    }

    pub(crate) fn to_json(&self) -> String {
        match &self.problem {
            Some(problem) => serde_json::to_string(problem).unwrap_or_default(),
            None => json!({ "code": self.code, "detail": self.message, "hint": self.hint }).to_string(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let message = problem.detail.clone();
        Self { problem: Some(Box::new(problem.clone())), ..Self::new(&problem.code, message) }
    }
}

impl From<chancery_client::Error> for Failure {
    fn from(error: chancery_client::Error) -> Self {
        error.to_problem().into()
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        let code = match &error {
            SetupError::NotInitialised(_) => "not_initialised",
            SetupError::AlreadyInitialised(_) | SetupError::HasVendors(_) => "already_initialised",
            SetupError::Connect(ConnectError::Database(OpenError::Locked { .. })) => "state_locked",
            SetupError::Connect(ConnectError::Database(OpenError::NewerThanProgram { .. })) => {
                "state_newer_than_program"
            }
            SetupError::Connect(ConnectError::Database(_)) => "storage_unavailable",
            SetupError::File { .. } => "file",
            _ => "setup",
        };
        let failure = Self::new(code, error.to_string());
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let text = error.to_string();
        match error {
            StartError::PlainOutsideLoopback { .. } => Self::new("configuration_invalid", text)
                .hint("add --force-plain if a proxy before the server speaks HTTPS"),
            StartError::Listen { .. } => Self::new("address_unavailable", text)
                .hint("another program may listen there: name another address with --listen"),
            StartError::Tls(_) => Self::new("certificate_unusable", text),
        }
    }
}
