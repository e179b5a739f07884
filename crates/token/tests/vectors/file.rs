//! The files of vectors: how they are written, and what is read from them.

use std::path::PathBuf;

use chancery_token::TokenError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A file of vectors: one kind of token, or several that belong together.
#[derive(Serialize, Deserialize)]
pub(crate) struct File {
    /// What the file is about, in a sentence.
    pub(crate) about: String,
    /// What whoever opens the tokens knows, unless a vector says otherwise.
    pub(crate) given: Map<String, Value>,
    pub(crate) vectors: Vec<Vector>,
}

/// One token, and what must come of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Vector {
    pub(crate) name: String,
    /// The rule that decides it.
    pub(crate) rule: String,
    pub(crate) about: String,
    /// What kind of token is expected.
    pub(crate) kind: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) given: Map<String, Value>,
    pub(crate) token: String,
    /// `accepted`, or the problem code.
    pub(crate) expect: String,
}

impl Vector {
    /// A vector of a lease that is refused as malformed; the builders below change what is different.
    pub(crate) fn new(name: &str, about: &str, token: String) -> Self {
        Self {
            name: name.to_owned(),
            rule: "TOK-3".to_owned(),
            about: about.to_owned(),
            kind: "lease".to_owned(),
            given: Map::new(),
            token,
            expect: "token_malformed".to_owned(),
        }
    }

    pub(crate) fn rule(mut self, rule: &str) -> Self {
        rule.clone_into(&mut self.rule);
        self
    }

    pub(crate) fn kind(mut self, kind: &str) -> Self {
        kind.clone_into(&mut self.kind);
        self
    }

    pub(crate) fn given(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.given.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn expect(mut self, expect: &str) -> Self {
        expect.clone_into(&mut self.expect);
        self
    }

    pub(crate) fn accepted(self) -> Self {
        self.expect("accepted")
    }
}

/// What came of opening a token, as `expect` says it.
pub(crate) fn outcome<T>(result: &Result<T, TokenError>) -> &'static str {
    result.as_ref().map_or_else(TokenError::code, |_| "accepted")
}

/// The folder of the vectors.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// The text of a file, one line for each short member, as it is checked in.
pub(crate) fn text(file: &File) -> String {
    format!("{}\n", serde_json::to_string_pretty(file).unwrap())
}
