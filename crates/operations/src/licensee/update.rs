//! `licensee.update`.

use chancery_domain::{Action, Licensee, LicenseeId, LicenseeNumber, Metadata, Selector};
use chancery_store::{Aggregate, licensee};

use super::{changed, locked};
use crate::{Context, Error, System};

/// New values for some members of a licensee. An absent one stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the licensee's members")]
pub struct LicenseeEdit {
    pub number: Option<LicenseeNumber>,
    pub metadata: Option<Metadata>,
}

/// Changes a licensee's number or metadata. Its secret has operations of its own.
///
/// # Errors
/// `NotFound`; `AlreadyExists` for a number that is taken; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    which: Selector<LicenseeId>,
    edit: LicenseeEdit,
) -> Result<Licensee, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateLicensee, aggregate, move |change| {
            let before = locked(change, &which)?;
            change.expect_version(&before)?;
            let mut after = before.clone();
            if let Some(number) = &edit.number {
                after.number = number.clone();
            }
            if let Some(metadata) = &edit.metadata {
                after.metadata = metadata.clone();
            }
            let named = Selector::Name(after.number.to_string());
            if after.number != before.number && licensee::find(change.tx, before.vendor, &named)?.is_some() {
                return Err(Error::AlreadyExists { field: "number" });
            }
            changed(change, &before, after)
        })
        .await
}
