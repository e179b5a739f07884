//! EXP-3, EXP-4, EXP-5, EXP-8: tokens that are imported, and all those that are not.

use chancery_domain::*;
use chancery_operations::entitlement as sold;
use chancery_operations::{Error, local};
use chancery_store::{Aggregate, Outcome, StoreError, WriteTx};
use chancery_token::{Entropy, ExportClaims, Recipient, TokenError};

use crate::dark::Dark;
use crate::fixture::{Engine, Terms, quantity};
use crate::machine::{refusal, terms, token_error};
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    exp_5_what_is_imported_is_served_as_the_vendor_would,
    exp_3_one_token_suffices_whatever_was_skipped,
    exp_4_a_token_is_applied_once_and_none_after_a_newer_one,
    exp_4_tokens_of_a_session_that_has_ended_are_refused,
    exp_4_a_token_of_a_newer_session_closes_the_older_one,
    exp_4_another_history_is_refused,
    exp_4_what_is_for_another_server_is_refused,
    exp_4_an_issue_date_that_runs_back_is_reported_and_applied,
    exp_5_a_dry_run_says_who_would_leave_and_leaves_nothing,
    exp_5_surplus_seats_leave_in_the_order_of_seat_8,
    exp_5_a_statement_that_fails_undoes_the_whole_import,
    exp_5_a_full_disk_undoes_the_whole_import,
    exp_5_a_name_goes_to_whom_the_newest_token_gives_it,
    exp_5_a_code_goes_to_the_order_that_has_it_now,
    sec_2_a_secret_that_was_set_here_comes_back,
    sec_4_a_secret_that_the_vendor_took_away_is_forgotten_here,
    sec_4_a_first_secret_that_was_not_told_is_taken_away_too,
    exp_8_there_is_no_overdraft_on_a_local_server,
);

async fn exp_5_what_is_imported_is_served_as_the_vendor_would(engine: Engine) {
    let of = Vendor::new(engine, 2).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let unknown = dark.claim(&of, "pc-1", None).await;
    assert!(unknown.is_err(), "nothing is hosted yet");
    let exported = dark.exports(&of, None).await.unwrap();
    let imported = dark.import(&of, &exported.token).await.unwrap();
    assert!(imported.created && imported.leaving.is_empty());
    assert_eq!(imported.view.delegation.seq, 1);

    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    let lease = of.believes(&held.lease).await.unwrap();
    let host = lease.host.clone().unwrap();
    assert_eq!((host.id, host.epoch, host.serial), (dark.id, 1, 1));
    assert_eq!(lease.entitlement.id, of.entitlement);
    dark.claim(&of, "pc-2", None).await.unwrap();
    let denied = refusal(dark.claim(&of, "pc-3", None).await);
    assert!(matches!(denied, Refusal::SeatsExhausted { .. }));
    let elsewhere = refusal(of.activate("pc-4", None).await);
    assert_eq!(elsewhere, Refusal::EntitlementExported { servers: vec![dark.id] }, "EXP-1");
    let list = local::entitlement::list(&dark.system, &dark.admin(&of), Default::default()).await.unwrap();
    assert_eq!(list.items.len(), 1);
    assert_eq!(dark.hosted(&of).await.view.seats_used, 2);
    assert_eq!(dark.logged(&of).await, ["activate", "activate", "deny seats_exhausted"]);
}

async fn exp_3_one_token_suffices_whatever_was_skipped(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    dark.exports(&of, Some(2)).await.unwrap();
    dark.token(&of, Some(3)).await;
    let third = dark.token(&of, Some(4)).await;
    let imported = dark.import(&of, &third).await.unwrap();
    assert_eq!(imported.view.delegation.seq, 3);
    assert_eq!(imported.view.view.entitlement.seats, quantity(4));
}

async fn exp_4_a_token_is_applied_once_and_none_after_a_newer_one(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let first = dark.exports(&of, Some(2)).await.unwrap().token;
    let second = dark.token(&of, Some(2)).await;
    let third = dark.token(&of, Some(3)).await;
    dark.import(&of, &first).await.unwrap();
    assert!(matches!(refusal(dark.import(&of, &first).await), Refusal::TokenReplayed { .. }));
    dark.import(&of, &third).await.unwrap();
    assert_eq!(refusal(dark.import(&of, &second).await), Refusal::TokenSuperseded { seq: 2, applied: 3 });
    assert!(matches!(refusal(dark.import(&of, &first).await), Refusal::TokenReplayed { .. }));
    assert_eq!(dark.hosted(&of).await.view.entitlement.seats, quantity(3), "refusals changed nothing");
}

