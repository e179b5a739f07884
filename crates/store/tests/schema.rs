//! The schema's own constraints, on both engines: the last line of defence for SEAT-2, SEAT-10, CAT-2, LIC-2, KEY-5, MAN-1 and
//! CLK-1.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use chancery_domain::{Id, Timestamp, VendorId};
use chancery_store::{Aggregate, ConstraintKind, Location, Options, Outcome, Store, StoreError};

/// One of everything, so that each case below differs from it in one thing.
const BASE: &[&str] = &[
    "INSERT INTO vendors VALUES ('ven', 'V', FALSE, 0, '', '30 days', FALSE, 0, 0, 1)",
    "INSERT INTO products VALUES ('prod', 'ven', 'P', 'p', '7 days', NULL, NULL, NULL, 'stop', 'optional', 'disabled', FALSE, '{}', 0, 0)",
    "INSERT INTO products VALUES ('another', 'ven', 'P', 'another', '7 days', NULL, NULL, NULL, 'stop', 'optional', 'disabled', FALSE, '{}', 0, 0)",
    "INSERT INTO editions VALUES ('ed', 'ven', 'prod', 'E', 'e', '{}', 0, 0)",
    "INSERT INTO plans VALUES ('plan', 'ven', 'P', 'activation', 'paid', '1 year', '{}', 0, 0)",
    "INSERT INTO offerings VALUES ('off', 'ven', 'SKU', 'O', 'ed', 'plan', 2, 'none', 'concurrent', FALSE, NULL, NULL, NULL, NULL, NULL, NULL, '{}', 0, 0)",
    "INSERT INTO features VALUES ('feat', 'ven', 'prod', NULL, 'f', 'F', 'elementPool', 5, 'none', 'never', '{}', 0, 0)",
    "INSERT INTO customers VALUES ('cust', 'ven', 'C', 'c', 'ref', NULL, NULL, NULL, NULL, '', '{}', 0, 0)",
    "INSERT INTO licensees VALUES ('lic', 'ven', 'cust', 'prod', 'L-1', NULL, NULL, NULL, '{}', 0, 0)",
    "INSERT INTO contacts VALUES ('cont', 'cust', 'C', 'c@example', 'c@example', NULL)",
    "INSERT INTO orders VALUES ('ord', 'ven', 'cust', 'PO', NULL, NULL, '{}', 0, 0)",
    "INSERT INTO entitlements VALUES ('ent', 'ven', 'ord', 'cust', 'prod', 'ed', 'off', 'SKU', 'paid', 'activation', '1 year', NULL, NULL, NULL, 2, '', 'none', 'concurrent', '7 days', NULL, NULL, NULL, 'stop', '[]', '[]', NULL, '[]', '', NULL, NULL, NULL, NULL, 2, 1, 1, '', '{}', 0, 0)",
    "INSERT INTO activations VALUES ('act', 'ent', 'seat', NULL, 'seated', 1, 10, 'online', 'concurrent', 0, 10, NULL, NULL, 0, 1, 0, 'C', FALSE, FALSE, NULL)",
    "INSERT INTO signing_keys VALUES ('root', 'ven', 'root', 'root', 'Ed25519', '', '{}', 0, NULL, NULL)",
    "INSERT INTO signing_keys VALUES ('sigk', 'ven', 'kid', 'issuing', 'Ed25519', '', '{}', 0, NULL, NULL)",
    "INSERT INTO signing_keys VALUES ('recv', 'ven', 'recv', 'receiving', 'ECDH-ES', '', '{}', 0, NULL, NULL)",
    "INSERT INTO signing_keys VALUES ('recv0', 'ven', 'recv0', 'receiving', 'ECDH-ES', '', '{}', 0, 1, NULL)",
    "INSERT INTO revocation_lists VALUES ('ven', 0, NULL, 't', 0)",
    "INSERT INTO local_server VALUES (1, 'srv', 'ven', NULL, 'b', NULL, 0, 'none', FALSE, 1, NULL, 0, 0, 0, '', NULL, '', NULL, 0, NULL, NULL, 0)",
    "INSERT INTO hosted_entitlements VALUES ('ent', 'ord', 'sess2', 2, 1, '', 0, 't', 0, 0, NULL, 0)",
    "INSERT INTO closed_sessions VALUES ('sess', 'ent', 1, 0, 't')",
    "INSERT INTO applied_tokens VALUES ('jti', 0)",
    "INSERT INTO lease_serials VALUES ('ent', 1, 0)",
    "INSERT INTO revocation_lists VALUES ('ven', 1, 0, 't', 0)",
    "INSERT INTO local_servers VALUES ('srv', 'ven', 'cust', 'dark', 'act', 'server', '{}', '{}', NULL, NULL, NULL, 0, NULL, 0, '', 0, 0)",
    "INSERT INTO export_sessions VALUES ('sess1', 'ven', 'ent', 'srv', 1, NULL, '{}', NULL, 'atOnce', 0, NULL, NULL, '[]', NULL, '', NULL, 0, 0)",
    "INSERT INTO export_tokens VALUES ('sess1', 1, 'jti', 0, 1, '{}', NULL, '', '', '')",
];

