//! Which API is asked: the management API, or the portal's by a contact's key.

use std::fmt::Display;

use clap::Args;

use crate::Failure;
use crate::api::{path, portal_path};

/// Which API is asked.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SideArgs {
    /// Ask the portal's API: the key is a contact's, who may do it for the orders that name the contact
    #[arg(long)]
    portal: bool,
}

impl SideArgs {
    /// The path of what both have.
    pub(crate) fn path(self, segments: &[&dyn Display]) -> Result<String, Failure> {
        if self.portal { portal_path(segments) } else { path(segments) }
    }
}