async fn exp_4_tokens_of_a_session_that_has_ended_are_refused(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let kept = dark.token(&of, Some(2)).await;
    let returned = dark.delete(&of).await.unwrap();
    let session = of.takes_back(&returned).await.unwrap().session;
    let closed = refusal(dark.import(&of, &kept).await);
    assert!(matches!(closed, Refusal::TokenSessionClosed { current: None, .. }), "{session:?}");

    let again = dark.exports(&of, Some(2)).await.unwrap();
    dark.import(&of, &again.token).await.unwrap();
    assert!(matches!(refusal(dark.import(&of, &kept).await), Refusal::TokenSessionClosed { current: Some(2), .. }));
}

async fn exp_4_a_token_of_a_newer_session_closes_the_older_one(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let kept = dark.token(&of, Some(2)).await;
    // The vendor gives the first session up, and exports anew: the server hears of it by the newer token alone.
    let how = sold::WithoutToken { server: None, reason: Reason::new("given up").unwrap(), free: true };
    sold::import_without_token(&of.system, &of.admin(), of.entitlement, how).await.unwrap();
    let newer = dark.exports(&of, Some(3)).await.unwrap();
    let imported = dark.import(&of, &newer.token).await.unwrap();
    assert_eq!((imported.view.delegation.number, imported.created), (2, false));
    assert!(matches!(refusal(dark.import(&of, &kept).await), Refusal::TokenSessionClosed { current: Some(2), .. }));
}

async fn exp_4_another_history_is_refused(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    // The vendor's database was set back to before the first token: it makes another second one, after another first one.
    let second = dark.token(&of, Some(2)).await;
    let forked = move |tx: &mut WriteTx<'_>| {
        tx.execute("UPDATE hosted_entitlements SET hash = $1", &[[7_u8; 32].as_slice().into()])?;
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    dark.store.write(Aggregate::Vendor(of.vendor.id), forked).await.unwrap();
    assert_eq!(refusal(dark.import(&of, &second).await), Refusal::TokenHistoryForked { seq: 2 });
    let third = dark.token(&of, Some(2)).await;
    dark.import(&of, &third).await.unwrap();
}

async fn exp_4_what_is_for_another_server_is_refused(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let (one, other) = (Dark::licensed(engine, &of, 1).await, Dark::licensed(engine, &of, 2).await);
    let token = one.exports(&of, Some(2)).await.unwrap().token;
    assert_eq!(token_error(other.import(&of, &token).await), TokenError::WrongRecipient(Recipient::Server));
    // Whoever could open it and seals it anew to the other does not make it the other's.
    let trust = of.trust().await;
    let keys = one.opening_key().await;
    let export = trust.open_export(&token, &[&keys], of.now()).unwrap();
    let claims = ExportClaims { audience: other.opening_key().await.kid().to_owned(), ..export.claims.into_claims() };
    let own = chancery_token::LocalKey::ed25519_from_seed(&[1; 32]).unwrap();
    let signed = claims.sign(&own, "x").unwrap();
    let seal = chancery_token::SealingKey::new(other.opening_key().await.public().clone()).unwrap();
    let forged = ExportClaims::seal_signed(&signed, &seal, &mut Entropy::new([1; 32])).unwrap();
    assert!(matches!(other.import(&of, &forged).await, Err(Error::Token { .. })));
    for text in ["", "x", "eyJ.a.b", &token[..token.len() / 2]] {
        assert!(matches!(one.import(&of, text).await, Err(Error::Token { .. })), "{text}");
    }
    assert!(matches!(one.import(&of, &one.asks_nothing(&of).await).await, Err(Error::Token { .. })), "another kind");
    one.import(&of, &token).await.unwrap();
}

async fn exp_4_an_issue_date_that_runs_back_is_reported_and_applied(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    of.advance(Interval::days(1));
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let earlier = move |tx: &mut WriteTx<'_>| {
        tx.execute("UPDATE hosted_entitlements SET issued = issued + 7200000000", &[])?;
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    dark.store.write(Aggregate::Vendor(of.vendor.id), earlier).await.unwrap();
    let imported = dark.import(&of, &dark.token(&of, Some(2)).await).await.unwrap();
    assert!(imported.issue_date_ran_back);
}

