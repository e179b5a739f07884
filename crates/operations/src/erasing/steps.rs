//! The steps of a purge: customers by their orders, orders by their entitlements, entitlements by their rows.

use chancery_domain::{Change, CustomerId, EntitlementId, OrderId};
use chancery_store::journal::{self, About};
use chancery_store::{
    Aggregate, Outcome, ReadTx, WriteTx, customer, entitlement, export_session, local_servers, order, purge,
};

use super::Eraser;
use crate::{Error, System};

/// How far the journal has been gone through, of what happened to seats and of changes.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    seats: i64,
    subject: i64,
}

impl Eraser {
    /// Erases an entitlement whose purge has begun.
    ///
    /// # Errors
    /// The database's. What was erased so far stays so.
    pub(crate) async fn entitlement(&self, system: &System, order: OrderId, id: EntitlementId) -> Result<(), Error> {
        let vendor = self.permit.vendor();
        // Its export sessions are remembered (EXP-7): what is on record of them tells of persons why they were ended.
        let sessions = move |tx: &mut ReadTx<'_>| Ok::<_, Error>(export_session::of_entitlement(tx, vendor, id)?);
        for session in system.store().read(sessions).await? {
            self.steps(system, Aggregate::Order(order), move |eraser, tx, progress| {
                eraser.journal(tx, &About::Subject(session.id.to_string()), &mut progress.subject)
            })
            .await?;
        }
        self.steps(system, Aggregate::Order(order), move |eraser, tx, progress| {
            let vendor = eraser.permit.vendor();
            if entitlement::find(tx, vendor, id)?.is_none() {
                return Ok(true);
            }
            if !purge::entitlement_rows(tx, &eraser.permit, id)?
                || !eraser.journal(tx, &About::Seats(id), &mut progress.seats)?
                || !eraser.journal(tx, &About::Subject(id.to_string()), &mut progress.subject)?
            {
                return Ok(false);
            }
            purge::entitlement(tx, &eraser.permit, id)?;
            eraser.record(tx, &id.to_string())?;
            Ok(true)
        })
        .await
    }

    /// Erases an order whose purge, or whose customer's, has begun.
    ///
    /// # Errors
    /// The database's. What was erased so far stays so.
    pub(crate) async fn order(&self, system: &System, id: OrderId) -> Result<(), Error> {
        loop {
            let granted = system.store().read(move |tx| Ok::<_, Error>(purge::entitlements_of(tx, id)?)).await?;
            if granted.is_empty() {
                break;
            }
            for entitlement in granted {
                self.entitlement(system, id, entitlement).await?;
            }
        }
        self.steps(system, Aggregate::Order(id), move |eraser, tx, progress| {
            if order::find(tx, eraser.permit.vendor(), &id.into())?.is_none() {
                return Ok(true);
            }
            if !eraser.journal(tx, &About::Subject(id.to_string()), &mut progress.subject)? {
                return Ok(false);
            }
            purge::order(tx, &eraser.permit, id)?;
            eraser.record(tx, &id.to_string())?;
            Ok(true)
        })
        .await
    }

    /// Erases a customer whose purge has begun.
    ///
    /// # Errors
    /// The database's. What was erased so far stays so.
    pub(crate) async fn customer(&self, system: &System, id: CustomerId) -> Result<(), Error> {
        let vendor = self.permit.vendor();
        loop {
            let orders = system.store().read(move |tx| Ok::<_, Error>(purge::orders_of(tx, vendor, id)?)).await?;
            if orders.is_empty() {
                break;
            }
            for order in orders {
                self.order(system, order).await?;
            }
        }
        // The vendor is locked: nobody makes an order or moves one to this customer meanwhile.
        for licensee in system.store().read(move |tx| Ok::<_, Error>(purge::licensees_of(tx, vendor, id)?)).await? {
            self.steps(system, Aggregate::Vendor(vendor), move |eraser, tx, progress| {
                eraser.journal(tx, &About::Subject(licensee.to_string()), &mut progress.subject)
            })
            .await?;
        }
        let servers = move |tx: &mut ReadTx<'_>| Ok::<_, Error>(local_servers::of_customer(tx, vendor, id)?);
        for server in system.store().read(servers).await? {
            self.steps(system, Aggregate::Vendor(vendor), move |eraser, tx, progress| {
                let done = eraser.journal(tx, &About::Subject(server.id.to_string()), &mut progress.subject)?;
                if done {
                    local_servers::delete(tx, &eraser.permit, server.id)?;
                }
                Ok(done)
            })
            .await?;
        }
        self.steps(system, Aggregate::Vendor(vendor), move |eraser, tx, progress| {
            if customer::find(tx, eraser.permit.vendor(), &id.into())?.is_none() {
                return Ok(true);
            }
            if !eraser.journal(tx, &About::Subject(id.to_string()), &mut progress.subject)? {
                return Ok(false);
            }
            customer::delete(tx, &eraser.permit, id)?;
            eraser.record(tx, &id.to_string())?;
            Ok(true)
        })
        .await
    }

    /// Takes steps until one says that it was the last: each a transaction of its own.
    async fn steps<F>(&self, system: &System, aggregate: Aggregate, step: F) -> Result<(), Error>
    where
        F: Fn(&Self, &mut WriteTx<'_>, &mut Progress) -> Result<bool, Error> + Clone + Send + 'static,
    {
        let mut progress = Progress::default();
        loop {
            let (eraser, step) = (self.clone(), step.clone());
            let (done, reached) = system
                .store()
                .write(aggregate, move |tx| {
                    let mut reached = progress;
                    let done = step(&eraser, tx, &mut reached)?;
                    Ok::<_, Error>(Outcome::Done((done, reached)))
                })
                .await?;
            if done {
                return Ok(());
            }
            progress = reached;
        }
    }

    /// Records that nothing is left of it but its id.
    fn record(&self, tx: &mut WriteTx<'_>, subject: &str) -> Result<(), Error> {
        let erased = Change { field: "erased".to_owned(), from: None, to: Some("true".to_owned()), personal: false };
        let (now, origin) = (self.context.now(), self.context.origin());
        Ok(journal::record(tx, &self.permit, now, origin, subject, &[erased])?)
    }
}
