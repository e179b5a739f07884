//! What these tests ask of the system.

use chancery_domain::*;
use chancery_operations::activation::{self, Activated};
use chancery_operations::customer::{NewContact, NewCustomer};
use chancery_operations::order::OrderView;
use chancery_operations::purge::{Purged, due};
use chancery_operations::{AuditEntry, AuditFilter, Error, PageRequest, audit, customer, order};

use chancery_store::{ReadTx, StoreError};

use crate::fixture::Fixture;

pub(crate) fn refused(error: Error) -> Refusal {
    match error {
        Error::Refused(refused) => refused.refusal,
        other => panic!("{other:?}"),
    }
}

impl Fixture {
    /// The order of the fixture, as it is shown.
    pub(crate) async fn order(&self) -> OrderView {
        order::find(&self.system, &self.admin(), self.order_id().await.into()).await.unwrap()
    }

    pub(crate) async fn order_id(&self) -> OrderId {
        let first = |tx: &mut ReadTx<'_>| tx.query_one("SELECT MIN(id) FROM orders", &[], |c| c.take());
        self.store.read(first).await.unwrap_or_else(|error: StoreError| panic!("{error:?}"))
    }

    /// The customer of the fixture.
    pub(crate) async fn customer_id(&self) -> CustomerId {
        self.order().await.order.customer
    }

    pub(crate) async fn refresh(
        &self,
        seat: &Activated,
        nonce: &str,
        key: &str,
    ) -> Result<(Option<Timestamp>, String), Error> {
        let (context, call) = self.holder(seat, nonce, key, "");
        let done = activation::refresh(&self.system, &context, call, Default::default()).await?;
        Ok((done.view.activation.lease.expiry, done.nonce))
    }

    /// The hourly job.
    pub(crate) async fn job(&self) -> Purged {
        due(&self.system, self.now(), [9; 32]).await.unwrap()
    }

    /// All of the audit, the earliest first.
    pub(crate) async fn audit(&self) -> Vec<AuditEntry> {
        let (mut all, mut page) = (Vec::new(), PageRequest { limit: 100, ..PageRequest::default() });
        loop {
            let list = audit::list(&self.system, &self.admin(), AuditFilter::default(), page.clone()).await.unwrap();
            all.extend(list.items);
            page.after = list.next;
            if page.after.is_none() {
                return all;
            }
        }
    }

    /// How many rows a table has.
    pub(crate) async fn rows(&self, sql: &'static str) -> i64 {
        self.store
            .read(move |tx| tx.query_one(sql, &[], |c| c.take()))
            .await
            .unwrap_or_else(|error: StoreError| panic!("{sql}: {error:?}"))
    }

    pub(crate) async fn another_customer(&self) -> Customer {
        let contacts =
            vec![NewContact { name: Name::new("Eve").unwrap(), email: Email::new("eve@umbrella.example").unwrap() }];
        let new = NewCustomer {
            name: Name::new("Umbrella").unwrap(),
            reference: Some(Reference::new("CRM-2").unwrap()),
            contacts,
            notes: "met Eve Example".to_owned(),
            metadata: Metadata::default(),
        };
        customer::create(&self.system, &self.admin(), new).await.unwrap()
    }
}
