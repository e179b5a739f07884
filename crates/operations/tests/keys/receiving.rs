//! The key that offline requests are sealed to (KEY-2): rotated, revoked, without the root, over restarts and processes.

use chancery_domain::{Interval, KeyPurpose, KeyRecord, KeyStatus, KeyWarning, Refusal, Unit};
use chancery_operations::{Error, offline, signing_key, vendor};
use chancery_token::{
    DeviceKeys, Entropy, Issued, KeyUse, LocalKey, OfflineDevice, OfflineRequestClaims, OpeningKey, SealingKey,
    SigningKey, Trust,
};

use crate::fixture::{CODE, Engine, Fixture, Terms};
use crate::on_both_engines;
use crate::refusal;

on_both_engines! {
    key_2_a_vendor_has_a_key_that_receives,
    key_2_a_retired_key_opens_what_was_sealed_to_it,
    key_2_of_a_revoked_key_nothing_is_opened,
    key_2_a_revoked_key_is_followed_by_another,
    key_1_without_the_root_requests_are_opened_also_after_the_certificate,
    key_3_the_certificate_is_renewed_before_it_ends,
    key_6_a_retired_key_opens_under_another_key_encryption_key,
    key_2_no_key_is_imported_to_receive,
    key_5_two_rotations_of_it_at_once_leave_one_and_all_open,
}

/// RFC 8410: an X25519 key in PKCS#8.
const X25519: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VuBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\n\
    -----END PRIVATE KEY-----\n";

impl Fixture {
    /// The key that a product which was built with this trust seals to.
    fn sealing(&self, trust: &Trust) -> SealingKey {
        trust.receiving_key(self.now()).unwrap()
    }

    /// What such a product would carry to the vendor.
    fn request(&self, vendor: &SealingKey) -> String {
        let device = LocalKey::ed25519_from_seed(&[21; 32]).unwrap();
        let seal = OpeningKey::from_seed(&[22; 32]).unwrap();
        let claims = OfflineRequestClaims {
            issued: Issued::new(self.vendor.id, self.now(), "id".to_owned(), false),
            audience: vendor.kid().to_owned(),
            product: self.product.id,
            credential: [("type", "code"), ("code", CODE)].into_iter().collect(),
            edition: None,
            seat_id: "host-1".to_owned(),
            seat_name: None,
            licensee_secret: None,
            release_date: None,
            device: OfflineDevice::default(),
            request_id: "one".to_owned(),
            device_keys: DeviceKeys { sign: device.public().clone(), seal: seal.public().clone() },
            local_server: None,
        };
        claims.seal(&device, vendor, &mut Entropy::new([23; 32])).unwrap()
    }

    /// Whether the vendor can read it.
    async fn opens(&self, request: &str) -> Result<(), Error> {
        offline::open(&self.system, &self.admin(), request).await.map(|_| ())
    }

    async fn rotate_receiving(&self) -> Result<KeyRecord, Error> {
        let made = signing_key::rotate(&self.system, &self.admin(), KeyPurpose::Receiving).await;
        made.map(|view| view.key)
    }

    async fn receiving(&self) -> KeyRecord {
        self.active(KeyPurpose::Receiving).await.key
    }

    async fn published(&self) -> Vec<String> {
        let keys = vendor::jwks(&self.system, self.vendor.id).await.unwrap().keys;
        keys.into_iter().filter(|key| key.purpose == "enc").map(|key| key.kid).collect()
    }
}

fn months(count: u64) -> Interval {
    Interval::new(Unit::Month, count).unwrap()
}

/// That a request was refused as one for somebody else.
fn not_ours(opened: Result<(), Error>) -> bool {
    matches!(opened, Err(Error::Token { error, .. }) if error.code() == "token_wrong_recipient")
}

async fn key_2_a_vendor_has_a_key_that_receives(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (key, trust) = (fixture.receiving().await, fixture.trust().await);
    assert_eq!((key.algorithm.as_str(), key.usable), ("ECDH-ES", true));
    assert_eq!(fixture.sealing(&trust).kid(), key.kid);
    let certificate = trust.certificates().iter().find(|known| known.kid() == key.kid).unwrap().claims();
    assert_eq!((certificate.uses.as_slice(), certificate.max_lifetime), ([KeyUse::Seal].as_slice(), None));
    assert!(certificate.not_before < fixture.now() && Some(certificate.until) == key.certified_until);
    let published = vendor::jwks(&fixture.system, fixture.vendor.id).await.unwrap().keys;
    let told = published.iter().find(|told| told.kid == key.kid).unwrap();
    assert_eq!((told.purpose, told.alg.name(), told.chancery_cert.is_some()), ("enc", "ECDH-ES", true));
    fixture.opens(&fixture.request(&fixture.sealing(&trust))).await.unwrap();
    // It signs nothing.
    let seat = fixture.activate("a", None).await.unwrap();
    assert_ne!(crate::kid(&seat.lease), key.kid);
    fixture.believes(&trust, &seat.lease).unwrap();
}

