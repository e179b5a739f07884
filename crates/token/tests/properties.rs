//! Properties: what is signed is read back, what is altered is not accepted, and nothing makes the parser panic.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_domain::{Interval, Timestamp, Unit};
use chancery_token::{LeaseClaims, Trust, Unverified};
use common::{Vendor, expectation, now};
use proptest::prelude::*;

fn leases() -> impl Strategy<Value = LeaseClaims> {
    let expiry = prop::option::of(1_i64..31 * common::DAY);
    let tolerance = prop::option::of((0..6_usize, 1..=u64::from(Interval::MAX_COUNT)));
    (expiry, tolerance, ".{1,128}", prop::option::of(".{0,40}"), any::<u64>(), any::<Option<u64>>()).prop_map(
        |(expiry, tolerance, seat_id, name, number, total)| {
            let mut claims = Vendor::new().lease_claims();
            claims.issued.at = Timestamp::from_seconds(now().as_seconds()).unwrap();
            claims.expiry = expiry.map(|micros| now().shifted(micros));
            claims.tolerance = tolerance.map(|(unit, count)| Interval::new(Unit::ALL[unit], count).unwrap());
            let seat = claims.seat.as_mut().unwrap();
            (seat.id, seat.name, seat.number) = (seat_id, name, number);
            claims.features[0].total = total;
            claims
        },
    )
}

/// A vendor whose key may issue leases without end.
fn sign(claims: &LeaseClaims) -> (Trust, String) {
    let vendor = Vendor::new();
    let mut certificate = vendor.certificate_claims();
    certificate.max_lifetime = None;
    let lease = claims.sign(&vendor.issuing, &certificate.sign(&vendor.root).unwrap()).unwrap();
    (vendor.trust(), lease)
}

proptest! {
    #[test]
    fn tok_7_a_lease_is_read_back_as_it_was_written(claims in leases()) {
        let (trust, lease) = sign(&claims);
        prop_assert_eq!(trust.open_lease(&lease, &expectation()).unwrap().into_claims(), claims);
    }

    #[test]
    fn tok_3_any_other_text_is_not_accepted(claims in leases(), position: prop::sample::Index, other: u8) {
        let (trust, lease) = sign(&claims);
        let mut bytes = lease.clone().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = other & 0x7f;
        let altered = String::from_utf8(bytes).unwrap();
        prop_assume!(altered != lease);
        prop_assert!(trust.open_lease(&altered, &expectation()).is_err());
    }

    #[test]
    fn tok_3_nothing_is_accepted_in_part(claims in leases(), length: prop::sample::Index) {
        let (trust, lease) = sign(&claims);
        prop_assert!(trust.open_lease(&lease[..length.index(lease.len())], &expectation()).is_err());
    }

    #[test]
    fn tok_3_no_text_makes_the_parser_panic(text in "\\PC*", parts in "[A-Za-z0-9_.-]{0,200}") {
        prop_assert!(Unverified::parse(&text).is_err());
        prop_assert!(Unverified::parse(&parts).is_err());
    }
}

#[test]
fn tok_3_no_flipped_bit_of_a_lease_is_accepted() {
    let vendor = Vendor::new();
    let (trust, lease) = (vendor.trust(), vendor.lease());
    for position in 0..lease.len() {
        for bit in 0..7 {
            let mut bytes = lease.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            let altered = String::from_utf8(bytes).unwrap();
            assert!(trust.open_lease(&altered, &expectation()).is_err(), "bit {bit} of byte {position}");
        }
    }
}
