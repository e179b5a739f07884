//! Local servers and what they host, over the management and the portal API: EXP-1 to EXP-7, LLS-2, LLS-4.

mod contacts;
mod exports;
mod losses;
mod refusals;
mod returns;
pub(crate) mod server;
mod servers;
mod wrong_tokens;
