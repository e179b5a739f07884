//! Exports that are more than a token holds (TOK-3).

use chancery_domain::{Action, ActivationCode, Id, Refusal};
use chancery_store::{Aggregate, Outcome, activation_code};

use crate::fixture::Engine;
use crate::machine::refusal;
use crate::on_both_engines;
use crate::server::Vendor;

on_both_engines! {
    tok_3_an_export_that_no_server_would_open_is_refused,
}

/// So many more codes for the order.
async fn codes(vendor: &Vendor, count: u32) {
    let order = vendor.view().await.entitlement.order;
    let permit = vendor.admin().actor().permit(Action::CreateActivationCode).unwrap();
    let (of, created) = (vendor.vendor.id, vendor.now());
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        for number in 0..count {
            let (mut random, mut hash) = ([0; 10], [0; 32]);
            random[4..8].copy_from_slice(&number.to_be_bytes());
            hash[..4].copy_from_slice(&number.to_be_bytes());
            let (id, last_group) = (Id::new(created, random), "Z7KQ".to_owned());
            let code = ActivationCode { id, vendor: of, order, hash, last_group, revoked: None, created };
            activation_code::insert(tx, &permit, &code)?;
        }
        Ok::<_, chancery_operations::Error>(Outcome::Done(()))
    };
    vendor.store.write(vec![Aggregate::Order(order)], work).await.unwrap();
}

async fn tok_3_an_export_that_no_server_would_open_is_refused(engine: Engine) {
    let vendor = Vendor::new(engine, 4).await;
    let server = vendor.server(1).await;
    let exported = vendor.exports(&server, Some(2)).await.unwrap();
    codes(&vendor, 22_000).await;
    let before = vendor.view().await;
    let refused = refusal(vendor.token(&server, None).await);
    let Refusal::ExportTooLarge { bytes, most, codes } = refused else { panic!("{refused:?}") };
    assert!(bytes > most && codes == 22_001, "{bytes} {most} {codes}");
    let other = vendor.server(2).await;
    assert!(matches!(refusal(vendor.exports(&other, Some(1)).await), Refusal::ExportTooLarge { .. }));
    let after = vendor.view().await;
    assert_eq!((after.entitlement, after.hosts.len()), (before.entitlement, 1), "nothing was changed");
    assert_eq!(after.hosts[0].session, exported.session.session);
}
