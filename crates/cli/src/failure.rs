//! What went wrong, and what to do about it: one form, whether a server said it, the SDK, or a command.

use std::fmt::Write;

use chancery_api_types::{Code, Problem, ProblemError};
use chancery_server::StartError;
use chancery_server::setup::SetupError;

use crate::render;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    problem: Box<Problem>,
    hint: Option<String>,
    usage: bool,
}

impl Failure {
    /// A failure with its code and a sentence. What no server says brings the code's advice; better advice is a [`hint`](Self::hint).
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        let problem = Problem { status: None, detail: message.into(), ..Problem::of(code) };
        let hint = code.status().is_none().then(|| code.help().to_owned());
        Self { problem: Box::new(problem), hint, usage: false }
    }

    /// Wrong usage, also such as only shows once the command runs.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { usage: true, ..Self::new(Code::Usage, message) }
    }

    /// The machine or the program failed.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::InternalError, message).hint("try again; if it happens again, report it")
    }

    /// The same failure, with what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The failure's code (errors.md).
    pub(crate) fn code(&self) -> &str {
        &self.problem.code
    }

    /// What is wrong with which member, of `validation_failed`.
    pub(crate) fn errors_mut(&mut self) -> &mut Vec<ProblemError> {
        &mut self.problem.errors
    }

    /// 1: refused or failed; 2: wrong usage.
    pub(crate) const fn exit(&self) -> u8 {
        if self.usage { 2 } else { 1 }
    }

    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("error: {} ({})", self.problem.detail, self.problem.code);
        for error in &self.problem.errors {
            let place = error.row.map(|row| format!("row {row}, "));
            let place = place.or_else(|| error.line.map(|line| format!("line {line}: "))).unwrap_or_default();
            let _ = write!(text, "\n  {place}{}: {} ({})", error.path, error.detail, error.code);
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
        let facts = Some(&self.problem.facts).filter(|facts| !facts.is_empty());
        let json = facts.and_then(|facts| serde_json::to_string(facts).ok());
        json.and_then(|json| serde_json::from_str(&json).ok()).map(|facts| render::lines(&facts)).unwrap_or_default()
    }

    /// The problem, with the hint as one more member.
    pub(crate) fn to_json(&self) -> String {
        let problem = Problem::clone(&self.problem);
        let problem = match &self.hint {
            Some(hint) => problem.with("hint", hint.as_str()),
            None => problem,
        };
        serde_json::to_string(&problem).unwrap_or_default()
    }
}

/// A server's words, which say what to do; of headers that have an option here, the option.
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let mut problem = Box::new(problem);
        let hint = (problem.code == Code::VersionConflict.name()).then(|| {
            "it does not have the version that --if-match names".clone_into(&mut problem.detail);
            "read it again by `get --show-version`, and repeat the change with the version that it has now".to_owned()
        });
        Self { problem, hint, usage: false }
    }
}

impl From<chancery_client::Error> for Failure {
    fn from(error: chancery_client::Error) -> Self {
        let failure = Self::from(error.to_problem());
        // Its own advice names what a product calls.
        if failure.code() == Code::WrongMode.name() {
            return failure.hint(
                "of offline activations use `client offline`, of online ones `client refresh` and `client deactivate`",
            );
        }
        failure
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        let failure = Self::new(error.code(), error.to_string());
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
            StartError::PlainOutsideLoopback { .. } => Self::new(Code::ConfigurationInvalid, text)
                .hint("add --force-plain if a proxy before the server speaks HTTPS"),
            StartError::Listen { .. } => Self::new(Code::AddressUnavailable, text),
            StartError::Tls(_) => Self::new(Code::CertificateUnusable, text),
        }
    }
}
