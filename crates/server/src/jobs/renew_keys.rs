//! Hourly: renews certificates of signing keys that end soon, and warns of those that it cannot renew (KEY-3).

use chancery_operations::signing_key::{self, Attention};

use crate::App;

pub(super) async fn run(app: App) {
    let Ok(seed) = app.randomness().seed() else { return };
    match signing_key::renew(app.system(), app.clock().now(), seed).await {
        Ok(attention) => attention.iter().for_each(warn),
        Err(error) => tracing::warn!(detail = error.private(), "could not renew certificates; trying again in an hour"),
    }
}

fn warn(Attention { vendor, key, warning }: &Attention) {
    let until = key.certified_until.map(|until| until.to_string());
    tracing::warn!(
        vendor = %vendor.name, key = %key.id, %warning, until,
        "the certificate of a signing key cannot be renewed: import the root (chancery key import)"
    );
}
