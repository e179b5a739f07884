//! What the command line remembers of an activation beside the SDK's state, so that later commands need no options.

use std::path::{Path, PathBuf};

use chancery_api_types::Code;
use serde::{Deserialize, Serialize};

use crate::Failure;

/// What an activation was made with. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Memory {
    /// The product's id.
    pub(super) product: String,
    /// The vendor's trust bundle.
    pub(super) trust: String,
    /// The server's address; nothing for a product that never asked one.
    pub(super) server: Option<String>,
    /// Certificates that are trusted beside the system's.
    pub(super) ca_file: Option<PathBuf>,
    /// Whether the product was activated with it: then whom it trusts is settled.
    pub(super) activated: bool,
    /// Whether the server's address may be plain HTTP on another machine.
    #[serde(default)]
    pub(super) allow_plain_http: bool,
}

fn file(state: &Path) -> PathBuf {
    state.join("client.json")
}

impl Memory {
    /// What is remembered in a state's folder; nothing if nothing is.
    pub(super) fn read(state: &Path) -> Result<Option<Self>, Failure> {
        let path = file(state);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Failure::new(Code::StateUnavailable, format!("cannot read {}: {error}", path.display())));
            }
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Failure::new(Code::StateDamaged, format!("{} is damaged: {error}", path.display()))
                .hint("remove the file, and activate again with the same seat id")
        })
    }

    /// Remembers it, as a whole or not at all.
    pub(super) fn write(&self, state: &Path) -> Result<(), Failure> {
        let (path, beside) = (file(state), state.join("client.json.new"));
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        crate::file::make_private_folder(state)
            .and_then(|()| crate::file::write_private(&beside, &text))
            .and_then(|()| std::fs::rename(&beside, &path))
            .map_err(|error| Failure::new(Code::StateUnavailable, format!("cannot write {}: {error}", path.display())))
    }
}
