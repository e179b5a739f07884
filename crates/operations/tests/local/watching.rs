//! LLS-3, LLS-6: what ends soon, and how many seats are in use over time.

use chancery_domain::*;
use chancery_operations::{local, signing_key, vendor};

use crate::dark::Dark;
use crate::fixture::Engine;
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(lls_3_a_delegation_that_ends_soon_is_warned_of, lls_6_the_most_seats_of_each_hour_are_kept);

async fn lls_3_a_delegation_that_ends_soon_is_warned_of(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let ends = dark.hosted(&of).await.delegation.until.unwrap();
    let what = WarningOf::Delegation(of.entitlement);
    let mut seen = Vec::new();
    for _ in 0..30 {
        let warnings = dark.status(&of).await.warnings;
        assert!(warnings.iter().all(|warning| warning.what == what && warning.ends == ends));
        seen.extend(warnings.iter().map(|warning| warning.days));
        of.advance(Interval::days(1));
    }
    seen.dedup();
    assert_eq!(seen, [30, 14, 7, 3, 1]);
    assert!(dark.status(&of).await.warnings.is_empty(), "it is over");
}

async fn lls_6_the_most_seats_of_each_hour_are_kept(engine: Engine) {
    let of = Vendor::new(engine, 2).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let sample = async || local::sample_seats(&dark.system, of.now()).await.unwrap();
    dark.claim(&of, "pc-1", None).await.unwrap();
    let held = dark.claim(&of, "pc-2", None).await.unwrap();
    assert!(dark.claim(&of, "pc-3", None).await.is_err());
    sample().await;
    let (context, call) = dark.holder(&of, &held, &held.nonce, "leaves");
    chancery_operations::activation::deactivate(&dark.system, &context, call).await.unwrap();
    sample().await;
    of.advance(Interval::new(Unit::Hour, 1).unwrap());
    sample().await;
    let hours = local::usage(&dark.system, &dark.admin(&of), of.entitlement).await.unwrap();
    let told: Vec<_> = hours.iter().map(|hour| (hour.used, hour.seats, hour.denials)).collect();
    assert_eq!(told, [(2, 2, 1), (1, 2, 0)]);
    of.advance(Interval::days(401));
    // The clock alone does not say so; what the vendor signs does (OFF-11).
    sample().await;
    let hours = local::usage(&dark.system, &dark.admin(&of), of.entitlement).await.unwrap();
    assert_eq!(hours.len(), 3);
    signing_key::rotate(&of.system, &of.admin(), KeyPurpose::Receiving).await.unwrap();
    let bundle = vendor::trust_bundle(&of.system, of.vendor.id, of.now(), [6; 32]).await.unwrap();
    local::update_trust(&dark.system, &dark.admin(&of), &bundle).await.unwrap();
    sample().await;
    let hours = local::usage(&dark.system, &dark.admin(&of), of.entitlement).await.unwrap();
    assert_eq!(hours.len(), 1, "the others are 400 days old");
}
