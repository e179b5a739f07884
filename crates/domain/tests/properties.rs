//! What holds for every history and every value: the domain's rules as properties.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod history;
mod world;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::str::FromStr;

use chancery_domain::*;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use world::{Granting, World, count};

fn unit() -> impl Strategy<Value = Unit> {
    proptest::sample::select(&Unit::ALL)
}

fn interval() -> impl Strategy<Value = Interval> {
    (unit(), 1..=u64::from(Interval::MAX_COUNT)).prop_map(|(unit, count)| Interval::new(unit, count).unwrap())
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros()).prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

/// Between 1970 and 2100, where licenses are sold.
fn near_instant() -> impl Strategy<Value = Timestamp> {
    (0..4_102_444_800_000_000_i64).prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

fn quantity() -> impl Strategy<Value = Quantity> {
    prop_oneof![0..100_u64, 0..=Quantity::MAX.get()].prop_map(|amount| Quantity::new(amount).unwrap())
}

fn overdraft() -> impl Strategy<Value = Overdraft> {
    prop_oneof![
        Just(Overdraft::None),
        quantity().prop_map(Overdraft::Absolute),
        any::<u32>().prop_map(Overdraft::Percentage),
        Just(Overdraft::Unlimited),
    ]
}

fn returns<T: Debug + PartialEq + ToString + FromStr<Err = Invalid>>(value: &T) -> Result<(), TestCaseError> {
    let read = value.to_string().parse::<T>();
    prop_assert_eq!(read.as_ref(), Ok(value));
    Ok(())
}

proptest! {
    #[test]
    fn every_value_is_read_back_from_its_text(
        at in instant(), lasts in interval(), amount in quantity(), over in overdraft(), random in any::<[u8; 10]>()
    ) {
        returns(&at)?;
        returns(&lasts)?;
        returns(&Period::Limited(lasts))?;
        returns(&over)?;
        prop_assert_eq!(amount.to_string().parse().map(Quantity::new), Ok(Ok(amount)));
        returns(&ActivationId::new(at.max(Timestamp::from_micros(0).unwrap()), random))?;
    }

    #[test]
    fn instants_are_what_jiff_says(at in instant()) {
        // jiff's own instants end on the last day but one.
        if let Ok(theirs) = jiff::Timestamp::from_microsecond(at.as_micros()) {
            prop_assert_eq!(at.to_string().parse::<jiff::Timestamp>().unwrap(), theirs);
            prop_assert_eq!(theirs.to_string().parse::<Timestamp>(), Ok(at));
        }
    }

    #[test]
    fn ent_2_intervals_are_calendar_arithmetic_in_utc(at in near_instant(), lasts in interval()) {
        let count = i64::from(lasts.count());
        let span = match lasts.unit() {
            Unit::Minute => count.minutes(),
            Unit::Hour => count.hours(),
            Unit::Day => count.days(),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Year if count < 19_000 => count.years(),
            Unit::Year => return Ok(()),
        };
        let zoned = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap().to_zoned(TimeZone::UTC);
        let expected = zoned.checked_add(span).map_or(Timestamp::MAX, |end| {
            Timestamp::from_micros(end.timestamp().as_microsecond()).unwrap_or(Timestamp::MAX)
        });
        // jiff gives up a day before the end of 9999.
        if expected < Timestamp::MAX {
            prop_assert_eq!(at.plus(lasts), expected);
        } else {
            prop_assert!(at.plus(lasts) > "9999-12-30T00:00:00Z".parse().unwrap());
        }
        prop_assert!(at.plus(lasts) > at);
    }

    #[test]
    fn feat_2_a_month_starts_at_midnight_of_the_first(at in instant()) {
        let start = at.month_start();
        prop_assert!(start <= at);
        prop_assert_eq!(&start.to_string()[..8], &at.to_string()[..8]);
        prop_assert_eq!(&start.to_string()[8..], "01T00:00:00Z");
        prop_assert!(at < start.plus(Interval::new(Unit::Month, 1).unwrap()) || start > "9999-11-30T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn seat_10_overdraft_never_takes_away_and_percentages_are_floored(amount in quantity(), over in overdraft()) {
        let limit = over.limit(amount);
        prop_assert!(limit >= amount && limit <= Quantity::MAX);
        if let Overdraft::Percentage(percent) = over {
            let floor = u128::from(amount.get()) * u128::from(percent) / 100;
            let expected = (u128::from(amount.get()) + floor).min(u128::from(Quantity::MAX.get()));
            prop_assert_eq!(u128::from(limit.get()), expected);
        }
    }

    #[test]
    fn cat_2_ids_have_one_text_and_no_name_looks_like_one(at in near_instant(), random in any::<[u8; 10]>()) {
        let id = EntitlementId::new(at, random);
        let text = id.to_string();
        prop_assert_eq!(text.len(), "ent_".len() + 26);
        prop_assert!(looks_like_id(&text));
        prop_assert_eq!(Key::new(&text), Err(Invalid::NotAllowed));
        prop_assert_eq!(Sku::new(&text), Err(Invalid::NotAllowed));
        prop_assert_eq!(Reference::new(&text), Err(Invalid::NotAllowed));
        prop_assert!(text.parse::<ActivationId>().is_err(), "an id of another kind");
        prop_assert!(text[..text.len() - 1].parse::<EntitlementId>().is_err());
        prop_assert_eq!(Selector::<EntitlementId>::from(text.as_str()), Selector::Id(id));
        prop_assert_eq!(id.uuid().get_version_num(), 7);
    }

    #[test]
    fn ids_sort_by_their_instants(one in near_instant(), other in near_instant(), random in any::<[u8; 10]>()) {
        let millis = |at: Timestamp| at.as_micros() / 1_000;
        let (one, other) = (one.min(other), one.max(other));
        prop_assume!(millis(one) < millis(other));
        prop_assert!(EventId::new(one, random) < EventId::new(other, [0; 10]));
    }

    #[test]
    fn any_text_that_is_taken_as_an_id_is_its_text(text in "(ent|act|x)_[0-9a-z]{25,27}") {
        if let Ok(id) = text.parse::<EntitlementId>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn lic_2_what_is_shown_is_read_back(random in any::<[u8; 12]>(), lower in any::<bool>()) {
        let code = CodeText::generate(random);
        let shown = if lower { code.grouped().to_lowercase() } else { format!("  {} ", code.grouped()) };
        let read = CodeText::read(&shown).unwrap();
        prop_assert_eq!(read.canonical(), code.canonical());
        prop_assert!(read.has_valid_check());
        prop_assert_eq!(code.has_signs(), "*~$=".contains(&code.canonical()[19..]));
        let (grouped, last) = (code.grouped(), code.last_group());
        prop_assert_eq!(grouped.rsplit('-').next(), Some(last.as_str()));
    }

    #[test]
    fn lic_2_a_typing_error_is_noticed(random in any::<[u8; 12]>(), place in 0..20_usize, typed in "[0-9A-Z*~$=]") {
        let code = CodeText::generate(random);
        let mut wrong = code.canonical().to_owned();
        wrong.replace_range(place..=place, &typed);
        let read = CodeText::read(&wrong).unwrap();
        prop_assert_eq!(read.has_valid_check(), read.canonical() == code.canonical());
    }

    #[test]
    fn lic_2_reading_never_fails_otherwise_than_by_saying_so(typed in any::<String>()) {
        if let Ok(code) = CodeText::read(&typed) {
            let again = CodeText::read(&code.grouped()).unwrap();
            prop_assert_eq!(again.canonical(), code.canonical(), "one canonical form");
            prop_assert!((1..=100).contains(&code.canonical().len()));
            prop_assert!(code.last_group().len() < code.canonical().len(), "the whole code is never kept for display");
            let _ = code.has_valid_check();
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in any::<String>()) {
        let _ = (text.parse::<Timestamp>().ok(), text.parse::<Interval>().ok(), text.parse::<Period>().ok());
        let _ = (text.parse::<Overdraft>().ok(), text.parse::<EntitlementId>().ok(), looks_like_id(&text));
        let _ = (Key::new(&text).ok(), SeatId::new(&text).ok(), Email::new(&text).ok(), text.parse::<KeyScope>().ok());
        for kind in AttributeType::ALL {
            let _ = kind.check(&text);
        }
    }

    #[test]
    fn ent_4_renewals_move_the_expiry_on_and_never_gain_a_day(
        start in near_instant(), months in 1..40_u64, waits in proptest::collection::vec(0..60_u64, 1..8)
    ) {
        let mut world = World::new();
        world.now = start;
        let duration = Interval::new(Unit::Month, months).unwrap();
        let granting = Granting { duration: Some(duration), license_start: LicenseStart::Creation, ..Granting::default() };
        world.grant("cad", &granting);
        let day = |at: Timestamp| at.to_string()[8..10].parse::<u32>().unwrap();
        let mut highest = day(start);
        let mut expiry = world.entitlement("cad").expiry.unwrap();
        prop_assert!(day(expiry) <= highest);
        for wait in waits {
            world.now = world.now.plus(Interval::new(Unit::Day, wait * 9 + 1).unwrap());
            let (now, before) = (world.now, expiry);
            world.entitlement_mut("cad").renew(now).unwrap();
            expiry = world.entitlement("cad").expiry.unwrap();
            if now >= before {
                highest = day(now);
            }
            prop_assert_eq!(expiry, before.max(now).plus(duration));
            prop_assert!(expiry > before && expiry > now && day(expiry) <= highest);
            let resets = &world.entitlement("cad").renewal_resets;
            prop_assert!(resets.contains(&before.max(now)), "counters reset where the new period begins");
            prop_assert!(resets.iter().filter(|at| **at <= now).count() <= 1, "of the past only the latest is kept");
        }
        prop_assert_eq!(world.entitlement("cad").start, Some(start));
    }

    #[test]
    fn seat_6_no_lease_outlives_the_hard_stop(start in near_instant(), lasts in interval(), lease in interval(), later in interval()) {
        let mut world = World::new();
        world.now = start;
        let policy = Policy { lease_period: Period::Limited(lease), ..Policy::default() };
        world.grant("cad", &Granting { duration: Some(lasts), license_start: LicenseStart::Creation, policy, ..Granting::default() });
        let stop = world.entitlement("cad").hard_stop().unwrap();
        for now in [start, start.plus(later)] {
            let given = Lease::online(world.entitlement("cad"), now);
            prop_assert_eq!(given.expiry, Some(now.plus(lease).min(stop)));
            prop_assert_eq!(given.runs(now), now < stop);
        }
    }

    #[test]
    fn off_2_no_offline_lease_outlives_the_end(
        start in near_instant(), lasts in interval(), lease in interval(), grace in interval(), later in interval()
    ) {
        let mut world = World::new();
        world.now = start;
        let offline_lease_period = Some(Period::Limited(lease));
        let policy = Policy { offline_lease_period, grace_period: Some(grace), ..Policy::default() };
        world.grant("cad", &Granting { duration: Some(lasts), license_start: LicenseStart::Creation, policy, ..Granting::default() });
        let sold = world.entitlement("cad");
        let (expiry, stop) = (sold.expiry.unwrap(), sold.hard_stop().unwrap());
        for now in [start, start.plus(later), expiry] {
            let end = if now < expiry { expiry } else { stop };
            prop_assert_eq!(Lease::offline(sold, now).unwrap().expiry, Some(now.plus(lease).min(end)));
        }
    }

    #[test]
    fn aud_1_changes_tell_both_ways_and_nothing_of_what_stays(one in record(), other in record()) {
        prop_assert!(changes(Some(&one), Some(&one)).is_empty());
        let there = changes(Some(&one), Some(&other));
        let back = changes(Some(&other), Some(&one));
        prop_assert_eq!(there.len(), back.len());
        for change in &there {
            prop_assert!(change.from != change.to);
            let mirrored = Change { field: change.field.clone(), from: change.to.clone(), to: change.from.clone(), personal: change.personal };
            prop_assert!(back.contains(&mirrored));
        }
        let fields: BTreeSet<&str> = there.iter().map(|change| change.field.as_str()).collect();
        prop_assert_eq!(fields.len(), there.len(), "each field once");
        prop_assert!(changes(None, Some(&one)).iter().all(|change| change.from.is_none() && change.to.is_some()));
        prop_assert!(changes(Some(&one), None).iter().all(|change| change.from.is_some() && change.to.is_none()));
        prop_assert!(changes::<Record>(None, None).is_empty());
    }

    #[test]
    fn cat_1_the_nearest_value_holds(defined in level(), set in proptest::collection::vec((level(), any::<u8>()), 0..6)) {
        let (level, _) = nearest((defined, 0), set.clone());
        let nearest_set = set.iter().map(|(level, _)| *level).max();
        prop_assert_eq!(level, nearest_set.map_or(defined, |set| set.max(defined)));
    }

    #[test]
    fn safe_3_a_nonce_is_current_behind_or_ahead(current in any::<u64>(), presented in any::<u64>()) {
        let expected = match presented.cmp(&current) {
            std::cmp::Ordering::Less => NoncePosition::Behind,
            std::cmp::Ordering::Equal => NoncePosition::Current,
            std::cmp::Ordering::Greater => NoncePosition::Ahead,
        };
        prop_assert_eq!(position((1, current), (1, presented)), expected);
        prop_assert_eq!(position((1, current), (1, current)), NoncePosition::Current);
        prop_assert_eq!(position((1, current), (2, presented)), NoncePosition::Ahead, "a later chain");
        prop_assert_eq!(position((2, current), (1, presented)), NoncePosition::Behind, "an earlier one");
    }

    #[test]
    fn seat_2_seat_3_seat_10_ent_3_every_history_keeps_the_rules(
        terms in history::terms(), steps in proptest::collection::vec(history::step(), 1..60)
    ) {
        history::play(&terms, &steps)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn seat_8_seat_9_seat_10_nobody_gets_in_while_held_seats_use_all(
        seats in 2..6_u64, steps in proptest::collection::vec(history::step_by_force(), 10..80)
    ) {
        history::play(&(seats, Overdraft::None, false, false), &steps)?;
    }
}

fn level() -> impl Strategy<Value = Level> {
    proptest::sample::select(Level::ALL)
}

/// A record of which any field may be absent.
#[derive(Debug)]
struct Record(Vec<(&'static str, String)>);

impl Facts for Record {
    fn facts(&self) -> Vec<Fact> {
        self.0.iter().map(|(field, value)| fact(field, value)).collect()
    }
}

fn record() -> impl Strategy<Value = Record> {
    proptest::collection::vec("[ab]{0,2}", 4)
        .prop_map(|values| Record(["w", "x", "y", "z"].into_iter().zip(values).collect()))
}

#[test]
fn ends_of_time_are_read_and_written() {
    for (text, instant) in [("0001-01-01T00:00:00Z", Timestamp::MIN), ("9999-12-31T23:59:59.999999Z", Timestamp::MAX)] {
        assert_eq!(text.parse(), Ok(instant));
        assert_eq!(instant.to_string(), text);
    }
    assert_eq!(Timestamp::MAX.plus(Interval::days(1)), Timestamp::MAX);
    assert_eq!(Timestamp::MAX.plus(Interval::new(Unit::Year, 32_767).unwrap()), Timestamp::MAX);
    assert_eq!("9999-12-31T23:59:59-01:00".parse::<Timestamp>(), Err(Invalid::OutOfRange));
    assert_eq!("0001-01-01T00:00:00+01:00".parse::<Timestamp>(), Err(Invalid::OutOfRange));
    assert_eq!(count(0).minus(count(1)), Quantity::ZERO);
    assert_eq!(Quantity::new(1 << 53), Err(Invalid::OutOfRange));
}
