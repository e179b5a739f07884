//! What an export carries, as the records that an authority has: so a local server serves it by the same operations (EXP-3, EXP-5).

use std::collections::BTreeSet;

use chancery_domain::{
    ActivationCode, Customer, Delegation, Disabled, Edition, Entitlement, FeatureKind, FeatureValue, GrantedAttribute,
    GrantedFeature, Hosting, Licensee, Metadata, Name, Offering, Order, Overdraft, Plan, Policy, PolicyChoice, Product,
    Quantity, SeatCounter, StoredSecret, Timestamp, VendorId,
};
use chancery_token::{
    Export, ExportPayload, ExportedDisabled, ExportedEntitlement, ExportedFeature, ExportedPolicy, Fault,
    FeatureValue as Carried, TokenError,
};

/// What a token carries, as records. What an authority keeps for itself (contacts, notes, metadata, which members were overridden) is
/// empty in them, and nothing is taken of any seat or feature.
pub(crate) struct Unpacked {
    /// What the vendor is called.
    pub vendor_name: Name,
    /// The product.
    pub product: Product,
    /// The edition.
    pub edition: Edition,
    /// The plan.
    pub plan: Plan,
    /// The offering.
    pub offering: Offering,
    /// The customer.
    pub customer: Customer,
    /// The order.
    pub order: Order,
    /// The order's codes that count.
    pub codes: Vec<ActivationCode>,
    /// The customer's licensee for the product.
    pub licensee: Option<Licensee>,
    /// The share, delegated to this server.
    pub entitlement: Entitlement,
}

/// Reads an export that was opened.
///
/// # Errors
/// `Malformed` for amounts that no authority has.
pub(crate) fn unpack(export: &Export, now: Timestamp) -> Result<Unpacked, TokenError> {
    let (payload, vendor) = (&export.claims.payload, export.claims.issued.vendor);
    let entitlement = entitlement(export, now)?;
    // What other entitlements share is as old as the token, not as its import: theirs may be newer.
    let now = export.claims.issued.at;
    let codes = payload.activation_codes.iter().map(|code| ActivationCode {
        id: code.id,
        vendor,
        order: payload.order.id,
        hash: code.hash,
        last_group: code.last_group.clone(),
        revoked: None,
        created: now,
    });
    Ok(Unpacked {
        vendor_name: payload.vendor.name.clone(),
        product: product(payload, vendor, now),
        edition: edition(payload, vendor, now),
        plan: plan(payload, vendor, now),
        offering: offering(payload, &entitlement, now),
        customer: customer(payload, vendor, now),
        order: order(payload, vendor, now),
        codes: codes.collect(),
        licensee: licensee(payload, vendor, now),
        entitlement,
    })
}

fn product(payload: &ExportPayload, vendor: VendorId, now: Timestamp) -> Product {
    let carried = &payload.product;
    Product {
        id: carried.id,
        vendor,
        name: carried.name.clone(),
        key: carried.key.clone(),
        policy: policy(&carried.policy),
        device_keys: carried.device_keys,
        secret_mode: carried.secret_mode,
        // Nobody is sold anything at a local server.
        licensee_auto_create: false,
        metadata: Metadata::default(),
        created: now,
        updated: now,
    }
}

fn edition(payload: &ExportPayload, vendor: VendorId, now: Timestamp) -> Edition {
    Edition {
        id: payload.edition.id,
        vendor,
        product: payload.product.id,
        name: payload.edition.name.clone(),
        key: payload.edition.key.clone(),
        metadata: Metadata::default(),
        created: now,
        updated: now,
    }
}

fn plan(payload: &ExportPayload, vendor: VendorId, now: Timestamp) -> Plan {
    let carried = &payload.plan;
    Plan {
        id: carried.id,
        vendor,
        name: carried.name.clone(),
        license_start: carried.license_start,
        plan_type: carried.plan_type,
        duration: carried.duration,
        metadata: Metadata::default(),
        created: now,
        updated: now,
    }
}

/// What an offering would grant anew is nobody's business here: it says what was granted.
fn offering(payload: &ExportPayload, granted: &Entitlement, now: Timestamp) -> Offering {
    Offering {
        id: payload.offering.id,
        vendor: granted.vendor,
        sku: payload.offering.sku.clone(),
        name: payload.offering.name.clone(),
        edition: payload.edition.id,
        plan: payload.plan.id,
        seats: granted.seats,
        overdraft: Overdraft::None,
        concurrency: granted.concurrency,
        automatic: false,
        maintenance: None,
        policy: PolicyChoice::default(),
        metadata: Metadata::default(),
        created: now,
        updated: now,
    }
}

fn customer(payload: &ExportPayload, vendor: VendorId, now: Timestamp) -> Customer {
    let carried = &payload.customer;
    Customer {
        id: carried.id,
        vendor,
        name: carried.name.clone(),
        reference: carried.reference.clone(),
        disabled: carried.disabled.as_ref().map(disabled),
        deletion: None,
        contacts: Vec::new(),
        notes: String::new(),
        metadata: Metadata::default(),
        created: now,
        updated: now,
    }
}

