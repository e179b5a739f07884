//! The keys of the vendors, decrypted, in memory (KEY-1…6).

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chancery_domain::{Entitlement, KeyPurpose, KeyRecord, Timestamp, Vendor, VendorId};
use chancery_store::hosted_entitlement::HostedRow;
use chancery_store::key_certificate::CertificateRow;
use chancery_store::local_server::LocalServerRow;
use chancery_store::revocation_list::RevocationListRow;
use chancery_store::signing_key::SigningKeyRow;
use chancery_store::trust_bundle::TrustBundleRow;
use chancery_store::{
    ReadTx, hosted_entitlement, key_certificate, local_server, revocation_list, signing_key, trust_bundle, vendor,
};
use chancery_token::{Anchor, Certificate, Jwk, KeyEncryptionKey, KeyUse, LocalKey, OpeningKey, PublicKey, SigningKey};
use zeroize::Zeroizing;

use crate::Error;
use crate::local::LocalState;

/// What wrapped keys are bound to, besides their `kid`.
pub(crate) const KEY_PURPOSE: &str = "signing-key";
/// What a vendor's wrapped secret is bound to, besides the vendor's id.
pub(crate) const SECRET_PURPOSE: &str = "vendor-secret";

/// A key that signs, with its certificates, the newest first.
struct Signer {
    key: Box<dyn SigningKey>,
    certificates: Vec<Certificate>,
}

/// One vendor's keys.
pub(crate) struct VendorKeys {
    /// The vendor, as it was when its keys were read: its clock may have moved since.
    pub vendor: Vendor,
    /// What nonces and keyed hashes are made with.
    pub secret: [u8; 32],
    /// The public root. Its private half is read when it is needed, and never kept in memory.
    pub root: Jwk,
    /// The keys that sign, of each purpose one; what ends soon is signed by the first that may.
    signers: Vec<Signer>,
    /// What opens what was sealed to the vendor: the present key first, then those that were retired, the latest first (KEY-2).
    opening: Vec<OpeningKey>,
    /// Every key that others are told of with its newest certificate; keys that sign also when they are retired. A local server's own
    /// have none.
    pub published: Vec<(Jwk, Option<String>)>,
    /// The latest revocation list; nothing, as long as no key was ever revoked: then nobody misses it (KEY-5).
    pub revocations: Option<String>,
    /// The trust bundles, by the address that they name.
    bundles: BTreeMap<String, String>,
    /// The local server whose keys these are: its vendor's are elsewhere.
    pub local: Option<Arc<LocalState>>,
}

impl VendorKeys {
    /// The key that may sign this, with the certificate by which it may (KEY-3).
    ///
    /// # Errors
    /// `NoSigningKey` if none may: the certificates have ended.
    pub(crate) fn signer(
        &self,
        purpose: KeyUse,
        issued: Timestamp,
        end: Option<Timestamp>,
    ) -> Result<(&dyn SigningKey, &str), Error> {
        let certified = |signer: &'_ Signer| {
            signer.certificates.iter().position(|certificate| certificate.covers(purpose, issued, end).is_ok())
        };
        let found = self.signers.iter().find_map(|signer| {
            let certificate = signer.certificates.get(certified(signer)?)?;
            Some((signer.key.as_ref(), certificate.text()))
        });
        found.ok_or(Error::NoSigningKey)
    }

    /// The key that signs what this server alone checks, for which no certificate is asked.
    ///
    /// # Errors
    /// `NoSigningKey` if there is none.
    pub(crate) fn issuing(&self) -> Result<&dyn SigningKey, Error> {
        self.signers.first().map(|signer| signer.key.as_ref()).ok_or(Error::NoSigningKey)
    }

    /// Whether the delegation is known here by which leases of an entitlement are signed; on an authority none is needed.
    pub(crate) fn has_delegation(&self, entitlement: &Entitlement) -> bool {
        let (Some(local), Some(delegation)) = (&self.local, entitlement.hosting.delegation()) else { return true };
        local.delegated(entitlement.id).is_some_and(|known| known.number >= (delegation.number, delegation.seq))
    }

    /// The keys that open what was sealed to the vendor, the present one first (KEY-2).
    pub(crate) fn opening(&self) -> Vec<&OpeningKey> {
        self.opening.iter().collect()
    }

    /// The bundle that names this address.
    pub(crate) fn bundle(&self, url: &str) -> Option<&String> {
        self.bundles.get(url)
    }

    /// The bundle that names any address, rather one than none.
    pub(crate) fn any_bundle(&self) -> Option<&String> {
        self.bundles.values().next_back()
    }
}