async fn exp_5_a_dry_run_says_who_would_leave_and_leaves_nothing(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    for seat in ["pc-1", "pc-2", "pc-3"] {
        dark.claim(&of, seat, None).await.unwrap();
        of.advance(Interval::new(Unit::Minute, 1).unwrap());
    }
    of.sells(2).await;
    let token = dark.token(&of, None).await;
    let context = dark.admin(&of).rehearsing(true);
    let rehearsed = local::entitlement::import(&dark.system, &context, &token).await;
    let Err(Error::Rehearsed(rehearsal)) = rehearsed else { panic!("no dry run") };
    assert_eq!(rehearsal.leaving_count, 1);
    assert_eq!(rehearsal.leaving[0].seat_id.as_str(), "pc-1", "the least recently refreshed");
    assert!(rehearsal.changes.iter().any(|(_, change)| change.field == "seats"));
    assert_eq!(dark.hosted(&of).await.view.entitlement.seats, quantity(3));
    assert_eq!(dark.hosted(&of).await.view.seats_used, 3);

    let imported = dark.import(&of, &token).await.unwrap();
    assert_eq!(imported.leaving_count, 1, "and the import says it too");
}

async fn exp_5_surplus_seats_leave_in_the_order_of_seat_8(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let mut held = Vec::new();
    for seat in ["pc-1", "pc-2", "pc-3"] {
        held.push(dark.claim(&of, seat, None).await.unwrap());
        of.advance(Interval::new(Unit::Minute, 1).unwrap());
    }
    of.sells(1).await;
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    for gone in &held[..2] {
        assert_eq!(refusal(dark.refresh(&of, gone, &gone.nonce, None).await), Refusal::ActivationReleased);
    }
    let kept = dark.refresh(&of, &held[2], &held[2].nonce, None).await.unwrap();
    let lease = of.believes(&kept.lease).await.unwrap();
    assert_eq!(lease.seat.as_ref().unwrap().number, 1, "its number is within those delegated");
    let late = refusal(dark.claim(&of, "pc-4", None).await);
    assert!(matches!(late, Refusal::SeatsExhausted { .. }), "held until their leases end");
    of.advance(Interval::days(8));
    dark.claim(&of, "pc-4", None).await.unwrap();
}

async fn exp_5_a_statement_that_fails_undoes_the_whole_import(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let token = dark.exports(&of, Some(2)).await.unwrap().token;
    // The last table that an import writes takes nothing.
    let set = |sql: &'static str| {
        dark.store.write(Aggregate::Vendor(of.vendor.id), move |tx| {
            tx.execute(sql, &[])?;
            Ok::<_, StoreError>(Outcome::Done(()))
        })
    };
    set("ALTER TABLE lease_serials RENAME TO hidden").await.unwrap();
    assert!(matches!(dark.import(&of, &token).await, Err(Error::Store(_))));
    set("ALTER TABLE hidden RENAME TO lease_serials").await.unwrap();
    let list = local::entitlement::list(&dark.system, &dark.admin(&of), Default::default()).await.unwrap();
    assert!(list.items.is_empty());
    dark.import(&of, &token).await.unwrap();
}

async fn exp_5_a_full_disk_undoes_the_whole_import(engine: Engine) {
    let of = Vendor::new(engine, 5).await;
    let dark = Dark::hosting(engine, &of, Some(2)).await;
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    let token = dark.token(&of, Some(4)).await;
    dark.fill(true);
    assert!(matches!(dark.import(&of, &token).await, Err(Error::Store(StoreError::DiskFull { .. }))));
    assert!(matches!(dark.delete(&of).await, Err(Error::Store(_))));
    dark.fill(false);
    assert_eq!(dark.hosted(&of).await.view.entitlement.seats, quantity(2));
    dark.refresh(&of, &held, &held.nonce, None).await.unwrap();
    dark.import(&of, &token).await.unwrap();
}

async fn exp_8_there_is_no_overdraft_on_a_local_server(engine: Engine) {
    let of = Vendor::with(engine, Terms { overdraft: Overdraft::Unlimited, ..terms(1) }).await;
    let dark = Dark::hosting(engine, &of, None).await;
    assert_eq!(dark.hosted(&of).await.view.entitlement.overdraft, Overdraft::None, "nor is any shown");
    dark.claim(&of, "pc-1", None).await.unwrap();
    let denied = refusal(dark.claim(&of, "pc-2", None).await);
    assert!(matches!(denied, Refusal::SeatsExhausted { .. }), "the number of seats alone bounds");
}

