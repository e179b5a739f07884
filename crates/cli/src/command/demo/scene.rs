//! What every chapter plays on: the server's API, the vendor's clock, the folder, and the teller.

use std::sync::Arc;

use chancery_api_types::management::{Clock, MoveClock};
use chancery_client::{Clock as _, Timestamp};
use chancery_server::Running;

use super::home::{Home, VENDOR};
use super::server;
use super::site::Kept;
use super::teller::Teller;
use super::vendor_clock::{DAY, VendorClock};
use crate::api::{Api, KeyArgs, ServerArgs, path};
use crate::folder::FolderArgs;
use crate::{Failure, bundle};

/// What every chapter plays on.
pub(super) struct Scene<'a> {
    pub(super) home: &'a Home,
    pub(super) teller: &'a Teller,
    /// Where the local server of the dark site is kept while it runs.
    pub(super) local: &'a Kept,
    pub(super) api: Api,
    pub(super) url: String,
    /// The vendor's trust bundle, as the server publishes it.
    pub(super) trust: String,
    /// The clock that the machines read.
    pub(super) clock: Arc<VendorClock>,
    /// Whether an earlier run left its data.
    pub(super) again: bool,
    /// Whether the server stays up when the story is told.
    pub(super) serves_on: bool,
}

impl<'a> Scene<'a> {
    /// Sets the scene on a running server: reads the vendor's key, trust bundle and clock.
    pub(super) async fn set(
        home: &'a Home,
        running: &Running,
        local: &'a Kept,
        again: bool,
        teller: &'a Teller,
    ) -> Result<Self, Failure> {
        let url = server::url(running);
        let folder = FolderArgs { data: Some(home.authority().path().to_owned()) };
        let server = ServerArgs {
            server: url.parse().map_err(|error| Failure::internal(format!("{url}: {error}")))?,
            allow_plain_http: false,
            ca_file: Some(home.certificate()),
            folder,
        };
        let api = KeyArgs::default().connect(&server)?;
        let vendors = running.app().system().vendors();
        let vendor = vendors.iter().find(|vendor| vendor.name.to_string() == VENDOR).or(vendors.first());
        let vendor = vendor.ok_or_else(|| Failure::internal("the server has no vendor"))?;
        let trust = bundle::fetch(&api, Some(&vendor.id.to_string())).await?;
        home.write(&home.trust(), &trust)?;
        let scene = Self { home, teller, local, api, url, trust, clock: Arc::default(), again, serves_on: true };
        scene.read_clock().await?;
        Ok(scene)
    }

    /// What the vendor's clock shows; the machines' clock is set by it.
    pub(super) async fn read_clock(&self) -> Result<Timestamp, Failure> {
        let Clock { now, .. } = self.api.get(&path(&[&"clock"])?).await?;
        self.clock.set(now.0);
        Ok(now.0)
    }

    /// Moves the vendor's clock forward by whole days.
    pub(super) async fn advance(&self, days: i64) -> Result<Timestamp, Failure> {
        let to = self.read_clock().await?.shifted(days.saturating_mul(DAY));
        let Clock { now, .. } = self.api.post(&path(&[&"clock"])?, &MoveClock { now: to.into() }).await?;
        self.clock.set(now.0);
        // Kept up to date, so that the commands that are printed work whenever the demo ends.
        self.home.write(&self.home.clock(), &self.clock.to_file())?;
        Ok(now.0)
    }

    /// Moves the vendor's clock forward by whole days, to a day after the one of this instant.
    pub(super) async fn advance_past(&self, instant: Timestamp) -> Result<Timestamp, Failure> {
        let distance = instant.as_micros() - self.clock.now().as_micros();
        self.advance(distance.max(0) / DAY + 2).await
    }
}
