//! The demo's servers: real ones, in this process.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chancery_client::Clock as _;
use chancery_server::operations::System;
use chancery_server::{Clock, Randomness, Running, Server, ServerOptions, StartError, TlsMode, Traffic};
use serde_json::json;

use super::home::Home;
use super::scene::Scene;
use super::teller::Teller;
use crate::Failure;
use crate::command::serve;

/// Where Chancery usually listens.
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7011);

/// Starts the local server of the dark site on a free port. Its clock is the vendor's, as everybody's in the story.
pub(super) async fn start_local(scene: &Scene<'_>, system: Arc<System>) -> Result<Running, Failure> {
    let clock = Arc::clone(&scene.clock);
    let options = ServerOptions {
        clock: Clock::moved(move || clock.now()),
        data_dir: scene.home.local().path().to_owned(),
        ..options(scene.home, SocketAddr::new(USUAL.ip(), 0))
    };
    serve::start(options, system).await
}

/// Starts the server where it is wanted. If nobody said where, and the usual port is taken, it takes a free one.
pub(super) async fn start(
    home: &Home,
    wanted: Option<SocketAddr>,
    system: Arc<System>,
    teller: &Teller,
) -> Result<Running, Failure> {
    let begin = |listen| Server::start(options(home, listen), Arc::clone(&system));
    let started = match begin(wanted.unwrap_or(USUAL)).await {
        Err(StartError::Listen { error, .. }) if wanted.is_none() && error.kind() == io::ErrorKind::AddrInUse => {
            let sentence = format!("{USUAL} is taken, so the server listens on a free port of this machine.");
            teller.tell("portTaken", json!({ "address": USUAL.to_string() }), sentence);
            begin(SocketAddr::new(USUAL.ip(), 0)).await
        }
        started => started,
    };
    match started {
        Ok(running) => Ok(running),
        Err(error) => {
            system.close().await;
            Err(error.into())
        }
    }
}

/// The address by which this machine reaches the server.
pub(super) fn url(running: &Running) -> String {
    let address = running.local_addr();
    let ip = match address.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    format!("https://{}", SocketAddr::new(ip, address.port()))
}

fn options(home: &Home, listen: SocketAddr) -> ServerOptions {
    ServerOptions {
        listen,
        management: None,
        tls: TlsMode::Auto,
        data_dir: home.authority().path().to_owned(),
        drain: std::time::Duration::ZERO,
        clock: Clock::system(),
        randomness: Randomness::system(),
        traffic: Traffic::default(),
    }
}
