//! Opening what a local server made, and somebody carried here (EXP-6, EXP-7).

use std::sync::Arc;

use chancery_domain::{LocalServerId, Thumbprint, VendorId};
use chancery_store::{ReadTx, StoreError, local_servers};
use chancery_token::{ExportReturn, Jwk, OfflineExpectation, TokenError, UsageReport, carried};

use crate::vendor_keys::VendorKeys;
use crate::{Context, Error, System};

/// Opens a return by the key of the server that is registered.
///
/// # Errors
/// `Token`; the database's.
pub(crate) async fn open_return(system: &System, context: &Context, token: &str) -> Result<ExportReturn, Error> {
    open(system, context, token, |text, keys, expected, lookup| {
        ExportReturn::open(text, &keys.opening(), expected, lookup)
    })
    .await
}

/// Opens a usage report by the key of the server that is registered.
///
/// # Errors
/// `Token`; the database's.
pub(crate) async fn open_report(system: &System, context: &Context, token: &str) -> Result<UsageReport, Error> {
    open(system, context, token, |text, keys, expected, lookup| {
        UsageReport::open(text, &keys.opening(), expected, lookup)
    })
    .await
}

type Lookup<'a> = &'a mut dyn FnMut(&str) -> Option<(LocalServerId, Jwk)>;

async fn open<T, F>(system: &System, context: &Context, token: &str, open: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Fn(&str, &VendorKeys, &OfflineExpectation, Lookup<'_>) -> Result<T, TokenError> + Send + 'static,
{
    let (vendor, now) = (context.actor().vendor(), context.now());
    let keys: Arc<VendorKeys> = system.vendor_keys(vendor).await?;
    let expected = OfflineExpectation { vendor, sandbox: keys.vendor.is_sandbox(), now };
    let refused = move |error| Error::Token { error, now };
    let text = carried::read(token).map_err(refused)?;
    system
        .store()
        .read(move |tx| {
            // Which key it names is known only when it is unsealed.
            let mut failed = None;
            let mut lookup = |kid: &str| match key_of(tx, vendor, kid) {
                Ok(found) => found,
                Err(error) => {
                    failed = Some(error);
                    None
                }
            };
            let opened = open(&text, &keys, &expected, &mut lookup);
            match failed {
                Some(error) => Err(error.into()),
                None => opened.map_err(refused),
            }
        })
        .await
}

fn key_of(tx: &mut ReadTx<'_>, vendor: VendorId, kid: &str) -> Result<Option<(LocalServerId, Jwk)>, StoreError> {
    let Ok(kid) = kid.parse::<Thumbprint>() else { return Ok(None) };
    let found = local_servers::of_key(tx, vendor, &kid)?;
    Ok(found.and_then(|server| Some((server.id, Jwk::from_text(&server.keys.sign)?))))
}
