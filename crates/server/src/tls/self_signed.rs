//! A self-signed certificate: for the machine's names and addresses, valid five years, kept (CERT-1).

use std::net::IpAddr;
use std::path::Path;

use chancery_domain::{Interval, Timestamp, Unit};
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};

use super::pair::{PairFiles, read_chain};
use super::{TlsError, certificate, file, names};

/// The name of its files, without their extensions.
pub(super) const STEM: &str = "self-signed";

/// The pair in this folder. It is made if there is none, or if it has ended.
pub(super) fn pair(folder: &Path, listen: IpAddr, now: Timestamp) -> Result<PairFiles, TlsError> {
    let files = PairFiles { certificate: folder.join("self-signed.pem"), key: folder.join("self-signed.key") };
    if files.key.is_file() && files.certificate.is_file() {
        let leaf = read_chain(&files.certificate)?.into_iter().next();
        if leaf.and_then(|leaf| certificate::end(&leaf)).is_some_and(|end| end > now) {
            return Ok(files);
        }
    }
    make(&files, folder, listen, now)?;
    Ok(files)
}

fn make(files: &PairFiles, folder: &Path, listen: IpAddr, now: Timestamp) -> Result<(), TlsError> {
    let failed = |error: rcgen::Error| TlsError::SelfSigned(error.to_string());
    let (key, certificate) = sign(names::all(listen), now).map_err(failed)?;
    std::fs::create_dir_all(folder).map_err(|error| TlsError::File { path: folder.to_owned(), error })?;
    file::write_private(&files.key, &key)?;
    file::write_private(&files.certificate, &certificate)
}

/// The key and the certificate, in PEM. The key's randomness is the operating system's: no seed may make it again.
fn sign(names: Vec<String>, now: Timestamp) -> Result<(String, String), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Chancery self-signed");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let end = Interval::new(Unit::Year, 5).map_or(now, |life| now.plus(life));
    let ((from_year, from_month, from_day), (year, month, day)) = (day(now), day(end));
    params.not_before = rcgen::date_time_ymd(from_year, from_month, from_day);
    params.not_after = rcgen::date_time_ymd(year, month, day);
    let certificate = params.self_signed(&key)?;
    Ok((key.serialize_pem(), certificate.pem()))
}

/// The year, month and day of an instant.
fn day(instant: Timestamp) -> (i32, u8, u8) {
    let text = instant.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u8>().ok());
    let year = text.get(..4).and_then(|digits| digits.parse().ok()).unwrap_or(1970);
    (year, part(5..7).unwrap_or(1), part(8..10).unwrap_or(1))
}