/// The keys of all vendors.
#[derive(Default)]
pub(crate) struct Keyring {
    /// It grows with every change of any vendor's keys.
    pub(crate) generation: i64,
    vendors: HashMap<VendorId, Arc<VendorKeys>>,
    /// The local server that this is, if it is one.
    pub(crate) local: Option<Arc<LocalState>>,
    /// The keys by `kid`, without those that were revoked: what access tokens are checked with.
    keys: HashMap<String, (VendorId, PublicKey)>,
}

/// What the database has of all vendors' keys.
pub(crate) struct StoredKeys {
    generation: i64,
    vendors: Vec<(Vendor, Vec<u8>)>,
    keys: Vec<SigningKeyRow>,
    certificates: Vec<CertificateRow>,
    lists: HashMap<VendorId, RevocationListRow>,
    bundles: Vec<TrustBundleRow>,
    local: Option<(LocalServerRow, Vec<HostedRow>)>,
}

impl StoredKeys {
    pub(crate) fn read(tx: &mut ReadTx<'_>) -> Result<Self, Error> {
        let (mut vendors, mut lists) = (Vec::new(), HashMap::new());
        for vendor in vendor::all(tx)? {
            let secret = vendor::secret(tx, vendor.id)?.ok_or(Error::NotFound)?;
            lists.extend(revocation_list::latest(tx, vendor.id)?.map(|list| (vendor.id, list)));
            vendors.push((vendor, secret));
        }
        let local = match local_server::find(tx)? {
            Some(row) => Some((row, hosted_entitlement::all(tx)?)),
            None => None,
        };
        Ok(Self {
            local,
            generation: vendor::key_generation(tx)?,
            vendors,
            keys: signing_key::all(tx)?,
            certificates: key_certificate::all(tx)?,
            lists,
            bundles: trust_bundle::all(tx)?,
        })
    }

    fn certificates(&self, key: &KeyRecord) -> impl Iterator<Item = &String> {
        self.certificates.iter().filter(|row| row.key == key.id).map(|row| &row.token)
    }

    fn of(
        &self,
        vendor: &Vendor,
        secret: &[u8],
        kek: &KeyEncryptionKey,
        local: Option<Arc<LocalState>>,
    ) -> Result<VendorKeys, Error> {
        let secret = kek.unwrap(SECRET_PURPOSE, &vendor.id.to_string(), secret)?;
        let secret =
            secret.as_slice().try_into().map_err(|_| Error::internal("a vendor's secret of a wrong length"))?;
        let rows: Vec<_> = self.keys.iter().filter(|row| row.record.vendor == vendor.id).collect();
        let root = rows.iter().find(|row| row.record.purpose == KeyPurpose::Root);
        let root = jwk(root.ok_or_else(|| Error::internal("a vendor without a root key"))?)?;
        let anchor = Anchor {
            vendor: vendor.id,
            sandbox: vendor.is_sandbox(),
            root: PublicKey::new(root.clone()).map_err(Error::internal)?,
        };
        let list = self.lists.get(&vendor.id).filter(|list| list.number > 0).map(|list| list.token.clone());
        Ok(VendorKeys {
            vendor: vendor.clone(),
            secret,
            signers: self.signers(&rows, &anchor, kek)?,
            opening: opening(&rows, kek)?,
            published: self.published(&rows, local.as_deref())?,
            root,
            revocations: local.as_ref().map_or(list, |local| local.revocations()),
            bundles: self.bundles_of(vendor.id),
            local,
        })
    }

    fn signers(&self, rows: &[&SigningKeyRow], anchor: &Anchor, kek: &KeyEncryptionKey) -> Result<Vec<Signer>, Error> {
        let mut signers = Vec::new();
        let signing = |row: &&&SigningKeyRow| !matches!(row.record.purpose, KeyPurpose::Root | KeyPurpose::Receiving);
        for row in rows.iter().filter(signing) {
            let Some(key) = local(row, kek)? else { continue };
            let opened = self.certificates(&row.record).map(|text| Certificate::open(text, anchor, Timestamp::MAX));
            let certificates = opened.collect::<Result<_, _>>().map_err(Error::internal)?;
            signers.push((row.record.purpose, Signer { key: Box::new(key), certificates }));
        }
        signers.sort_by_key(|(purpose, _)| *purpose);
        Ok(signers.into_iter().map(|(_, signer)| signer).collect())
    }

