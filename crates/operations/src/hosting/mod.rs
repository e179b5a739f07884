//! What goes between an authority and its local servers: what exports carry, and what becomes of it on either side (EXP-3, EXP-6).

mod host;
mod issue;
mod open;
mod payload;
mod secret;
mod session;
mod told;
mod unhosted;
mod unpack;

pub(crate) use host::{Here, SessionRecord};
pub(crate) use issue::{Issued, issue, seal};
pub(crate) use open::{open_report, open_return};
pub(crate) use payload::Present;
pub(crate) use secret::{check_first_secret, take_secret};
pub use session::SessionView;
pub(crate) use told::{number, usage};
pub(crate) use unpack::{Unpacked, unpack};
