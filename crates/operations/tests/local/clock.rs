//! OFF-11: a local server's clock that is wrong.

use chancery_domain::*;
use chancery_operations::{Error, activation, credential, local};

use crate::dark::Dark;
use crate::fixture::{Engine, Terms, quantity};
use crate::machine::{refusal, terms};
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    off_11_time_never_runs_behind_what_was_signed,
    off_11_a_clock_set_back_gives_no_time,
    off_11_a_clock_that_was_ahead_takes_no_time,
    off_11_what_products_got_while_a_clock_was_ahead_goes_on,
    off_11_a_clock_that_was_ahead_forgets_no_hours,
    off_11_feat_2_a_clock_that_was_ahead_stops_no_counter,
    off_11_key_5_a_delegation_that_was_ended_while_a_clock_was_ahead_stays_ended,
    off_11_a_return_is_not_spoilt_by_a_clock_that_is_ahead,
    off_11_what_a_clock_jumps_proves_nothing,
    off_11_a_token_from_the_future_is_refused_and_proves_nothing,
    off_11_no_minute_counts_twice,
);

const HOUR: i64 = 3_600_000_000;

async fn off_11_time_never_runs_behind_what_was_signed(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    of.advance(Interval::days(20));
    let token = dark.exports(&of, None).await.unwrap().token;
    dark.set_off(-20 * HOUR);
    dark.import(&of, &token).await.unwrap();
    let status = dark.status(&of).await;
    assert_eq!(status.clock_behind.map(Timestamp::as_seconds), Some(of.now().as_seconds()));
    assert_eq!(status.now.as_seconds(), of.now().as_seconds());
    let lease = dark.claim(&of, "pc-1", None).await.unwrap();
    of.believes(&lease.lease).await.unwrap();

    let again = dark.restarted(None).await;
    assert_eq!(again.now(Timestamp::MIN).as_seconds(), of.now().as_seconds(), "it is kept");
    dark.set_off(HOUR / 2);
    assert_eq!(dark.status(&of).await.clock_behind, None, "nothing was destroyed");
}

/// The server runs so many minutes.
async fn runs(of: &Vendor, dark: &Dark, minutes: u64) {
    for _ in 0..minutes {
        of.advance(Interval::new(Unit::Minute, 1).unwrap());
        local::sample_seats(&dark.system, dark.clock(of)).await.unwrap();
    }
}

async fn off_11_a_clock_set_back_gives_no_time(engine: Engine) {
    let leases =
        Terms { offline_lease_period: Some(Period::Limited(Interval::new(Unit::Hour, 1).unwrap())), ..terms(3) };
    let of = Vendor::with(engine, leases).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let until = dark.hosted(&of).await.delegation.until.unwrap();
    runs(&of, &dark, 62).await;
    assert!(dark.claim(&of, "pc-1", None).await.is_err(), "the delegation has ended");
    dark.set_off(-40 * 24 * HOUR);
    let status = dark.status(&of).await;
    assert!(status.now >= until && status.clock_behind.is_some());
    assert!(dark.claim(&of, "pc-1", None).await.is_err());
    let again = dark.restarted(None).await;
    assert!(again.now(Timestamp::MIN) >= until, "it is kept");
}

async fn off_11_a_clock_that_was_ahead_takes_no_time(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    runs(&of, &dark, 2).await;
    dark.set_off(400 * 24 * HOUR);
    local::sample_seats(&dark.system, dark.clock(&of)).await.unwrap();
    assert!(dark.claim(&of, "pc-1", None).await.is_err(), "the delegation seems to have ended");
    dark.set_off(0);
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    of.believes(&held.lease).await.unwrap();
    let again = dark.restarted(None).await;
    assert_eq!(again.now(dark.clock(&of)), of.now(), "not after a new start either");
}

async fn off_11_what_products_got_while_a_clock_was_ahead_goes_on(engine: Engine) {
    let of = Vendor::new(engine, 1).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.set_off(6 * 24 * HOUR);
    let held = dark.claim(&of, "pc-1", None).await.unwrap();
    of.believes(&held.lease).await.unwrap_err();
    dark.set_off(0);
    // Another process never saw the token before.
    for system in [&dark.system, &dark.restarted(None).await] {
        let holder = credential::access_token(system, &held.access_token, dark.clock(&of)).await.unwrap();
        assert_eq!((holder.activation, holder.caller.now), (held.view.activation.id, of.now()));
    }
    let next = dark.refresh(&of, &held, &held.nonce, Some(&held.lease)).await.unwrap();
    of.believes(&next.lease).await.unwrap();
    assert_eq!(dark.status(&of).await.restored, None, "no more was forgotten");
}

async fn off_11_a_clock_that_was_ahead_forgets_no_hours(engine: Engine) {
    let of = Vendor::new(engine, 1).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    dark.claim(&of, "pc-2", None).await.unwrap_err();
    runs(&of, &dark, 2).await;
    dark.set_off(500 * 24 * HOUR);
    local::sample_seats(&dark.system, dark.clock(&of)).await.unwrap();
    dark.set_off(0);
    let hours = local::usage(&dark.system, &dark.admin(&of), of.entitlement).await.unwrap();
    assert_eq!((hours[0].used, hours[0].denials), (1, 1));
}

