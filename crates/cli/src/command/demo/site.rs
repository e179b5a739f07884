//! The dark site's local server: the real one, in this process. Nothing goes to it and from it but files.

use std::cell::RefCell;
use std::path::PathBuf;

use chancery_api_types::local::{ApplyLocalToken, DeletedHosted, ImportedHosted, LocalStatus};
use chancery_api_types::wire::Secret;
use chancery_server::Running;

use super::home::certificate;
use super::scene::Scene;
use super::server;
use crate::Failure;
use crate::api::{Api, KeyArgs, ServerArgs, local_path};
use crate::folder::FolderArgs;

/// What the server is called at the vendor.
const NAME: &str = "Initech's test bench";

/// Keeps the local server while it runs: it is stopped with the demo, however far the story came.
#[derive(Default)]
pub(super) struct Kept(RefCell<Option<Running>>);

impl Kept {
    /// Stops it, if it runs.
    pub(super) async fn shutdown(&self) {
        let running = self.0.take();
        if let Some(running) = running {
            running.shutdown().await;
        }
    }
}

/// The local server, as its administrator and its products reach it.
pub(super) struct Site {
    pub(super) url: String,
    /// Its self-signed certificate.
    pub(super) certificate: PathBuf,
    /// Whether it was made just now.
    pub(super) made: bool,
    /// Its management API.
    pub(super) api: Api,
}

impl Site {
    /// Starts the server; it is made first, if no earlier run left one.
    pub(super) async fn open(scene: &Scene<'_>) -> Result<Self, Failure> {
        let (system, made) = scene.home.open_local(NAME, &scene.trust).await?;
        let running = server::start_local(scene, system).await?;
        let url = server::url(&running);
        scene.local.0.replace(Some(running));
        let folder = scene.home.local();
        let certificate = certificate(&folder);
        let server = ServerArgs {
            server: url.parse().map_err(|error| Failure::internal(format!("{url}: {error}")))?,
            allow_plain_http: false,
            ca_file: Some(certificate.clone()),
            folder: FolderArgs { data: Some(folder.path().to_owned()) },
        };
        Ok(Self { url, certificate, made, api: KeyArgs::default().connect(&server)? })
    }

    /// How it stands.
    pub(super) async fn status(&self) -> Result<LocalStatus, Failure> {
        self.api.get(&local_path(&[&"license", &"status"])?).await
    }

    /// Applies the vendor's answer to its request.
    pub(super) async fn activate(&self, token: String) -> Result<LocalStatus, Failure> {
        let body = ApplyLocalToken { token: Secret(token) };
        self.api.post(&local_path(&[&"license", &"activate"])?, &body).await
    }

    /// Imports what the vendor exported.
    pub(super) async fn import(&self, token: String) -> Result<ImportedHosted, Failure> {
        let body = ApplyLocalToken { token: Secret(token) };
        self.api.post(&local_path(&[&"entitlement", &"import"])?, &body).await
    }

    /// Gives an entitlement up: the token that says so to the vendor.
    pub(super) async fn delete(&self, entitlement: &str) -> Result<String, Failure> {
        let path = local_path(&[&"entitlements", &entitlement])?;
        let deleted: Option<DeletedHosted> = self.api.delete(&path, None::<&()>).await?;
        deleted.map(|deleted| deleted.token).ok_or_else(|| Failure::internal("the local server gave no confirmation"))
    }

    /// Tells where it can be looked at.
    pub(super) fn tell(&self, scene: &Scene<'_>) {
        let key = scene.home.local().admin_key();
        scene.teller.copy("localServer", "Local server", &self.url);
        scene.teller.copy("localKey", "Its admin key", &key.display().to_string());
    }
}