    fn published(
        &self,
        rows: &[&SigningKeyRow],
        local: Option<&LocalState>,
    ) -> Result<Vec<(Jwk, Option<String>)>, Error> {
        let published = rows.iter().filter(|row| row.record.is_published());
        if let Some(local) = local {
            // Its own key, which access tokens are by; and those of its vendor, by which delegations are.
            let own =
                published.filter(|row| row.record.purpose == KeyPurpose::Issuing).map(|row| Ok((jwk(row)?, None)));
            let vendors = local.trust().certificates().iter();
            let vendors = vendors.map(|it| Ok((it.claims().jwk().clone(), Some(it.text().to_owned()))));
            return own.chain(vendors).collect();
        }
        let certified = published.filter_map(|row| Some((row, self.certificates(&row.record).next()?)));
        certified.map(|(row, certificate)| Ok((jwk(row)?, Some(certificate.clone())))).collect()
    }

    fn bundles_of(&self, vendor: VendorId) -> BTreeMap<String, String> {
        let bundles = self.bundles.iter().filter(|row| row.vendor == vendor);
        bundles.map(|row| (row.url.clone(), row.token.clone())).collect()
    }
}

impl Keyring {
    pub(crate) fn of(&self, vendor: VendorId) -> Option<Arc<VendorKeys>> {
        self.vendors.get(&vendor).cloned()
    }

    pub(crate) fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values().map(|keys| &keys.vendor)
    }

    pub(crate) fn key(&self, kid: &str) -> Option<&(VendorId, PublicKey)> {
        self.keys.get(kid)
    }

    pub(crate) fn decrypt(stored: &StoredKeys, kek: &KeyEncryptionKey) -> Result<Self, Error> {
        let mut ring = Self { generation: stored.generation, ..Self::default() };
        if let Some((row, hosted)) = &stored.local {
            ring.local = Some(Arc::new(LocalState::of(row, hosted, kek)?));
        }
        for (vendor, secret) in &stored.vendors {
            let keys = stored.of(vendor, secret, kek, ring.local.clone())?;
            // Access tokens are by the keys of this server alone: a local one's has no certificate.
            let own = |(jwk, certificate): &&(Jwk, Option<String>)| {
                !matches!(jwk, Jwk::X25519 { .. }) && certificate.is_some() != ring.local.is_some()
            };
            for (jwk, _) in keys.published.iter().filter(own) {
                let key = PublicKey::new(jwk.clone()).map_err(Error::internal)?;
                ring.keys.insert(key.kid().to_owned(), (vendor.id, key));
            }
            ring.vendors.insert(vendor.id, Arc::new(keys));
        }
        Ok(ring)
    }
}

/// A key with its private half, if that is here.
pub(crate) fn local(row: &SigningKeyRow, kek: &KeyEncryptionKey) -> Result<Option<LocalKey>, Error> {
    let Some(pkcs8) = private(row, kek)? else { return Ok(None) };
    LocalKey::from_pkcs8(&pkcs8).map(Some).map_err(Error::internal)
}

/// The receiving keys with their private halves: of those that were revoked they are gone.
fn opening(rows: &[&SigningKeyRow], kek: &KeyEncryptionKey) -> Result<Vec<OpeningKey>, Error> {
    let mut receiving: Vec<_> = rows.iter().filter(|row| row.record.purpose == KeyPurpose::Receiving).collect();
    receiving.sort_by_key(|row| (!row.record.is_active(), Reverse(row.record.id)));
    let halves = receiving.into_iter().filter_map(|row| private(row, kek).transpose());
    halves.map(|pkcs8| OpeningKey::from_pkcs8(&pkcs8?).map_err(Error::internal)).collect()
}

fn private(row: &SigningKeyRow, kek: &KeyEncryptionKey) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let Some(private) = &row.private else { return Ok(None) };
    Ok(Some(kek.unwrap(KEY_PURPOSE, &row.record.kid, private)?))
}

fn jwk(row: &SigningKeyRow) -> Result<Jwk, Error> {
    Jwk::from_text(&row.public).ok_or_else(|| Error::internal("a public key that is no JWK"))
}
