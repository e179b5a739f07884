//! Servers that really listen: plain HTTP on loopback alone, TLS, shutdown (CERT-3).

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chancery_server::operations::{KeyEncryptionKey, Location, System, SystemOptions};
use chancery_server::{Clock, Randomness, Running, Server, ServerOptions, StartError, TlsMode, Traffic};

async fn start(data: &Path, listen: &str, tls: TlsMode) -> Result<Running, StartError> {
    start_with(data, listen, tls, Duration::ZERO).await
}

async fn start_with(data: &Path, listen: &str, tls: TlsMode, drain: Duration) -> Result<Running, StartError> {
    let options = SystemOptions {
        key_encryption_key: KeyEncryptionKey::from_bytes(&[7; 32]).unwrap(),
        public_url: None,
        machine: None,
    };
    let system = System::connect(Location::Memory, options).await.unwrap();
    let options = ServerOptions {
        listen: listen.parse().unwrap(),
        management: None,
        tls,
        data_dir: data.to_owned(),
        drain,
        clock: Clock::system(),
        randomness: Randomness::system(),
        traffic: Traffic::unlimited(),
    };
    Server::start(options, Arc::new(system)).await
}

/// A client that trusts nobody but this certificate.
fn client(trusted: Option<&[u8]>) -> reqwest::Client {
    let trusted = trusted.map(|pem| reqwest::Certificate::from_pem(pem).unwrap());
    reqwest::Client::builder().no_proxy().tls_certs_only(trusted).build().unwrap()
}

#[tokio::test]
async fn cert_3_plain_http_stays_on_loopback_unless_forced() {
    let data = tempfile::tempdir().unwrap();
    let refused = start(data.path(), "0.0.0.0:0", TlsMode::Off { force: false }).await.unwrap_err();
    assert!(matches!(refused, StartError::PlainOutsideLoopback { .. }));
    assert!(refused.to_string().contains("127.0.0.1"), "it has a hint: {refused}");
    for (listen, force) in [("127.0.0.1:0", false), ("0.0.0.0:0", true)] {
        let running = start(data.path(), listen, TlsMode::Off { force }).await.unwrap();
        assert_eq!(running.fingerprint(), None);
        let address = SocketAddr::from(([127, 0, 0, 1], running.local_addr().port()));
        let reply = client(None).get(format!("http://{address}/health/ready")).send().await.unwrap();
        assert_eq!(reply.status(), 200);
        running.shutdown().await;
        assert!(client(None).get(format!("http://{address}/")).send().await.is_err());
    }
    assert!(!data.path().join("certificates").exists());
}

#[tokio::test]
async fn cert_1_https_works_with_the_self_signed_certificate() {
    let data = tempfile::tempdir().unwrap();
    let running = start(data.path(), "127.0.0.1:0", TlsMode::Auto).await.unwrap();
    let fingerprint = running.fingerprint().unwrap().to_owned();
    assert_eq!(fingerprint.split(':').count(), 32);
    let pem = std::fs::read(data.path().join("certificates/self-signed.pem")).unwrap();
    let port = running.local_addr().port();
    for host in ["localhost", "127.0.0.1"] {
        let reply = client(Some(&pem)).get(format!("https://{host}:{port}/")).send().await.unwrap();
        assert_eq!(reply.status(), 200);
    }
    assert!(client(None).get(format!("https://localhost:{port}/")).send().await.is_err());
    running.shutdown().await;
    let again = start(data.path(), "127.0.0.1:0", TlsMode::Auto).await.unwrap();
    assert_eq!(again.fingerprint(), Some(fingerprint.as_str()), "it is kept");
    again.shutdown().await;
}

#[tokio::test]
async fn an_address_in_use_is_said_to_be_so() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = start(data.path(), &address, TlsMode::Off { force: false }).await.unwrap_err();
    assert!(refused.to_string().starts_with(&format!("cannot listen on {address}")), "{refused}");
}

#[tokio::test]
async fn a_server_that_was_told_to_stop_says_so_and_answers_for_a_while() {
    let data = tempfile::tempdir().unwrap();
    let plain = TlsMode::Off { force: false };
    let an_hour = Duration::from_secs(3_600);
    let running = start_with(data.path(), "127.0.0.1:0", plain, an_hour).await.unwrap();
    let address = running.local_addr();
    let ask = async |path: &str| client(None).get(format!("http://{address}{path}")).send().await.unwrap();
    assert_eq!(ask("/health/ready").await.status(), 200);
    let asked = async {
        let ready = ask("/health/ready").await;
        assert_eq!((ready.status().as_u16(), ready.headers()["retry-after"].to_str().unwrap()), (503, "2"));
        assert!(ready.text().await.unwrap().contains("shutting_down"));
        for path in ["/health/live", "/", "/.well-known/jwks.json"] {
            assert_ne!(ask(path).await.status(), 503, "{path} is answered on a new connection");
        }
    };
    tokio::select! {
        biased;
        () = running.shutdown() => panic!("it did not wait"),
        () = asked => {}
    }
}
