//! What has to be known of a certificate: its fingerprint, its end, and which names it is for.

use chancery_domain::Timestamp;
use rustls::client::verify_server_name;
use rustls::server::ParsedCertificate;
use rustls_pki_types::{CertificateDer, ServerName};

use crate::digest::sha256_hex;

/// SHA-256 over the certificate, as browsers show it: `AB:CD:…`.
pub(super) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digits = sha256_hex(certificate).to_ascii_uppercase();
    let pairs: Vec<&str> = digits.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
    pairs.join(":")
}

/// Whether a certificate is for this name.
pub(super) fn is_for(certificate: &CertificateDer<'_>, name: &str) -> bool {
    let parsed = ParsedCertificate::try_from(certificate);
    let name = ServerName::try_from(name);
    parsed.ok().zip(name.ok()).is_some_and(|(parsed, name)| verify_server_name(&parsed, &name).is_ok())
}

/// Whether a certificate can be for this name at all.
pub(super) fn can_be_for(name: &str) -> bool {
    ServerName::try_from(name).is_ok()
}

/// The instant after which a certificate is not valid (`notAfter`, RFC 5280, 4.1.2.5); nothing if it cannot be read.
pub(super) fn end(certificate: &CertificateDer<'_>) -> Option<Timestamp> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    let (tag, _, after_first) = element(fields)?;
    // The version is optional, and has a tag of its own.
    if tag == 0xa0 {
        fields = after_first;
    }
    for _ in ["serial number", "signature", "issuer"] {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = element(fields)?;
    let (_, _, not_after) = element(validity)?;
    let (tag, text, _) = element(not_after)?;
    instant(tag, std::str::from_utf8(text).ok()?)
}

/// The first element of some DER (X.690): its tag, its content, what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        (digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDhhmmssZ`, years from 50 on being those of the last century, or `YYYYMMDDhhmmssZ`.
fn instant(tag: u8, text: &str) -> Option<Timestamp> {
    const UTC_TIME: u8 = 0x17;
    let whole = match tag {
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => text.to_owned(),
    };
    let part = |from: usize| whole.get(from..from + 2);
    let (year, month, day) = (whole.get(..4)?, part(4)?, part(6)?);
    let (hour, minute, second) = (part(8)?, part(10)?, part(12)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cert_1_the_end_and_the_names_of_a_certificate_are_read() {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        for (year, expected) in [(2031, "2031-03-04T00:00:00Z"), (2061, "2061-03-04T00:00:00Z")] {
            params.not_after = rcgen::date_time_ymd(year, 3, 4);
            let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            assert_eq!(end(made.der()), Some(expected.parse().unwrap()));
            assert!(is_for(made.der(), "localhost"));
            assert!(!is_for(made.der(), "elsewhere.example"));
        }
    }

    #[test]
    fn cert_1_what_is_no_certificate_has_no_end() {
        for der in [&b""[..], b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x30\x01\x00", &[0x30, 0xff, 1, 2, 3]] {
            assert_eq!(end(&CertificateDer::from(der)), None);
        }
    }
}
