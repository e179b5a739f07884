//! Plans between the wire and the domain.

use chancery_api_types::management::{CreatePlan, Plan, UpdatePlan};
use chancery_domain::{LicenseStart, PlanType};
use chancery_operations::plan::{NewPlan, PlanEdit};

pub(super) fn new_plan(body: CreatePlan) -> NewPlan {
    NewPlan {
        name: body.name.0,
        license_type: body.license_type.0,
        license_start: body.license_start.map_or(LicenseStart::Activation, |text| text.0),
        plan_type: body.plan_type.map_or(PlanType::Paid, |text| text.0),
        duration: body.duration.map(Into::into),
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(super) fn edit(body: UpdatePlan) -> PlanEdit {
    PlanEdit {
        name: body.name.map(|text| text.0),
        license_type: body.license_type.map(|text| text.0),
        license_start: body.license_start.map(|text| text.0),
        plan_type: body.plan_type.map(|text| text.0),
        duration: body.duration.map(Into::into),
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn plan(plan: chancery_domain::Plan) -> Plan {
    Plan {
        id: plan.id.into(),
        license_type: plan.license_type().into(),
        name: plan.name.into(),
        license_start: plan.license_start.into(),
        plan_type: plan.plan_type.into(),
        duration: plan.duration.map(Into::into),
        metadata: plan.metadata.into(),
        created: plan.created.into(),
        updated: plan.updated.into(),
    }
}
