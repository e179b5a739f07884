//! What goes of counted features to local servers, and what comes back: EXP-2, EXP-7, EXP-8, LLS-4.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authority;
mod world;

use std::collections::BTreeMap;

use authority::Authority;
use chancery_domain::*;
use world::features::Call;
use world::{Granting, at, count, key};

fn granting(seats: u64) -> Granting {
    let hours = |count| Period::Limited(Interval::new(Unit::Hour, count).unwrap());
    let policy = Policy { lease_period: hours(24), offline_lease_period: Some(hours(72)), ..Policy::default() };
    Granting { seats, policy, ..Granting::default() }
}

fn share(seats: u64) -> Wish {
    Wish { seats: Some(count(seats)), ..Wish::default() }
}

/// Two counted features, a switch, and one without bound.
fn with_features(seats: u64) -> Authority {
    let mut authority = Authority::new(&granting(1), 2);
    let (counter, pool) = (FeatureKind::UsageCount(Overdraft::None, UsageReset::Monthly), FeatureKind::ElementPool);
    let amount = |n| FeatureValue::Count(Some(count(n)));
    authority.world.shelf.features = vec![
        (key("prints"), counter, Level::Product, amount(100)),
        (key("export"), pool(Overdraft::Absolute(count(2))), Level::Product, amount(10)),
        (key("views"), pool(Overdraft::None), Level::Product, FeatureValue::Count(None)),
        (key("step"), FeatureKind::Bool, Level::Product, FeatureValue::Bool(true)),
    ];
    authority.world.entitlements.clear();
    authority.world.grant("cad", &granting(seats));
    authority
}

fn split(features: &[(&str, u64)]) -> BTreeMap<Key, Quantity> {
    features.iter().map(|(name, amount)| (key(name), count(*amount))).collect()
}

#[test]
fn exp_2_counted_features_are_split_explicitly() {
    let mut authority = with_features(5);
    authority.activate("seat").unwrap();
    let seat = authority.world.activations[0].id;
    authority.world.call(Call::Use, seat, "prints", count(30)).unwrap();
    authority.world.call(Call::Checkout, seat, "export", count(4)).unwrap();
    let wish = Wish { features: split(&[("prints", 71)]), ..share(2) };
    let exhausted = |requested, available| {
        Err(Refusal::FeatureExhausted {
            feature: key("prints"),
            requested: count(requested),
            available: count(available),
            total: Some(count(available)),
        })
    };
    assert_eq!(authority.export(0, wish, GiveBack::AtOnce), exhausted(71, 70));
    let wish = Wish { features: split(&[("prints", 50)]), ..share(2) };
    authority.export(0, wish, GiveBack::AtOnce).unwrap();
    let token = &authority.tokens[0].token;
    assert_eq!(token.features, split(&[("export", 0), ("prints", 50)]), "by default nothing goes with a share");
    let used = authority.world.call(Call::Use, seat, "prints", count(21));
    assert_eq!(used.err().and_then(|refusal| refusal.feature().cloned()), Some(key("prints")), "50 are left here");
    authority.world.call(Call::Use, seat, "prints", count(20)).unwrap();
    let state = authority.world.state(seat, "prints");
    assert_eq!((state.value, state.available), (FeatureValue::Count(Some(count(50))), Some(Quantity::ZERO)));
    assert_eq!(authority.world.state(seat, "views").value, FeatureValue::Count(None));

    let check = |features: &[(&str, u64)]| check_split(authority.entitlement(), &split(features));
    assert!(check(&[("prints", 1), ("views", 1)]).is_ok());
    let errors = check(&[("step", 1), ("nothing", 1)]).unwrap_err();
    let found: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.invalid)).collect();
    assert_eq!(found, [("features.nothing", Invalid::Unknown), ("features.step", Invalid::NotAllowed)]);
}

#[test]
fn exp_2_with_a_whole_export_all_that_is_left_of_counted_features_goes() {
    let mut authority = with_features(5);
    authority.activate("seat").unwrap();
    let seat = authority.world.activations[0].id;
    authority.world.call(Call::Use, seat, "prints", count(30)).unwrap();
    authority.world.unseat(seat, End::Deactivated);
    authority.export(0, Wish::default(), GiveBack::AtOnce).unwrap();
    assert_eq!(authority.tokens[0].token.features, split(&[("export", 12), ("prints", 70)]));
}

#[test]
fn exp_2_exp_8_a_local_server_has_its_part_of_each_feature() {
    let authority = with_features(5);
    let features = &authority.entitlement().features;
    let (parts, until) = (split(&[("export", 3)]), None);
    let share = Share { whole: false, seats: count(2), features: parts, overdrafts: BTreeMap::new(), until };
    let granted =
        |share: &Share, name: &str| share.granted(features.iter().find(|feature| feature.key == key(name)).unwrap());
    let there = granted(&share, "export");
    assert_eq!(there.value(), FeatureValue::Count(Some(count(3))));
    assert_eq!(there.kind, FeatureKind::ElementPool(Overdraft::None), "so many more would be there twice");
    let whole = Share { whole: true, overdrafts: split(&[("export", 2)]), ..share.clone() };
    assert_eq!(granted(&whole, "export").kind, FeatureKind::ElementPool(Overdraft::Absolute(count(2))));
    assert_eq!(granted(&share, "views").value(), FeatureValue::Count(None));
    assert_eq!(granted(&share, "step"), features[3]);
}

