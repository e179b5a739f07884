//! What an import of customers did, or would do; and how that is remembered (SAFE-1).

use chancery_domain::{Change as FieldChange, Reference};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

/// What is done with a customer of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerOutcome {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is as the table says already.
    Unchanged,
}

/// What becomes of one customer of the table.
#[derive(Clone, Debug)]
pub struct CustomerImported {
    /// Its first row.
    pub row: u32,
    /// Its ref.
    pub reference: Reference,
    /// What is done with it.
    pub outcome: CustomerOutcome,
    /// What changes in it.
    pub changes: Vec<FieldChange>,
}

/// What an import did; of a dry run, what it would do.
#[derive(Clone, Debug, Default)]
pub struct CustomersImported {
    /// How many customers are made.
    pub created: u64,
    /// How many are changed.
    pub updated: u64,
    /// How many are as the table says already.
    pub unchanged: u64,
    /// Of a dry run: the customers that are made or changed, in the table's order.
    pub customers: Vec<CustomerImported>,
}

impl CustomersImported {
    pub(super) fn of(customers: impl Iterator<Item = CustomerImported>) -> Self {
        let mut report = Self::default();
        for customer in customers {
            match customer.outcome {
                CustomerOutcome::Create => report.created += 1,
                CustomerOutcome::Update => report.updated += 1,
                CustomerOutcome::Unchanged => {
                    report.unchanged += 1;
                    continue;
                }
            }
            report.customers.push(customer);
        }
        report
    }

    /// What was done is in the audit; names and addresses of people are kept in no receipt.
    pub(super) fn without_customers(self) -> Self {
        Self { customers: Vec::new(), ..self }
    }
}

impl Remembered for CustomersImported {
    fn facts(&self) -> String {
        format!("{} {} {}", self.created, self.updated, self.unchanged)
    }

    fn recall(_: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [created, updated, unchanged] = parts[..] else {
            return Err(Error::internal("a receipt of another form"));
        };
        let (created, updated, unchanged) = (fact(created)?, fact(updated)?, fact(unchanged)?);
        Ok(Self { created, updated, unchanged, customers: Vec::new() })
    }
}
