//! `chancery edition`: sets of feature and attribute values.

use chancery_api_types::management::{CreateEdition, UpdateEdition};
use chancery_api_types::wire::{
    AttributePatch, AttributeValueText, EditionRef, KeyText, NameText, ProductRef, WireFeatureValue,
};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;
use crate::values::{MetadataArgs, MetadataEdit, attribute_pair, feature_pair};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make an edition
    Create(Create),
    /// List the editions of a product
    List {
        /// The product, by its id or key
        #[arg(long)]
        product: ProductRef,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show an edition
    Get(Which),
    /// Change an edition; what was sold already keeps what it was sold with
    Update(Update),
    /// Delete an edition that nothing refers to
    Delete(Which),
}

/// An edition of a product.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id or key
    edition: EditionRef,
    /// The product, by its id or key
    #[arg(long)]
    product: ProductRef,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The product, by its id or key
    #[arg(long)]
    product: ProductRef,
    /// What people read
    #[arg(long)]
    name: NameText,
    /// Its key, unique within the product
    #[arg(value_name = "EDITION_KEY")]
    key: KeyText,
    /// Its own value of a feature: on, off, a number, unlimited; can be given several times
    #[arg(long = "feature", value_name = "KEY=VALUE", value_parser = feature_pair::<KeyText>)]
    features: Vec<(KeyText, WireFeatureValue)>,
    /// Its own value of an attribute; can be given several times
    #[arg(long = "attribute", value_name = "KEY=VALUE", value_parser = attribute_pair::<KeyText, AttributeValueText>)]
    attributes: Vec<(KeyText, AttributeValueText)>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    which: Which,
    /// What people read
    #[arg(long)]
    name: Option<NameText>,
    /// Another key
    #[arg(long = "new-key", value_name = "KEY")]
    new_key: Option<KeyText>,
    /// A new value of a feature: on, off, a number, unlimited; can be given several times
    #[arg(long = "feature", value_name = "KEY=VALUE", value_parser = feature_pair::<KeyText>)]
    features: Vec<(KeyText, WireFeatureValue)>,
    /// A new value of an attribute; can be given several times
    #[arg(long = "attribute", value_name = "KEY=VALUE", value_parser = attribute_pair::<KeyText, AttributeValueText>)]
    attributes: Vec<(KeyText, AttributeValueText)>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Which {
    fn path(&self) -> Result<String, Failure> {
        path(&[&"products", &self.product, &"editions", &self.edition])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List { product, list } => {
                let path = path(&[&"products", &product, &"editions"])?;
                list.print(session, &path, &[], &["id", "key", "name"]).await
            }
            Self::Get(which) => session.show(&which.path()?).await,
            Self::Update(update) => update.run(session).await,
            Self::Delete(which) => {
                session.delete(&which.path()?, format!("Deleted the edition {}.", which.edition)).await
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = CreateEdition {
            metadata: self.metadata.value()?,
            name: self.name,
            key: self.key,
            features: self.features.into_iter().collect(),
            attributes: self.attributes.into_iter().collect(),
        };
        session.post(&path(&[&"products", &self.product, &"editions"])?, &body).await
    }
}

impl Update {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdateEdition {
            metadata: self.metadata.value()?,
            name: self.name,
            key: self.new_key,
            features: self.features.into_iter().collect(),
            attributes: self.attributes.into_iter().map(|(key, value)| (key, AttributePatch(Some(value)))).collect(),
        };
        session.patch(&self.which.path()?, &body).await
    }
}
