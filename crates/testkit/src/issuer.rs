//! An OpenID provider of the tests' own: real metadata and keys over HTTP, which can be rotated, slow, wrong or away.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A provider on a free port of 127.0.0.1. It ends with the test.
pub struct Issuer {
    url: String,
    state: Arc<State>,
}

/// How it answers.
#[derive(Clone, Debug, Default)]
pub enum Manner {
    /// As it should.
    #[default]
    Well,
    /// With this status and this body, whatever is asked.
    Always(u16, String),
    /// Its metadata name this issuer.
    As(String),
    /// Its metadata say that the keys are there.
    KeysAt(String),
    /// By a redirect to there.
    Redirecting(String),
    /// Not at all: the connection stays open.
    Silent,
}

#[derive(Default)]
struct State {
    /// The keys that it publishes: a JWK Set.
    keys: Mutex<String>,
    manner: Mutex<Manner>,
    /// How often its keys were asked for.
    asked: AtomicUsize,
    /// How often it was called at all.
    called: AtomicUsize,
    /// Connections that get no answer.
    kept: Mutex<Vec<TcpStream>>,
}

impl Issuer {
    /// Starts one that publishes these keys.
    #[must_use]
    pub fn start(keys: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let state = Arc::new(State { keys: Mutex::new(keys.to_owned()), ..State::default() });
        let (own, shared) = (url.clone(), Arc::clone(&state));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (own, shared) = (own.clone(), Arc::clone(&shared));
                std::thread::spawn(move || shared.answer(stream, &own));
            }
        });
        Self { url, state }
    }

    /// Its address, which its tokens name.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Publishes other keys.
    pub fn publish(&self, keys: &str) {
        keys.clone_into(&mut self.state.keys.lock().unwrap());
    }

    /// Answers in another manner from now on.
    pub fn behave(&self, manner: Manner) {
        *self.state.manner.lock().unwrap() = manner;
    }

    /// How often its keys were asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }

    /// How often it was called, for whatever.
    #[must_use]
    pub fn called(&self) -> usize {
        self.state.called.load(Ordering::SeqCst)
    }
}

impl State {
    fn answer(&self, stream: TcpStream, url: &str) {
        self.called.fetch_add(1, Ordering::SeqCst);
        let mut reader = BufReader::new(&stream);
        let mut request = String::new();
        if reader.read_line(&mut request).is_err() {
            return;
        }
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            line.clear();
        }
        let path = request.split(' ').nth(1).unwrap_or_default();
        let manner = self.manner.lock().unwrap().clone();
        let metadata = |issuer: &str, keys: &str| format!(r#"{{"issuer":"{issuer}","jwks_uri":"{keys}"}}"#);
        let own_keys = format!("{url}/keys");
        let (status, more, body) = match (manner, path) {
            (Manner::Silent, _) => return self.kept.lock().unwrap().push(stream),
            (Manner::Always(status, body), _) => (status, String::new(), body),
            (Manner::Redirecting(to), _) => (302, format!("location: {to}\r\n"), String::new()),
            (Manner::As(issuer), "/.well-known/openid-configuration") => {
                (200, String::new(), metadata(&issuer, &own_keys))
            }
            (Manner::KeysAt(keys), "/.well-known/openid-configuration") => (200, String::new(), metadata(url, &keys)),
            (_, "/.well-known/openid-configuration") => (200, String::new(), metadata(url, &own_keys)),
            (_, "/keys") => {
                self.asked.fetch_add(1, Ordering::SeqCst);
                (200, String::new(), self.keys.lock().unwrap().clone())
            }
            _ => (404, String::new(), String::new()),
        };
        let head = format!("HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\n{more}");
        let reply = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        // Whoever asked may have hung up.
        let _ = (&stream).write_all(reply.as_bytes());
    }
}
