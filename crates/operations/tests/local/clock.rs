//! OFF-11: a local server's clock that is wrong.

use chancery_domain::*;

use crate::dark::Dark;
use crate::fixture::Engine;
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines!(
    off_11_time_never_runs_behind_what_was_signed,
    off_11_a_clock_set_back_gives_no_time,
    off_11_a_token_from_the_future_is_refused_and_proves_nothing,
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

async fn off_11_a_clock_set_back_gives_no_time(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let until = dark.hosted(&of).await.delegation.until.unwrap();
    of.advance(Interval::days(31));
    assert!(dark.claim(&of, "pc-1", None).await.is_err(), "the delegation has ended");
    dark.set_off(-40 * 24 * HOUR);
    let status = dark.status(&of).await;
    assert!(status.now >= until && status.clock_behind.is_some());
    assert!(dark.claim(&of, "pc-1", None).await.is_err());
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