async fn off_11_feat_2_a_clock_that_was_ahead_stops_no_counter(engine: Engine) {
    let of = Vendor::new(engine, 1).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let spend = async |amount: u64| {
        let held = dark.claim(&of, "pc-1", None).await.unwrap();
        let (context, call) = dark.holder(&of, &held, &held.nonce, &format!("spend {amount}"));
        let spent = activation::spend(&dark.system, &context, call, Key::new("uses").unwrap(), quantity(amount)).await;
        spent.unwrap().feature.available.unwrap()
    };
    // There are ten for each month. In the next one, as it seems, eight are spent.
    dark.set_off(20 * 24 * HOUR);
    assert_eq!(spend(8).await, quantity(2));
    dark.set_off(0);
    assert_eq!(spend(1).await, quantity(1), "they are not there twice");
    of.advance(Interval::days(12));
    assert_eq!(spend(2).await, quantity(8), "the month has come");
}

async fn off_11_key_5_a_delegation_that_was_ended_while_a_clock_was_ahead_stays_ended(engine: Engine) {
    use chancery_operations::{signing_key, vendor};
    for period in [Period::Limited(Interval::days(30)), Period::Unlimited] {
        let of = Vendor::with(engine, Terms { offline_lease_period: Some(period), ..terms(3) }).await;
        let dark = Dark::hosting(engine, &of, None).await;
        let held = dark.claim(&of, "pc-1", None).await.unwrap();
        let keys = signing_key::list(&of.system, &of.admin(), Default::default()).await.unwrap();
        let revoked = [KeyPurpose::Issuing, KeyPurpose::Lasting];
        for key in keys.items.iter().filter(|key| revoked.contains(&key.key.purpose)) {
            signing_key::rotate(&of.system, &of.admin(), key.key.purpose).await.unwrap();
            signing_key::revoke(&of.system, &of.admin(), key.key.id).await.unwrap();
        }
        let bundle = vendor::trust_bundle(&of.system, of.vendor.id, of.now(), [6; 32]).await.unwrap();
        dark.set_off(400 * 24 * HOUR);
        local::update_trust(&dark.system, &dark.admin(&of), &bundle).await.unwrap();
        dark.set_off(0);
        assert!(matches!(refusal(dark.claim(&of, "pc-2", None).await), Refusal::DelegationEnded { .. }));
        let Err(Error::Refused(refused)) = dark.refresh(&of, &held, &held.nonce, Some(&held.lease)).await else {
            panic!("it was not refused")
        };
        assert!(matches!(refused.refusal, Refusal::DelegationEnded { .. }));
        let nonce = refused.nonce.unwrap();
        dark.import(&of, &dark.token(&of, None).await).await.unwrap();
        assert_eq!(dark.hosted(&of).await.view.seats_used, 1, "what was refused left nothing behind");
        let next = dark.refresh(&of, &held, &nonce, Some(&held.lease)).await.unwrap();
        of.believes(&next.lease).await.unwrap();
    }
}

async fn off_11_a_return_is_not_spoilt_by_a_clock_that_is_ahead(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    dark.claim(&of, "pc-1", None).await.unwrap();
    dark.set_off(20 * 24 * HOUR);
    let token = dark.delete(&of).await.unwrap();
    let done = of.takes_back(&token).await.unwrap();
    assert_eq!(done.session.session.usage.unwrap().running, 1, "its lease runs on, whatever the clock says");
    assert_eq!(of.seats_here_now().await, 2);
}

async fn off_11_what_a_clock_jumps_proves_nothing(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    runs(&of, &dark, 1).await;
    let begun = of.now();
    for off in [30 * 24, -30 * 24, 5, 0] {
        dark.set_off(off * HOUR);
        local::sample_seats(&dark.system, dark.clock(&of)).await.unwrap();
    }
    dark.set_off(-400 * 24 * HOUR);
    let now = dark.status(&of).await.now;
    assert!(now >= begun.shifted(-HOUR / 30) && now <= begun, "{now}");
}

async fn off_11_a_token_from_the_future_is_refused_and_proves_nothing(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    of.advance(Interval::days(3));
    let token = dark.exports(&of, None).await.unwrap().token;
    dark.set_off(-2 * 24 * HOUR);
    assert!(dark.import(&of, &token).await.is_err());
    assert_eq!(dark.status(&of).await.clock_behind, None);
    dark.set_off(0);
    dark.import(&of, &token).await.unwrap();
}

async fn off_11_no_minute_counts_twice(engine: Engine) {
    let minute = Interval::new(Unit::Minute, 1).unwrap();
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    runs(&of, &dark, 2).await;
    of.advance(minute);
    let token = dark.exports(&of, None).await.unwrap().token;
    dark.import(&of, &token).await.unwrap();
    of.advance(minute);
    local::sample_seats(&dark.system, dark.clock(&of)).await.unwrap();
    let again = dark.restarted(None).await;
    for system in [&dark.system, &again] {
        let proved = system.now(Timestamp::MIN);
        assert!(proved <= of.now(), "{proved} is ahead of {}", of.now());
        assert!(proved >= of.now().shifted(-60_000_000), "what the token proved is kept");
    }
    runs(&of, &dark, 1).await;
    let proved = dark.system.now(Timestamp::MIN);
    assert!(proved <= of.now() && proved >= of.now().shifted(-60_000_000), "{proved}: it goes on");
}
