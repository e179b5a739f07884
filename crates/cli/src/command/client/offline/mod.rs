//! `chancery client offline`: a product on a machine without a connection (OFF-3…8). No server is asked.

mod apply;
mod deactivate;
mod forget;
mod request;

use clap::Subcommand;

use super::Place;
use crate::{Failure, Printer};

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "one is made in the life of the program")]
pub(super) enum Verb {
    /// Make a request, to be carried to the vendor; again, if it was lost on its way
    Request(request::OfflineRequest),
    /// Apply what the vendor made of it: a response, or a refresh
    Apply(apply::Apply),
    /// Give the activation up at once, and make the token that tells the vendor so
    Deactivate(deactivate::Deactivate),
    /// Forget the requests that wait for a response: if the vendor refuses them, because an earlier one's seat was released
    Forget,
}

impl Verb {
    pub(super) async fn run(&self, printer: Printer, place: &Place) -> Result<(), Failure> {
        match self {
            Self::Request(request) => request.run(printer, place).await,
            Self::Apply(apply) => apply.run(printer, place).await,
            Self::Deactivate(deactivate) => deactivate.run(printer, place).await,
            Self::Forget => forget::run(printer, place).await,
        }
    }
}
