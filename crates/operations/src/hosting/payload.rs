//! What an export carries of an authority's records: the share, with all that is needed to serve it (EXP-3).

use chancery_domain::{
    ActivationCode, Customer, Disabled, Edition, Entitlement, FeatureValue, GrantedFeature, Licensee, Offering, Order,
    Plan, Policy, Product, SecretMode, Share, Vendor,
};
use chancery_store::{ReadTx, activation_code, customer, edition, licensee, offering, order, plan, product, vendor};
use chancery_token::hash::sha256;
use chancery_token::{
    CarriedSecret, ExportPayload, ExportedAttribute, ExportedCode, ExportedCustomer, ExportedDisabled, ExportedEdition,
    ExportedEntitlement, ExportedFeature, ExportedLicensee, ExportedOffering, ExportedOrder, ExportedPlan,
    ExportedPolicy, ExportedProduct, ExportedVendor, FeatureValue as Carried,
};

use crate::Error;

/// What tokens about an entitlement carry now; without codes, of which there can be thousands.
pub(crate) struct Present {
    bare: ExportPayload,
    /// How many codes there are, and how many of them are revoked. Codes are neither changed nor deleted, and none that was revoked
    /// counts again: so these numbers tell whether there are others.
    codes: (u64, u64),
}

impl Present {
    pub(crate) fn load(tx: &mut ReadTx<'_>, entitlement: &Entitlement) -> Result<Self, Error> {
        let codes = activation_code::count_of_order(tx, entitlement.order)?;
        Ok(Self { bare: bare(tx, entitlement, &Share::default())?, codes })
    }

    /// A hash of what a token with this share carries: of two whose hashes differ one carries what the other does not (EXP-6).
    pub(crate) fn state(&mut self, entitlement: &Entitlement, share: &Share) -> [u8; 32] {
        self.bare.entitlement = of_entitlement(entitlement, share);
        let (codes, revoked) = self.codes;
        sha256(&[&self.bare.digest(), &codes.to_be_bytes(), &revoked.to_be_bytes()])
    }

    /// All that a token with this share carries.
    pub(crate) fn payload(
        self,
        tx: &mut ReadTx<'_>,
        entitlement: &Entitlement,
        share: &Share,
    ) -> Result<ExportPayload, Error> {
        let codes = activation_code::of_order(tx, entitlement.order)?;
        let codes = codes.into_iter().filter(|code| code.revoked.is_none());
        let exported =
            |code: ActivationCode| ExportedCode { id: code.id, hash: code.hash, last_group: code.last_group };
        let entitlement = of_entitlement(entitlement, share);
        Ok(ExportPayload { activation_codes: codes.map(exported).collect(), entitlement, ..self.bare })
    }
}

fn bare(tx: &mut ReadTx<'_>, entitlement: &Entitlement, share: &Share) -> Result<ExportPayload, Error> {
    let vendor = entitlement.vendor;
    let gone = || Error::internal("an entitlement without what it was granted by");
    let product = product::find(tx, vendor, &entitlement.product.into())?.ok_or_else(gone)?;
    let edition = edition::find(tx, vendor, None, &entitlement.edition.into())?.ok_or_else(gone)?;
    let offering = offering::find(tx, vendor, &entitlement.offering.into())?.ok_or_else(gone)?;
    let plan = plan::find(tx, vendor, &offering.plan.into())?.ok_or_else(gone)?;
    let customer = customer::find(tx, vendor, &entitlement.customer.into())?.ok_or_else(gone)?;
    let order = order::find(tx, vendor, &entitlement.order.into())?.ok_or_else(gone)?;
    let licensee = licensee::of(tx, customer.id, product.id)?;
    Ok(ExportPayload {
        vendor: of_vendor(&vendor::find(tx, vendor)?.ok_or_else(gone)?),
        plan: of_plan(&plan),
        offering: of_offering(&offering),
        customer: of_customer(&customer),
        order: of_order(&order),
        activation_codes: Vec::new(),
        licensee: licensee.map(|licensee| of_licensee(&licensee)),
        entitlement: of_entitlement(entitlement, share),
        edition: of_edition(&edition),
        product: of_product(&product),
    })
}

fn of_vendor(vendor: &Vendor) -> ExportedVendor {
    ExportedVendor { name: vendor.name.clone() }
}

