//! A self-signed certificate: for the machine's names and addresses, valid five years, kept (CERT-1).

use std::path::Path;

use chancery_domain::{Interval, Timestamp, Unit};
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};

use super::pair::PairFiles;
use super::{TlsError, certificate, file};

/// The name of its files, without their extensions.
const STEM: &str = "self-signed";

/// Whether these are its files.
pub(super) fn is(files: &PairFiles) -> bool {
    files.certificate.file_stem().is_some_and(|stem| stem == STEM)
}

/// The pair in this folder. It is made if there is none that can be read, if it has ended, or if it is not for all of
/// these names and addresses.
pub(super) fn pair(folder: &Path, names: &[String], now: Timestamp) -> Result<PairFiles, TlsError> {
    let at = |extension: &str| folder.join(STEM).with_extension(extension);
    let files = PairFiles { certificate: at("pem"), key: at("key") };
    if files.certificate.exists() {
        let Some(lack) = lack(&files, names, now) else { return Ok(files) };
        tracing::warn!(file = %files.certificate.display(), "the self-signed HTTPS certificate is made again: {lack}");
    }
    make(&files, folder, names, now)?;
    Ok(files)
}

/// Why the pair is of no use any more; nothing if it is.
fn lack(files: &PairFiles, names: &[String], now: Timestamp) -> Option<String> {
    let pair = match files.read() {
        Ok(pair) => pair,
        Err(error) => return Some(format!("it cannot be used: {error}")),
    };
    if certificate::end(&pair.leaf).is_none_or(|end| end <= now) {
        return Some("it has ended".to_owned());
    }
    let name = names.iter().find(|name| certificate::can_be_for(name) && !certificate::is_for(&pair.leaf, name))?;
    Some(format!("it was not for {name}"))
}

fn make(files: &PairFiles, folder: &Path, names: &[String], now: Timestamp) -> Result<(), TlsError> {
    let failed = |error: rcgen::Error| TlsError::SelfSigned(error.to_string());
    let (key, certificate) = sign(names.to_vec(), now).map_err(failed)?;
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
