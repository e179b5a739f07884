//! The root leaves the server, and comes back (KEY-1).

use chancery_domain::{KeyPurpose, KeyStatus, KeyWarning, Refusal};
use chancery_operations::signing_key::{self, ExportRoot, Exported, ImportKey};
use chancery_operations::{AuditFilter, Error, IdempotencyKey, PageRequest, audit};
use chancery_token::{Entropy, LocalKey, SigningKey};

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;
use crate::refusal;

const PASSPHRASE: &str = "a long passphrase";

on_both_engines! {
    key_1_the_root_leaves_and_comes_back,
    key_1_an_export_is_in_the_audit_and_no_key_is,
    key_1_a_lost_reply_to_a_removal_is_told_again,
    key_1_only_the_same_root_comes_back,
    key_1_an_export_needs_a_passphrase_and_a_removal_a_key,
}

impl Fixture {
    async fn export(&self, remove: bool, key: Option<&str>) -> Result<Exported, Error> {
        let key = key.map(|key| IdempotencyKey::new(b"admin", key, "export-root", b"{}"));
        let input = ExportRoot { passphrase: PASSPHRASE.to_owned().into(), remove };
        signing_key::export_root(&self.system, &self.admin().with_idempotency(key), input).await
    }

    pub(super) async fn import(
        &self,
        pem: &str,
        passphrase: Option<&str>,
        purpose: Option<KeyPurpose>,
    ) -> Result<signing_key::KeyView, Error> {
        let passphrase = passphrase.map(|text| text.to_owned().into());
        let input = ImportKey { pem: pem.to_owned().into(), passphrase, purpose };
        signing_key::import(&self.system, &self.admin(), input).await
    }

    pub(super) async fn remove_root(&self) -> String {
        self.export(true, Some("remove")).await.unwrap().pem.to_string()
    }
}

async fn key_1_the_root_leaves_and_comes_back(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let (root, bundle) = (fixture.root().await.key, fixture.bundle().await);
    let copy = fixture.export(false, None).await.unwrap();
    assert_eq!(LocalKey::from_pem(&copy.pem, Some(PASSPHRASE)).unwrap().kid(), root.kid);
    fixture.rotate().await.unwrap();

    let exported = fixture.export(true, Some("one")).await.unwrap();
    assert_eq!(exported.key.key.status(), KeyStatus::Removed);
    let seat = fixture.activate("a", None).await.unwrap();
    fixture.renew_lease(&seat, &seat.nonce, "one").await.unwrap();
    let trust = fixture.trust().await;
    fixture.believes(&trust, &seat.lease).unwrap();
    assert_ne!(fixture.bundle().await, bundle, "the last one that was signed");
    // What needs the root says so, and changes nothing.
    let keys = fixture.keys().await;
    let present = fixture.active(KeyPurpose::Issuing).await.key;
    for error in [
        fixture.rotate().await.unwrap_err(),
        fixture.revoke(present.id).await.unwrap_err(),
        fixture.export(false, None).await.err().unwrap(),
    ] {
        assert_eq!(refusal(&error), Some(&Refusal::RootKeyRemoved));
    }
    assert_eq!(fixture.keys().await, keys);
    assert!(keys.iter().all(|view| view.warning != Some(KeyWarning::CertificateEnded)));

    assert_eq!(fixture.import(&exported.pem, Some(PASSPHRASE), None).await.unwrap().key, root);
    fixture.rotate().await.unwrap();
    fixture.revoke(present.id).await.unwrap();
    // Where it never went nothing changes.
    assert_eq!(fixture.import(&exported.pem, Some(PASSPHRASE), Some(KeyPurpose::Root)).await.unwrap().key, root);
}

async fn key_1_an_export_is_in_the_audit_and_no_key_is(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let pem = fixture.export(false, None).await.unwrap().pem;
    let (admin, page) = (fixture.admin(), PageRequest::default());
    let entries = audit::list(&fixture.system, &admin, AuditFilter::default(), page).await.unwrap().items;
    let told = format!("{entries:?}");
    assert!(told.contains("signing-key.export-root") && told.contains(&fixture.root().await.key.id.to_string()));
    let secret = pem.lines().nth(2).unwrap();
    assert!(!told.contains(secret) && !told.contains(PASSPHRASE) && !told.contains("PRIVATE KEY"));
}

async fn key_1_a_lost_reply_to_a_removal_is_told_again(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let first = fixture.export(true, Some("one")).await.unwrap();
    let again = fixture.export(true, Some("one")).await.unwrap();
    assert_eq!((&*first.pem, first.key.key), (&*again.pem, again.key.key));
    assert!(fixture.export(true, Some("two")).await.is_err());
}

async fn key_1_only_the_same_root_comes_back(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    fixture.remove_root().await;
    let other = LocalKey::ed25519_from_seed(&[3; 32]).unwrap();
    let pem = other.to_encrypted_pem(PASSPHRASE, &mut Entropy::new([4; 32])).unwrap();
    let error = fixture.import(&pem, Some(PASSPHRASE), Some(KeyPurpose::Root)).await.unwrap_err();
    let Error::Invalid(errors) = error else { panic!("{error:?}") };
    assert!(errors[0].path == "pem" && errors[0].detail.contains(other.kid()));
    // As another key it cannot be certified, because there is no root to do it.
    let error = fixture.import(&pem, Some(PASSPHRASE), None).await.unwrap_err();
    assert_eq!(refusal(&error), Some(&Refusal::RootKeyRemoved));
    assert_eq!(fixture.root().await.key.status(), KeyStatus::Removed);
}

async fn key_1_an_export_needs_a_passphrase_and_a_removal_a_key(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let input = ExportRoot { passphrase: "short".to_owned().into(), remove: false };
    let error = signing_key::export_root(&fixture.system, &fixture.admin(), input).await.err().unwrap();
    assert!(matches!(error, Error::Invalid(errors) if errors[0].path == "passphrase"));
    assert!(matches!(fixture.export(true, None).await.err().unwrap(), Error::IdempotencyKeyMissing));
    assert!(fixture.root().await.key.usable);
}
