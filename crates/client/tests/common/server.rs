//! HTTP around the world in miniature, as little as a test needs.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use super::vendor::Vendor;
use super::world::{Answer, Fault, Seen, World};

#[derive(Clone)]
pub struct Server {
    pub url: String,
    world: Arc<Mutex<World>>,
    /// Connections that stay open without an answer.
    held: Arc<Mutex<Vec<TcpStream>>>,
}

impl Server {
    pub fn start(vendor: Vendor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url: url.clone(), world: Arc::new(Mutex::new(World::new(vendor))), held: Arc::default() };
        server.world().url = url;
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(stream.unwrap()));
            }
        });
        server
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.world().script.extend(faults);
    }

    /// The requests since the last call of this.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.world().seen)
    }

    fn serve(&self, mut stream: TcpStream) {
        let Some(request) = read(&stream) else { return };
        let mut world = self.world();
        world.seen.push(request.clone());
        let answer = match world.script.pop_front().unwrap_or(Fault::None) {
            Fault::None => world.answer(&request),
            Fault::LoseRequest => return,
            Fault::LoseReply => {
                world.answer(&request);
                return;
            }
            Fault::Hold(told) => {
                world.answer(&request);
                self.held.lock().unwrap().push(stream);
                told.send(()).unwrap();
                return;
            }
            Fault::Instead(answer) => answer,
        };
        drop(world);
        let _ = stream.write_all(text(&answer).as_bytes());
    }
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|&read| read > 0)?;
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let line = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    Some(Seen { line, headers, body: String::from_utf8(body).unwrap() })
}

fn text(answer: &Answer) -> String {
    let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length =
        if answer.status == 204 { String::new() } else { format!("content-length: {}\r\n", answer.body.len()) };
    format!("HTTP/1.1 {} X\r\nconnection: close\r\n{length}{headers}\r\n{}", answer.status, answer.body)
}
