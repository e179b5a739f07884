//! Another key-encryption key (KEY-6).

use chancery_operations::{KeyEncryptionKey, System, SystemOptions, signing_key};

use crate::fixture::{Engine, Fixture, Terms};
use crate::on_both_engines;

on_both_engines! {
    key_6_everything_is_encrypted_anew_and_the_old_key_opens_nothing,
    key_6_under_a_wrong_key_nothing_is_opened_or_changed,
}

pub(crate) fn kek(byte: u8) -> KeyEncryptionKey {
    KeyEncryptionKey::from_bytes(&[byte; 32]).unwrap()
}

impl Fixture {
    pub(crate) async fn reopen(&self, byte: u8) -> Result<System, chancery_operations::Error> {
        System::open(
            self.store.clone(),
            SystemOptions { key_encryption_key: kek(byte), public_url: None, machine: None },
        )
        .await
    }
}

async fn key_6_everything_is_encrypted_anew_and_the_old_key_opens_nothing(engine: Engine) {
    let mut fixture = Fixture::new(engine, Terms::default()).await;
    let seat = fixture.activate("a", None).await.unwrap();
    // The vendor's secret, its root, its two issuing keys and the receiving one; what was retired has nothing to encrypt.
    fixture.rotate().await.unwrap();
    let count = signing_key::rewrap(&fixture.system, kek(9), fixture.now(), [6; 32]).await.unwrap();
    assert_eq!(count, 5);
    assert!(fixture.reopen(7).await.is_err());
    fixture.system = fixture.reopen(9).await.unwrap().into();
    // Nonces are made with the vendor's secret, leases with its keys, certificates with its root.
    fixture.renew_lease(&seat, &seat.nonce, "one").await.unwrap();
    fixture.rotate().await.unwrap();
    fixture.activate("b", None).await.unwrap();
}

async fn key_6_under_a_wrong_key_nothing_is_opened_or_changed(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let error = fixture.reopen(8).await.err().unwrap();
    assert!(error.private().contains("another key-encryption key"), "{error:?}");
    let again = fixture.reopen(7).await.unwrap();
    assert_eq!(again.vendors().len(), 1);
}