async fn exp_5_a_name_goes_to_whom_the_newest_token_gives_it(engine: Engine) {
    use chancery_operations::product::{self, ProductEdit};
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let (second, entitlement) = another_product(&of).await;
    let rename = async |id: ProductId, key: &str| {
        let edit = ProductEdit { key: Some(Key::new(key).unwrap()), ..ProductEdit::default() };
        product::update(&of.system, &of.admin(), id.into(), edit).await.unwrap();
    };
    rename(of.product.id, "acme-old").await;
    rename(second, "acme-cad").await;
    let new = sold::NewExport {
        entitlement,
        server: dark.id,
        seats: None,
        features: Default::default(),
        delegation: Some(Period::Unlimited),
        give_back: GiveBack::AtOnce,
    };
    let token = sold::export(&of.system, &of.admin(), new).await.unwrap().token;
    dark.import(&of, &token).await.unwrap();
    let find = async |which: Selector<ProductId>| {
        let vendor = of.vendor.id;
        let look = move |tx: &mut chancery_store::ReadTx<'_>| chancery_store::product::find(tx, vendor, &which);
        dark.store.read(look).await.unwrap().unwrap()
    };
    assert_eq!(find(Selector::Name("acme-cad".to_owned())).await.id, second);
    assert!(find(of.product.id.into()).await.key.as_str().starts_with("was-prod_"));
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    assert_eq!(find(of.product.id.into()).await.key.as_str(), "acme-old");
}

/// A vendor that brings its own codes gives one of an order that is gone to another; here both are hosted.
async fn exp_5_a_code_goes_to_the_order_that_has_it_now(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let (_, entitlement) = another_product(&of).await;
    let new = sold::NewExport {
        entitlement,
        server: dark.id,
        seats: None,
        features: Default::default(),
        delegation: Some(Period::Unlimited),
        give_back: GiveBack::AtOnce,
    };
    let token = sold::export(&of.system, &of.admin(), new).await.unwrap().token;
    dark.import(&of, &token).await.unwrap();
    let former = ActivationCodeId::new(of.now(), [9; 10]);
    let sql = format!(
        "UPDATE activation_codes SET id = '{former}',
                order_id = (SELECT order_id FROM entitlements WHERE id = '{entitlement}')
         WHERE order_id = (SELECT order_id FROM entitlements WHERE id = '{}')",
        of.entitlement
    );
    let sql: &'static str = sql.leak();
    let set = dark.store.write(Aggregate::Vendor(of.vendor.id), move |tx| {
        tx.execute(sql, &[])?;
        Ok::<_, StoreError>(Outcome::Done(()))
    });
    set.await.unwrap();
    dark.claim(&of, "pc-1", None).await.unwrap_err();
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    dark.claim(&of, "pc-1", None).await.unwrap();
}

/// A second product of the vendor, with an entitlement for good.
pub(crate) async fn another_product(of: &Vendor) -> (ProductId, EntitlementId) {
    use chancery_operations::activation_code::Codes;
    use chancery_operations::edition::{self, NewEdition};
    use chancery_operations::offering::{self, NewOffering};
    use chancery_operations::order::{self, NewItem, NewOrder};
    use chancery_operations::product::{self, NewProduct};
    let metadata = Metadata::default();
    let new = NewProduct {
        name: Name::new("Second").unwrap(),
        key: Key::new("acme-two").unwrap(),
        policy: Policy::default(),
        device_keys: DeviceKeys::Optional,
        secret_mode: SecretMode::Disabled,
        licensee_auto_create: false,
        metadata: metadata.clone(),
    };
    let product = product::create(&of.system, &of.admin(), new).await.unwrap().id;
    let new = NewEdition {
        name: Name::new("Pro").unwrap(),
        key: Key::new("pro").unwrap(),
        features: [].into(),
        attributes: [].into(),
        metadata: metadata.clone(),
    };
    let edition = edition::create(&of.system, &of.admin(), product.into(), new).await.unwrap().edition.id;
    let new = NewOffering {
        sku: Sku::new("TWO").unwrap(),
        name: Name::new("Two").unwrap(),
        product: None,
        edition: edition.into(),
        plan: Selector::Name("For good".to_owned()),
        seats: quantity(2),
        overdraft: Overdraft::None,
        concurrency: Concurrency::Concurrent,
        automatic: false,
        maintenance: None,
        policy: PolicyChoice::default(),
        metadata: metadata.clone(),
    };
    offering::create(&of.system, &of.admin(), new).await.unwrap();
    let item = NewItem { sku: Some(Sku::new("TWO").unwrap()), offering: None, terms: OrderItem::default() };
    let new = NewOrder {
        customer: crate::server::customer().into(),
        reference: None,
        items: vec![item],
        codes: Codes::Make(1),
        contacts: Vec::new(),
        metadata,
    };
    let made = order::create(&of.system, &of.admin(), new).await.unwrap();
    let filter = sold::EntitlementFilter { order: Some(made.order.id), ..Default::default() };
    let list = sold::list(&of.system, &of.admin(), filter, None, Default::default()).await.unwrap();
    (product, list.items[0].entitlement.id)
}