async fn key_2_a_retired_key_opens_what_was_sealed_to_it(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (shipped, first) = (fixture.trust().await, fixture.receiving().await);
    let under_way = fixture.request(&fixture.sealing(&shipped));
    let issuing = fixture.active(KeyPurpose::Issuing).await;

    let second = fixture.rotate_receiving().await.unwrap();
    let third = fixture.rotate_receiving().await.unwrap();
    assert_eq!((fixture.receiving().await, fixture.active(KeyPurpose::Issuing).await), (third.clone(), issuing));
    let retired = fixture.keys().await.into_iter().find(|view| view.key.id == first.id).unwrap();
    assert_eq!((retired.key.status(), retired.key.usable, retired.warning), (KeyStatus::Retired, true, None));
    // Who asks now learns of the present key alone, so that nobody begins to seal to an old one.
    let trust = fixture.trust().await;
    assert_eq!(fixture.sealing(&trust).kid(), third.kid);
    assert!(!trust.certificates().iter().any(|known| [&first.kid, &second.kid].contains(&&known.kid().to_owned())));
    assert_eq!(fixture.published().await, [third.kid]);

    // What was under way opens, and so does what a product seals that was built long ago; also after a restart.
    fixture.opens(&under_way).await.unwrap();
    let fixture = fixture.restarted().await;
    fixture.opens(&under_way).await.unwrap();
    fixture.advance(months(36));
    for trust in [&shipped, &trust] {
        fixture.opens(&fixture.request(&fixture.sealing(trust))).await.unwrap();
    }
}

async fn key_2_of_a_revoked_key_nothing_is_opened(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (shipped, first) = (fixture.trust().await, fixture.receiving().await);
    let second = fixture.rotate_receiving().await.unwrap();
    let newer = fixture.trust().await;
    fixture.rotate_receiving().await.unwrap();
    let (old, new) = (fixture.request(&fixture.sealing(&shipped)), fixture.request(&fixture.sealing(&newer)));

    let revoked = fixture.revoke(first.id).await.unwrap().key;
    assert_eq!((revoked.status(), revoked.usable), (KeyStatus::Revoked, false));
    assert!(not_ours(fixture.opens(&old).await));
    fixture.opens(&new).await.unwrap();
    let fixture = fixture.restarted().await;
    assert!(not_ours(fixture.opens(&old).await), "nor by another start");
    assert_eq!(fixture.keys().await.iter().filter(|view| view.key.id == second.id && view.key.usable).count(), 1);
    // A product that learns of the revocation seals nothing to it any more.
    let trust = fixture.trust().await;
    assert!(trust.revocations().revokes(&first.kid));
    assert_eq!(fixture.sealing(&trust).kid(), fixture.receiving().await.kid);
}

async fn key_2_a_revoked_key_is_followed_by_another(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let leaked = fixture.receiving().await;
    let under_way = fixture.request(&fixture.sealing(&fixture.trust().await));
    fixture.revoke(leaked.id).await.unwrap();
    let present = fixture.receiving().await;
    assert_ne!(present.kid, leaked.kid);
    assert!(not_ours(fixture.opens(&under_way).await));
    assert_eq!(fixture.published().await, [present.kid]);
    fixture.opens(&fixture.request(&fixture.sealing(&fixture.trust().await))).await.unwrap();
}

async fn key_1_without_the_root_requests_are_opened_also_after_the_certificate(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    fixture.rotate_receiving().await.unwrap();
    fixture.remove_root().await;
    let trust = fixture.trust().await;
    fixture.opens(&fixture.request(&fixture.sealing(&trust))).await.unwrap();
    let error = fixture.rotate_receiving().await.unwrap_err();
    assert_eq!(refusal(&error), Some(&Refusal::RootKeyRemoved));
    let error = fixture.revoke(fixture.receiving().await.id).await.unwrap_err();
    assert_eq!(refusal(&error), Some(&Refusal::RootKeyRemoved));

    fixture.advance(months(25));
    let attention = signing_key::renew(&fixture.system, fixture.now(), [8; 32]).await.unwrap();
    let of_it: Vec<_> = attention.iter().filter(|one| one.key.purpose == KeyPurpose::Receiving).collect();
    assert!(of_it.len() == 1 && of_it[0].warning == KeyWarning::CertificateEnded, "the retired one needs none");
    fixture.opens(&fixture.request(&fixture.sealing(&fixture.trust().await))).await.unwrap();
}