fn of_product(product: &Product) -> ExportedProduct {
    ExportedProduct {
        id: product.id,
        key: product.key.clone(),
        name: product.name.clone(),
        policy: of_policy(&product.policy),
        device_keys: product.device_keys,
        secret_mode: product.secret_mode,
    }
}

fn of_edition(edition: &Edition) -> ExportedEdition {
    ExportedEdition { id: edition.id, key: edition.key.clone(), name: edition.name.clone() }
}

fn of_plan(plan: &Plan) -> ExportedPlan {
    ExportedPlan {
        id: plan.id,
        name: plan.name.clone(),
        license_start: plan.license_start,
        plan_type: plan.plan_type,
        duration: plan.duration,
    }
}

fn of_offering(offering: &Offering) -> ExportedOffering {
    ExportedOffering { id: offering.id, sku: offering.sku.clone(), name: offering.name.clone() }
}

fn of_customer(customer: &Customer) -> ExportedCustomer {
    ExportedCustomer {
        id: customer.id,
        name: customer.name.clone(),
        reference: customer.reference.clone(),
        disabled: customer.disabled.as_ref().map(of_disabled),
    }
}

fn of_order(order: &Order) -> ExportedOrder {
    ExportedOrder { id: order.id, reference: order.reference.clone() }
}

/// With its secret only where the product uses one: what a mode does not use is nobody's business.
fn of_licensee(licensee: &Licensee) -> ExportedLicensee {
    let used = matches!(licensee.secret_mode, SecretMode::Predefined | SecretMode::Client);
    let secret = licensee.secret.as_ref().filter(|_| used);
    ExportedLicensee {
        id: licensee.id,
        number: licensee.number.clone(),
        secret: secret.map(|secret| CarriedSecret { key: secret.key, mac: secret.mac, since: secret.since }),
        secret_cleared: licensee.secret_cleared.filter(|_| used),
    }
}

fn of_entitlement(e: &Entitlement, share: &Share) -> ExportedEntitlement {
    ExportedEntitlement {
        id: e.id,
        sku: e.sku.clone(),
        plan_type: e.plan_type,
        license_start: e.license_start,
        duration: e.duration,
        start: e.start,
        expiry: e.expiry,
        maintenance_end: e.maintenance_end,
        seats: share.seats.get(),
        overdraft: e.overdraft,
        concurrency: e.concurrency,
        policy: of_policy(&e.policy),
        features: e.features.iter().map(|feature| of_feature(feature, share)).collect(),
        attributes: attributes(e),
        usage_reset: e.usage_reset,
        renewal_resets: e.renewal_resets.clone(),
        disabled: e.disabled.as_ref().map(of_disabled),
        created: e.created,
    }
}

/// With the share's part of the value.
fn of_feature(feature: &GrantedFeature, share: &Share) -> ExportedFeature {
    let granted = share.granted(feature);
    let value = match granted.value() {
        FeatureValue::Bool(on) => Some(Carried::Switch(on)),
        FeatureValue::Count(amount) => amount.map(|amount| Carried::Amount(amount.get())),
    };
    ExportedFeature {
        key: granted.key.clone(),
        name: granted.name.clone(),
        feature_type: granted.kind.feature_type(),
        overdraft: granted.kind.overdraft(),
        usage_reset: granted.kind.usage_reset(),
        level: granted.level,
        value_level: feature.value_level(),
        value,
    }
}

fn attributes(e: &Entitlement) -> Vec<ExportedAttribute> {
    let granted = e.attributes.iter().map(|attribute| ExportedAttribute {
        key: attribute.key.clone(),
        name: attribute.name.clone(),
        attribute_type: attribute.attribute_type,
        level: attribute.level,
        value_level: attribute.value_level(),
        value: attribute.value().cloned(),
    });
    granted.collect()
}

fn of_policy(policy: &Policy) -> ExportedPolicy {
    ExportedPolicy {
        lease_period: policy.lease_period,
        offline_lease_period: policy.offline_lease_period,
        grace_period: policy.grace_period,
        outage_tolerance: policy.outage_tolerance,
        enforcement: policy.enforcement,
    }
}

fn of_disabled(disabled: &Disabled) -> ExportedDisabled {
    ExportedDisabled { since: disabled.since, reason: disabled.reason.clone() }
}
