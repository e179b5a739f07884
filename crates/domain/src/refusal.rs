//! Refusals: what the rules say no with. Each carries the facts that its problem shows.

use crate::{Deleted, ExportSessionId, Key, LicenseStart, LocalServerId, Quantity, Reason, Timestamp};

/// Why a rule refuses. Nothing is changed by what is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the facts are named as in the problem's members")]
pub enum Refusal {
    /// The order has nothing for this product (SEAT-1).
    ProductNotInOrder,
    /// The entitlement has ended (ENT-1).
    EntitlementExpired { since: Option<Timestamp> },
    /// The vendor disabled the entitlement (ENT-6).
    EntitlementDisabled { reason: Option<Reason> },
    /// The vendor disabled the customer (ENT-6).
    CustomerDisabled,
    /// The entitlement has not started.
    EntitlementNotStarted { start: Option<Timestamp> },
    /// All its seats are at local servers (EXP-1).
    EntitlementExported { servers: Vec<LocalServerId> },
    /// The delegation to this local server has ended: a newer token must be imported (TOK-8).
    DelegationEnded { since: Timestamp, seq: u64 },
    /// More seats are in use than an export would leave (EXP-2).
    EntitlementHasActiveSeats { used: u64, free: Quantity },
    /// The local server is not active: it cannot be chosen as a host (LLS-2).
    ServerNotActive { server: LocalServerId },
    /// The vendor declared the local server lost (LLS-4).
    ServerLost { server: LocalServerId },
    /// Local servers still host what would be exported again, moved, deleted or purged.
    ExportSessionOpen { sessions: Vec<(ExportSessionId, LocalServerId)> },
    /// What an export would carry is more than a token holds (TOK-3): it would have so many bytes.
    ExportTooLarge { bytes: u64, most: u64, codes: u64 },
    /// The session that a server gives back is not on record: the authority was restored from a backup of before it (EXP-7). So many
    /// leases still run there.
    ExportSessionUnknown { session: ExportSessionId, running: u64, until: Option<Timestamp> },
    /// The token was applied before (EXP-4).
    TokenReplayed { applied: Timestamp },
    /// The token is of a session that has ended, or is older than the current one (EXP-4, EXP-7).
    TokenSessionClosed { session: ExportSessionId, current: Option<u64> },
    /// A newer token of the session was applied (EXP-4).
    TokenSuperseded { seq: u64, applied: u64 },
    /// A newer report of the local server was taken, which was made at that instant (EXP-6).
    ReportSuperseded { seq: u64, taken: u64, at: Timestamp },
    /// The token follows another than the one that was applied (EXP-4).
    TokenHistoryForked { seq: u64 },
    /// There is a running license, so no request for one is needed (OFF-3).
    AlreadyActivated { until: Option<Timestamp> },
    /// The local server's database was set back: no new seat until an administrator confirms it (EXP-9).
    RestoreUnconfirmed { since: Timestamp },
    /// The product's release is newer than the maintenance (ENT-5).
    MaintenanceEnded { end: Timestamp, release: Timestamp },
    /// No seat is free (SEAT-5).
    SeatsExhausted { seats: Quantity, overdraft: Quantity, used: u64, next_lease_end: Option<Timestamp> },
    /// The seat id's seat is bound to the key of another device (SEAT-12); the lease's end frees it, if it has one that does.
    SeatHeldByAnotherDevice { until: Option<Timestamp> },
    /// The entitlement has no offline lease period (OFF-1), or more features than a carried token holds.
    OfflineNotPermitted { too_large: bool },
    /// The activation is online: nothing is carried to it (OFF-6).
    ActivationOnline,
    /// Features are taken, given back and spent by a connection, and the activation is offline (OFF-10).
    FeatureNeedsConnection,
    /// The product wants its seats bound to device keys, and none was shown (SEAT-12).
    DeviceKeyRequired,
    /// Another claim took the seat after its lease's end (SEAT-7).
    ActivationReplaced,
    /// Another machine uses the seat id (SEAT-2).
    ActivationSuperseded,
    /// The vendor or a contact released the seat (SEAT-9).
    ActivationReleased,
    /// The holder gave the seat back.
    ActivationDeactivated,
    /// The lease has ended: it must be refreshed before features are taken.
    LeaseExpired { since: Timestamp },
    /// The lease's end cannot move (SEAT-6).
    LeaseNotExtendable { lease_expiry: Option<Timestamp> },
    /// A copy of the product's state was used (SAFE-3).
    CloneDetected,
    /// The entitlement does not have the feature, or has it switched off (FEAT-4).
    FeatureNotLicensed { feature: Key },
    /// Not enough of the feature is left (FEAT-4).
    FeatureExhausted { feature: Key, requested: Quantity, available: Quantity, total: Option<Quantity> },
    /// The feature is not a pool: nothing of it is taken and given back (FEAT-2).
    NotReturnable { feature: Key },
    /// The feature is a pool: it is checked out, not used.
    NotUsable { feature: Key },
    /// More was given back than was taken (FEAT-3).
    ReturnedMoreThanTaken { feature: Key, requested: Quantity, taken: Quantity },
    /// The product asks for a licensee secret, and none was brought (SEC-1).
    LicenseeSecretRequired,
    /// The licensee secret is another (SEC-1).
    LicenseeSecretMismatch,
    /// The vendor has set no secret on the licensee (SEC-1).
    LicenseeSecretNotSet,
    /// Licensees that come by themselves have no secret that was set beforehand (AUTO-1).
    AutoCreateNeedsOtherSecretMode,
    /// The product has no offering for licensees that come by themselves (AUTO-1).
    NoAutomaticOffering,
    /// More seats are in use than would be left (SEAT-8).
    SeatsInUse { used: u64, requested: Quantity },
    /// It has started already.
    AlreadyStarted { start: Timestamp },
    /// It is deleted, itself or with what it belongs to: it must be restored before it is changed (ENT-10).
    Deleted { deleted: Deleted },
    /// The time in which it could be restored is over: it is being purged (ENT-10).
    NotRestorable { purge_at: Timestamp },
    /// Something else than a command starts it.
    NotStartedByCommand { license_start: LicenseStart },
    /// A perpetual license is not renewed (ENT-2).
    NotRenewable,
    /// A sandbox's clock only moves forward; a live vendor has none (CLK-1).
    ClockNotMovable { now: Timestamp },
    /// The vendor is live: it has no clock to move (CLK-1).
    NotASandbox,
    /// It comes with the vendor: it is neither deleted nor called otherwise (LLS-2).
    BuiltIn,
    /// The root key is neither rotated nor revoked: nobody stands above it (KEY-1).
    KeyIsRoot,
    /// The root key was removed: nothing can be certified or revoked until it is imported again (KEY-1).
    RootKeyRemoved,
}

