//! Both faces of the client behind one trait, so that each script runs with both.

use chancery_client::{
    Activate, Activation, ActivationFeature, Client, EntitlementInfo, Error, Lease, Options, Product, Standing,
    StateStore, Validation, blocking,
};
use tokio::runtime::Runtime;

pub trait Face {
    fn open(url: &str, product: Product, state: StateStore, options: Options) -> Self;
    fn activate(&self, request: &Activate) -> Result<Activation, Error>;
    fn refresh(&self) -> Result<Activation, Error>;
    fn state(&self) -> Result<Activation, Error>;
    fn spend(&self, feature: &str, amount: u64) -> Result<ActivationFeature, Error>;
    fn checkout(&self, feature: &str, amount: u64) -> Result<ActivationFeature, Error>;
    fn give_back(&self, feature: &str, amount: u64) -> Result<ActivationFeature, Error>;
    fn deactivate(&self) -> Result<(), Error>;
    fn validate(&self, request: &Activate) -> Result<Validation, Error>;
    fn check(&self) -> Result<chancery_client::Standing, Error>;
    fn status(&self) -> Result<chancery_client::Status, Error>;
    fn lease(&self) -> Result<Option<Lease>, Error>;
    fn entitlement(&self) -> Result<EntitlementInfo, Error>;
    fn open_offline(product: Product, state: StateStore, options: Options) -> Self;
    fn offline_request(&self, request: &Activate) -> Result<String, Error>;
    fn apply_offline(&self, text: &str) -> Result<Standing, Error>;
    fn apply_offline_response(&self, text: &str) -> Result<Standing, Error>;
    fn apply_offline_refresh(&self, text: &str) -> Result<Standing, Error>;
    fn deactivate_offline(&self) -> Result<String, Error>;
    fn forget_offline_requests(&self) -> Result<(), Error>;
    fn offline_deactivation(&self) -> Result<Option<String>, Error>;
}

pub struct Blocking(blocking::Client);

pub struct Async(Client, Runtime);

macro_rules! face {
    ($name:ident, $self:ident, $call:ident => $run:expr) => {
        fn activate(&$self, request: &Activate) -> Result<Activation, Error> {
            let $call = $self.0.activate(request);
            $run
        }
        fn refresh(&$self) -> Result<Activation, Error> {
            let $call = $self.0.refresh();
            $run
        }
        fn state(&$self) -> Result<Activation, Error> {
            let $call = $self.0.state();
            $run
        }
        fn spend(&$self, feature: &str, amount: u64) -> Result<ActivationFeature, Error> {
            let $call = $self.0.spend(feature, amount);
            $run
        }
        fn checkout(&$self, feature: &str, amount: u64) -> Result<ActivationFeature, Error> {
            let $call = $self.0.checkout(feature, amount);
            $run
        }
        fn give_back(&$self, feature: &str, amount: u64) -> Result<ActivationFeature, Error> {
            let $call = $self.0.give_back(feature, amount);
            $run
        }
        fn deactivate(&$self) -> Result<(), Error> {
            let $call = $self.0.deactivate();
            $run
        }
        fn validate(&$self, request: &Activate) -> Result<Validation, Error> {
            let $call = $self.0.validate(request);
            $run
        }
        fn lease(&$self) -> Result<Option<Lease>, Error> {
            $self.0.lease()
        }
        fn entitlement(&$self) -> Result<EntitlementInfo, Error> {
            let $call = $self.0.entitlement();
            $run
        }
        fn offline_request(&$self, request: &Activate) -> Result<String, Error> {
            let $call = $self.0.offline_request(request);
            $run
        }
        fn apply_offline(&$self, text: &str) -> Result<Standing, Error> {
            let $call = $self.0.apply_offline(text);
            $run
        }
        fn apply_offline_response(&$self, text: &str) -> Result<Standing, Error> {
            let $call = $self.0.apply_offline_response(text);
            $run
        }
        fn apply_offline_refresh(&$self, text: &str) -> Result<Standing, Error> {
            let $call = $self.0.apply_offline_refresh(text);
            $run
        }
        fn deactivate_offline(&$self) -> Result<String, Error> {
            let $call = $self.0.deactivate_offline();
            $run
        }
        fn forget_offline_requests(&$self) -> Result<(), Error> {
            let $call = $self.0.forget_offline_requests();
            $run
        }
        fn offline_deactivation(&$self) -> Result<Option<String>, Error> {
            $self.0.offline_deactivation()
        }
        fn check(&$self) -> Result<chancery_client::Standing, Error> {
            $self.0.check()
        }
        fn status(&$self) -> Result<chancery_client::Status, Error> {
            $self.0.status()
        }
    };
}

impl Face for Blocking {
    fn open(url: &str, product: Product, state: StateStore, options: Options) -> Self {
        Self(blocking::Client::open_with(url, product, state, options).unwrap())
    }
    fn open_offline(product: Product, state: StateStore, options: Options) -> Self {
        Self(blocking::Client::open_offline(product, state, options).unwrap())
    }
    face!(Blocking, self, call => call);
}

impl Face for Async {
    fn open(url: &str, product: Product, state: StateStore, options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self(Client::open_with(url, product, state, options).unwrap(), runtime)
    }
    fn open_offline(product: Product, state: StateStore, options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self(Client::open_offline(product, state, options).unwrap(), runtime)
    }
    face!(Async, self, call => self.1.block_on(call));
}

/// Runs a generic test with both faces.
#[macro_export]
macro_rules! both_faces {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {
        mod blocking_face {
            $($(#[$meta])* #[test] fn $name() { super::$name::<super::common::faces::Blocking>(); })*
        }
        mod async_face {
            $($(#[$meta])* #[test] fn $name() { super::$name::<super::common::faces::Async>(); })*
        }
    };
}
