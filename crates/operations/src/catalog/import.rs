//! `catalog.import`.

use chancery_domain::Action;
use chancery_store::{Aggregate, journal};

use super::decide::{Step, decide};
use super::{CatalogInput, ImportReport, content};
use crate::{Change, Context, Error, System};

/// Makes the catalog be as the file wants it: what is new is made, what differs is changed, what the file leaves out
/// stays (CAT-4). A dry run only says what would be done.
///
/// # Errors
/// `Invalid`, with everything that is wrong in the file; the database's.
pub async fn import(
    system: &System,
    context: &Context,
    input: CatalogInput,
    dry_run: bool,
) -> Result<ImportReport, Error> {
    if dry_run {
        return preview(system, context, input).await;
    }
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let circumstances = context.clone();
    system
        .change(context, Action::ImportCatalog, aggregate, move |change| {
            let present = content::load(change.tx, change.permit)?;
            let steps = decide(&circumstances, &present, &input)?;
            let mut entries = Vec::with_capacity(steps.len());
            for step in steps {
                write(change, &circumstances, &step)?;
                entries.push(step.entry);
            }
            Ok(ImportReport { entries })
        })
        .await
}

async fn preview(system: &System, context: &Context, input: CatalogInput) -> Result<ImportReport, Error> {
    let permit = context.permit(Action::ImportCatalog)?;
    let circumstances = context.clone();
    system
        .store()
        .read(move |tx| {
            let present = content::load(tx, &permit)?;
            let steps = decide(&circumstances, &present, &input)?;
            Ok(ImportReport { entries: steps.into_iter().map(|step| step.entry).collect() })
        })
        .await
}

/// What did not change leaves no trace in the journal.
fn write(change: &mut Change<'_, '_>, context: &Context, step: &Step) -> Result<(), Error> {
    for write in &step.writes {
        write(change.tx, change.permit)?;
    }
    if step.audit.is_empty() {
        return Ok(());
    }
    let (now, origin) = (context.now(), context.origin());
    Ok(journal::record(change.tx, change.permit, now, origin, &step.subject, &step.audit)?)
}
