//! Making an empty database that of a local server: whose products it serves, its own keys, and its id, for ever (LLS-2).

use chancery_domain::{
    Action, Actor, Fact, Facts, Id, KeyPurpose, KeyRecord, LocalServerId, Name, SigningKeyId, Timestamp, Vendor,
    VendorMode, fact,
};
use chancery_store::local_server::{self, LicenseRow, LocalServerRow};
use chancery_store::signing_key::{self, SigningKeyRow};
use chancery_store::{Aggregate, Outcome, api_key, vendor};
use chancery_token::{Entropy, Jwk, Trust, carried};

use crate::signing_key::{Halves, Workshop};
use crate::vendor::first_key;
use crate::vendor_keys::{KEY_PURPOSE, SECRET_PURPOSE};
use crate::{Change, Context, Error, System};

/// A local server to be set up.
#[derive(Clone)]
pub struct NewLocal {
    /// The vendor's trust bundle, as it was carried.
    pub bundle: String,
    /// What people read of the server.
    pub name: Option<Name>,
    /// The secret of the administrator's key, if it was chosen beforehand: `apik_…_…`.
    pub admin_key: Option<String>,
}

/// Makes the database that of a local server, with an API key for its administrator, which is shown only now.
///
/// # Errors
/// `Token` for a bundle that is none; `AlreadyExists` if the database is a server's already; the database's.
pub async fn init(
    system: &System,
    now: Timestamp,
    seed: [u8; 32],
    input: NewLocal,
) -> Result<(LocalServerId, String), Error> {
    let bundle = carried::read(&input.bundle).map_err(|error| Error::Token { error, now })?;
    let trust = Trust::open(&bundle, None, now).map_err(|error| Error::Token { error, now })?;
    let mut entropy = Entropy::labelled(&seed, "local server");
    let owner = owner(&trust, now)?;
    let server: LocalServerId = entropy.id(now);
    let context = Context::new(Actor::Operator { vendor: owner.id }, now, seed);
    let permit = context.permit(Action::CreateVendor)?;
    let wrapped = system.kek().wrap(SECRET_PURPOSE, &owner.id.to_string(), &entropy.bytes::<32>(), entropy.bytes())?;
    let (key, secret) = first_key(&owner, input.admin_key.as_deref(), now, &mut entropy)?;
    let row =
        LocalServerRow { name: input.name, machine: system.machine().to_string(), ..row(server, &trust, bundle, now) };
    let (workshop, root, id) = (system.workshop(), trust.anchor().root.jwk().clone(), owner.id);
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        if !vendor::all(tx)?.is_empty() {
            return Err(Error::AlreadyExists { field: "localServer" });
        }
        let mut change = Change::new(tx, &permit, &context);
        vendor::insert(change.tx, &permit, &owner, &wrapped)?;
        root_key(&mut change, &root)?;
        for purpose in [KeyPurpose::Issuing, KeyPurpose::Receiving] {
            own_key(&mut change, &workshop, purpose)?;
        }
        api_key::insert(change.tx, &permit, &key)?;
        local_server::insert(change.tx, &permit, &row)?;
        change.record(owner.id, None, Some(&owner))?;
        change.record(server, None, Some(&Made(server)))?;
        change.record(key.id, None, Some(&key))?;
        Ok(Outcome::Done(()))
    };
    system.store().write(Aggregate::Vendor(id), work).await?;
    system.load_keys().await?;
    system.saw(trust.issued());
    Ok((server, secret))
}

/// The server's row, as long as nothing has happened.
fn row(server: LocalServerId, trust: &Trust, bundle: String, now: Timestamp) -> LocalServerRow {
    LocalServerRow {
        server,
        vendor: trust.anchor().vendor,
        name: None,
        bundle,
        revocations: None,
        proof: trust.issued(),
        machine: String::new(),
        moved: false,
        epoch: 1,
        restored: None,
        report_seq: 0,
        license: LicenseRow::default(),
        created: now,
    }
}

/// The vendor, as its bundle names it. A sandbox's clock is the machine's own here (CLK-1).
fn owner(trust: &Trust, now: Timestamp) -> Result<Vendor, Error> {
    let anchor = trust.anchor();
    Ok(Vendor {
        id: anchor.vendor,
        name: Name::new(trust.vendor_name()).map_err(Error::internal)?,
        mode: if anchor.sandbox { VendorMode::Sandbox { ahead: 0 } } else { VendorMode::Live },
        offline_request_age: Vendor::OFFLINE_REQUEST_AGE,
        contact_exports: false,
        created: now,
        updated: now,
    })
}

/// The vendor's root, by which everything is believed: its public half alone.
fn root_key(change: &mut Change<'_, '_>, root: &Jwk) -> Result<(), Error> {
    let row = SigningKeyRow { record: record(change, KeyPurpose::Root, root), private: None, public: root.to_text() };
    Ok(signing_key::insert(change.tx, change.permit, &row)?)
}

/// A key of this server's own: the same for ever, whatever becomes of its license (LLS-2).
fn own_key(change: &mut Change<'_, '_>, workshop: &Workshop, purpose: KeyPurpose) -> Result<(), Error> {
    let halves = Halves::fresh(change, purpose)?;
    let mut record = record(change, purpose, &halves.public);
    record.usable = true;
    let nonce = change.random();
    let private = Some(workshop.kek.wrap(KEY_PURPOSE, &record.kid, &halves.private, nonce)?);
    let row = SigningKeyRow { record, private, public: halves.public.to_text() };
    signing_key::insert(change.tx, change.permit, &row)?;
    change.record(row.record.id, None, Some(&row.record))
}

fn record(change: &mut Change<'_, '_>, purpose: KeyPurpose, public: &Jwk) -> KeyRecord {
    KeyRecord {
        id: SigningKeyId::new(change.now, change.random()),
        vendor: change.permit.vendor(),
        kid: public.thumbprint(),
        purpose,
        algorithm: public.algorithm().name().to_owned(),
        usable: false,
        created: change.now,
        retired: None,
        revoked: None,
        certified_until: None,
    }
}

struct Made(LocalServerId);

impl Facts for Made {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("serverId", self.0)]
    }
}
