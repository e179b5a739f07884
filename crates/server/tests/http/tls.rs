//! Which certificate is used, and that changed files are picked up (CERT-1).

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chancery_domain::Timestamp;
use chancery_server::tls::Certificates;
use chancery_server::{Clock, TlsError, TlsMode};

const LISTEN: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(crate) fn now() -> Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

pub(crate) fn open(mode: &TlsMode, data: &Path) -> Result<Certificates, TlsError> {
    Certificates::open(mode, data, LISTEN, &[], &Clock::new(now)).map(Option::unwrap)
}

/// Writes a pair, and says when: file systems do not tell two writes of one instant apart.
pub(crate) fn write_pair(folder: &Path, second: u64) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), host_name()]).unwrap();
    let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
    fs::create_dir_all(folder).unwrap();
    for (path, text) in [(&certificate, made.cert.pem()), (&key, made.signing_key.serialize_pem())] {
        fs::write(path, text).unwrap();
        touch(path, second);
    }
    (certificate, key)
}

pub(crate) fn touch(path: &Path, second: u64) {
    let instant = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + second);
    fs::File::options().write(true).open(path).unwrap().set_modified(instant).unwrap();
}

pub(crate) fn host_name() -> String {
    fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_ascii_lowercase()
}

#[test]
fn cert_1_the_self_signed_pair_is_kept_and_its_key_is_private() {
    let data = tempfile::tempdir().unwrap();
    let first = open(&TlsMode::Auto, data.path()).unwrap();
    let again = open(&TlsMode::Auto, data.path()).unwrap();
    assert_eq!(first.fingerprint(), again.fingerprint());
    let key = fs::metadata(data.path().join("certificates/self-signed.key")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
}

#[test]
fn cert_1_the_self_signed_certificate_is_made_anew_after_five_years() {
    let data = tempfile::tempdir().unwrap();
    let certificates = open(&TlsMode::Auto, data.path()).unwrap();
    let first = certificates.fingerprint();
    assert!(!certificates.reload("2031-01-14T12:00:00Z".parse().unwrap()).unwrap());
    // The files' times may be the same to the file system: a new process sees the new pair in any case.
    let _ = certificates.reload("2031-01-16T12:00:00Z".parse().unwrap()).unwrap();
    assert_ne!(open(&TlsMode::Auto, data.path()).unwrap().fingerprint(), first);
}

#[test]
fn cert_1_a_pair_in_the_folder_goes_before_the_self_signed_one() {
    let data = tempfile::tempdir().unwrap();
    let certificates = open(&TlsMode::Auto, data.path()).unwrap();
    let own = certificates.fingerprint();
    write_pair(&data.path().join("certificates"), 0);
    assert!(certificates.reload(now()).unwrap());
    assert_ne!(certificates.fingerprint(), own);
    assert_eq!(open(&TlsMode::Auto, data.path()).unwrap().fingerprint(), certificates.fingerprint());
}

#[test]
fn cert_1_changed_files_are_picked_up_and_bad_ones_are_not() {
    let data = tempfile::tempdir().unwrap();
    let (certificate, key) = write_pair(data.path(), 0);
    let mode = TlsMode::Files { certificate: certificate.clone(), key };
    let certificates = open(&mode, data.path()).unwrap();
    let first = certificates.fingerprint();
    assert!(!certificates.reload(now()).unwrap(), "nothing has changed");
    write_pair(data.path(), 1);
    assert!(certificates.reload(now()).unwrap());
    let second = certificates.fingerprint();
    assert_ne!(first, second);
    fs::write(&certificate, "no certificate").unwrap();
    touch(&certificate, 2);
    assert!(matches!(certificates.reload(now()), Err(TlsError::Content { .. })));
    assert_eq!(certificates.fingerprint(), second, "the old one stays in use");
    assert!(!certificates.reload(now()).unwrap(), "the same bad files are complained of once");
    write_pair(data.path(), 3);
    assert!(certificates.reload(now()).unwrap());
}

#[test]
fn cert_1_files_that_do_not_fit_are_refused_by_name() {
    let data = tempfile::tempdir().unwrap();
    let (certificate, _) = write_pair(&data.path().join("a"), 0);
    let (_, key) = write_pair(&data.path().join("b"), 0);
    let mixed = TlsMode::Files { certificate: certificate.clone(), key: key.clone() };
    let error = open(&mixed, data.path()).unwrap_err().to_string();
    assert!(error.contains("a/server.pem does not fit the key in") && error.contains("b/server.key"), "{error}");
    let swapped = TlsMode::Files { certificate: key, key: certificate };
    assert!(open(&swapped, data.path()).unwrap_err().to_string().contains("has no certificate in PEM"));
    let missing = TlsMode::Files { certificate: "/nowhere.pem".into(), key: "/nowhere.key".into() };
    assert!(open(&missing, data.path()).unwrap_err().to_string().starts_with("cannot use /nowhere.pem"));
}
