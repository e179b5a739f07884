//! `signing-key.import`: a key that was made elsewhere, or the root that comes back (KEY-1, KEY-2).

use std::sync::Arc;

use chancery_domain::{Action, Invalid, KeyPurpose, KeyRecord};
use chancery_store::{Aggregate, signing_key, vendor};
use chancery_token::{Algorithm, LocalKey, PemRejected, SigningKey};
use zeroize::Zeroizing;

use super::authority::root;
use super::{Authority, Halves, KeyView, Workshop};
use crate::vendor_keys::KEY_PURPOSE;
use crate::{Change, Context, Error, System};

/// A key to be imported.
pub struct ImportKey {
    /// PKCS#8, encrypted or not, or PKCS#1, in PEM.
    pub pem: Zeroizing<String>,
    /// What opens an encrypted one.
    pub passphrase: Option<Zeroizing<String>>,
    /// What it is for; nothing: what its algorithm, or its being the root, says.
    pub purpose: Option<KeyPurpose>,
}

/// Imports a key, which takes over from the one that signed for its purpose; the root comes back where it was removed.
///
/// # Errors
/// `Invalid` for what is no usable key of that purpose, `AlreadyExists` if anybody has it, `RootKeyRemoved`; the database's.
pub async fn import(system: &System, context: &Context, input: ImportKey) -> Result<KeyView, Error> {
    context.permit(Action::ImportSigningKey)?;
    let wanted = input.purpose;
    let key = Arc::new(read(input).await?);
    let workshop = system.workshop();
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let act = move |change: &mut Change<'_, '_>| take_in(change, &workshop, &key, wanted);
    let key = system.change(context, Action::ImportSigningKey, aggregate, act).await?;
    system.load_keys().await?;
    Ok(key)
}

async fn read(input: ImportKey) -> Result<LocalKey, Error> {
    let ImportKey { pem, passphrase, .. } = input;
    let work = move || LocalKey::from_pem(&pem, passphrase.as_ref().map(|text| text.as_str()));
    let read = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    read.map_err(|rejected| match rejected {
        PemRejected::PassphraseMissing => Error::invalid("passphrase", Invalid::Required, rejected.to_string()),
        PemRejected::PassphraseWrong => Error::invalid("passphrase", Invalid::NotAllowed, rejected.to_string()),
        other => Error::invalid("pem", Invalid::BadFormat, other.to_string()),
    })
}

fn take_in(
    change: &mut Change<'_, '_>,
    workshop: &Workshop,
    key: &LocalKey,
    wanted: Option<KeyPurpose>,
) -> Result<KeyView, Error> {
    let root = root(change)?;
    if root.record.kid == key.kid() && wanted.is_none_or(|wanted| wanted == KeyPurpose::Root) {
        return come_back(change, workshop, &root.record, key);
    }
    let purpose = purpose(key, wanted, &root.record)?;
    if signing_key::owner(change.tx, key.kid())?.is_some() {
        return Err(Error::AlreadyExists { field: "pem" });
    }
    let authority = Authority::of(change, workshop)?;
    let record = authority.install(change, &Halves::of(key)?, purpose)?;
    authority.publish(change)?;
    KeyView::of(change.tx, record, change.now)
}

/// The root's private half comes back. Where it was never removed, nothing changes.
fn come_back(
    change: &mut Change<'_, '_>,
    workshop: &Workshop,
    before: &KeyRecord,
    key: &LocalKey,
) -> Result<KeyView, Error> {
    let nonce = change.random();
    let private = workshop.kek.wrap(KEY_PURPOSE, key.kid(), &key.to_pkcs8()?, nonce)?;
    let after = KeyRecord { usable: true, ..before.clone() };
    signing_key::update(change.tx, change.permit, &after, Some(&private))?;
    vendor::touch_keys(change.tx, change.permit)?;
    change.record(after.id, Some(before), Some(&after))?;
    KeyView::of(change.tx, after, change.now)
}

fn purpose(key: &LocalKey, wanted: Option<KeyPurpose>, root: &KeyRecord) -> Result<KeyPurpose, Error> {
    let fits: &[KeyPurpose] = match key.algorithm() {
        Algorithm::Ed25519 => &[KeyPurpose::Issuing, KeyPurpose::Lasting],
        Algorithm::Rs512 => &[KeyPurpose::LicenseKey],
        Algorithm::EcdhEs => &[],
    };
    match wanted {
        None => Ok(fits.first().copied().unwrap_or(KeyPurpose::Issuing)),
        Some(KeyPurpose::Root) => {
            let detail = format!("this key is {}, the vendor's root is {}", key.kid(), root.kid);
            Err(Error::invalid("pem", Invalid::NotAllowed, detail))
        }
        Some(wanted) if fits.contains(&wanted) => Ok(wanted),
        Some(wanted) => {
            let detail = format!("a key of the algorithm {} is not for `{wanted}`", key.algorithm());
            Err(Error::invalid("purpose", Invalid::NotAllowed, detail))
        }
    }
}
