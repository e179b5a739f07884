//! The machine that a local server is bound to (EXP-10).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::MachineText;

/// Which machine, or database, a local server is bound to, and on which it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalMachine {
    /// The one that it is bound to; `none`: to none.
    pub bound: String,
    /// The one that it runs on.
    pub here: String,
    /// Whether they are the same.
    pub same: bool,
}

/// Binds a local server to another machine, where it is continued: this one serves nobody from then on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveLocal {
    /// The other machine, as `chancery local identity` shows it there.
    pub machine: MachineText,
}
