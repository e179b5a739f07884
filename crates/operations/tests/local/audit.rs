//! AUD-1: what an import changes is in the audit, of each record that it changes, and in its reply (EXP-5).

use std::collections::BTreeSet;

use chancery_domain::*;
use chancery_operations::activation_code;
use chancery_operations::product::{self, ProductEdit};
use chancery_operations::{AuditEntry, AuditFilter, Error, PageRequest, audit, entitlement as sold, local};

use crate::dark::Dark;
use crate::fixture::Engine;
use crate::on_both_engines;
use crate::restored::minute;
use crate::server::Vendor;

on_both_engines!(
    aud_1_an_import_names_all_that_it_brings,
    aud_1_an_import_names_what_it_changes_of_product_policy_vendor_and_codes,
    aud_1_a_deletion_names_all_that_an_import_brought_and_that_goes,
    aud_1_who_gives_up_a_name_is_named,
);

/// What imports changed since an instant.
async fn imported(of: &Vendor, dark: &Dark, since: Timestamp) -> Vec<AuditEntry> {
    let action = Some(Action::ImportHosted.name().to_owned());
    let filter = AuditFilter { action, from: Some(since), ..AuditFilter::default() };
    let page = PageRequest { limit: 100, ..PageRequest::default() };
    audit::list(&dark.system, &dark.admin(of), filter, page).await.unwrap().items
}

/// What is told, record by record, in any order.
fn told(changes: &[(String, Change)]) -> BTreeSet<(String, String, Option<String>)> {
    changes.iter().map(|(subject, change)| (subject.clone(), change.field.clone(), change.to.clone())).collect()
}

fn audited(entries: &[AuditEntry]) -> BTreeSet<(String, String, Option<String>)> {
    let of = |entry: &AuditEntry| {
        let changes = entry.changes.clone().into_iter().map(|change| (entry.subject.clone(), change));
        told(&changes.collect::<Vec<_>>())
    };
    entries.iter().flat_map(of).collect()
}

async fn aud_1_an_import_names_all_that_it_brings(engine: Engine) {
    let of = Vendor::new(engine, 2).await;
    let dark = Dark::licensed(engine, &of, 1).await;
    let token = dark.exports(&of, None).await.unwrap().token;
    let done = dark.import(&of, &token).await.unwrap();
    let entries = imported(&of, &dark, of.now()).await;
    let subjects: BTreeSet<&str> = entries.iter().map(|entry| entry.subject.split('_').next().unwrap()).collect();
    assert_eq!(subjects, ["cust", "ed", "ent", "off", "ord", "plan", "prod"].into());
    let entitlement = done.view.view.entitlement;
    assert!(entries.iter().any(|entry| entry.subject == entitlement.id.to_string()));
    let codes = (entitlement.order.to_string(), "activationCodes".to_owned(), Some("1".to_owned()));
    assert!(audited(&entries).contains(&codes), "many thousand would be counted in the one entry too");
    assert_eq!(told(&done.changes), audited(&entries), "the reply says the same");
}

async fn aud_1_an_import_names_what_it_changes_of_product_policy_vendor_and_codes(engine: Engine) {
    let of = Vendor::new(engine, 2).await;
    let dark = Dark::hosting(engine, &of, None).await;
    of.advance(minute());
    let order = sold::find(&of.system, &of.admin(), of.entitlement).await.unwrap().entitlement.order;
    let name = Some(Name::new("CAD, renamed").unwrap());
    let (lease_period, secret_mode) = (Some(Period::Limited(minute())), Some(SecretMode::Client));
    let edit = ProductEdit { name, lease_period, secret_mode, ..ProductEdit::default() };
    product::update(&of.system, &of.admin(), of.product.id.into(), edit).await.unwrap();
    let codes = activation_code::list(&of.system, &of.admin(), order.into(), Default::default()).await.unwrap().items;
    activation_code::revoke(&of.system, &of.admin(), order.into(), codes[0].id).await.unwrap();
    let token = dark.token(&of, None).await;

    let rehearsed = local::entitlement::import(&dark.system, &dark.admin(&of).rehearsing(true), &token).await;
    let Err(Error::Rehearsed(rehearsal)) = rehearsed else { panic!("no dry run") };
    assert!(imported(&of, &dark, of.now()).await.is_empty(), "a dry run leaves nothing");
    let done = dark.import(&of, &token).await.unwrap();
    let entries = imported(&of, &dark, of.now()).await;
    assert_eq!((told(&done.changes), told(&rehearsal.changes)), (audited(&entries), audited(&entries)));
    let (product, order) = (of.product.id.to_string(), order.to_string());
    for (subject, field, to) in [
        (&product, "name", Some("CAD, renamed".to_owned())),
        (&product, "licenseeSecretMode", Some(SecretMode::Client.to_string())),
        (&product, "leasePeriod", Some(Period::Limited(minute()).to_string())),
        (&order, "activationCodesRevoked", Some("1".to_owned())),
    ] {
        assert!(audited(&entries).contains(&(subject.clone(), field.to_owned(), to)), "{field}: {entries:?}");
    }
    // What is the same is not told again.
    let again = dark.import(&of, &dark.token(&of, None).await).await.unwrap();
    let fields: Vec<&str> = again.changes.iter().map(|(_, change)| change.field.as_str()).collect();
    assert_eq!(fields, ["hosts"], "which token it was, and nothing else");
}

async fn aud_1_a_deletion_names_all_that_an_import_brought_and_that_goes(engine: Engine) {
    let of = Vendor::new(engine, 2).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let entitlement = dark.hosted(&of).await.view.entitlement;
    let audited = async || {
        let (filter, page) = (AuditFilter::default(), PageRequest { limit: 100, ..PageRequest::default() });
        audit::list(&dark.system, &dark.admin(&of), filter, page).await.unwrap().items
    };
    let kind = |entry: &AuditEntry| entry.subject.split('_').next().unwrap().to_owned();
    dark.delete(&of).await.unwrap();
    let action = Action::DeleteHosted.name();
    let gone: Vec<AuditEntry> = audited().await.into_iter().filter(|entry| entry.action == action).collect();
    let kinds: BTreeSet<String> = gone.iter().map(kind).collect();
    assert_eq!(kinds, ["cust", "ent", "ord"].map(str::to_owned).into());
    assert!(gone.iter().flat_map(|entry| &entry.changes).all(|change| change.to.is_none()), "{gone:?}");
    let of_order = gone.iter().filter(|entry| entry.subject == entitlement.order.to_string());
    let fields: Vec<&str> = of_order.flat_map(|entry| &entry.changes).map(|change| change.field.as_str()).collect();
    assert!(fields.contains(&"customerId") && fields.contains(&"activationCodes"), "{fields:?}");
}

async fn aud_1_who_gives_up_a_name_is_named(engine: Engine) {
    let of = Vendor::new(engine, 3).await;
    let dark = Dark::hosting(engine, &of, None).await;
    let (second, entitlement) = crate::imports::another_product(&of).await;
    of.advance(minute());
    for (id, key) in [(of.product.id, "acme-old"), (second, "acme-cad")] {
        let edit = ProductEdit { key: Some(Key::new(key).unwrap()), ..ProductEdit::default() };
        product::update(&of.system, &of.admin(), id.into(), edit).await.unwrap();
    }
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
    let entries = imported(&of, &dark, of.now()).await;
    let lost = entries.iter().find(|entry| entry.subject == of.product.id.to_string()).unwrap();
    let [change] = &lost.changes[..] else { panic!("{lost:?}") };
    assert_eq!((change.field.as_str(), change.from.as_deref()), ("key", Some("acme-cad")));
}
