//! The certificate folder and the self-signed pair, when their files or the machine's names change (CERT-1).

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use chancery_server::tls::Certificates;
use chancery_server::{Clock, TlsMode};
use rustls::client::verify_server_name;
use rustls::server::ParsedCertificate;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};

use crate::common::{logged, start_logging};
use crate::tls::{now, open, touch, write_pair};

/// A data folder with a pair in its certificate folder.
struct Scene {
    data: tempfile::TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let (certificate, key) = write_pair(&data.path().join("certificates"), 0);
        Self { data, certificate, key }
    }

    fn open(&self) -> Certificates {
        open(&TlsMode::Auto, self.data.path()).unwrap()
    }

    fn self_signed(&self) -> PathBuf {
        self.data.path().join("certificates/self-signed.pem")
    }
}

/// Another pair, which does not fit this one.
fn other_key() -> String {
    rcgen::KeyPair::generate().unwrap().serialize_pem()
}

fn for_another_machine() -> String {
    let made = rcgen::generate_simple_self_signed(vec!["elsewhere.example".to_owned()]).unwrap();
    made.cert.pem()
}

#[test]
fn cert_1_a_pair_in_use_that_goes_bad_stays_in_use_with_one_warning() {
    let scene = Scene::new();
    let whole = fs::read_to_string(&scene.certificate).unwrap();
    let bad: [(&Path, String); 5] = [
        (&scene.certificate, "garbage".to_owned()),
        (&scene.certificate, String::new()),
        (&scene.certificate, whole[..whole.len() / 2].to_owned()),
        (&scene.certificate, for_another_machine()),
        (&scene.key, other_key()),
    ];
    for (number, (path, text)) in bad.into_iter().enumerate() {
        let at = 10 * (number as u64 + 1);
        write_pair(scene.certificate.parent().unwrap(), at);
        let certificates = scene.open();
        let good = certificates.fingerprint();
        fs::write(path, &text).unwrap();
        touch(path, at + 1);
        let error = certificates.reload(now()).unwrap_err().to_string();
        assert!(error.contains("server.pem"), "{number}: {error}");
        assert_eq!(certificates.fingerprint(), good, "{number}: the old one stays in use");
        assert!(!certificates.reload(now()).unwrap(), "{number}: it is complained of once");
        write_pair(scene.certificate.parent().unwrap(), at + 2);
        assert!(certificates.reload(now()).unwrap(), "{number}: a good one is picked up again");
        assert_ne!(certificates.fingerprint(), good);
    }
    assert!(!scene.self_signed().exists(), "no self-signed one was made in between");
}

#[test]
fn cert_1_a_pair_that_is_being_replaced_stays_in_use() {
    let scene = Scene::new();
    let certificates = scene.open();
    let good = certificates.fingerprint();
    fs::remove_file(&scene.key).unwrap();
    certificates.reload(now()).unwrap_err();
    assert_eq!(certificates.fingerprint(), good);
    assert!(!scene.self_signed().exists());
}

#[test]
fn cert_1_the_self_signed_pair_follows_one_that_was_taken_away_with_a_warning() {
    start_logging();
    let scene = Scene::new();
    let certificates = scene.open();
    assert!(!logged().contains("self-signed"));
    fs::remove_file(&scene.certificate).unwrap();
    fs::remove_file(&scene.key).unwrap();
    assert!(certificates.reload(now()).unwrap());
    let text = logged();
    assert_eq!(text.matches("the HTTPS certificate is self-signed: replace it").count(), 1, "{text}");
}

#[test]
fn cert_1_a_bad_pair_in_the_folder_does_not_stop_the_server_and_is_warned_of_once() {
    start_logging();
    let data = tempfile::tempdir().unwrap();
    let certificates = open(&TlsMode::Auto, data.path()).unwrap();
    let own = certificates.fingerprint();
    let (_, key) = write_pair(&data.path().join("certificates"), 0);
    fs::write(&key, other_key()).unwrap();
    logged();
    for _ in 0..3 {
        assert!(!certificates.reload(now()).unwrap());
    }
    assert_eq!(certificates.fingerprint(), own);
    let text = logged();
    assert_eq!(text.matches("a certificate in the folder cannot be used").count(), 1, "{text}");
    assert_eq!(open(&TlsMode::Auto, data.path()).unwrap().fingerprint(), own, "a new process does the same");
}

fn listening(data: &Path, address: &str) -> Certificates {
    let listen: IpAddr = address.parse().unwrap();
    Certificates::open(&TlsMode::Auto, data, listen, &[], &Clock::new(now)).unwrap().unwrap()
}

#[test]
fn cert_1_the_self_signed_certificate_is_made_again_for_an_address_that_it_lacks() {
    start_logging();
    let data = tempfile::tempdir().unwrap();
    let first = listening(data.path(), "127.0.0.1").fingerprint();
    assert!(!logged().contains("made again"));
    let second = listening(data.path(), "192.0.2.7").fingerprint();
    assert_ne!(first, second);
    let text = logged();
    assert!(text.contains("is made again: it was not for 192.0.2.7"), "{text}");
    for address in ["192.0.2.7", "127.0.0.1", "::1"] {
        assert_eq!(listening(data.path(), address).fingerprint(), second, "{address}: it is kept");
    }
}

#[test]
fn cert_1_the_self_signed_certificate_is_for_the_further_names_by_which_the_server_is_called() {
    let data = tempfile::tempdir().unwrap();
    let own = listening(data.path(), "127.0.0.1").fingerprint();
    let further = ["licenses.corp.example".to_owned(), "192.0.2.9".to_owned(), "no name*".to_owned()];
    let open = || {
        let listen = "127.0.0.1".parse().unwrap();
        Certificates::open(&TlsMode::Auto, data.path(), listen, &further, &Clock::new(now)).unwrap().unwrap()
    };
    let named = open().fingerprint();
    assert_ne!(named, own, "it is made again for them");
    assert_eq!(open().fingerprint(), named, "once: what can be in no certificate is left out");
    let pem = fs::read(data.path().join("certificates/self-signed.pem")).unwrap();
    let found = CertificateDer::from_pem_slice(&pem).unwrap();
    let leaf = ParsedCertificate::try_from(&found).unwrap();
    for name in ["licenses.corp.example", "192.0.2.9", "localhost", "127.0.0.1"] {
        verify_server_name(&leaf, &ServerName::try_from(name).unwrap()).unwrap();
    }
}

#[test]
fn cert_1_a_self_signed_pair_that_cannot_be_read_is_made_again() {
    let data = tempfile::tempdir().unwrap();
    let certificates = listening(data.path(), "127.0.0.1");
    let file = data.path().join("certificates/self-signed.pem");
    fs::write(&file, "garbage").unwrap();
    touch(&file, 0);
    assert!(certificates.reload(now()).unwrap());
    assert_eq!(listening(data.path(), "127.0.0.1").fingerprint(), certificates.fingerprint());
}
