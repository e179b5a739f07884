//! The root at work, inside one transaction: it certifies keys, takes them back, and signs what the vendor publishes (KEY-1).

use std::collections::BTreeMap;
use std::sync::Arc;

use chancery_domain::{
    Id, KeyPurpose, KeyRecord, LONGEST_LIFE, Refusal, SigningKeyId, Timestamp, Vendor, certificate_end,
};
use chancery_store::key_certificate::CertificateRow;
use chancery_store::revocation_list::RevocationListRow;
use chancery_store::signing_key::SigningKeyRow;
use chancery_store::{key_certificate, revocation_list, signing_key, trust_bundle, vendor};
use chancery_token::hash::base64url;
use chancery_token::{
    BundleClaims, BundleVendor, CertificateClaims, Issued, Jwk, KeyEncryptionKey, KeyUse, LocalKey, RevocationClaims,
    SigningKey,
};

use super::halves::{Halves, ed25519};
use crate::change::MEMORY;
use crate::vendor_keys::{KEY_PURPOSE, local};
use crate::{Change, Error};

/// How far back a new certificate reaches: a lease that was granted before a rotation is signed by the new key when its reply is
/// told again, which may be a day later (SAFE-1). An hour is for clocks of several servers that differ.
const REACH: i64 = MEMORY + 3_600_000_000;

/// How many certificates a trust bundle has at most: the newest. Leases bring their own, and a bundle is at most 64 KiB (TOK-3).
const MOST_CERTIFICATES: usize = 16;

/// What a process brings to work with keys.
#[derive(Clone)]
pub(crate) struct Workshop {
    /// What private keys are encrypted under.
    pub(crate) kek: Arc<KeyEncryptionKey>,
    /// Where this server is reached; empty: nobody said.
    pub(crate) url: String,
}

/// A vendor's root, at work.
pub(crate) struct Authority<'a> {
    workshop: &'a Workshop,
    vendor: Vendor,
    root: LocalKey,
}

impl<'a> Authority<'a> {
    /// Takes the root out of the database.
    ///
    /// # Errors
    /// `RootKeyRemoved`; the database's.
    pub(crate) fn of(change: &mut Change<'_, '_>, workshop: &'a Workshop) -> Result<Self, Error> {
        let vendor = vendor::find(change.tx, change.permit.vendor())?.ok_or(Error::NotFound)?;
        let row = root(change)?;
        let root = local(&row, &workshop.kek)?.ok_or(Refusal::RootKeyRemoved)?;
        Ok(Self { workshop, vendor, root })
    }

    /// Makes the root of a new vendor, with an empty revocation list.
    pub(crate) fn found(change: &mut Change<'_, '_>, workshop: &'a Workshop, vendor: &Vendor) -> Result<Self, Error> {
        let root = ed25519(change)?;
        let halves = Halves::of(&root)?;
        let authority = Self { workshop, vendor: vendor.clone(), root };
        let record = authority.insert(change, &halves, KeyPurpose::Root)?;
        change.record(record.id, None, Some(&record))?;
        authority.list(change)?;
        Ok(authority)
    }

    /// Lets a key take over from the one that there was for this purpose (KEY-5), certified for what it is for.
    pub(crate) fn install(
        &self,
        change: &mut Change<'_, '_>,
        key: &Halves,
        purpose: KeyPurpose,
    ) -> Result<KeyRecord, Error> {
        for row in signing_key::of_vendor(change.tx, self.vendor.id)? {
            if row.record.purpose == purpose && row.record.is_active() {
                let retired = row.record.retired(change.now);
                let private = row.private.as_ref().filter(|_| retired.usable);
                signing_key::update(change.tx, change.permit, &retired, private)?;
                change.record(retired.id, Some(&row.record), Some(&retired))?;
            }
        }
        let record = self.insert(change, key, purpose)?;
        let certified_until = Some(self.certify(change, &record, &key.public)?);
        let record = KeyRecord { certified_until, ..record };
        change.record(record.id, None, Some(&record))?;
        Ok(record)
    }

    /// Signs a certificate for a key, and says until when it is good.
    pub(crate) fn certify(
        &self,
        change: &mut Change<'_, '_>,
        key: &KeyRecord,
        public: &Jwk,
    ) -> Result<Timestamp, Error> {
        let until = certificate_end(&self.vendor, change.now);
        let mut claims = CertificateClaims::new(self.issued(change), public.clone(), change.now.shifted(-REACH), until);
        (claims.uses, claims.max_lifetime) = allowed(key.purpose);
        let row = CertificateRow { key: key.id, token: claims.sign(&self.root)?, until };
        key_certificate::insert(change.tx, change.permit, &row)?;
        Ok(until)
    }

