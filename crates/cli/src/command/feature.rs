//! `chancery feature`: what a seat may do, and how much of it.

use chancery_api_types::management::{CreateFeature, SetFeatureValue, UpdateFeature};
use chancery_api_types::wire::{FeatureTypeText, KeyText, NameText, UsageResetText, WireFeatureValue, WireOverdraft};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use super::place::PlaceArgs;
use crate::Failure;
use crate::listing::ListArgs;
use crate::session::Session;
use crate::values::{MetadataArgs, MetadataEdit, feature_value, overdraft};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Define a feature
    Create(Create),
    /// List the features: with a product or an edition, all that hold there
    List {
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show a feature as it holds at a place
    Get(Which),
    /// Change a feature's definition, at the place where it stands
    Update(Update),
    /// Give a feature that is defined farther away a value at a place
    SetValue {
        #[command(flatten)]
        which: Which,
        /// The value: on, off, a number, unlimited
        #[arg(value_parser = feature_value)]
        value: WireFeatureValue,
    },
    /// Delete a feature's definition; at a place that only gives it a value: that value
    Delete(Which),
}

/// A feature at a place.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its key or id
    feature: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its key, unique within its product
    #[arg(value_name = "FEATURE_KEY")]
    key: KeyText,
    /// What people read [default: the key]
    #[arg(long)]
    name: Option<NameText>,
    /// What it is: bool, usageCount, elementPool
    #[arg(long = "type", value_name = "TYPE")]
    feature_type: FeatureTypeText,
    /// The value where nothing nearer sets one: on, off, a number, unlimited
    #[arg(long, value_parser = feature_value)]
    value: WireFeatureValue,
    /// How much more may be taken: none, 2, 20%, unlimited [default: none]
    #[arg(long, value_parser = overdraft)]
    overdraft: Option<WireOverdraft>,
    /// When the counter of a usageCount goes back to zero: never, onRenewal, monthly [default: never]
    #[arg(long)]
    usage_reset: Option<UsageResetText>,
    #[command(flatten)]
    metadata: MetadataArgs,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    which: Which,
    /// What people read
    #[arg(long)]
    name: Option<NameText>,
    /// The value where nothing nearer sets one: on, off, a number, unlimited
    #[arg(long, value_parser = feature_value)]
    value: Option<WireFeatureValue>,
    /// How much more may be taken: none, 2, 20%, unlimited
    #[arg(long, value_parser = overdraft)]
    overdraft: Option<WireOverdraft>,
    /// When the counter of a usageCount goes back to zero: never, onRenewal, monthly
    #[arg(long)]
    usage_reset: Option<UsageResetText>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Which {
    fn path(&self) -> Result<String, Failure> {
        self.place.path(&[&"features", &self.feature])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List { place, list } => list.print(session, &place.path(&[&"features"])?, &[], place.columns()).await,
            Self::Get(which) => session.show(&which.path()?).await,
            Self::Update(update) => update.run(session).await,
            Self::SetValue { which, value } => session.put(&which.path()?, &SetFeatureValue { value }).await,
            Self::Delete(which) => {
                session.delete(&which.path()?, format!("Deleted the feature {} there.", which.feature)).await
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = CreateFeature {
            metadata: self.metadata.value()?,
            key: self.key,
            name: self.name,
            feature_type: self.feature_type,
            value: self.value,
            overdraft: self.overdraft,
            usage_reset: self.usage_reset,
        };
        session.post(&self.place.path(&[&"features"])?, &body).await
    }
}

impl Update {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdateFeature {
            metadata: self.metadata.value()?,
            name: self.name,
            value: self.value,
            overdraft: self.overdraft,
            usage_reset: self.usage_reset,
        };
        session.patch(&self.which.path()?, &body).await
    }
}