/// A client's first secret, set at the local server, is the vendor's after the return.
async fn sec_2_a_secret_that_was_set_here_comes_back(engine: Engine) {
    use chancery_operations::licensee;
    use chancery_operations::product::{self, ProductEdit};
    let of = Vendor::new(engine, 3).await;
    let edit = ProductEdit { secret_mode: Some(SecretMode::Client), ..ProductEdit::default() };
    product::update(&of.system, &of.admin(), of.product.id.into(), edit).await.unwrap();
    let dark = Dark::hosting(engine, &of, None).await;
    assert_eq!(refusal(dark.claim(&of, "pc-1", None).await), Refusal::LicenseeSecretRequired);
    dark.claim_with(&of, "pc-1", Some("first")).await.unwrap();
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    let wrong = refusal(dark.claim_with(&of, "pc-2", Some("other")).await);
    assert_eq!(wrong, Refusal::LicenseeSecretMismatch, "a newer token does not forget it");
    let returned = dark.delete(&of).await.unwrap();
    of.takes_back(&returned).await.unwrap();
    let filter = licensee::LicenseeFilter::default();
    let list = licensee::list(&of.system, &of.admin(), filter, Default::default()).await.unwrap();
    assert!(list.items.iter().any(|licensee| licensee.secret.is_some()));
}

async fn sec_4_a_secret_that_the_vendor_took_away_is_forgotten_here(engine: Engine) {
    use chancery_operations::licensee::{self, LicenseeFilter};
    use chancery_operations::product::{self, ProductEdit};
    let of = Vendor::new(engine, 3).await;
    let edit = ProductEdit { secret_mode: Some(SecretMode::Client), ..ProductEdit::default() };
    product::update(&of.system, &of.admin(), of.product.id.into(), edit).await.unwrap();
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim_with(&of, "pc-1", Some("first")).await.unwrap();
    dark.reports(&of).await;
    of.advance(Interval::days(1));
    let list = licensee::list(&of.system, &of.admin(), LicenseeFilter::default(), Default::default()).await.unwrap();
    let licensee = list.items.iter().find(|licensee| licensee.secret.is_some()).unwrap().id;
    let late = dark.token(&of, None).await;
    licensee::reset_secret(&of.system, &of.admin(), licensee.into()).await.unwrap();
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    assert!(dark.import(&of, &late).await.is_err());
    of.advance(Interval::days(1));
    dark.claim_with(&of, "pc-1", Some("second")).await.unwrap();
    // What was set here since stays, although the vendor has not heard of it.
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    assert_eq!(refusal(dark.claim_with(&of, "pc-1", Some("first")).await), Refusal::LicenseeSecretMismatch);
    dark.claim_with(&of, "pc-1", Some("second")).await.unwrap();
}

async fn sec_4_a_first_secret_that_was_not_told_is_taken_away_too(engine: Engine) {
    use chancery_operations::licensee::{self, LicenseeFilter};
    use chancery_operations::product::{self, ProductEdit};
    let of = Vendor::new(engine, 3).await;
    let edit = ProductEdit { secret_mode: Some(SecretMode::Client), ..ProductEdit::default() };
    product::update(&of.system, &of.admin(), of.product.id.into(), edit).await.unwrap();
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim_with(&of, "pc-1", Some("first")).await.unwrap();
    of.advance(Interval::days(1));
    let filter = LicenseeFilter { product: Some(of.product.id.into()), ..LicenseeFilter::default() };
    let found = licensee::list(&of.system, &of.admin(), filter.clone(), Default::default()).await.unwrap().items;
    assert!(found[0].secret.is_none(), "the vendor has not heard of it");
    let reset = licensee::reset_secret(&of.system, &of.admin(), found[0].id.into()).await.unwrap();
    assert_eq!(reset.secret_cleared, Some(of.now()));
    dark.reports(&of).await;
    let found = licensee::list(&of.system, &of.admin(), filter, Default::default()).await.unwrap().items;
    assert!(found[0].secret.is_none(), "nor does it take it now");
    dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    dark.claim_with(&of, "pc-1", Some("second")).await.unwrap();
}
