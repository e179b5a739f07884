//! Tokens as people carry them: found in what they give, and drawn for them to take away (TOK-6).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was found in a file that somebody gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadToken {
    /// The token, in one line. Of a picture that has some of its codes alone: their texts below each other, which together with those of the
    /// other pictures are taken wherever a token is.
    pub token: String,
    /// Whether that is all of the token.
    pub complete: bool,
}
