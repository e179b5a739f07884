//! The machine that the product runs on: what tells it from others, and what it is (OFF-12, LIC-3).
//!
//! What is read here leaves this module as keyed hashes alone. In the state the key is a random salt; in seat ids it is the vendor's
//! root, so that two vendors cannot compare what they know of a machine.

pub(crate) mod identity;
pub(crate) mod key;
mod linux;
mod signal;

use std::path::{Path, PathBuf};

use chancery_domain::{MachineIdentity, MachineSign};

pub use self::signal::SignalKind;
pub(crate) use self::signal::{Signal, keyed};

/// Where the machine's signs of identity are read. The default is this machine.
#[derive(Clone, Debug)]
pub struct Machine {
    root: PathBuf,
}

impl Default for Machine {
    fn default() -> Self {
        Self::at("/")
    }
}

impl Machine {
    /// The machine whose `/etc`, `/proc` and `/sys` are below this folder: for tests, and for what runs beside a mounted system.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Whether it is a container: what is in it comes and goes with an image, and tells nothing of a machine.
    #[must_use]
    pub fn is_container(&self) -> bool {
        linux::is_container(&self.root)
    }

    /// Whether it is a virtual machine.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        linux::is_virtual(&self.root)
    }

    /// What tells this machine from others, for whoever binds data of its own to it (EXP-10): of each sign a hash under `salt`, of half its length,
    /// which is enough to compare and too little to learn from. Nothing in containers and on systems that we do not know: that
    /// is bound to nothing.
    #[must_use]
    pub fn identity(&self, salt: &[u8]) -> MachineIdentity {
        let sign = |signal: &Signal| MachineSign {
            kind: signal.kind.kebab(),
            weight: signal.kind.weight(),
            hash: signal.keyed(salt).first_chunk().copied().unwrap_or_default(),
        };
        MachineIdentity { signs: self.signals().iter().map(sign).collect() }
    }

    /// What tells it from others. On systems that we do not know, and in containers, nothing does.
    pub(crate) fn signals(&self) -> Vec<Signal> {
        if self.is_container() { Vec::new() } else { linux::signals(&self.root) }
    }
}

/// The text of a small file, trimmed; nothing if it cannot be read or says nothing.
fn text(root: &Path, file: impl AsRef<Path>) -> Option<String> {
    let text = std::fs::read(root.join(file)).ok()?;
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}
