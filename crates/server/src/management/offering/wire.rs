//! Offerings between the wire and the domain.

use chancery_api_types::management::{CreateOffering, Offering, UpdateOffering};
use chancery_api_types::wire::EmptyList;
use chancery_domain::{Concurrency, Overdraft, PolicyChoice, Selector};
use chancery_operations::offering::{NewOffering, OfferingEdit, OfferingView, PolicyEdit};

pub(super) fn new_offering(body: CreateOffering) -> NewOffering {
    NewOffering {
        sku: body.sku.0,
        name: body.name.0,
        product: body.product_id.map(|product| product.0),
        edition: body.edition_id.0,
        plan: Selector::Id(body.plan_id.0),
        seats: body.seats.into(),
        overdraft: body.overdraft.map_or(Overdraft::None, Into::into),
        concurrency: body.concurrency.map_or(Concurrency::Concurrent, |text| text.0),
        automatic: body.automatic.unwrap_or(false),
        maintenance: body.maintenance.map(Into::into),
        policy: PolicyChoice {
            lease_period: body.lease_period.map(Into::into),
            offline_lease_period: body.offline_lease_period.map(Into::into),
            grace_period: body.grace_period.map(Into::into),
            outage_tolerance: body.outage_tolerance.map(Into::into),
            enforcement: body.enforcement.map(|text| text.0),
        },
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(super) fn edit(body: UpdateOffering) -> OfferingEdit {
    OfferingEdit {
        sku: body.sku.map(|text| text.0),
        name: body.name.map(|text| text.0),
        edition: body.edition_id.map(|edition| edition.0),
        plan: body.plan_id.map(|plan| Selector::Id(plan.0)),
        seats: body.seats.map(Into::into),
        overdraft: body.overdraft.map(Into::into),
        concurrency: body.concurrency.map(|text| text.0),
        automatic: body.automatic,
        maintenance: body.maintenance.map(Into::into),
        policy: PolicyEdit {
            lease_period: body.lease_period.map(Into::into),
            offline_lease_period: body.offline_lease_period.map(Into::into),
            grace_period: body.grace_period.map(Into::into),
            outage_tolerance: body.outage_tolerance.map(Into::into),
            enforcement: body.enforcement.map(|text| text.0),
        },
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn offering(view: OfferingView) -> Offering {
    let OfferingView { offering, product } = view;
    let policy = offering.policy;
    Offering {
        id: offering.id.into(),
        sku: offering.sku.into(),
        name: offering.name.into(),
        product_id: product.into(),
        edition_id: offering.edition.into(),
        plan_id: offering.plan.into(),
        seats: offering.seats.into(),
        overdraft: offering.overdraft.into(),
        concurrency: offering.concurrency.into(),
        automatic: offering.automatic,
        maintenance: offering.maintenance.map(Into::into),
        lease_period: policy.lease_period.map(Into::into),
        offline_lease_period: policy.offline_lease_period.map(Into::into),
        grace_period: policy.grace_period.map(Into::into),
        outage_tolerance: policy.outage_tolerance.map(Into::into),
        enforcement: policy.enforcement.map(Into::into),
        allotments: EmptyList,
        metadata: offering.metadata.into(),
        created: offering.created.into(),
        updated: offering.updated.into(),
    }
}
