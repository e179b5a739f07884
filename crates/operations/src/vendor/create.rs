//! Making a vendor, with its keys and its first API key (KEY-1…3, MAN-1).

use std::collections::BTreeSet;

use chancery_domain::{
    Action, Actor, ApiKey, Id, KeyScope, Name, SigningKeyId, Timestamp, Vendor, VendorId, VendorMode,
};
use chancery_store::signing_key::{KeyPurpose, SigningKeyRow};
use chancery_store::{Aggregate, Outcome, signing_key, vendor};
use chancery_token::{CertificateClaims, Entropy, Issued, KeyEncryptionKey, KeyUse, LocalKey, SigningKey};

use crate::vendor_keys::{KEY_PURPOSE, SECRET_PURPOSE};
use crate::{Change, Context, Error, System, api_key};

/// A vendor to be made.
#[derive(Clone, Debug)]
pub struct NewVendor {
    /// Its name.
    pub name: Name,
    /// Whether it is a sandbox.
    pub sandbox: bool,
    /// The secret of its first API key, if it was chosen beforehand: `apik_…_…`.
    pub admin_key: Option<String>,
}

/// Makes a vendor: root key, issuing key, secret, and an API key for everything. Returns the API key, which is shown only now.
///
/// # Errors
/// `AlreadyExists` for a name that is taken; the database's.
pub async fn create(
    system: &System,
    now: Timestamp,
    seed: [u8; 32],
    input: NewVendor,
) -> Result<(Vendor, String), Error> {
    let mut entropy = Entropy::labelled(&seed, "vendor");
    let id: VendorId = entropy.id(now);
    let mode = if input.sandbox { VendorMode::Sandbox { ahead: 0 } } else { VendorMode::Live };
    let made = Vendor { id, name: input.name, mode, created: now };
    let context = Context::new(Actor::Operator { vendor: id }, now, seed);
    let permit = context.permit(Action::CreateVendor)?;
    let secret = entropy.bytes::<32>();
    let wrapped = system.kek().wrap(SECRET_PURPOSE, &id.to_string(), &secret, entropy.bytes())?;
    let keys = keys(system.kek(), &made, now, &mut entropy)?;
    let (key, secret) = first_key(&made, input.admin_key.as_deref(), now, &mut entropy)?;

    let vendor = made.clone();
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        if vendor::all(tx)?.iter().any(|other| other.name == vendor.name) {
            return Err(Error::AlreadyExists { field: "name" });
        }
        let mut change = Change::new(tx, &permit, &context);
        vendor::insert(change.tx, &permit, &vendor, &wrapped)?;
        for key in &keys {
            signing_key::insert(change.tx, &permit, key)?;
        }
        chancery_store::api_key::insert(change.tx, &permit, &key)?;
        change.record(vendor.id, None, Some(&vendor))?;
        change.record(key.id, None, Some(&key))?;
        Ok(Outcome::Done(()))
    };
    system.store().write(Aggregate::Vendor(id), work).await?;
    system.load_keys().await?;
    Ok((made, secret))
}

/// A root that signs nothing but certificates and revocations, and an issuing key with a certificate by it.
fn keys(
    kek: &KeyEncryptionKey,
    vendor: &Vendor,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<[SigningKeyRow; 2], Error> {
    let root = LocalKey::ed25519_from_seed(&entropy.bytes()).map_err(Error::internal)?;
    let issuing = LocalKey::ed25519_from_seed(&entropy.bytes()).map_err(Error::internal)?;
    let issued = Issued::new(vendor.id, now, entropy.token_id(), vendor.is_sandbox());
    let mut claims = CertificateClaims::new(issued, issuing.public().clone(), now, certificate_end(vendor, now)?);
    claims.uses =
        vec![KeyUse::Lease, KeyUse::Access, KeyUse::Offline, KeyUse::Definition, KeyUse::Export, KeyUse::Webhook];
    // A perpetual entitlement may have leases without end (SEAT-6), and only such a certificate covers them.
    claims.max_lifetime = None;
    let certificate = claims.sign(&root)?;
    Ok([
        row(kek, vendor, KeyPurpose::Root, &root, None, now, entropy)?,
        row(kek, vendor, KeyPurpose::Issuing, &issuing, Some(certificate), now, entropy)?,
    ])
}

/// Five years; of a sandbox a thousand, because its clock is made to run ahead.
fn certificate_end(vendor: &Vendor, now: Timestamp) -> Result<Timestamp, Error> {
    let years = if vendor.is_sandbox() { 1_000 } else { 5 };
    let life = chancery_domain::Interval::new(chancery_domain::Unit::Year, years).map_err(Error::internal)?;
    Ok(now.plus(life))
}

fn row(
    kek: &KeyEncryptionKey,
    vendor: &Vendor,
    purpose: KeyPurpose,
    key: &LocalKey,
    certificate: Option<String>,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<SigningKeyRow, Error> {
    let private = kek.wrap(KEY_PURPOSE, key.kid(), &key.to_pkcs8()?, entropy.bytes())?;
    Ok(SigningKeyRow {
        id: SigningKeyId::new(now, entropy.bytes()),
        vendor: vendor.id,
        kid: key.kid().to_owned(),
        purpose,
        private: Some(private),
        public: key.public().to_text(),
        certificate,
        created: now,
        retired: None,
    })
}

fn first_key(
    vendor: &Vendor,
    chosen: Option<&str>,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<(ApiKey, String), Error> {
    let (id, secret) = match chosen {
        Some(chosen) => (api_key::id_of(chosen)?, chosen.to_owned()),
        None => api_key::generate(now, entropy),
    };
    let name = Name::new("admin").map_err(Error::internal)?;
    let key = ApiKey {
        id,
        vendor: vendor.id,
        name,
        scopes: BTreeSet::from([KeyScope::Admin]),
        expires: None,
        hash: api_key::hash(&secret),
        last_used: None,
        created: now,
    };
    Ok((key, secret))
}
