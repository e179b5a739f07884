//! The methods that both faces of the client have, written once.

macro_rules! methods {
    ([$($wait:tt)*] $(#[$doc:meta])* $name:ident ($($arg:ident: $type:ty),*) -> $answer:ty = |$core:ident| $ask:expr) => {
        $(#[$doc])*
        pub $($wait)* fn $name(&self, $($arg: $type),*) -> Result<$answer, crate::Error> {
            let $core = &self.core;
            let _ = $core;
            crate::face::awaited!([$($wait)*] self.run($ask))
        }
    };
}

macro_rules! awaited {
    ([async] $call:expr) => {
        $call.await
    };
    ([] $call:expr) => {
        $call
    };
}

/// `face!([async])` or `face!([])` inside of an `impl` block of a type with `core` and `run`.
macro_rules! face {
    ($wait:tt) => {
        crate::face::methods! { $wait
            /// Takes a seat, and remembers it with its lease (SEAT-1).
            ///
            /// It is always safe to activate again: a seat id that has a seat gets its own back with a fresh lease, never a
            /// second one (SEAT-2). A damaged state is set aside (`state.json.damaged`) and replaced, and so is one of another
            /// machine (`state.json.foreign`; OFF-12). If the state holds an activation of another seat id, that seat stays
            /// taken: deactivate first.
            ///
            /// # Errors
            /// `seats_exhausted`, `activation_code_unknown` and other refusals; a token's code if the lease is bad.
            activate(request: &crate::Activate) -> crate::Activation = |core| crate::core::job::activate(core, request)
        }
        crate::face::methods! { $wait
            /// Gets a fresh lease (SEAT-6). Products do it daily, and when they start.
            ///
            /// # Errors
            /// `not_activated`; `entitlement_expired` and other refusals; [`ActivateAgain`](crate::Error::ActivateAgain). The
            /// lease that is held goes on until its end, whatever the error.
            refresh() -> crate::Activation = |core| crate::core::job::refresh(core)
        }
        crate::face::methods! { $wait
            /// Asks the server for the activation's state, with what is available of each feature (FEAT-5).
            ///
            /// # Errors
            /// `not_activated`; refusals.
            state() -> crate::Activation = |core| crate::core::job::state()
        }
        crate::face::methods! { $wait
            /// Asks the server for the entitlement behind the seat: customer, order, plan, periods, maintenance.
            ///
            /// # Errors
            /// `not_activated`; refusals.
            entitlement() -> crate::EntitlementInfo = |core| crate::core::job::entitlement()
        }
        crate::face::methods! { $wait
            /// Takes `amount` of an `elementPool`, until it is given back or the activation ends (FEAT-3).
            ///
            /// # Errors
            /// `feature_exhausted`, `feature_not_licensed`: nothing was taken. See
            /// [`is_outcome_unknown`](crate::Error::is_outcome_unknown) for lost replies.
            checkout(feature: &str, amount: u64) -> crate::ActivationFeature =
                |core| crate::core::job::feature(|feature| crate::state::record::Change::Checkout { feature }, feature, amount)
        }
        crate::face::methods! { $wait
            /// Gives back `amount` of an `elementPool` (FEAT-3): the API's `return`, which is a word of the language here.
            ///
            /// # Errors
            /// `returned_more_than_taken`, `not_returnable`.
            give_back(feature: &str, amount: u64) -> crate::ActivationFeature =
                |core| crate::core::job::feature(|feature| crate::state::record::Change::Return { feature }, feature, amount)
        }
        crate::face::methods! { $wait
            /// Spends `amount` of a `usageCount` for good, or records the use of a `bool` (FEAT-1, FEAT-2): the API's `use`,
            /// which is a word of the language here.
            ///
            /// # Errors
            /// `feature_exhausted`, `feature_not_licensed`: nothing was spent.
            spend(feature: &str, amount: u64) -> crate::ActivationFeature =
                |core| crate::core::job::feature(|feature| crate::state::record::Change::Use { feature }, feature, amount)
        }
        crate::face::methods! { $wait
            /// Gives the seat back, with all that the activation holds (SEAT-9). The stored state is removed only when the
            /// server has said that the seat is free, or that it is no longer this activation's.
            ///
            /// # Errors
            /// `not_activated`; `activation_superseded`: the seat id was activated elsewhere, and is that one's to give back.
            deactivate() -> () = |core| crate::core::job::deactivate()
        }
        crate::face::methods! { $wait
            /// Asks whether a seat would be given now, and for what, without taking one. A seat id is not needed.
            ///
            /// # Errors
            /// `activation_code_unknown` and other refusals; a token's code if the signed verdict is bad.
            validate(request: &crate::Activate) -> crate::Validation = |core| crate::core::job::validate(core, request)
        }

        crate::face::methods! { $wait
            /// Makes a request for an offline activation, for a person to carry to the vendor (OFF-3). No server is asked.
            ///
            /// It is sealed to the vendor: nobody between can read it. Requests can be made again and again; each is valid, of
            /// the last 64, until a response to one of them is applied. A damaged state is set aside and replaced.
            ///
            /// ```no_run
            /// # use chancery_client::{Activate, Error, blocking::Client};
            /// # fn offline(client: &Client, answered: &str) -> Result<(), Error> {
            /// let request = client.offline_request(&Activate::code("7K2M-9QXT-4HDA-W0RB-E3"))?;
            /// println!("Carry this to the vendor, and bring the answer: {request}");
            /// client.apply_offline(answered)?;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            /// `already_activated` while a lease runs, until it ends or is deactivated; `configuration_invalid` if the trust
            /// bundle in the product has no key that offline requests are sealed to.
            offline_request(request: &crate::Activate) -> String =
                |core| crate::core::offline::request(core, request)
        }
        crate::face::methods! { $wait
            /// Applies what the vendor made, a response (OFF-5) or a refresh (OFF-7): as text, with or without line breaks, or
            /// as the text of a file, or as all parts of several codes in any order.
            ///
            /// Each token is applied once. Whatever is refused changes nothing.
            ///
            /// # Errors
            /// A token's code, such as `token_wrong_recipient` for one that was made for another machine, and
            /// `token_superseded` for one that was applied before, or that is older than what was.
            apply_offline(text: &str) -> crate::Standing =
                |core| crate::core::offline::apply(text, crate::core::offline::Expected::Either)
        }
        crate::face::methods! { $wait
            /// Applies the vendor's response to one of this client's requests (OFF-5): then the product is activated, until its
            /// lease ends, without any connection. Other requests are forgotten.
            ///
            /// # Errors
            /// As [`apply_offline`](Self::apply_offline); `token_wrong_type` for a refresh.
            apply_offline_response(text: &str) -> crate::Standing =
                |core| crate::core::offline::apply(text, crate::core::offline::Expected::Response)
        }
        crate::face::methods! { $wait
            /// Applies a refresh of the offline activation (OFF-7), with its features, attributes and instants of now. Also when
            /// its lease has ended.
            ///
            /// # Errors
            /// As [`apply_offline`](Self::apply_offline); `token_wrong_type` for a response; `not_activated`.
            apply_offline_refresh(text: &str) -> crate::Standing =
                |core| crate::core::offline::apply(text, crate::core::offline::Expected::Refresh)
        }
        crate::face::methods! { $wait
            /// Gives an offline activation up, at once, and makes the token that tells the vendor so (OFF-8). Its keys are
            /// destroyed: no token that was made for it can be applied again. An activation whose lease has ended can be given up
            /// too. Called again it gives the same token, until the next activation.
            ///
            /// # Errors
            /// `not_activated`; `wrong_mode` on an online activation, which [`deactivate`](Self::deactivate) is for.
            deactivate_offline() -> String = |core| crate::core::offline::deactivate()
        }

        crate::face::methods! { $wait
            /// Forgets the offline requests that wait for a response, and their keys: a response to them is refused from then on,
            /// and the next request has new keys. A held activation keeps its own.
            ///
            /// It is for requests that the vendor refuses (`activation_released`, `activation_deactivated`), because an earlier
            /// one was answered, the answer never applied here, and the seat given to others since.
            ///
            /// # Errors
            /// Those of the stored state.
            forget_offline_requests() -> () = |core| crate::core::offline::forget()
        }

        /// The token of the last [`deactivate_offline`](Self::deactivate_offline), until the next activation, online or offline
        /// (OFF-8).
        ///
        /// # Errors
        /// `state_damaged` and others of the stored state.
        pub fn offline_deactivation(&self) -> Result<Option<String>, crate::Error> {
            self.core.offline_deactivation()
        }

        /// What the product may do now, from the lease on disk and the time alone (TOK-7, OFF-11): no server is asked, nothing is
        /// awaited. It reads a few small files and verifies a signature; once a minute it writes one, if nobody has the lock.
        ///
        /// # Errors
        /// `state_damaged`, `state_from_another_machine`, `state_newer_than_program`, `state_unavailable`; a token's code, such as
        /// `token_signature_invalid` or `token_wrong_product`, if the lease on disk is not one that this product may run by.
        pub fn check(&self) -> Result<crate::Standing, crate::Error> {
            self.core.check()
        }

        /// The lease, running or ended: features, attributes, customer, instants, all verified.
        ///
        /// # Errors
        /// Those of [`check`](Self::check).
        pub fn lease(&self) -> Result<Option<crate::Lease>, crate::Error> {
            self.core.lease()
        }

        /// All that is known without asking the server.
        ///
        /// # Errors
        /// Those of [`check`](Self::check).
        pub fn status(&self) -> Result<crate::Status, crate::Error> {
            self.core.status()
        }

        /// The product that this client is for.
        #[must_use]
        pub fn product(&self) -> &crate::Product {
            &self.core.product
        }
    };
}

pub(crate) use {awaited, face, methods};
