//! Making the SDK's client of options and of what is remembered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chancery_api_types::Code;
use chancery_client::{Client, Error, Options, Product, Proxy, SandboxClock, Secret, ServerAddress};

use super::Place;
use super::activate::Request;
use super::memory::Memory;
use crate::api::{ServerArgs, check_plain};
use crate::{Failure, Printer, bundle, file};

/// The SDK's client, and what it was made with.
pub(super) struct Opened {
    pub(super) client: Client,
    with: Memory,
}

impl Opened {
    /// For a command that names the product: what is not given is remembered, or asked for.
    pub(super) async fn first(place: &Place, request: &Request, printer: Printer) -> Result<Self, Failure> {
        Self::named(place, request, printer, true).await
    }

    /// The same, for a command that asks no server, and needs none.
    pub(super) async fn first_offline(place: &Place, request: &Request, printer: Printer) -> Result<Self, Failure> {
        Self::named(place, request, printer, false).await
    }

    async fn named(place: &Place, request: &Request, printer: Printer, asks: bool) -> Result<Self, Failure> {
        let remembered = Memory::read(place.state()?)?;
        let ca_file = place.certificates(remembered.as_ref())?;
        let activated = remembered.as_ref().filter(|memory| memory.activated);
        let named_server = place.named_server(activated)?;
        let settled = activated.or(remembered.as_ref().filter(|_| named_server.is_none()));
        let trust = match (&place.trust, settled, &named_server) {
            (Some(path), ..) => file::read(path)?.trim().to_owned(),
            // Who activated is not told by another server whom to trust from now on.
            (None, Some(memory), _) => memory.trust.clone(),
            (None, None, Some(server)) => place.ask_for_trust(server, ca_file.clone(), printer).await?,
            (None, None, None) => {
                return Err(Failure::usage("give --trust with the vendor's trust bundle, or --server"));
            }
        };
        let product = Product::new(&request.product, &trust)?;
        let named = || product.trust().urls().get("api").cloned();
        let server = named_server
            .map(|server| server.to_string())
            .or_else(|| remembered.as_ref().and_then(|memory| memory.server.clone()))
            .or_else(named);
        if asks && server.is_none() {
            return Err(Failure::usage("give --server: the trust bundle names none"));
        }
        let mut with = Memory {
            product: request.product.clone(),
            trust,
            server,
            ca_file,
            activated: false,
            allow_plain_http: place.allow_plain_http,
        };
        if let Some(memory) = remembered.as_ref().filter(|memory| memory.server == with.server) {
            with.allow_plain_http |= memory.allow_plain_http;
        }
        // Were the program killed when the seat is taken, later commands would still know whom to ask.
        if settled.is_none() {
            with.write(place.state()?)?;
        }
        Ok(Self { client: place.client(&with, product, None)?, with })
    }

    /// For a command on an activation that is there.
    pub(super) fn again(place: &Place) -> Result<Self, Failure> {
        Self::again_with(place, None)
    }

    /// The same, for a command that brings the licensee secret.
    pub(super) fn again_with(place: &Place, secret: Option<Secret>) -> Result<Self, Failure> {
        let Some(mut with) = Memory::read(place.state()?)? else { return Err(Error::NotActivated.into()) };
        with.ca_file = place.certificates(Some(&with))?;
        if let Some(path) = &place.trust {
            file::read(path)?.trim().clone_into(&mut with.trust);
        }
        let server = place.named_server(Some(&with))?.map(|server| server.to_string());
        if let Some(server) = server.filter(|server| with.server.as_ref() != Some(server)) {
            with.server = Some(server);
            with.allow_plain_http = false;
        }
        with.allow_plain_http |= place.allow_plain_http;
        let product = Product::new(&with.product, &with.trust)?;
        Ok(Self { client: place.client(&with, product, secret)?, with })
    }

    /// Lets later commands know what this one was given, and whether there is an activation now.
    pub(super) fn remember(self, place: &Place, activated: bool) -> Result<(), Failure> {
        Memory { activated, ..self.with }.write(place.state()?)
    }
}

impl Place {
    pub(super) fn state(&self) -> Result<&Path, Failure> {
        self.state
            .as_deref()
            .ok_or_else(|| Failure::usage("give --state (or CHANCERY_STATE) with the folder for the product's state"))
    }

    /// The server that is named: by the option; by the environment only where none is of an activation yet, which would else be
    /// unknown there, or lost here.
    fn named_server(&self, known: Option<&Memory>) -> Result<Option<ServerAddress>, Failure> {
        if self.server.is_some() || known.is_some_and(|memory| memory.server.is_some()) {
            return Ok(self.server.clone());
        }
        let named = std::env::var("CHANCERY_SERVER").ok().filter(|named| !named.is_empty());
        let parsed = named.map(|named| named.parse()).transpose();
        parsed.map_err(|error| Failure::usage(format!("CHANCERY_SERVER: {error}")))
    }

    /// Which certificates are trusted: those that are named, else those that were, else the data folder's own (CERT-1).
    fn certificates(&self, remembered: Option<&Memory>) -> Result<Option<PathBuf>, Failure> {
        let own = || self.folder.certificate();
        let named = self.ca_file.clone().or_else(|| self.folder.data.as_ref().and_then(|_| own()));
        let found = named.or_else(|| remembered.and_then(|memory| memory.ca_file.clone())).or_else(own);
        let whole = |file: PathBuf| {
            std::path::absolute(&file).map_err(|error| Failure::new(Code::File, format!("{}: {error}", file.display())))
        };
        found.map(whole).transpose()
    }

    /// Believes the server's own word for who its vendor is, once: a real product is built with its vendor's bundle.
    async fn ask_for_trust(
        &self,
        server: &ServerAddress,
        ca_file: Option<PathBuf>,
        printer: Printer,
    ) -> Result<String, Failure> {
        let (server, folder) = (server.clone(), self.folder.clone());
        let server = ServerArgs { server, allow_plain_http: self.allow_plain_http, ca_file, folder };
        let bundle = bundle::fetch(&server.connect_public()?, self.vendor.as_deref()).await?;
        printer
            .say(format!("Trusting {}, as the server says it is; --trust would make sure.", bundle::vendor(&bundle)?));
        Ok(bundle)
    }

    fn proxy(&self) -> Result<Option<Proxy>, Failure> {
        let Some(url) = &self.proxy else { return Ok(None) };
        let proxy = Proxy::at(url)?;
        Ok(Some(match (&self.proxy_user, &self.proxy_password_file) {
            (Some(user), Some(file)) => proxy.basic_auth_by_file(user, file)?,
            _ => proxy,
        }))
    }

    fn client(&self, with: &Memory, product: Product, secret: Option<Secret>) -> Result<Client, Failure> {
        let product = match &self.release_date {
            Some(date) => product.released(date),
            None => product,
        };
        if let Some(Ok(server)) = with.server.as_ref().map(|server| server.parse()) {
            check_plain(&server, with.allow_plain_http)?;
        }
        let mut options = Options {
            ca_file: with.ca_file.clone(),
            proxy: self.proxy()?,
            allow_plain_http: with.allow_plain_http,
            licensee_secret: secret,
            ..Options::default()
        };
        if let Some(file) = &self.sandbox_clock {
            options.clock = Arc::new(SandboxClock::open(file)?);
        }
        Ok(match &with.server {
            Some(server) => Client::open_with(server, product, self.state()?, options)?,
            None => Client::open_offline(product, self.state()?, options)?,
        })
    }
}