const REFUSED: &[(&str, &str, ConstraintKind)] = &[
    (
        "MAN-1: an API key may do something",
        "INSERT INTO api_keys VALUES ('apik', 'ven', 'K', '', NULL, NULL, '', NULL, 0)",
        ConstraintKind::Check,
    ),
    (
        "MAN-1: a contact's key has no scopes",
        "INSERT INTO api_keys VALUES ('apik', 'ven', 'K', 'admin', 'cont', NULL, '', NULL, 0)",
        ConstraintKind::Check,
    ),
    (
        "MAN-1: a contact's key is that of a contact",
        "INSERT INTO api_keys VALUES ('apik', 'ven', 'K', '', 'nobody', NULL, '', NULL, 0)",
        ConstraintKind::ForeignKey,
    ),
    (
        "SEAT-10: a seat number is given once",
        "INSERT INTO activations VALUES ('act2', 'ent', 'other', NULL, 'seated', 1, 10, 'online', 'concurrent', 0, 10, NULL, NULL, 0, 1, 0, 'C', FALSE, FALSE, NULL)",
        ConstraintKind::Unique,
    ),
    (
        "SEAT-2: a seat id has one seat",
        "INSERT INTO activations VALUES ('act2', 'ent', 'seat', NULL, 'seated', 2, 10, 'online', 'concurrent', 0, 10, NULL, NULL, 0, 1, 0, 'C', FALSE, FALSE, NULL)",
        ConstraintKind::Unique,
    ),
    ("SEAT-10: no number above the limit", "UPDATE entitlements SET highest_seat = 3", ConstraintKind::Check),
    ("SEAT-10: no more taken than numbers", "UPDATE entitlements SET occupied_seats = 2", ConstraintKind::Check),
    ("SEAT-10: nor fewer than none", "UPDATE entitlements SET occupied_seats = -1", ConstraintKind::Check),
    ("a seated activation has a number", "UPDATE activations SET seat_number = NULL", ConstraintKind::Check),
    ("an ended one has none", "UPDATE activations SET standing = 'replaced'", ConstraintKind::Check),
    (
        "OFF-7: tokens for a device are numbered from 1",
        "INSERT INTO offline_devices VALUES ('act', 'key', '{}', 0, 0)",
        ConstraintKind::Check,
    ),
    (
        "OFF-4: nothing was answered for nobody",
        "INSERT INTO offline_requests VALUES ('ven', 'h', 'nobody', 1, 0, NULL, 'j')",
        ConstraintKind::ForeignKey,
    ),
    ("seat numbers begin at 1", "UPDATE activations SET seat_number = 0", ConstraintKind::Check),
    (
        "ENT-2: a perpetual license never expires",
        "UPDATE entitlements SET duration = NULL, expiry = 5",
        ConstraintKind::Check,
    ),
    (
        "FEAT-3: a pool is not overdrawn below nothing",
        "INSERT INTO feature_usage VALUES ('ent', 'f', -1, 0)",
        ConstraintKind::Check,
    ),
    (
        "FEAT-3: nothing is held by nobody",
        "INSERT INTO feature_holdings VALUES ('nobody', 'ent', 'f', 1)",
        ConstraintKind::ForeignKey,
    ),
    (
        "CAT-2: a product's key is unique",
        "INSERT INTO products VALUES ('prod2', 'ven', 'P', 'p', '7 days', NULL, NULL, NULL, 'stop', 'optional', 'disabled', FALSE, '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "CAT-2: an edition's key is unique",
        "INSERT INTO editions VALUES ('ed2', 'ven', 'prod', 'E', 'e', '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "CAT-2: a feature's key is unique in its product",
        "INSERT INTO features VALUES ('feat2', 'ven', 'prod', 'ed', 'f', 'F', 'bool', 1, 'none', 'never', '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "CAT-2: a SKU is unique",
        "INSERT INTO offerings VALUES ('off2', 'ven', 'SKU', 'O', 'ed', 'plan', 2, 'none', 'concurrent', FALSE, NULL, NULL, NULL, NULL, NULL, NULL, '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "a bool is on or off",
        "INSERT INTO features VALUES ('feat3', 'ven', 'prod', NULL, 'g', 'G', 'bool', 2, 'none', 'never', '{}', 0, 0)",
        ConstraintKind::Check,
    ),
    (
        "a customer's ref is unique",
        "INSERT INTO customers VALUES ('cust2', 'ven', 'C', 'c', 'ref', NULL, NULL, NULL, NULL, '', '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "AUTO-1: a licensee's number is unique",
        "INSERT INTO licensees VALUES ('lic2', 'ven', 'cust', 'another', 'L-1', NULL, NULL, NULL, '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "AUTO-1: a customer has one licensee of a product",
        "INSERT INTO licensees VALUES ('lic2', 'ven', 'cust', 'prod', 'L-2', NULL, NULL, NULL, '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "SEC-3: no HMAC without its key",
        "UPDATE licensees SET secret_mac = 'x', secret_since = 0",
        ConstraintKind::Check,
    ),
    (
        "an order's ref is unique",
        "INSERT INTO orders VALUES ('ord2', 'ven', 'cust', 'PO', NULL, NULL, '{}', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "a contact's address is unique",
        "INSERT INTO contacts VALUES ('cont2', 'cust', 'C', 'c@example', 'c@example', NULL)",
        ConstraintKind::Unique,
    ),
    (
        "an order has a customer",
        "INSERT INTO orders VALUES ('ord3', 'ven', 'nobody', NULL, NULL, NULL, '{}', 0, 0)",
        ConstraintKind::ForeignKey,
    ),
    (
        "an entitlement's customer is its order's",
        "UPDATE entitlements SET customer_id = 'nobody'",
        ConstraintKind::ForeignKey,
    ),
    ("an order with entitlements is not erased", "DELETE FROM orders", ConstraintKind::ForeignKey),
    ("ENT-10: what is deleted is purged some day", "UPDATE entitlements SET deleted = 0", ConstraintKind::Check),
    ("ENT-10: and nothing else", "UPDATE orders SET purge_at = 0", ConstraintKind::Check),
    ("ENT-10: customers too", "UPDATE customers SET deleted = 0", ConstraintKind::Check),
    ("what is sold is not deleted", "DELETE FROM offerings", ConstraintKind::ForeignKey),
    (
        "KEY-5: of each purpose one key signs",
        "INSERT INTO signing_keys VALUES ('other', 'ven', 'other', 'issuing', 'Ed25519', '', '{}', 0, NULL, NULL)",
        ConstraintKind::Unique,
    ),
    (
        "KEY-2: no key belongs to two",
        "INSERT INTO signing_keys VALUES ('other', 'ven', 'kid', 'lasting', 'Ed25519', '', '{}', 0, NULL, NULL)",
        ConstraintKind::Unique,
    ),
    (
        "KEY-5: what does not sign has no private half",
        "UPDATE signing_keys SET retired = 1 WHERE id = 'sigk'",
        ConstraintKind::Check,
    ),
    (
        "KEY-2: what was sealed to a retired key can be opened",
        "UPDATE signing_keys SET private = NULL WHERE id = 'recv0'",
        ConstraintKind::Check,
    ),
    (
        "KEY-5: nothing opens with a revoked key",
        "UPDATE signing_keys SET revoked = 1 WHERE id = 'recv0'",
        ConstraintKind::Check,
    ),
    (
        "KEY-1: the root is not revoked",
        "UPDATE signing_keys SET private = NULL, revoked = 1 WHERE id = 'root'",
        ConstraintKind::Check,
    ),
    (
        "KEY-5: a list's number comes once",
        "INSERT INTO revocation_lists VALUES ('ven', 1, 0, 't', 0)",
        ConstraintKind::Unique,
    ),
    (
        "KEY-5: none is left out",
        "INSERT INTO revocation_lists VALUES ('ven', 3, 2, 't', 0)",
        ConstraintKind::ForeignKey,
    ),
    ("KEY-5: nor jumped over", "INSERT INTO revocation_lists VALUES ('ven', 3, 1, 't', 0)", ConstraintKind::Check),
    ("KEY-5: nor begun anew", "INSERT INTO revocation_lists VALUES ('ven', 2, NULL, 't', 0)", ConstraintKind::Check),
    ("KEY-5: nor deleted", "DELETE FROM revocation_lists WHERE number = 0", ConstraintKind::ForeignKey),
    (
        "LLS-2: a server's id is its own",
        "INSERT INTO local_servers VALUES ('srv', 'ven', 'cust', 'dark', 'act', 'other', '{}', '{}', NULL, NULL, NULL, 0, NULL, 0, '', 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "LLS-2: so is its key",
        "INSERT INTO local_servers VALUES ('srv2', 'ven', 'cust', 'dark', 'act', 'server', '{}', '{}', NULL, NULL, NULL, 0, NULL, 0, '', 0, 0)",
        ConstraintKind::Unique,
    ),
    ("LLS-4: what is not lost has no reason", "UPDATE local_servers SET lost_reason = 'r'", ConstraintKind::Check),
    (
        "EXP-3: each session of an entitlement has another number",
        "INSERT INTO export_sessions VALUES ('sess2', 'ven', 'ent', 'other', 1, NULL, '{}', NULL, 'atOnce', 0, NULL, NULL, '[]', NULL, '', NULL, 0, 0)",
        ConstraintKind::Unique,
    ),
    (
        "EXP-1: a server has one open session of an entitlement",
        "INSERT INTO export_sessions VALUES ('sess2', 'ven', 'ent', 'srv', 2, NULL, '{}', NULL, 'atOnce', 0, NULL, NULL, '[]', NULL, '', NULL, 0, 0)",
        ConstraintKind::Unique,
    ),
    ("EXP-7: a session ends somehow", "UPDATE export_sessions SET ended = 1", ConstraintKind::Check),
    (
        "EXP-7: and in none but these ways",
        "UPDATE export_sessions SET ended = 1, ending = 'eaten'",
        ConstraintKind::Check,
    ),
    (
        "EXP-3: a number of a session comes once",
        "INSERT INTO export_tokens VALUES ('sess1', 1, 'other', 0, 1, '{}', NULL, '', '', '')",
        ConstraintKind::Unique,
    ),
    (
        "EXP-4: a token id comes once",
        "INSERT INTO export_tokens VALUES ('sess1', 2, 'jti', 0, 1, '{}', NULL, '', '', '')",
        ConstraintKind::Unique,
    ),
    (
        "EXP-3: tokens are numbered from 1",
        "INSERT INTO export_tokens VALUES ('sess1', 0, 'other', 0, 1, '{}', NULL, '', '', '')",
        ConstraintKind::Check,
    ),
    (
        "EXP-3: a token is of a session",
        "INSERT INTO export_tokens VALUES ('nobody', 1, 'other', 0, 1, '{}', NULL, '', '', '')",
        ConstraintKind::ForeignKey,
    ),
    (
        "LLS-2: a database is one local server's",
        "INSERT INTO local_server SELECT 2, 'other', vendor_id, name, bundle, revocations, proof, machine, moved, epoch, restored, report_seq, log_seq, log_rows, log_hash, cycle, requests, activation_id, license_seq, lease, deactivation, created FROM local_server",
        ConstraintKind::Check,
    ),
    (
        "OFF-8: a license that was given up is not held",
        "UPDATE local_server SET activation_id = 'act', lease = 't', deactivation = 't'",
        ConstraintKind::Check,
    ),
    ("OFF-5: a license has a lease", "UPDATE local_server SET activation_id = 'act'", ConstraintKind::Check),
    (
        "EXP-3: what is hosted is there",
        "INSERT INTO hosted_entitlements VALUES ('none', 'ord', 'other', 1, 1, '', 0, 't', 0, 0, NULL, 0)",
        ConstraintKind::ForeignKey,
    ),
    (
        "EXP-3: an entitlement has one session here",
        "INSERT INTO hosted_entitlements VALUES ('ent', 'ord', 'other', 2, 1, '', 0, 't', 0, 0, NULL, 0)",
        ConstraintKind::Unique,
    ),
    (
        "EXP-7: a session ends once",
        "INSERT INTO closed_sessions VALUES ('sess', 'ent', 2, 0, NULL)",
        ConstraintKind::Unique,
    ),
    (
        "EXP-3: each session has a number of its own",
        "INSERT INTO closed_sessions VALUES ('other', 'ent', 1, 0, NULL)",
        ConstraintKind::Unique,
    ),
    ("EXP-4: a token is applied once", "INSERT INTO applied_tokens VALUES ('jti', 0)", ConstraintKind::Unique),
    ("EXP-9: serials are counted upwards", "UPDATE lease_serials SET serial = -1", ConstraintKind::Check),
    ("CLK-1: a live vendor's clock does not run ahead", "UPDATE vendors SET clock_ahead = 1", ConstraintKind::Check),
    (
        "the journal belongs to a vendor",
        "INSERT INTO journal (vendor_id, time, action, actor, subject, changes) VALUES ('none', 0, 'a', 'a', 's', '[]')",
        ConstraintKind::ForeignKey,
    ),
];

async fn constraints_stand_in_the_schema(location: Location) {
    let store = Store::open(location, Options::default()).await.unwrap();
    let nobody = || Aggregate::Vendor(VendorId::new(Timestamp::MIN, [0; 10]));
    for sql in BASE {
        let sql = *sql;
        let done: Result<u64, StoreError> =
            store.write(nobody(), move |tx| Ok(Outcome::Done(tx.execute(sql, &[])?))).await;
        assert_eq!(done.unwrap_or_else(|error| panic!("{sql}: {error:?}")), 1);
    }
    for (rule, sql, wanted) in REFUSED {
        let sql = *sql;
        let refused: Result<u64, StoreError> =
            store.write(nobody(), move |tx| Ok(Outcome::Done(tx.execute(sql, &[])?))).await;
        let Err(StoreError::Constraint { kind, .. }) = refused else { panic!("{rule}: {refused:?}") };
        assert_eq!(kind, *wanted, "{rule}");
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seat_10_constraints_stand_in_the_schema_of_sqlite() {
    constraints_stand_in_the_schema(Location::Memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seat_10_constraints_stand_in_the_schema_of_postgresql() {
    constraints_stand_in_the_schema(Location::Postgres(chancery_testkit::Postgres::shared().fresh_database())).await;
}
