//! `chancery product create`.

use chancery_api_types::management::CreateProduct;
use chancery_api_types::wire::{
    DeviceKeysText, EnforcementText, KeyText, NameText, SecretModeText, WireInterval, WirePeriod,
};
use clap::Args;

use crate::Failure;
use crate::api::path;
use crate::session::Session;
use crate::values::{MetadataArgs, interval, period};

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What people read
    #[arg(long)]
    name: NameText,
    /// Its key, unique within the vendor
    #[arg(value_name = "PRODUCT_KEY")]
    key: KeyText,
    /// How long the product survives without its server [default: 7 days]
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    lease_period: Option<WirePeriod>,
    /// The same for machines that are never connected [default: they cannot be activated]
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    offline_lease_period: Option<WirePeriod>,
    /// How long everything works after a subscription's expiry [default: not at all]
    #[arg(long, value_name = "INTERVAL", value_parser = interval)]
    grace_period: Option<WireInterval>,
    /// How long after its lease's end a node-locked product is tolerated [default: not at all]
    #[arg(long, value_name = "INTERVAL", value_parser = interval)]
    outage_tolerance: Option<WireInterval>,
    /// What the product does when it is not licensed: stop, limit, advise [default: stop]
    #[arg(long)]
    enforcement: Option<EnforcementText>,
    /// Whether activations must be bound to a device key: optional, required [default: optional]
    #[arg(long)]
    device_keys: Option<DeviceKeysText>,
    /// How the licensee secret is used [default: disabled]
    #[arg(long)]
    licensee_secret_mode: Option<SecretModeText>,
    /// Whether unknown licensee numbers become licensees by themselves [default: false]
    #[arg(long, value_name = "true|false")]
    licensee_auto_create: Option<bool>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

impl Create {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = CreateProduct {
            metadata: self.metadata.value()?,
            name: self.name,
            key: self.key,
            lease_period: self.lease_period,
            offline_lease_period: self.offline_lease_period,
            grace_period: self.grace_period,
            outage_tolerance: self.outage_tolerance,
            enforcement: self.enforcement,
            device_keys: self.device_keys,
            licensee_secret_mode: self.licensee_secret_mode,
            licensee_auto_create: self.licensee_auto_create,
        };
        session.post(&path(&[&"products"])?, &body).await
    }
}
