//! Headers that are too long, too many or no text, over a real connection: a refusal, never a hang.

use std::sync::Arc;
use std::time::Duration;

use chancery_server::operations::{KeyEncryptionKey, Location, System, SystemOptions};
use chancery_server::{Clock, Randomness, Running, Server, ServerOptions, TlsMode, Traffic};
use tokio::net::TcpStream;

/// Far more than any reply here takes, so that a hang fails instead of lasting.
const PATIENCE: Duration = Duration::from_secs(20);

async fn start(data: &std::path::Path) -> Running {
    let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
    let system =
        System::connect(Location::Memory, SystemOptions { key_encryption_key, public_url: None, machine: None })
            .await
            .unwrap();
    let options = ServerOptions {
        listen: "127.0.0.1:0".parse().unwrap(),
        management: None,
        tls: TlsMode::Off { force: false },
        data_dir: data.to_owned(),
        drain: Duration::ZERO,
        clock: Clock::system(),
        randomness: Randomness::system(),
        traffic: Traffic::unlimited(),
    };
    Server::start(options, Arc::new(system)).await.unwrap()
}

/// Sends bytes, and reads until the server closes the connection. The status of the reply and its text.
async fn exchange(server: &Running, request: Vec<u8>) -> (u16, String) {
    let stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let mut read = Vec::new();
    let talk = async {
        let mut sent = 0;
        loop {
            stream.readable_or_writable(sent < request.len()).await;
            if sent < request.len() {
                match stream.try_write(&request[sent..]) {
                    Ok(count) => sent += count,
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    // It was refused before its end.
                    Err(_) => sent = request.len(),
                }
            }
            let mut buffer = [0; 8192];
            match stream.try_read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => read.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
    };
    tokio::time::timeout(PATIENCE, talk).await.expect("an answer in time");
    let text = String::from_utf8_lossy(&read).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no reply: {text:?}")), text)
}

trait ReadableOrWritable {
    async fn readable_or_writable(&self, writing: bool);
}

impl ReadableOrWritable for TcpStream {
    async fn readable_or_writable(&self, writing: bool) {
        let interest = if writing {
            tokio::io::Interest::READABLE | tokio::io::Interest::WRITABLE
        } else {
            tokio::io::Interest::READABLE
        };
        self.ready(interest).await.unwrap();
    }
}

fn request(method: &str, path: &str, headers: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes =
        format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

#[tokio::test]
async fn api_2_long_and_strange_headers_are_refused_and_never_hang() {
    let data = tempfile::tempdir().unwrap();
    let server = start(data.path()).await;
    let long = |length: usize| vec![b'a'; length];
    let (token, longer) = ([b"Bearer ".to_vec(), long(100_000)].concat(), long(2_000_000));
    for (headers, expected) in [
        (vec![("Authorization", token.as_slice())], "431"),
        (vec![("Authorization", &token[..20_000])], "401"),
        (vec![("Authorization", b"Bearer \xff\xfe".as_slice())], "401"),
        (vec![("Authorization", b"Bearer x".as_slice()), ("Chancery-Nonce", &long(30_000))], "401"),
        (vec![("Idempotency-Key", &long(100_000))], "431"),
        (vec![("Idempotency-Key", &long(30_000))], "422"),
        (vec![("Idempotency-Key", b"\xff".as_slice())], "422"),
        (vec![("Padding", &longer)], "431"),
        (vec![("A", b"1".as_slice()); 2_000], "431"),
    ] {
        for (method, path) in [("POST", "/api/v1/activation/refresh"), ("GET", "/api/v1/activation")] {
            let (status, text) = exchange(&server, request(method, path, &headers)).await;
            assert_eq!(status.to_string(), expected, "{} {}", headers[0].0, &text[..text.len().min(300)]);
        }
    }
    let path = format!("/api/v1/activation/features/{}/use", "x".repeat(8_000));
    let (status, _) = exchange(&server, request("POST", &path, &[("Authorization", b"Bearer x")])).await;
    assert_eq!(status, 401);
    // What is read is refused with a problem, what is longer by the listener.
    let path = format!("/api/v1/{}", "x".repeat(9_000));
    let (status, text) = exchange(&server, request("GET", &path, &[])).await;
    assert!(status == 414 && text.contains("uri_too_long"), "{text}");
    let (status, text) = exchange(&server, request("GET", "/", &[("Cookie", &long(40_000))])).await;
    assert!(status == 431 && text.contains("headers_too_large"), "{text}");
    let path = format!("/api/v1/{}", "x".repeat(100_000));
    let (status, _) = exchange(&server, request("GET", &path, &[])).await;
    assert!((400..500).contains(&status), "{status}");
    let (status, _) = exchange(&server, request("GET", "/health/ready", &[("Padding", &long(1_000))])).await;
    assert_eq!(status, 200, "it goes on answering others");
    server.shutdown().await;
}

#[tokio::test]
async fn api_2_what_is_no_http_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let server = start(data.path()).await;
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET /api/v1/activation HTTP/9.9\r\n\r\n",
        b"GET /api/v1/activation HTTP/1.1\r\nNo colon\r\n\r\n",
        b"POST /api/v1/activate HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/activate HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let (status, text) = exchange(&server, bytes.to_vec()).await;
        assert!((400..500).contains(&status), "{text}");
    }
    server.shutdown().await;
}