#[test]
fn exp_7_what_was_spent_is_counted_and_pools_that_may_still_be_held_are_held() {
    let mut authority = with_features(5);
    let wish = Wish { features: split(&[("prints", 50), ("export", 6)]), ..share(2) };
    authority.export(0, wish, GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    authority.servers.get_mut(&0).unwrap().lease(Some(5), authority.world.now);
    authority.write(0, true);
    let since = authority.now();
    let feature = |name, used, held| HostedFeature { key: key(name), used: count(used), since, held: count(held) };
    authority.papers[0].usage.features = vec![feature("prints", 40, 0), feature("export", 5, 4)];
    let spent = authority.apply(0).unwrap();
    let entitlement = authority.entitlement().clone();
    let value = |entitlement: &Entitlement, at: usize| entitlement.value_here(&entitlement.features[at]);
    assert_eq!(value(&entitlement, 1), FeatureValue::Count(Some(count(6))), "four may be held until the lease ends");
    assert_eq!(value(&entitlement, 0), FeatureValue::Count(Some(count(100))));
    let counter = FeatureUsage { used: count(7), since };
    let after = |at: usize, now| {
        let feature = &entitlement.features[at];
        let spent = spent.get(&feature.key).copied().unwrap();
        entitlement.spend_returned(feature, counter, spent, now).used.get()
    };
    assert_eq!((after(0, authority.now()), after(1, authority.now())), (47, 7), "of a pool nothing is spent");
    assert_eq!(after(0, at("2026-02-01T00:00:00Z")), 0, "of a month that is over nothing counts");
    authority.wait(5);
    assert_eq!(value(authority.entitlement(), 1), FeatureValue::Count(Some(count(10))));
}

#[test]
fn lls_4_counted_features_of_a_lost_server_are_taken_for_spent() {
    let mut authority = with_features(5);
    let wish = Wish { features: split(&[("prints", 50), ("export", 6)]), ..share(2) };
    authority.export(0, wish, GiveBack::AtOnce).unwrap();
    assert_eq!(authority.lose(0, false), Ok(Spent::new()), "it could be spent anew next month");
    let value =
        |authority: &Authority, at: usize| authority.entitlement().value_here(&authority.entitlement().features[at]);
    let here = |authority: &Authority| (value(authority, 0), value(authority, 1));
    let amounts = |prints, export| (FeatureValue::Count(Some(count(prints))), FeatureValue::Count(Some(count(export))));
    assert_eq!(here(&authority), amounts(50, 4), "a pool is held with its seats");
    let mut freed = authority.sessions[0].clone();
    let spent = freed.lose(authority.entitlement(), true, authority.now());
    assert_eq!(spent, Ok(BTreeMap::from([(key("prints"), (count(50), authority.now()))])));
    authority.wait(72);
    assert_eq!(here(&authority), amounts(50, 10), "of this month it may have spent all before its delegation ended");
    authority.wait(28 * 24);
    assert_eq!((authority.now(), here(&authority)), (at("2026-02-01T00:00:00Z"), amounts(100, 10)));
    assert_eq!(authority.lose(0, true), Ok(Spent::new()), "what it spent was of a month that is over");
}

#[test]
fn lls_4_exp_7_a_lost_server_that_is_found_tells_what_it_spent_this_month() {
    let mut authority = with_features(5);
    let wish = Wish { features: split(&[("prints", 50)]), ..share(2) };
    authority.export(0, wish, GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    authority.lose(0, false).unwrap();
    authority.write(0, true);
    let since = authority.now();
    let told = HostedFeature { key: key("prints"), used: count(20), since, held: count(0) };
    authority.papers[0].usage.features = vec![told];
    assert_eq!(authority.apply(0), Ok(BTreeMap::from([(key("prints"), (count(20), since))])));
    let entitlement = authority.entitlement();
    assert_eq!(entitlement.value_here(&entitlement.features[0]), FeatureValue::Count(Some(count(100))));
}

#[test]
fn lls_4_feat_2_a_counter_that_is_never_reset_is_spent_for_good_with_its_server() {
    let mut authority = with_features(5);
    authority.world.entitlement_mut("cad").usage_reset = Some(UsageReset::Never);
    let prints = |amount| Wish { features: split(&[("prints", amount)]), ..share(2) };
    authority.export(0, prints(50), GiveBack::AtOnce).unwrap();
    authority.carry_latest().unwrap();
    authority.token(0, Some(prints(10))).unwrap();
    authority.wait(72);
    let here = |authority: &Authority| authority.entitlement().value_here(&authority.entitlement().features[0]);
    assert_eq!(
        here(&authority),
        FeatureValue::Count(Some(count(50))),
        "all may be spent by a delegation that has ended"
    );

    // It was, and then the server took the token that lets it spend less.
    authority.carry_latest().unwrap();
    authority.write(0, false);
    let since = authority.now();
    let told = HostedFeature { key: key("prints"), used: count(45), since, held: count(0) };
    authority.papers[0].usage.features = vec![told];
    authority.apply(0).unwrap();
    assert_eq!(here(&authority), FeatureValue::Count(Some(count(55))));
    let spent = BTreeMap::from([(key("prints"), (count(45), authority.now()))]);
    assert_eq!(authority.lose(0, false), Ok(spent), "more than its last token lets it spend");
    assert_eq!(here(&authority), FeatureValue::Count(Some(count(100))), "it is in the counter now");
    assert_eq!(authority.lose(0, true), Ok(Spent::new()), "nothing is taken for spent twice");
}
