//! A local server's own license: offline activation as a device does it (OFF-3…8), but in the database, so that servers on one
//! database share it (LLS-7).

mod activate;
mod apply;
mod cycle;
mod deactivate;
mod refresh;
mod request;

pub use activate::activate;
pub(super) use apply::Applied;
pub(crate) use cycle::{CYCLE_PURPOSE, CycleKeys};
pub use deactivate::{Deactivation, deactivate};
pub use refresh::refresh;
pub use request::request;

use crate::{Change, Error, Remembered};

/// A token that was made for a person to carry. It is told again as it was.
pub(in crate::local) struct Made(pub String);

impl Remembered for Made {
    fn facts(&self) -> String {
        self.0.clone()
    }

    fn recall(_: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        Ok(Self(facts.to_owned()))
    }
}
