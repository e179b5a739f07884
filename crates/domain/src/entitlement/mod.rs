//! Entitlements: offerings granted by an order, each a snapshot of the catalog that can be overridden.

mod change_offering;
mod edit;
mod grant;
mod lifecycle;
mod reset_overrides;
mod status;
mod usage_period;

use std::collections::BTreeSet;

pub use edit::{EntitlementEdit, Overridable};
pub(crate) use grant::fits_a_carried_lease;
pub use grant::{CatalogSnapshot, GrantedAttribute, GrantedFeature, OrderItem, fits_a_lease};
pub use reset_overrides::Reset;
pub use status::EntitlementStatus;

use crate::deletion::first_purged;
use crate::{
    Concurrency, CustomerId, Deleted, DeletedWith, Deletion, Disabled, EditionId, EntitlementId, Fact, Facts, Hosting,
    Interval, LicenseStart, LicenseType, Metadata, Name, OfferingId, OrderId, Overdraft, PlanType, Policy, ProductId,
    Quantity, SeatCounter, SecretMode, Sku, Timestamp, UsageReset, VendorId, fact, optional,
};

/// An entitlement as it is recorded. What it is worth *now* is computed: [`Entitlement::status`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// Its id.
    pub id: EntitlementId,
    /// Whose it is.
    pub vendor: VendorId,
    /// The order that granted it.
    pub order: OrderId,
    /// Who bought it.
    pub customer: CustomerId,
    /// The customer's name now, which a lease shows.
    pub customer_name: Name,
    /// For which product.
    pub product: ProductId,
    /// In which edition.
    pub edition: EditionId,
    /// By which offering.
    pub offering: OfferingId,
    /// The offering's SKU when it was granted.
    pub sku: Sku,
    /// Why it was granted.
    pub plan_type: PlanType,
    /// What starts it.
    pub license_start: LicenseStart,
    /// How long a subscription lasts, each time; nothing for a perpetual license.
    pub duration: Option<Interval>,
    /// When it starts or started; nothing while that is open (ENT-3).
    pub start: Option<Timestamp>,
    /// When a started subscription expires; never for a perpetual license (ENT-2).
    pub expiry: Option<Timestamp>,
    /// Releases after it are refused (ENT-5).
    pub maintenance_end: Option<Timestamp>,
    /// How many seats were sold; on a local server, how many were delegated to it. How many are enforced here: [`Entitlement::seats_here`].
    pub seats: Quantity,
    /// Who enforces them.
    pub hosting: Hosting,
    /// How many more may be taken.
    pub overdraft: Overdraft,
    /// How a seat is held.
    pub concurrency: Concurrency,
    /// The policy in force.
    pub policy: Policy,
    /// The features, by key.
    pub features: Vec<GrantedFeature>,
    /// The attributes, by key.
    pub attributes: Vec<GrantedAttribute>,
    /// One reset for all counters, over what the features say.
    pub usage_reset: Option<UsageReset>,
    /// When counters with `onRenewal` reset: at these instants, of which some may be ahead (ENT-4).
    pub renewal_resets: Vec<Timestamp>,
    /// The members that no longer follow the catalog (ENT-7).
    pub overrides: BTreeSet<Overridable>,
    /// Set while it is disabled.
    pub disabled: Option<Disabled>,
    /// Whether its customer is disabled, which is a fact of the customer alone (ENT-6).
    pub customer_disabled: bool,
    /// Set while it is deleted itself (ENT-10).
    pub deletion: Option<Deletion>,
    /// Set while its order is deleted: a fact of the order alone.
    pub order_deletion: Option<Deletion>,
    /// Set while its customer is deleted: a fact of the customer alone.
    pub customer_deletion: Option<Deletion>,
    /// How its product uses licensee secrets now: a fact of the product alone.
    pub secret_mode: SecretMode,
    /// Which of its seats were ever taken.
    pub counter: SeatCounter,
    /// What the vendor's staff note.
    pub notes: String,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Entitlement {
    /// Whether it ends.
    #[must_use]
    pub const fn license_type(&self) -> LicenseType {
        if self.duration.is_some() { LicenseType::Subscription } else { LicenseType::Perpetual }
    }

    /// That it is deleted, itself or with its order or its customer.
    #[must_use]
    pub fn deleted(&self) -> Option<Deleted> {
        first_purged([
            (self.deletion, DeletedWith::Itself),
            (self.order_deletion, DeletedWith::Order(self.order)),
            (self.customer_deletion, DeletedWith::Customer(self.customer)),
        ])
    }

    /// The most seats that may be taken here at once: those that are enforced here, and their overdraft.
    #[must_use]
    pub fn seat_limit(&self) -> Quantity {
        self.overdraft_here().limit(self.seats_here())
    }
}

impl Facts for Entitlement {
    fn facts(&self) -> Vec<Fact> {
        let overrides: Vec<&str> = self.overrides.iter().map(|member| member.name()).collect();
        let mut facts = vec![
            fact("sku", &self.sku),
            fact("licenseType", self.license_type()),
            fact("planType", self.plan_type),
            fact("licenseStart", self.license_start),
            optional("duration", self.duration),
            optional("start", self.start),
            optional("expiry", self.expiry),
            optional("maintenanceEnd", self.maintenance_end),
            fact("seats", self.seats),
            fact("overdraft", self.overdraft),
            fact("concurrency", self.concurrency),
            optional("usageReset", self.usage_reset),
            fact("disabled", self.disabled.is_some()),
            optional("disabledReason", self.disabled.as_ref().and_then(|disabled| disabled.reason.as_ref())).personal(),
            optional("deleted", self.deletion.map(|deletion| deletion.since)),
            optional("purgeAt", self.deletion.map(|deletion| deletion.purge_at)),
            optional("hosts", (!self.hosting.is_plain()).then_some(&self.hosting)),
            fact("overrides", overrides.join(", ")),
            fact("notes", &self.notes).personal(),
            fact("metadata", &self.metadata).personal(),
        ];
        facts.extend(self.policy.facts());
        facts.push(fact("features", grant::list(self.features.iter().map(|f| (&f.key, f.value().to_string())))));
        facts.push(fact(
            "attributes",
            grant::list(
                self.attributes.iter().map(|a| (&a.key, a.value().map_or_else(String::new, ToString::to_string))),
            ),
        ));
        facts
    }
}
