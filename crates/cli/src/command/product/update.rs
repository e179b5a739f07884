//! `chancery product update`.

use chancery_api_types::management::UpdateProduct;
use chancery_api_types::wire::{
    DeviceKeysText, EnforcementText, KeyText, NameText, Patch, ProductRef, SecretModeText, WireInterval, WirePeriod,
};
use clap::Args;

use crate::Failure;
use crate::api::path;
use crate::session::Session;
use crate::values::{MetadataEdit, interval_or_none, period, period_or_none};

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Its id or key
    product: ProductRef,
    /// What people read
    #[arg(long)]
    name: Option<NameText>,
    /// Another key
    #[arg(long = "new-key", value_name = "KEY")]
    new_key: Option<KeyText>,
    /// How long the product survives without its server
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    lease_period: Option<WirePeriod>,
    /// The same for machines that are never connected
    #[arg(long, value_name = "INTERVAL|unlimited|none", value_parser = period_or_none)]
    offline_lease_period: Option<Patch<WirePeriod>>,
    /// How long everything works after a subscription's expiry
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    grace_period: Option<Patch<WireInterval>>,
    /// How long after its lease's end a node-locked product is tolerated
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    outage_tolerance: Option<Patch<WireInterval>>,
    /// What the product does when it is not licensed: stop, limit, advise
    #[arg(long)]
    enforcement: Option<EnforcementText>,
    /// Whether activations must be bound to a device key: optional, required
    #[arg(long)]
    device_keys: Option<DeviceKeysText>,
    /// How the licensee secret is used
    #[arg(long)]
    licensee_secret_mode: Option<SecretModeText>,
    /// Whether unknown licensee numbers become licensees by themselves
    #[arg(long, value_name = "true|false")]
    licensee_auto_create: Option<bool>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Update {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdateProduct {
            metadata: self.metadata.value()?,
            name: self.name,
            key: self.new_key,
            lease_period: self.lease_period,
            offline_lease_period: self.offline_lease_period.unwrap_or_default(),
            grace_period: self.grace_period.unwrap_or_default(),
            outage_tolerance: self.outage_tolerance.unwrap_or_default(),
            enforcement: self.enforcement,
            device_keys: self.device_keys,
            licensee_secret_mode: self.licensee_secret_mode,
            licensee_auto_create: self.licensee_auto_create,
        };
        session.patch(&path(&[&"products", &self.product])?, &body).await
    }
}
