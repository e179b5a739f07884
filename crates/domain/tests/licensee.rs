//! Licensees: what their secrets decide, and what their numbers look like.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use chancery_domain::*;

fn secret(text: &str) -> LicenseeSecret {
    LicenseeSecret::new(text).unwrap()
}

/// The secret `right`, in a form that a test can compare.
fn stored() -> StoredSecret {
    let mut mac = [0; 32];
    mac[..5].copy_from_slice(b"right");
    StoredSecret { key: [7; 32], mac, since: Timestamp::MIN }
}

fn decide(mode: SecretMode, is_stored: bool, brought: Option<&str>) -> Result<SecretStep, Refusal> {
    let same = |stored: &StoredSecret, brought: &LicenseeSecret| stored.mac.starts_with(brought.expose().as_bytes());
    let (stored, brought) = (is_stored.then(stored), brought.map(secret));
    mode.decide(stored.as_ref(), brought.as_ref(), same)
}

#[test]
fn sec_1_every_mode_with_every_standing_of_the_secret() {
    use Refusal::{
        LicenseeSecretMismatch as Mismatch, LicenseeSecretNotSet as NotSet, LicenseeSecretRequired as Required,
    };
    use SecretMode::{Client, Disabled, Key, Predefined};
    use SecretStep::{Pass, Store};
    for mode in [Disabled, Key] {
        for (is_stored, brought) in [(false, None), (false, Some("x")), (true, None), (true, Some("x"))] {
            assert_eq!(decide(mode, is_stored, brought), Ok(Pass), "{mode}: what is brought is ignored");
        }
    }
    let cases = [
        (Predefined, false, None, Err(NotSet)),
        (Predefined, false, Some("right"), Err(NotSet)),
        (Predefined, true, None, Err(Required)),
        (Predefined, true, Some("wrong"), Err(Mismatch)),
        (Predefined, true, Some("right"), Ok(Pass)),
        (Client, false, None, Err(Required)),
        (Client, false, Some("first"), Ok(Store)),
        (Client, true, None, Err(Required)),
        (Client, true, Some("wrong"), Err(Mismatch)),
        (Client, true, Some("right"), Ok(Pass)),
    ];
    for (mode, is_stored, brought, decided) in cases {
        assert_eq!(decide(mode, is_stored, brought), decided, "{mode}, stored: {is_stored}, brought: {brought:?}");
    }
}

#[test]
fn sec_3_secrets_have_1_to_1000_characters_and_are_taken_as_they_are() {
    for (text, wrong) in [(String::new(), Invalid::Required), ("x".repeat(1001), Invalid::TooLong)] {
        assert_eq!(LicenseeSecret::new(&text).err(), Some(wrong));
    }
    for text in [" ", " x ", "\t", "\u{1f600}", &"ß".repeat(1000)] {
        assert_eq!(secret(text).expose(), text);
    }
    let shown = format!("{:?}", stored());
    assert!(!shown.contains('7') && !shown.contains("114"), "neither key nor HMAC: {shown}");
}

#[test]
fn sec_1_who_does_not_know_the_secret_turns_no_nonce() {
    for refusal in [Refusal::LicenseeSecretMismatch, Refusal::LicenseeSecretNotSet, Refusal::LicenseeSecretRequired] {
        assert!(refusal.doubts_the_holder());
    }
    assert!(!Refusal::CustomerDisabled.doubts_the_holder());
}

#[test]
fn auto_1_made_numbers_are_short_and_are_no_ids() {
    assert_eq!(LicenseeNumber::generate([0; 5]).as_str(), "L-00000000");
    assert_eq!(LicenseeNumber::generate([255; 5]).as_str(), "L-ZZZZZZZZ");
    let number = LicenseeNumber::generate([0x12, 0x34, 0x56, 0x78, 0x9a]);
    assert_eq!(number.as_str(), "L-T4YC5T82");
    assert_eq!(LicenseeNumber::new(number.as_str()), Ok(number));
    assert_eq!(LicenseeNumber::new("lic_01m4jx7gd1eb9bvwgxq8w7mmp3"), Err(Invalid::NotAllowed));
    assert_eq!(LicenseeNumber::new(&"x".repeat(101)), Err(Invalid::TooLong));
}