fn order(payload: &ExportPayload, vendor: VendorId, now: Timestamp) -> Order {
    Order {
        id: payload.order.id,
        vendor,
        customer: payload.customer.id,
        reference: payload.order.reference.clone(),
        deletion: None,
        customer_deletion: None,
        contacts: Vec::new(),
        metadata: Metadata::default(),
        created: now,
        updated: now,
    }
}

fn licensee(payload: &ExportPayload, vendor: VendorId, now: Timestamp) -> Option<Licensee> {
    let carried = payload.licensee.as_ref()?;
    let secret = carried.secret.as_ref();
    Some(Licensee {
        id: carried.id,
        vendor,
        customer: payload.customer.id,
        product: payload.product.id,
        secret_mode: payload.product.secret_mode,
        number: carried.number.clone(),
        secret: secret.map(|secret| StoredSecret { key: secret.key, mac: secret.mac, since: secret.since }),
        secret_cleared: carried.secret_cleared,
        metadata: Metadata::default(),
        created: now,
        updated: now,
    })
}

fn entitlement(export: &Export, now: Timestamp) -> Result<Entitlement, TokenError> {
    let (claims, payload) = (&export.claims, &export.claims.payload);
    let (carried, vendor) = (&payload.entitlement, claims.issued.vendor);
    let delegation = Delegation {
        server: export.delegation.server,
        session: claims.session,
        number: claims.number,
        seq: claims.seq,
        until: export.delegation.expiry,
    };
    Ok(Entitlement {
        id: carried.id,
        vendor,
        order: payload.order.id,
        customer: payload.customer.id,
        customer_name: payload.customer.name.clone(),
        product: payload.product.id,
        edition: payload.edition.id,
        offering: payload.offering.id,
        sku: carried.sku.clone(),
        plan_type: carried.plan_type,
        license_start: carried.license_start,
        duration: carried.duration,
        start: carried.start,
        expiry: carried.expiry,
        maintenance_end: carried.maintenance_end,
        seats: quantity(carried.seats)?,
        // Overdraft of seats does not go along (EXP-8): none is shown.
        overdraft: Overdraft::None,
        concurrency: carried.concurrency,
        policy: policy(&carried.policy),
        features: features(carried)?,
        attributes: attributes(carried),
        usage_reset: carried.usage_reset,
        renewal_resets: carried.renewal_resets.clone(),
        overrides: BTreeSet::new(),
        disabled: carried.disabled.as_ref().map(disabled),
        customer_disabled: payload.customer.disabled.is_some(),
        deletion: None,
        order_deletion: None,
        customer_deletion: None,
        secret_mode: payload.product.secret_mode,
        counter: SeatCounter::default(),
        hosting: Hosting::Delegated(delegation),
        notes: String::new(),
        metadata: Metadata::default(),
        created: carried.created,
        updated: now,
    })
}

fn features(carried: &ExportedEntitlement) -> Result<Vec<GrantedFeature>, TokenError> {
    carried.features.iter().map(feature).collect()
}

fn feature(carried: &ExportedFeature) -> Result<GrantedFeature, TokenError> {
    let kind = FeatureKind::new(carried.feature_type, carried.overdraft, carried.usage_reset);
    let kind = kind.map_err(|_| Fault::Claims)?;
    let value = match &carried.value {
        Some(Carried::Switch(on)) => FeatureValue::Bool(*on),
        Some(Carried::Amount(amount)) => FeatureValue::Count(Some(quantity(*amount)?)),
        None => FeatureValue::Count(None),
    };
    let value = kind.check(value).map_err(|_| Fault::Claims)?;
    Ok(GrantedFeature {
        key: carried.key.clone(),
        name: carried.name.clone(),
        kind,
        level: carried.level,
        catalog: (carried.value_level, value),
        overriding: None,
    })
}

fn attributes(carried: &ExportedEntitlement) -> Vec<GrantedAttribute> {
    let granted = carried.attributes.iter().map(|attribute| GrantedAttribute {
        key: attribute.key.clone(),
        name: attribute.name.clone(),
        attribute_type: attribute.attribute_type,
        level: attribute.level,
        catalog: (attribute.value_level, attribute.value.clone()),
        overriding: None,
    });
    granted.collect()
}

fn policy(carried: &ExportedPolicy) -> Policy {
    Policy {
        lease_period: carried.lease_period,
        offline_lease_period: carried.offline_lease_period,
        grace_period: carried.grace_period,
        outage_tolerance: carried.outage_tolerance,
        enforcement: carried.enforcement,
    }
}

fn disabled(carried: &ExportedDisabled) -> Disabled {
    Disabled { since: carried.since, reason: carried.reason.clone() }
}

fn quantity(amount: u64) -> Result<Quantity, TokenError> {
    Quantity::new(amount).map_err(|_| Fault::Claims.into())
}
