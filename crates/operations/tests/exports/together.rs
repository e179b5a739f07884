//! What happens at once, and what is asked again (SEAT-10, EXP-1, EXP-2, EXP-6, EXP-7, SAFE-1).

use std::sync::Arc;

use chancery_domain::{Interval, Reason, Refusal};
use chancery_operations::entitlement::{self, Exported};
use chancery_operations::{Context, Error, IdempotencyKey, local_server};
use tokio::task::JoinSet;

use crate::carried::{exported_seq, told};
use crate::fixture::Engine;
use crate::on_both_engines;
use crate::server::{Server, Vendor};

on_both_engines! {
    exp_1_of_exports_of_all_at_once_one_is_made,
    exp_2_of_shares_at_once_no_more_go_than_there_are,
    seat_10_exports_and_activations_race_for_the_last_seats,
    exp_7_of_returns_at_once_one_is_applied,
    exp_6_tokens_at_once_have_numbers_of_their_own,
    lls_4_exports_and_a_loss_race,
    exp_6_reports_and_tokens_race,
    safe_1_a_repeated_export_is_one_session_and_the_same_token,
    safe_1_an_export_that_is_repeated_at_once_is_made_once,
    safe_1_a_repeated_import_says_the_same,
}

fn keyed(vendor: &Vendor, key: &str, operation: &str) -> Context {
    let key = IdempotencyKey::new(b"admin", key, operation, b"");
    vendor.admin().with_idempotency(Some(key))
}

/// Exports to several servers at once.
async fn at_once(vendor: &Arc<Vendor>, servers: &[Server], seats: Option<u64>) -> Vec<Result<Exported, Error>> {
    let mut tasks = JoinSet::new();
    for server in servers {
        let (new, vendor) = (vendor.export_of(server, seats), Arc::clone(vendor));
        tasks.spawn(async move { vendor.exports_as(new).await });
    }
    tasks.join_all().await
}

async fn servers(vendor: &Vendor, many: u8) -> Vec<Server> {
    let mut servers = Vec::new();
    for seed in 1..=many {
        servers.push(vendor.server(seed).await);
    }
    servers
}

async fn exp_1_of_exports_of_all_at_once_one_is_made(engine: Engine) {
    let vendor = Arc::new(Vendor::new(engine, 4).await);
    let servers = servers(&vendor, 4).await;
    let results = at_once(&vendor, &servers, None).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for error in results.into_iter().filter_map(Result::err) {
        let Error::Refused(refused) = error else { panic!("{error:?}") };
        assert!(matches!(refused.refusal, Refusal::EntitlementExported { .. }), "{:?}", refused.refusal);
    }
    assert_eq!(vendor.split().await, (0, 4));
}

async fn exp_2_of_shares_at_once_no_more_go_than_there_are(engine: Engine) {
    let vendor = Arc::new(Vendor::new(engine, 7).await);
    let servers = servers(&vendor, 4).await;
    let results = at_once(&vendor, &servers, Some(2)).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 3);
    assert_eq!(vendor.split().await, (1, 6));
    let view = vendor.view().await;
    let mut numbers: Vec<u64> = view.hosts.iter().map(|host| host.session.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}

async fn seat_10_exports_and_activations_race_for_the_last_seats(engine: Engine) {
    for round in 0..4 {
        let vendor = Arc::new(Vendor::new(engine, 6).await);
        let servers = servers(&vendor, 3).await;
        let mut claims = JoinSet::new();
        for seat in 0..6 {
            let vendor = Arc::clone(&vendor);
            claims.spawn(async move { vendor.activate(&format!("pc {seat}"), None).await.is_ok() });
        }
        let exported = at_once(&vendor, &servers, Some(2)).await.iter().filter(|result| result.is_ok()).count() as u64;
        let claimed = claims.join_all().await.into_iter().filter(|granted| *granted).count() as u64;
        let (used, overdraft, listed) = vendor.used().await;
        assert_eq!((used, overdraft, listed as u64), (claimed, 0, claimed), "round {round}");
        assert_eq!(vendor.split().await, (6 - 2 * exported, 2 * exported));
        assert!(claimed + 2 * exported <= 6, "round {round}: {claimed} and {exported}");
    }
}

async fn exp_7_of_returns_at_once_one_is_applied(engine: Engine) {
    let vendor = Arc::new(Vendor::new(engine, 4).await);
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    let token = server.returns(&vendor, &exported, told(0, None)).await;
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let (vendor, token) = (Arc::clone(&vendor), token.clone());
        tasks.spawn(async move { vendor.imports(&token).await.unwrap().already_done });
    }
    let done = tasks.join_all().await;
    assert_eq!(done.iter().filter(|already| !**already).count(), 1);
    assert_eq!(vendor.split().await, (4, 0));
}

async fn exp_6_tokens_at_once_have_numbers_of_their_own(engine: Engine) {
    let vendor = Arc::new(Vendor::new(engine, 4).await);
    let server = vendor.server(1).await;
    vendor.exports(&server, None).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let (vendor, next) = (Arc::clone(&vendor), vendor.next(&server, None));
        tasks.spawn(async move {
            entitlement::export_token(&vendor.system, &vendor.admin(), next)
                .await
                .map(|made| exported_seq(&made))
                .unwrap()
        });
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7]);
}

