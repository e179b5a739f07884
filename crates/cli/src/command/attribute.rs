//! `chancery attribute`: what a product reads of its license.

use chancery_api_types::management::{CreateAttribute, SetAttributeValue, UpdateAttribute};
use chancery_api_types::wire::{AttributeTypeText, AttributeValueText, KeyText, NameText, Patch};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use super::place::PlaceArgs;
use crate::Failure;
use crate::listing::ListArgs;
use crate::session::Session;
use crate::values::{MetadataArgs, MetadataEdit, or_none};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Define an attribute
    Create(Create),
    /// List the attributes: with a product or an edition, all that hold there
    List {
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show an attribute as it holds at a place
    Get(Which),
    /// Change an attribute's definition, at the place where it stands
    Update(Update),
    /// Give an attribute that is defined farther away a value at a place
    SetValue {
        #[command(flatten)]
        which: Which,
        /// The value
        value: AttributeValueText,
    },
    /// Delete an attribute's definition; at a place that only gives it a value: that value
    Delete(Which),
}

/// An attribute at a place.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its key or id
    attribute: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its key, unique within its product
    #[arg(value_name = "ATTRIBUTE_KEY")]
    key: KeyText,
    /// What people read [default: the key]
    #[arg(long)]
    name: Option<NameText>,
    /// What its value is: string, number, date
    #[arg(long = "type", value_name = "TYPE")]
    attribute_type: AttributeTypeText,
    /// The value where nothing nearer sets one [default: none]
    #[arg(long)]
    value: Option<AttributeValueText>,
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
    /// The value where nothing nearer sets one; `none` takes it away
    #[arg(long, value_parser = or_none::<AttributeValueText>)]
    value: Option<Patch<AttributeValueText>>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Which {
    fn path(&self) -> Result<String, Failure> {
        self.place.path(&[&"attributes", &self.attribute])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List { place, list } => {
                list.print(session, &place.path(&[&"attributes"])?, &[], place.columns()).await
            }
            Self::Get(which) => session.show(&which.path()?).await,
            Self::Update(update) => update.run(session).await,
            Self::SetValue { which, value } => session.put(&which.path()?, &SetAttributeValue { value }).await,
            Self::Delete(which) => {
                session.delete(&which.path()?, format!("Deleted the attribute {} there.", which.attribute)).await
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = CreateAttribute {
            metadata: self.metadata.value()?,
            key: self.key,
            name: self.name,
            attribute_type: self.attribute_type,
            value: self.value,
        };
        session.post(&self.place.path(&[&"attributes"])?, &body).await
    }
}

impl Update {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let metadata = self.metadata.value()?;
        let body = UpdateAttribute { name: self.name, value: self.value.unwrap_or_default(), metadata };
        session.patch(&self.which.path()?, &body).await
    }
}