    /// Signs the next revocation list: all that was ever revoked (KEY-5).
    pub(crate) fn list(&self, change: &mut Change<'_, '_>) -> Result<(), Error> {
        let latest = revocation_list::latest(change.tx, self.vendor.id)?;
        let number = latest.map_or(0, |latest| latest.number + 1);
        let keys = signing_key::of_vendor(change.tx, self.vendor.id)?;
        let revoked = keys.into_iter().filter(|row| row.record.revoked.is_some()).map(|row| row.record.kid).collect();
        let numbered = u64::try_from(number).map_err(Error::internal)?;
        let claims = RevocationClaims { issued: self.issued(change), number: numbered, revoked };
        let row = RevocationListRow { number, token: claims.sign(&self.root)? };
        Ok(revocation_list::insert(change.tx, change.permit, &row, change.now)?)
    }

    /// Signs the trust bundles anew, for each address that was ever named, and lets every process learn of it (KEY-4).
    pub(crate) fn publish(&self, change: &mut Change<'_, '_>) -> Result<(), Error> {
        let list = revocation_list::latest(change.tx, self.vendor.id)?;
        let revocations = list.ok_or_else(|| Error::internal("a vendor without a revocation list"))?.token;
        let certificates = self.certificates(change)?;
        let mut urls = trust_bundle::urls(change.tx, self.vendor.id)?;
        if !urls.contains(&self.workshop.url) {
            urls.push(self.workshop.url.clone());
        }
        for url in urls {
            let bundle = BundleClaims {
                issued: self.issued(change),
                vendor: BundleVendor { id: self.vendor.id, name: self.vendor.name.to_string() },
                root: self.root.public().clone(),
                certificates: certificates.clone(),
                revocations: revocations.clone(),
                urls: named(&url),
            };
            trust_bundle::keep(change.tx, change.permit, &url, &bundle.sign(&self.root)?)?;
        }
        Ok(vendor::touch_keys(change.tx, change.permit)?)
    }

    /// The newest certificates of keys that were not revoked: those in use first. Nobody seals to a key that was retired.
    fn certificates(&self, change: &mut Change<'_, '_>) -> Result<Vec<String>, Error> {
        let mut keys = signing_key::of_vendor(change.tx, self.vendor.id)?;
        keys.retain(|row| row.record.is_published());
        keys.sort_by_key(|row| (!row.record.is_active(), std::cmp::Reverse(row.record.id)));
        let all = key_certificate::all(change.tx)?;
        let of = |key: SigningKeyId| all.iter().filter(move |row| row.key == key).map(|row| row.token.clone());
        Ok(keys.iter().flat_map(|row| of(row.record.id)).take(MOST_CERTIFICATES).collect())
    }

    fn insert(&self, change: &mut Change<'_, '_>, key: &Halves, purpose: KeyPurpose) -> Result<KeyRecord, Error> {
        let (kid, nonce) = (key.public.thumbprint(), change.random());
        let private = self.workshop.kek.wrap(KEY_PURPOSE, &kid, &key.private, nonce)?;
        let record = KeyRecord {
            id: SigningKeyId::new(change.now, change.random()),
            vendor: self.vendor.id,
            kid,
            purpose,
            algorithm: key.public.algorithm().name().to_owned(),
            usable: true,
            created: change.now,
            retired: None,
            revoked: None,
            certified_until: None,
        };
        let row = SigningKeyRow { record, private: Some(private), public: key.public.to_text() };
        signing_key::insert(change.tx, change.permit, &row)?;
        Ok(row.record)
    }

    fn issued(&self, change: &mut Change<'_, '_>) -> Issued {
        let id = base64url(&change.random::<16>());
        Issued::new(self.vendor.id, change.now, id, self.vendor.is_sandbox())
    }
}

/// The vendor's root, with its private half or without.
pub(crate) fn root(change: &mut Change<'_, '_>) -> Result<SigningKeyRow, Error> {
    let keys = signing_key::of_vendor(change.tx, change.permit.vendor())?;
    let root = keys.into_iter().find(|row| row.record.purpose == KeyPurpose::Root);
    root.ok_or_else(|| Error::internal("a vendor without a root key"))
}

/// What a key may sign, and how many seconds that may live (KEY-3).
fn allowed(purpose: KeyPurpose) -> (Vec<KeyUse>, Option<u64>) {
    use KeyUse::{Access, Definition, Export, Lease, LicenseKey, Offline, Seal, Webhook};
    match purpose {
        // The root has no certificate.
        KeyPurpose::Root => (Vec::new(), None),
        KeyPurpose::Issuing => (vec![Lease, Access, Offline, Definition, Export, Webhook], Some(LONGEST_LIFE)),
        KeyPurpose::Lasting => (vec![Lease, Offline, Definition, Export], None),
        KeyPurpose::LicenseKey => (vec![LicenseKey], None),
        // A request has no life of its own: how old it may be is the vendor's word (OFF-4).
        KeyPurpose::Receiving => (vec![Seal], None),
    }
}

fn named(url: &str) -> BTreeMap<String, String> {
    Some(url).filter(|url| !url.is_empty()).map(|url| ("api".to_owned(), url.to_owned())).into_iter().collect()
}
