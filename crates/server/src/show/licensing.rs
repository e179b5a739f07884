//! What the licensing API shows besides activations.

use chancery_api_types::licensing::{
    EntitlementInfo as Info, InfoCustomer, InfoOrder, InfoPlan, ValidateEntitlement, ValidateReply,
};
use chancery_api_types::wire::{NameText, WireOverdraft, WirePeriod};
use chancery_domain::{Entitlement, Quantity, Timestamp};
use chancery_operations::activation::{EntitlementInfo, Validated};

use super::{attributes, feature};

/// What a product is told of the entitlement behind its seat.
pub(crate) fn entitlement_info(info: &EntitlementInfo, now: Timestamp) -> Info {
    let e = &info.entitlement;
    Info {
        id: e.id.into(),
        product_id: e.product.into(),
        edition_id: e.edition.into(),
        customer: InfoCustomer { id: e.customer.into(), name: NameText::from(e.customer_name.clone()) },
        order: InfoOrder { id: info.order.id.into(), reference: info.order.reference.clone().map(Into::into) },
        sku: e.sku.clone().into(),
        plan: InfoPlan {
            license_type: e.license_type().into(),
            plan_type: e.plan_type.into(),
            license_start: e.license_start.into(),
            duration: e.duration.map(Into::into),
        },
        status: e.status(now).into(),
        start: e.start.map(Into::into),
        expiry: e.expiry.map(Into::into),
        grace_end: e.grace_end().map(Into::into),
        maintenance_end: e.maintenance_end.map(Into::into),
        seats: e.seats.into(),
        overdraft: WireOverdraft(e.overdraft),
        concurrency: e.concurrency.into(),
        lease_period: WirePeriod(e.policy.lease_period),
        offline_lease_period: e.policy.offline_lease_period.map(WirePeriod),
        grace_period: e.policy.grace_period.map(Into::into),
        outage_tolerance: e.policy.outage_tolerance.map(Into::into),
        enforcement: e.policy.enforcement.into(),
    }
}

/// The answer to a question.
pub(crate) fn validated(answer: Validated) -> ValidateReply {
    let unbounded = |e: &Entitlement| e.seat_limit() == Quantity::MAX;
    ValidateReply {
        allowed: answer.refusal.is_none(),
        code: answer.refusal.as_ref().map(|refusal| refusal.code().to_owned()),
        features: answer.features.iter().map(feature).collect(),
        attributes: answer.entitlement.as_ref().map(attributes).unwrap_or_default(),
        seats_available: answer.entitlement.as_ref().filter(|e| !unbounded(e)).map(|_| answer.seats_available.into()),
        entitlement: answer.entitlement.as_ref().map(|e| shown(e, answer.now)),
        verdict: answer.verdict,
    }
}

fn shown(e: &Entitlement, now: Timestamp) -> ValidateEntitlement {
    ValidateEntitlement {
        id: e.id.into(),
        edition_id: e.edition.into(),
        sku: e.sku.clone().into(),
        status: e.status(now).into(),
        expiry: e.expiry.map(Into::into),
        grace_end: e.grace_end().map(Into::into),
        hard_stop: e.hard_stop().map(Into::into),
        maintenance_end: e.maintenance_end.map(Into::into),
    }
}
