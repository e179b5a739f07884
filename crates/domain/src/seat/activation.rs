//! Activations: one seat of an entitlement, held by one seat id.

use crate::named::named;
use crate::{
    ActivationId, Concurrency, EntitlementId, Lease, Name, OrderId, ProductId, SeatId, Thumbprint, Timestamp, VendorId,
};

named! {
    /// How an activation is kept alive.
    Mode {
        /// By calls to a server.
        Online = "online",
        /// By tokens carried by hand.
        Offline = "offline",
    }
}

named! {
    /// The verdict on an activation at an instant.
    ActivationStatus {
        /// Its lease runs.
        Active = "active",
        /// Its lease has ended (SEAT-4).
        LeaseExpired = "leaseExpired",
        /// It was released, and its seat is held because its device may still run (SEAT-9).
        Held = "held",
        /// It has no seat any more.
        Ended = "ended",
    }
}

named! {
    /// How an activation ended.
    End {
        /// By its holder (SEAT-9).
        Deactivated = "deactivated",
        /// By another claim, after its lease's end (SEAT-3).
        Replaced = "replaced",
        /// By the vendor or a contact (SEAT-9).
        Released = "released",
    }
}

/// What an activation has of its seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds the seat of this number.
    Seated(u64),
    /// It was released, but its device may still run: the seat of this number is held until its lease's end (SEAT-9).
    Held(u64),
    /// It has no seat any more.
    Ended(End),
}

impl Standing {
    /// The same standing at another number.
    #[must_use]
    pub const fn numbered(self, number: u64) -> Self {
        match self {
            Self::Seated(_) => Self::Seated(number),
            Self::Held(_) => Self::Held(number),
            Self::Ended(end) => Self::Ended(end),
        }
    }
}

/// What the product says of the machine that it runs on; reported, never trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceInfo {
    /// It runs in a container.
    pub container: bool,
    /// It runs in a virtual machine.
    pub vm: bool,
}

/// An activation as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Its id.
    pub id: ActivationId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Whose seat it is.
    pub entitlement: EntitlementId,
    /// The order of that entitlement: what is locked to change it.
    pub order: OrderId,
    /// The product.
    pub product: ProductId,
    /// Who holds the seat.
    pub seat_id: SeatId,
    /// What people read of it.
    pub seat_name: Option<Name>,
    /// What it has of its seat.
    pub standing: Standing,
    /// From when on another may have the seat: the end of the last-ending lease given for it; never for `nodeLocked` (SEAT-4)
    /// and for leases without end.
    pub frees_at: Timestamp,
    /// How it is kept alive.
    pub mode: Mode,
    /// How its seat is held.
    pub concurrency: Concurrency,
    /// The latest lease.
    pub lease: Lease,
    /// When it was activated.
    pub activated: Timestamp,
    /// Which chain of nonces is the present one: each activation of the same seat id begins another (SEAT-2).
    pub chain: u64,
    /// Which nonce of the chain is the current one (SAFE-2).
    pub counter: u64,
    /// The short name by which the vendor's support knows the installation (GUARD-1).
    pub client_code: String,
    /// The machine.
    pub device: DeviceInfo,
    /// The device key that it is bound to (SEAT-12).
    pub device_key: Option<Thumbprint>,
}

impl Activation {
    /// The number of its seat, while it has or blocks one.
    #[must_use]
    pub const fn seat_number(&self) -> Option<u64> {
        match self.standing {
            Standing::Seated(number) | Standing::Held(number) => Some(number),
            Standing::Ended(_) => None,
        }
    }

    /// The verdict at an instant.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> ActivationStatus {
        match self.standing {
            Standing::Seated(_) if self.lease.runs(now) => ActivationStatus::Active,
            Standing::Seated(_) => ActivationStatus::LeaseExpired,
            Standing::Held(_) if self.is_in_use(now) => ActivationStatus::Held,
            Standing::Held(_) | Standing::Ended(_) => ActivationStatus::Ended,
        }
    }

    /// Until when its device may run, if nothing is given to it any more: the end of the last-ending lease. A `nodeLocked` seat
    /// frees at no instant; what its device has ends with its present lease.
    #[must_use]
    pub fn held_until(&self) -> Timestamp {
        match self.frees_at {
            Timestamp::MAX => self.lease.expiry.unwrap_or(Timestamp::MAX),
            end => end,
        }
    }

    /// Takes a new lease. Its device may keep an older, longer one: the seat frees only when the last of them ends.
    pub fn take_lease(&mut self, lease: Lease) {
        let held_until = self.held_until();
        self.lease = lease;
        self.frees_at = match self.concurrency {
            Concurrency::Concurrent => held_until.max(lease.expiry.unwrap_or(Timestamp::MAX)),
            Concurrency::NodeLocked => Timestamp::MAX,
        };
    }

    /// Its entitlement's seats are held in another way from now on (ENT-8). Who has a `nodeLocked` seat has a `concurrent` one
    /// until its lease's end. Who uses a `concurrent` seat owns a `nodeLocked` one; whose lease has ended does not, until it comes
    /// back: nobody uses its seat now.
    pub fn adopt(&mut self, concurrency: Concurrency, now: Timestamp) {
        if !matches!(self.standing, Standing::Seated(_)) || self.concurrency == concurrency || !self.is_in_use(now) {
            return;
        }
        self.frees_at = match concurrency {
            Concurrency::Concurrent => self.held_until(),
            Concurrency::NodeLocked => Timestamp::MAX,
        };
        self.concurrency = concurrency;
    }

    /// Ends the old chain of nonces and the access token that belongs to it (SEAT-2).
    pub fn begin_chain(&mut self) {
        self.chain += 1;
        self.counter = 0;
    }

    /// Its seat goes. One that was released stays so, however its held seat goes in the end (SEAT-9).
    pub fn end(&mut self, how: End) {
        let released = matches!(self.standing, Standing::Held(_));
        self.standing = Standing::Ended(if released { End::Released } else { how });
    }
}
