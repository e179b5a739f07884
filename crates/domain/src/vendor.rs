//! Vendors, and the clock of a sandbox.

use crate::{Fact, Facts, Interval, Name, Timestamp, VendorId, fact};

/// A software maker on an authority. Nothing of one is visible to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// Its id.
    pub id: VendorId,
    /// What people read.
    pub name: Name,
    /// Whether it is live, or a sandbox with a clock of its own.
    pub mode: VendorMode,
    /// The oldest request for an offline activation that it answers (OFF-4).
    pub offline_request_age: Interval,
    /// Whether contacts may export entitlements of orders that name them, and carry what comes of it.
    pub contact_exports: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// Whether a vendor sells, or tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorMode {
    /// It sells.
    Live,
    /// It tests: its clock runs ahead of the server's by so many microseconds (CLK-1).
    Sandbox {
        /// Microseconds; never negative, because time does not run backwards.
        ahead: i64,
    },
}

impl Vendor {
    /// How old a request for an offline activation may be, unless the vendor says otherwise (OFF-4).
    pub const OFFLINE_REQUEST_AGE: Interval = Interval::days(30);

    /// Whether it is a sandbox.
    #[must_use]
    pub const fn is_sandbox(&self) -> bool {
        matches!(self.mode, VendorMode::Sandbox { .. })
    }

    /// The vendor's own now, when the server's clock shows `clock`.
    #[must_use]
    pub const fn now(&self, clock: Timestamp) -> Timestamp {
        match self.mode {
            VendorMode::Live => clock,
            VendorMode::Sandbox { ahead } => clock.shifted(ahead),
        }
    }
}

impl Facts for Vendor {
    fn facts(&self) -> Vec<Fact> {
        vec![
            fact("name", &self.name),
            fact("sandbox", self.is_sandbox()),
            fact("offlineRequestAge", self.offline_request_age),
            fact("contactExports", self.contact_exports),
        ]
    }
}