async fn key_3_the_certificate_is_renewed_before_it_ends(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (shipped, first) = (fixture.trust().await, fixture.receiving().await);
    fixture.advance(months(19));
    assert!(signing_key::renew(&fixture.system, fixture.now(), [8; 32]).await.unwrap().is_empty());
    let renewed = fixture.receiving().await;
    assert_eq!((renewed.id, renewed.certified_until), (first.id, Some(fixture.now().plus(months(24)))));
    fixture.advance(months(6));
    for trust in [&shipped, &fixture.trust().await] {
        assert_eq!(fixture.sealing(trust).kid(), first.kid);
        fixture.opens(&fixture.request(&fixture.sealing(trust))).await.unwrap();
    }
}

async fn key_6_a_retired_key_opens_under_another_key_encryption_key(engine: Engine) {
    let mut fixture = Fixture::new(engine, Terms::default()).await;
    let under_way = fixture.request(&fixture.sealing(&fixture.trust().await));
    fixture.rotate_receiving().await.unwrap();
    let kek = crate::rewrap::kek(9);
    // The vendor's secret, root, two that sign, and two that receive.
    assert_eq!(signing_key::rewrap(&fixture.system, kek, fixture.now(), [6; 32]).await.unwrap(), 6);
    fixture.system = fixture.reopen(9).await.unwrap().into();
    fixture.opens(&under_way).await.unwrap();
    fixture.opens(&fixture.request(&fixture.sealing(&fixture.trust().await))).await.unwrap();
}

async fn key_2_no_key_is_imported_to_receive(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let keys = fixture.keys().await;
    let signing = LocalKey::ed25519_from_seed(&[3; 32]).unwrap();
    let signing = signing.to_encrypted_pem("passphrase", &mut Entropy::new([3; 32])).unwrap();
    for (pem, purpose, path) in [
        (X25519, None, "pem"),
        (X25519, Some(KeyPurpose::Receiving), "pem"),
        (signing.as_str(), Some(KeyPurpose::Receiving), "purpose"),
    ] {
        let error = fixture.import(pem, Some("passphrase"), purpose).await.unwrap_err();
        let Error::Invalid(errors) = &error else { panic!("{error:?}") };
        assert_eq!((errors.len(), errors[0].path.as_str()), (1, path), "{errors:?}");
    }
    assert_eq!(fixture.keys().await, keys);
}

async fn key_5_two_rotations_of_it_at_once_leave_one_and_all_open(engine: Engine) {
    let fixture = std::sync::Arc::new(Fixture::new(engine, Terms::default()).await);
    let mut requests = vec![fixture.request(&fixture.sealing(&fixture.trust().await))];
    let rotations: Vec<_> = (0..4)
        .map(|_| {
            let fixture = std::sync::Arc::clone(&fixture);
            tokio::spawn(async move {
                fixture.rotate_receiving().await.unwrap();
                // Whatever this bundle names: of the four keys any one.
                fixture.request(&fixture.sealing(&fixture.trust().await))
            })
        })
        .collect();
    for rotation in rotations {
        requests.push(rotation.await.unwrap());
    }
    let present = fixture.receiving().await;
    assert_eq!(fixture.published().await, [present.kid]);
    for request in &requests {
        fixture.opens(request).await.unwrap();
    }
    let receiving = fixture.keys().await.into_iter().filter(|view| view.key.purpose == KeyPurpose::Receiving);
    assert_eq!(receiving.filter(|view| view.key.usable).count(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_5_another_process_follows_the_key_that_receives() {
    let one = Fixture::new(Engine::Postgres, Terms::default()).await;
    let other = one.twin().await;
    let old = one.request(&one.sealing(&one.trust().await));
    let first = one.receiving().await;
    one.rotate_receiving().await.unwrap();
    let new = one.request(&one.sealing(&one.trust().await));
    assert!(other.system.follow_keys().await.unwrap());
    for request in [&old, &new] {
        other.opens(request).await.unwrap();
    }
    one.revoke(first.id).await.unwrap();
    assert!(other.system.follow_keys().await.unwrap());
    assert!(not_ours(other.opens(&old).await));
    other.opens(&new).await.unwrap();
    other.system.close().await;
}
