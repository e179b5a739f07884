//! `customer.import`: customers as a table, such as another system exports it.

mod decide;
mod merge;
mod report;

use chancery_domain::{Action, Customer, Permit, Selector};
use chancery_store::{Aggregate, ReadTx, customer, journal};

pub use self::merge::{ContactCells, CustomerRow, CustomerTable, cell_path};
pub use self::report::{CustomerImported, CustomerOutcome, CustomersImported};

use self::decide::{Step, decide};
use self::merge::{Wanted, merge};
use super::reference_taken;
use crate::{Change, Context, Error, System};

/// The most rows of one import: nobody else's change waits longer than these take (docs/decisions/0032).
pub const MOST_ROWS: usize = 1_000;

/// Makes the customers be as a table says: found by their refs, those that differ are changed, those that are not there are
/// made; what the table leaves out stays. All of it, or nothing when any row is wrong. A dry run only says what would be
/// done.
///
/// # Errors
/// `Invalid`, with everything that is wrong in the table; the database's.
pub async fn import(
    system: &System,
    context: &Context,
    table: CustomerTable,
    dry_run: bool,
) -> Result<CustomersImported, Error> {
    if dry_run {
        return preview(system, context, table).await;
    }
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let circumstances = context.clone();
    system
        .change(context, Action::ImportCustomers, aggregate, move |change| {
            let steps = steps(change.tx, change.permit, &circumstances, &table)?;
            steps.iter().try_for_each(|step| write(change, &circumstances, step))?;
            Ok(CustomersImported::of(steps.into_iter().map(|step| step.told)).without_customers())
        })
        .await
}

async fn preview(system: &System, context: &Context, table: CustomerTable) -> Result<CustomersImported, Error> {
    let permit = context.permit(Action::ImportCustomers)?;
    let circumstances = context.clone();
    system
        .store()
        .read(move |tx| {
            let steps = steps(tx, &permit, &circumstances, &table)?;
            Ok(CustomersImported::of(steps.into_iter().map(|step| step.told)))
        })
        .await
}

/// What is to be done, or all that is wrong: in the table itself, and with what stands.
fn steps(tx: &mut ReadTx<'_>, permit: &Permit, context: &Context, table: &CustomerTable) -> Result<Vec<Step>, Error> {
    let (wanted, mut faults) = merge(table);
    let mut entropy = context.entropy("import");
    let mut steps = Vec::with_capacity(wanted.len());
    for one in &wanted {
        let present = find(tx, permit, one)?;
        match decide(present, one, permit.vendor(), &mut entropy, context.now()) {
            Ok(step) => steps.push(step),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() { Ok(steps) } else { Err(Error::Invalid(faults)) }
}

fn find(tx: &mut ReadTx<'_>, permit: &Permit, wanted: &Wanted<'_>) -> Result<Option<Customer>, Error> {
    Ok(customer::find(tx, permit.vendor(), &Selector::Name(wanted.reference.to_string()))?)
}

/// What did not change leaves no trace in the journal.
fn write(change: &mut Change<'_, '_>, context: &Context, step: &Step) -> Result<(), Error> {
    let id = step.after.id;
    match &step.before {
        None => {
            customer::insert(change.tx, change.permit, &step.after).map_err(reference_taken)?;
            return change.record(id, None, Some(&step.after));
        }
        Some(before) if *before != step.after => {
            customer::update(change.tx, change.permit, &step.after)?;
            change.record(id, Some(before), Some(&step.after))?;
        }
        Some(_) => {}
    }
    for contact in &step.new_contacts {
        customer::insert_contact(change.tx, change.permit, id, contact)?;
        change.record(id, None, Some(contact))?;
    }
    for contact in &step.renamed_contacts {
        customer::update_contact(change.tx, change.permit, id, contact)?;
        // That somebody was renamed, and not how: names of people stay out of the audit (ENT-10).
        let (now, origin, changes) = (context.now(), context.origin(), [decide::renamed(contact.id)]);
        journal::record(change.tx, change.permit, now, origin, &id.to_string(), &changes)?;
    }
    Ok(())
}
