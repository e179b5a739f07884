//! A machine that runs the vendor's product, with the SDK and a state folder of its own.

use std::sync::Arc;
use std::time::Duration;

use chancery_client::{Activate, Activation, ActivationFeature, Client, Error, Options, Problem, Product, Standing};

use super::sale::Sale;
use super::scene::Scene;
use super::site::Site;
use crate::Failure;

/// A server that is not there: nothing listens on the port `tcpmux` of any machine.
const NOWHERE: &str = "https://127.0.0.1:1";

/// How long a machine asks again when a reply is lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// Done, or refused by a rule.
pub(super) type Answer<T> = Result<T, Box<Problem>>;

/// A machine that runs the vendor's product.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) name: &'static str,
    seat_id: &'static str,
    code: String,
    pub(super) client: Client,
}

impl Machine {
    /// The machine of this seat id, for what was sold. Its state, if it has one, is used on.
    pub(super) fn of(
        scene: &Scene<'_>,
        sale: &Sale,
        seat_id: &'static str,
        name: &'static str,
    ) -> Result<Self, Failure> {
        let client = open(scene, sale, seat_id, &scene.url, PATIENCE)?;
        Ok(Self { name, seat_id, code: sale.code.clone(), client })
    }

    /// A machine at the dark site. Its product is the same; what it asks has another address.
    pub(super) fn inside(
        scene: &Scene<'_>,
        sale: &Sale,
        site: &Site,
        seat_id: &'static str,
        name: &'static str,
    ) -> Result<Self, Failure> {
        let product = Product::new(&sale.product, &scene.trust)?;
        let options = Options { ca_file: Some(site.certificate.clone()), ..options(scene, PATIENCE) };
        let client = Client::open_with(&site.url, product, scene.home.machine(seat_id), options)?;
        Ok(Self { name, seat_id, code: sale.code.clone(), client })
    }

    /// The same machine while no server can be reached.
    pub(super) fn offline(scene: &Scene<'_>, sale: &Sale, machine: &Self) -> Result<Self, Failure> {
        let client = open(scene, sale, machine.seat_id, NOWHERE, Duration::ZERO)?;
        Ok(Self { name: machine.name, seat_id: machine.seat_id, code: machine.code.clone(), client })
    }

    /// A machine that no server was ever reached from.
    pub(super) fn alone(
        scene: &Scene<'_>,
        sale: &Sale,
        seat_id: &'static str,
        name: &'static str,
    ) -> Result<Self, Failure> {
        let (product, options) = (Product::new(&sale.product, &scene.trust)?, options(scene, Duration::ZERO));
        let client = Client::open_offline(product, scene.home.machine(seat_id), options)?;
        Ok(Self { name, seat_id, code: sale.code.clone(), client })
    }

    /// Makes a request for an offline activation.
    pub(super) async fn request(&self) -> Result<String, Failure> {
        let request = Activate::code(&self.code).seat_id(self.seat_id).seat_name(self.name);
        Ok(self.client.offline_request(&request).await?)
    }

    /// Takes a seat, or gets its own back.
    pub(super) async fn activate(&self) -> Result<Answer<Activation>, Failure> {
        let request = Activate::code(&self.code).seat_id(self.seat_id).seat_name(self.name);
        answer(self.client.activate(&request).await)
    }

    /// Asks for a fresh lease, as products do daily.
    pub(super) async fn refresh(&self) -> Result<Answer<Activation>, Failure> {
        answer(self.client.refresh().await)
    }

    /// Takes some of a pool.
    pub(super) async fn checkout(&self, feature: &str, amount: u64) -> Result<Answer<ActivationFeature>, Failure> {
        answer(self.client.checkout(feature, amount).await)
    }

    /// Spends some of a counter.
    pub(super) async fn spend(&self, feature: &str, amount: u64) -> Result<Answer<ActivationFeature>, Failure> {
        answer(self.client.spend(feature, amount).await)
    }

    /// What the lease on its disk says, without any server.
    pub(super) fn check(&self) -> Result<Standing, Failure> {
        Ok(self.client.check()?)
    }

    /// A feature, as the server counts it now; nothing if the machine's license does not have it.
    pub(super) async fn feature(&self, key: &str) -> Result<Option<ActivationFeature>, Failure> {
        let state = self.client.state().await?;
        Ok(state.features.into_iter().find(|feature| feature.key.to_string() == key))
    }

    /// Loses all that was installed.
    pub(super) fn wipe(&self, scene: &Scene<'_>) -> Result<(), Failure> {
        scene.home.wipe_machine(self.seat_id)
    }
}

fn open(scene: &Scene<'_>, sale: &Sale, seat_id: &str, url: &str, patience: Duration) -> Result<Client, Failure> {
    let product = Product::new(&sale.product, &scene.trust)?;
    Ok(Client::open_with(url, product, scene.home.machine(seat_id), options(scene, patience))?)
}

fn options(scene: &Scene<'_>, patience: Duration) -> Options {
    Options {
        ca_file: Some(scene.home.certificate()),
        clock: Arc::clone(&scene.clock) as Arc<dyn chancery_client::Clock>,
        patience,
        ..Options::default()
    }
}

/// Keeps apart what a rule refused, which the story tells, and what went wrong, which ends it.
fn answer<T>(result: Result<T, Error>) -> Result<Answer<T>, Failure> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Refused(problem) | Error::ActivateAgain { problem, .. }) => Ok(Err(problem)),
        Err(error) => Err(error.into()),
    }
}
