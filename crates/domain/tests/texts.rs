//! The forms of what people and machines type: seat ids, keys, codes, times, attributes.

use std::collections::BTreeMap;

use chancery_domain::*;

#[test]
fn lic_3_dummy_seat_ids_are_refused() {
    let dummies = [
        "",
        " ",
        "\t",
        "none",
        "None",
        "NONE",
        "null",
        "NULL",
        "To be filled by O.E.M.",
        "TO BE FILLED BY O.E.M.",
        "0",
        "0000",
        "00000000-0000-0000-0000-000000000000",
        "00:00:00:00:00:00",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "FF:FF:FF:FF:FF:FF",
        "Default string",
        "unknown",
        " none ",
        "---",
    ];
    for dummy in dummies {
        assert_eq!(SeatId::new(dummy), Err(Invalid::DummyValue), "{dummy:?}");
    }
    for real in ["a", "nonesuch", "host-0", "00000001", "none-1", "f", "rechner-ä", "日本", "user@example.com"] {
        assert!(SeatId::new(real).is_ok(), "{real}");
    }
}

#[test]
fn lic_3_seat_ids_have_1_to_128_characters() {
    assert!(SeatId::new(&"ä".repeat(128)).is_ok(), "characters, not bytes");
    assert_eq!(SeatId::new(&"a".repeat(129)), Err(Invalid::TooLong));
    assert_eq!(SeatId::new("a\u{0}b"), Err(Invalid::BadFormat));
    assert_eq!(SeatId::new("a\nb"), Err(Invalid::BadFormat));
    assert_eq!(SeatId::new(" a"), Err(Invalid::BadFormat));
}

#[test]
fn cat_2_keys_have_1_to_50_characters_and_never_the_form_of_an_id() {
    for (text, expected) in [
        ("", Err(Invalid::Required)),
        ("  ", Err(Invalid::Required)),
        ("a", Ok(())),
        ("ent_01h455vb4pex5vsknk084sn02q", Err(Invalid::NotAllowed)),
        ("code_01h455vb4pex5vsknk084sn02q", Err(Invalid::NotAllowed)),
        ("ent_81h455vb4pex5vsknk084sn02q", Ok(())),
        ("entity_01h455vb4pex5vsknk084sn02q", Ok(())),
        ("ent_01h455vb4pex5vsknk084sn02", Ok(())),
    ] {
        assert_eq!(Key::new(text).map(drop), expected, "{text}");
        assert_eq!(Sku::new(text).map(drop), expected, "{text}");
    }
    assert!(Key::new(&"ü".repeat(50)).is_ok() && Sku::new(&"ü".repeat(50)).is_ok());
    assert_eq!(Key::new(&"k".repeat(51)), Err(Invalid::TooLong));
    assert_eq!(Sku::new(&"k".repeat(51)), Err(Invalid::TooLong));
}

#[test]
fn cat_2_a_selector_takes_an_id_of_its_kind_and_else_a_name() {
    let text = "ent_01h455vb4pex5vsknk084sn02q";
    assert_eq!(Selector::<EntitlementId>::from(text), Selector::Id(text.parse().unwrap()));
    assert_eq!(Selector::<OrderId>::from(text), Selector::Name(text.to_owned()));
    assert_eq!(Selector::<OrderId>::from("PO-7"), Selector::Name("PO-7".to_owned()));
}

#[test]
fn lic_2_codes_have_five_groups_of_four_and_95_random_bits() {
    let zero = CodeText::generate([0; 12]);
    assert_eq!(zero.grouped(), "0000-0000-0000-0000-0000");
    let full = CodeText::generate([0xff; 12]);
    assert_eq!(&full.canonical()[..19], "Z".repeat(19));
    let mut seen = std::collections::BTreeSet::new();
    for bit in 0..96_usize {
        let mut random = [0_u8; 12];
        random[bit / 8] = 1 << (7 - bit % 8);
        seen.insert(CodeText::generate(random).canonical().to_owned());
    }
    assert_eq!(seen.len(), 96, "95 bits each make another code, the first of the 96 makes the code of none");
    assert!(seen.contains(zero.canonical()));
}

