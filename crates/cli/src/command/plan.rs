//! `chancery plan`: license type, start, duration, plan type.

use chancery_api_types::management::{CreatePlan, UpdatePlan};
use chancery_api_types::wire::{
    LicenseStartText, LicenseTypeText, NameText, Patch, PlanIdText, PlanTypeText, WireInterval,
};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;
use crate::values::{MetadataArgs, MetadataEdit, interval, interval_or_none};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a plan
    Create(Create),
    /// List the plans
    List(ListArgs),
    /// Show a plan
    Get {
        /// Its id
        plan: PlanIdText,
    },
    /// Change a plan; what was sold by it stays as it was sold
    Update(Update),
    /// Delete a plan that nothing refers to
    Delete {
        /// Its id
        plan: PlanIdText,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What people read, unique within the vendor
    #[arg(long)]
    name: NameText,
    /// Whether its licenses end: subscription, perpetual
    #[arg(long)]
    license_type: LicenseTypeText,
    /// What starts them: activation, creation, custom, manual [default: activation]
    #[arg(long)]
    license_start: Option<LicenseStartText>,
    /// Why they are granted: paid, trial, notForResale, internal, beta, free [default: paid]
    #[arg(long)]
    plan_type: Option<PlanTypeText>,
    /// How long a subscription lasts, such as `1 year`
    #[arg(long, value_name = "INTERVAL", value_parser = interval)]
    duration: Option<WireInterval>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Its id
    plan: PlanIdText,
    /// What people read
    #[arg(long)]
    name: Option<NameText>,
    /// Whether its licenses end: subscription, perpetual
    #[arg(long)]
    license_type: Option<LicenseTypeText>,
    /// What starts them: activation, creation, custom, manual
    #[arg(long)]
    license_start: Option<LicenseStartText>,
    /// Why they are granted: paid, trial, notForResale, internal, beta, free
    #[arg(long)]
    plan_type: Option<PlanTypeText>,
    /// How long a subscription lasts
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    duration: Option<Patch<WireInterval>>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let columns = ["id", "name", "licenseType", "licenseStart", "planType", "duration"];
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List(list) => list.print(session, &path(&[&"plans"])?, &[], &columns).await,
            Self::Get { plan } => session.show(&path(&[&"plans", &plan])?).await,
            Self::Update(update) => update.run(session).await,
            Self::Delete { plan } => {
                session.delete(&path(&[&"plans", &plan])?, format!("Deleted the plan {plan}.")).await
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = CreatePlan {
            metadata: self.metadata.value()?,
            name: self.name,
            license_type: self.license_type,
            license_start: self.license_start,
            plan_type: self.plan_type,
            duration: self.duration,
        };
        session.post(&path(&[&"plans"])?, &body).await
    }
}

impl Update {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdatePlan {
            metadata: self.metadata.value()?,
            name: self.name,
            license_type: self.license_type,
            license_start: self.license_start,
            plan_type: self.plan_type,
            duration: self.duration.unwrap_or_default(),
        };
        session.patch(&path(&[&"plans", &self.plan])?, &body).await
    }
}