async fn lls_4_exports_and_a_loss_race(engine: Engine) {
    for round in 0..4 {
        let vendor = Arc::new(Vendor::new(engine, 4).await);
        let server = vendor.server(1).await;
        let (new, id) = (vendor.export_of(&server, None), server.id);
        let (one, other) = (Arc::clone(&vendor), Arc::clone(&vendor));
        let export = tokio::spawn(async move { one.exports_as(new).await });
        let lose = tokio::spawn(async move {
            let reason = Reason::new("burnt").unwrap();
            local_server::declare_lost(&other.system, &other.admin(), id, reason, true).await
        });
        let exported = export.await.unwrap();
        lose.await.unwrap().unwrap();
        match exported {
            Ok(_) => {}
            Err(Error::Refused(refused)) => assert_eq!(refused.refusal, Refusal::ServerLost { server: id }),
            Err(other) => panic!("{other:?}"),
        }
        // Whoever was first: nothing stands at a server that is lost.
        assert!(vendor.sees(&server).await.entitlements.is_empty(), "round {round}");
        assert_eq!(vendor.split().await, (4, 0), "round {round}");
    }
}

async fn exp_6_reports_and_tokens_race(engine: Engine) {
    let vendor = Arc::new(Vendor::new(engine, 6).await);
    let server = vendor.server(1).await;
    vendor.exports(&server, Some(4)).await.unwrap();
    let small = vendor.token(&server, Some(1)).await.unwrap();
    let report = server.reports(&vendor, 1, &[(&small, told(0, None))]).await;
    let next = vendor.next(&server, Some(2));
    let (one, other) = (Arc::clone(&vendor), Arc::clone(&vendor));
    let reported = tokio::spawn(async move { one.takes_report(&report).await });
    let token = tokio::spawn(async move { entitlement::export_token(&other.system, &other.admin(), next).await });
    reported.await.unwrap().unwrap();
    token.await.unwrap().unwrap();
    assert_eq!(vendor.split().await, (4, 2), "of the third, which is not acknowledged");
}

async fn safe_1_a_repeated_export_is_one_session_and_the_same_token(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let export = async || {
        let by = keyed(&vendor, "k", "export");
        entitlement::export(&vendor.system, &by, vendor.export_of(&server, Some(2))).await.unwrap()
    };
    let first = export().await;
    vendor.advance(Interval::new(chancery_domain::Unit::Hour, 20).unwrap());
    vendor.token(&server, Some(1)).await.unwrap();
    let again = export().await;
    assert_eq!(again.session.session.id, first.session.session.id);
    let (one, other) = (server.opens(&vendor, &first.token).await, server.opens(&vendor, &again.token).await);
    assert_eq!((one.hash, &one.claims.issued.id), (other.hash, &other.claims.issued.id));
    assert_ne!(first.token, again.token, "it is sealed anew");
    let next = async || {
        let by = keyed(&vendor, "k2", "export-token");
        entitlement::export_token(&vendor.system, &by, vendor.next(&server, None)).await.unwrap()
    };
    let (one, other) = (next().await.token, next().await.token);
    assert_eq!(server.opens(&vendor, &one).await.hash, server.opens(&vendor, &other).await.hash);
    assert_eq!(vendor.view().await.hosts[0].session.latest().unwrap().seq, 3);
}

async fn safe_1_an_export_that_is_repeated_at_once_is_made_once(engine: Engine) {
    let vendor = Arc::new(Vendor::new(engine, 6).await);
    let server = vendor.server(1).await;
    let mut tasks = JoinSet::new();
    for _ in 0..5 {
        let (vendor, new) = (Arc::clone(&vendor), vendor.export_of(&server, Some(2)));
        tasks.spawn(async move {
            let by = keyed(&vendor, "k", "export");
            entitlement::export(&vendor.system, &by, new).await.unwrap().session.session.id
        });
    }
    let sessions = tasks.join_all().await;
    assert!(sessions.iter().all(|id| *id == sessions[0]));
    assert_eq!(vendor.split().await, (4, 2));
}

async fn safe_1_a_repeated_import_says_the_same(engine: Engine) {
    let vendor = Vendor::new(engine, 6).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, None).await.unwrap();
    let token = server.returns(&vendor, &exported, told(0, None)).await;
    for _ in 0..2 {
        let imported = vendor.imports_by(&keyed(&vendor, "k", "import"), &token).await.unwrap();
        assert!(!imported.already_done);
    }
    assert!(vendor.imports(&token).await.unwrap().already_done);
    let report = server.reports(&vendor, 1, &[(&exported, told(0, None))]).await;
    for _ in 0..2 {
        let by = keyed(&vendor, "k2", "report");
        assert!(!local_server::report(&vendor.system, &by, &report).await.unwrap().already_done);
    }
}