#[test]
fn lic_2_input_ignores_case_blanks_and_dashes_and_reads_o_i_l() {
    for typed in ["OIL0-1", "0110-1", "oil01", "o i\tl-0 1", "--01101--"] {
        assert_eq!(CodeText::read(typed).unwrap().canonical(), "01101", "{typed}");
    }
    for (typed, invalid) in [
        ("", Invalid::Required),
        (" - ", Invalid::Required),
        ("ABC_D", Invalid::BadFormat),
        ("ÄBCD", Invalid::BadFormat),
        ("AB\u{0}CD", Invalid::BadFormat),
    ] {
        assert_eq!(CodeText::read(typed).map(drop), Err(invalid), "{typed:?}");
    }
    assert!(CodeText::read(&"A".repeat(100)).is_ok());
    assert_eq!(CodeText::read(&"A".repeat(101)).map(drop), Err(Invalid::TooLong));
    assert_eq!(CodeText::read(&"-".repeat(100_000)).map(drop), Err(Invalid::TooLong));
}

#[test]
fn lic_2_every_single_error_and_every_adjacent_transposition_is_noticed() {
    let random = [0x5a, 0x13, 0xc7, 0x08, 0xe9, 0x41, 0xb6, 0x7f, 0x22, 0x9d, 0x30, 0xfe];
    let code = CodeText::generate(random);
    let letters: Vec<char> = code.canonical().chars().collect();
    let read = |letters: &[char]| CodeText::read(&letters.iter().collect::<String>()).unwrap();
    for place in 0..letters.len() {
        for typed in "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U".chars().filter(|typed| *typed != letters[place]) {
            let mut wrong = letters.clone();
            wrong[place] = typed;
            assert!(!read(&wrong).has_valid_check(), "{typed} at {place}");
        }
        if place > 0 && letters[place - 1] != letters[place] {
            let mut wrong = letters.clone();
            wrong.swap(place - 1, place);
            assert!(!read(&wrong).has_valid_check(), "{place} swapped");
        }
    }
    assert!(read(&letters).has_valid_check());
    assert!(!read(&letters[..19]).has_valid_check() || letters[18] == '0', "the last one forgotten");
}

#[test]
fn lic_2_the_last_group_alone_is_kept_for_display() {
    for (own, last) in [("ABCD", ""), ("A", ""), ("ABCDE", "E"), ("ABCDEFGH", "EFGH"), ("ABCDEFGHJK", "JK")] {
        assert_eq!(CodeText::read(own).unwrap().last_group(), last, "{own}");
    }
}

