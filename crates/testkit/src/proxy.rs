//! A proxy of the tests' own: CONNECT, and plain HTTP by absolute addresses. Whatever host is asked for, it leads to one address.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A proxy on a free port of 127.0.0.1.
pub struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

/// Whom it lets through.
#[derive(Clone, Debug)]
pub enum Gate {
    /// Everybody.
    Open,
    /// Whoever sends this as `Proxy-Authorization`.
    Asks(String),
    /// Nobody: this is its status.
    Closed(u16),
}

impl Proxy {
    /// Starts one that leads everybody whom it lets through to `target`.
    #[must_use]
    pub fn start(target: SocketAddr, gate: Gate) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let heads = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heads, gate) = (Arc::clone(&heads), gate.clone());
                std::thread::spawn(move || serve(stream, target, &gate, &heads));
            }
        });
        Self { address, seen }
    }

    /// Its address, for `HTTPS_PROXY`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The heads of the requests that came, in their order.
    #[must_use]
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(client: TcpStream, target: SocketAddr, gate: &Gate, seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client.try_clone().expect("a second handle"));
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if !matches!(reader.read_line(&mut head), Ok(read) if read > 0) {
            return;
        }
    }
    seen.lock().unwrap().push(head.clone());
    let mut client = client;
    let refuse = |status: u16, more: &str| {
        format!("HTTP/1.1 {status} x\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n")
    };
    let refused = match gate {
        Gate::Open => None,
        Gate::Asks(wanted) => {
            let header = format!("proxy-authorization: {}\r\n", wanted.to_lowercase());
            let right = head.to_lowercase().contains(&header);
            (!right).then(|| refuse(407, "proxy-authenticate: Basic realm=\"x\"\r\n"))
        }
        Gate::Closed(status) => Some(refuse(*status, "")),
    };
    if let Some(refused) = refused {
        let _ = client.write_all(refused.as_bytes());
        return;
    }
    let Ok(mut server) = TcpStream::connect(target) else { return };
    if head.starts_with("CONNECT ") {
        let _ = client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
    } else {
        // The path alone, and one request for each connection.
        let (line, rest) = head.split_once("\r\n").unwrap_or_default();
        let parts: Vec<&str> = line.split(' ').collect();
        let path = parts.get(1).and_then(|url| url.splitn(4, '/').nth(3)).unwrap_or_default();
        let head = format!("{} /{path} HTTP/1.1\r\n{rest}", parts.first().unwrap_or(&"GET"));
        let _ = server.write_all(head.as_bytes());
    }
    let (mut up, mut down) = (server.try_clone().expect("a second handle"), server);
    let mut out = client.try_clone().expect("a second handle");
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut down, &mut out);
        let _ = out.shutdown(Shutdown::Both);
    });
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        if up.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = up.shutdown(Shutdown::Write);
}