impl Refusal {
    /// The feature that it is about, if it is about one.
    #[must_use]
    pub const fn feature(&self) -> Option<&Key> {
        match self {
            Self::FeatureNotLicensed { feature }
            | Self::FeatureExhausted { feature, .. }
            | Self::NotReturnable { feature }
            | Self::NotUsable { feature }
            | Self::ReturnedMoreThanTaken { feature, .. } => Some(feature),
            _ => None,
        }
    }

    /// Whether it says that the caller may not be whom the nonce was given to. Such a call turns no nonce: else whoever copied it could
    /// cut off the one who knows the secret (SEC-1, SAFE-2).
    #[must_use]
    pub const fn doubts_the_holder(&self) -> bool {
        matches!(self, Self::LicenseeSecretRequired | Self::LicenseeSecretMismatch | Self::LicenseeSecretNotSet)
    }

    /// The problem's code (errors.md).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ProductNotInOrder => "product_not_in_order",
            Self::EntitlementExpired { .. } => "entitlement_expired",
            Self::EntitlementDisabled { .. } => "entitlement_disabled",
            Self::CustomerDisabled => "customer_disabled",
            Self::EntitlementNotStarted { .. } => "entitlement_not_started",
            Self::EntitlementExported { .. } => "entitlement_exported",
            Self::DelegationEnded { .. } => "delegation_ended",
            Self::EntitlementHasActiveSeats { .. } => "entitlement_has_active_seats",
            Self::ServerNotActive { .. } => "server_not_active",
            Self::ServerLost { .. } => "server_lost",
            Self::ExportSessionOpen { .. } => "export_session_open",
            Self::ExportTooLarge { .. } => "export_too_large",
            Self::ExportSessionUnknown { .. } => "export_session_unknown",
            Self::TokenSessionClosed { .. } => "token_session_closed",
            Self::TokenReplayed { .. } => "token_replayed",
            Self::TokenSuperseded { .. } => "token_superseded",
            Self::ReportSuperseded { .. } => "report_superseded",
            Self::TokenHistoryForked { .. } => "token_history_forked",
            Self::AlreadyActivated { .. } => "already_activated",
            Self::RestoreUnconfirmed { .. } => "restore_unconfirmed",
            Self::MaintenanceEnded { .. } => "maintenance_ended",
            Self::SeatsExhausted { .. } => "seats_exhausted",
            Self::SeatHeldByAnotherDevice { .. } => "seat_held_by_another_device",
            Self::OfflineNotPermitted { .. } => "offline_not_permitted",
            Self::ActivationOnline => "wrong_mode",
            Self::FeatureNeedsConnection => "feature_needs_connection",
            Self::DeviceKeyRequired => "device_key_required",
            Self::ActivationReplaced => "activation_replaced",
            Self::ActivationSuperseded => "activation_superseded",
            Self::ActivationReleased => "activation_released",
            Self::ActivationDeactivated => "activation_deactivated",
            Self::LeaseExpired { .. } => "lease_expired",
            Self::LeaseNotExtendable { .. } => "lease_not_extendable",
            Self::CloneDetected => "clone_detected",
            Self::FeatureNotLicensed { .. } => "feature_not_licensed",
            Self::FeatureExhausted { .. } => "feature_exhausted",
            Self::NotReturnable { .. } => "not_returnable",
            Self::NotUsable { .. } => "not_usable",
            Self::ReturnedMoreThanTaken { .. } => "returned_more_than_taken",
            Self::LicenseeSecretRequired => "licensee_secret_required",
            Self::LicenseeSecretMismatch => "licensee_secret_mismatch",
            Self::LicenseeSecretNotSet => "licensee_secret_not_set",
            Self::AutoCreateNeedsOtherSecretMode => "auto_create_needs_other_secret_mode",
            Self::NoAutomaticOffering => "no_automatic_offering",
            Self::SeatsInUse { .. } => "seats_in_use",
            Self::AlreadyStarted { .. } => "already_started",
            Self::Deleted { .. } => "deleted",
            Self::NotRestorable { .. } => "not_restorable",
            Self::NotStartedByCommand { .. } => "not_started_by_command",
            Self::NotRenewable => "not_renewable",
            Self::ClockNotMovable { .. } => "clock_not_movable",
            Self::NotASandbox => "not_a_sandbox",
            Self::BuiltIn => "built_in",
            Self::KeyIsRoot => "key_is_root",
            Self::RootKeyRemoved => "root_key_removed",
        }
    }
}