#[test]
fn times_are_rfc_3339_with_an_offset_and_microseconds() {
    for (text, read) in [
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"),
        ("2026-11-21t10:00:00z", "2026-11-21T10:00:00Z"),
        ("2026-11-21T10:00:00.5Z", "2026-11-21T10:00:00.500000Z"),
        ("2026-11-21T10:00:00.123456999Z", "2026-11-21T10:00:00.123456Z"),
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ("2026-11-21T01:00:00+02:00", "2026-11-20T23:00:00Z"),
        ("2026-11-21T01:00:00-00:30", "2026-11-21T01:30:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ] {
        assert_eq!(text.parse::<Timestamp>().map(|at| at.to_string()).as_deref(), Ok(read), "{text}");
    }
    let bad = [
        "",
        "2026-11-21",
        "2026-11-21T10:00Z",
        "2026-11-21T10:00:00",
        "20261121T100000Z",
        "2026-11-21 10:00:00Z",
        "2026-11-21T10:00:00,5Z",
        "2026-11-21T10:00:00+02",
        "2026-11-21T10:00:00+0200",
        "2026-11-21T10:00:00Z[UTC]",
        "2026-11-21T10:00:00+00:00[UTC]",
        "2026-02-30T10:00:00Z",
        "2026-11-21T25:00:00Z",
        "+002026-11-21T10:00:00Z",
        "now",
    ];
    for text in bad {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
}

#[test]
fn numeric_dates_are_whole_seconds_rounded_down() {
    for (text, seconds) in [("1970-01-01T00:00:01.999999Z", 1), ("1969-12-31T23:59:59.999999Z", -1)] {
        assert_eq!(text.parse::<Timestamp>().unwrap().as_seconds(), seconds);
    }
    assert_eq!(Timestamp::from_seconds(i64::MAX), Err(Invalid::OutOfRange));
}

#[test]
fn intervals_count_1_to_32767_units() {
    assert_eq!(Interval::new(Unit::Day, 0), Err(Invalid::OutOfRange));
    assert_eq!(Interval::new(Unit::Day, 32_768), Err(Invalid::OutOfRange));
    assert_eq!("1 month".parse(), Interval::new(Unit::Month, 1));
    assert_eq!("2 months".parse(), Interval::new(Unit::Month, 2));
    assert_eq!("unlimited".parse(), Ok(Period::Unlimited));
    for bad in ["", "month", "1month", "0 days", "-1 days", "1 fortnight", "1.5 days", "40000 days"] {
        assert!(bad.parse::<Interval>().is_err(), "{bad}");
    }
}

#[test]
fn attributes_are_strings_numbers_and_dates() {
    for (kind, good, bad) in [
        (AttributeType::String, vec!["x", "20000", "a b"], vec![""]),
        (
            AttributeType::Number,
            vec!["0", "-1.5", "20000", "0.001"],
            vec!["", "-", "01", "1.", ".5", "1e9", "+1", "NaN", "1,5"],
        ),
        (
            AttributeType::Date,
            vec!["2026-11-21", "2028-02-29"],
            vec!["", "2026-02-29", "20261121", "2026-11-21T00:00:00Z", "21.11.2026"],
        ),
    ] {
        good.iter().for_each(|text| assert!(kind.check(text).is_ok(), "{kind} {text}"));
        bad.iter().for_each(|text| assert!(kind.check(text).is_err(), "{kind} {text}"));
    }
}

#[test]
fn what_a_feature_is_says_what_it_can_have() {
    let (two, never) = (Overdraft::Percentage(2), UsageReset::Never);
    assert_eq!(FeatureKind::new(FeatureType::Bool, two, never), Err(Invalid::NotAllowed));
    assert_eq!(FeatureKind::new(FeatureType::Bool, Overdraft::None, UsageReset::Monthly), Err(Invalid::NotAllowed));
    assert_eq!(FeatureKind::new(FeatureType::ElementPool, two, UsageReset::OnRenewal), Err(Invalid::NotAllowed));
    assert!(FeatureKind::new(FeatureType::UsageCount, two, UsageReset::OnRenewal).is_ok());
    assert_eq!(Plan::check_duration(LicenseType::Subscription, None), Err(Invalid::Required));
    assert_eq!(Plan::check_duration(LicenseType::Perpetual, Some(Interval::days(1))), Err(Invalid::NotAllowed));
}

#[test]
fn metadata_and_addresses_have_bounds() {
    let many: BTreeMap<String, String> = (0..51).map(|i| (format!("k{i}"), String::new())).collect();
    assert_eq!(Metadata::new(many), Err(Invalid::OutOfRange));
    assert_eq!(Metadata::new(BTreeMap::from([(String::new(), String::new())])), Err(Invalid::Required));
    assert_eq!(Metadata::new(BTreeMap::from([("k".to_owned(), "x".repeat(501))])), Err(Invalid::TooLong));
    for bad in ["bob", "@x", "bob@", "a@b@c", "a b@c", "bob@ x"] {
        assert!(Email::new(bad).is_err(), "{bad}");
    }
    assert!(Email::new("bob@initech.example").is_ok());
}

#[test]
fn every_wire_name_is_read_back() {
    fn all<T: Copy + std::fmt::Debug + PartialEq + ToString + std::str::FromStr<Err = Invalid>>(values: &[T]) {
        values.iter().for_each(|value| assert_eq!(value.to_string().parse(), Ok(*value)));
    }
    all(LicenseType::ALL);
    all(LicenseStart::ALL);
    all(PlanType::ALL);
    all(Concurrency::ALL);
    all(Enforcement::ALL);
    all(EntitlementStatus::ALL);
    all(ActivationStatus::ALL);
    all(FeatureType::ALL);
    all(UsageReset::ALL);
    all(AttributeType::ALL);
    all(Overridable::ALL);
    assert!("Subscription".parse::<LicenseType>().is_err(), "one spelling");
}
