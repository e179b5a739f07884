//! Values that stand in one text: ids, codes, instants, intervals, names, addresses.

use std::fmt::Display;
use std::str::FromStr;

use chancery_api_types::wire::{Notes, ReleaseDate};
use chancery_client::ServerAddress;
use chancery_domain::{
    ActivationId, Audience, ClaimName, CodeText, Email, Group, Id, Interval, Issuer, Key, KeyScope, LicenseeNumber,
    Name, Overdraft, Period, ProductId, Reference, SeatId, Sku, Thumbprint, Timestamp, Unit, VendorId, looks_like_id,
};

/// Reads a text as each kind of value there is.
pub fn read(text: &str) {
    same::<Timestamp>(text);
    same::<ReleaseDate>(text);
    same::<Interval>(text);
    same::<Period>(text);
    same::<Overdraft>(text);
    same::<KeyScope>(text);
    same::<Group>(text);
    same::<Name>(text);
    same::<Key>(text);
    same::<Sku>(text);
    same::<Reference>(text);
    same::<LicenseeNumber>(text);
    same::<SeatId>(text);
    same::<Email>(text);
    same::<Thumbprint>(text);
    same::<Issuer>(text);
    same::<Audience>(text);
    same::<ClaimName>(text);
    same::<Notes>(text);
    same::<ServerAddress>(text);
    id::<VendorId>(text);
    id::<ProductId>(text);
    id::<ActivationId>(text);
    code(text);
    if let Ok(instant) = text.parse::<Timestamp>() {
        calendar(instant);
    }
}

/// What is accepted is the same when it was written and read again.
fn same<T: FromStr + Display + PartialEq>(text: &str) {
    let Ok(value) = text.parse::<T>() else { return };
    let written = value.to_string();
    assert!(written.parse::<T>().is_ok_and(|again| again == value), "{written}");
}

/// An id has one text.
fn id<I: Id + FromStr + Display>(text: &str) {
    if let Ok(id) = text.parse::<I>() {
        assert!(id.to_string() == text && looks_like_id(text));
        assert!(Key::new(text).is_err() && Sku::new(text).is_err());
    }
}

fn code(text: &str) {
    let Ok(code) = CodeText::read(text) else { return };
    for again in [code.canonical().to_owned(), code.grouped(), code.grouped().to_lowercase()] {
        assert!(CodeText::read(&again).is_ok_and(|again| again == code), "{again}");
    }
    let _ = code.has_valid_check();
    assert!(code.canonical().ends_with(&code.last_group()));
}

fn calendar(instant: Timestamp) {
    assert!(instant.month_start() <= instant);
    for unit in Unit::ALL {
        let end = instant.plus(Interval::new(unit, u64::from(Interval::MAX_COUNT)).unwrap());
        assert!(end >= instant);
        assert!(end.to_string().parse() == Ok(end), "{end}");
    }
}
