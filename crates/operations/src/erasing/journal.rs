//! What is left of a customer's personal data in the journal: nothing, or a keyed hash (ENT-10, AUD-1).

use chancery_domain::Change;
use chancery_store::journal::{self, About, PersonalData};
use chancery_store::{ReadTx, WriteTx};
use chancery_token::hash::{base64url, hmac_sha256};

use super::Eraser;
use crate::Error;

/// The most rows of the journal that are changed at a time.
const MOST: i64 = 200;
/// What stands where a text was.
const ERASED: &str = "(erased)";

impl Eraser {
    /// Takes the personal data out of the next rows about something. Says whether those were the last.
    pub(super) fn journal(&self, tx: &mut WriteTx<'_>, about: &About, after: &mut i64) -> Result<bool, Error> {
        let rows = self.rows(tx, about, *after)?;
        let last = rows.len() < usize::try_from(MOST).unwrap_or_default();
        for row in rows {
            *after = row.seq;
            let left = self.left(&row);
            if left != row {
                journal::erase(tx, &self.permit, self.context.now(), &left)?;
            }
        }
        Ok(last)
    }

    fn rows(&self, tx: &mut ReadTx<'_>, about: &About, after: i64) -> Result<Vec<PersonalData>, Error> {
        Ok(journal::personal_data(tx, self.permit.vendor(), about, after, MOST)?)
    }

    /// Seats stay told apart by a keyed hash; all else that tells of persons goes. The addresses of the vendor's own staff stay:
    /// they are not the customer's.
    fn left(&self, row: &PersonalData) -> PersonalData {
        let erased = |change: &Change| match change.personal {
            true => {
                let gone = |value: &Option<String>| value.as_ref().map(|_| ERASED.to_owned());
                Change { from: gone(&change.from), to: gone(&change.to), ..change.clone() }
            }
            false => change.clone(),
        };
        PersonalData {
            seq: row.seq,
            actor: row.actor.clone(),
            address: row.address.clone().filter(|_| is_vendors(&row.actor)),
            seat_id: row.seat_id.as_ref().map(|id| self.hashed(id)),
            seat_name: None,
            changes: row.changes.iter().map(erased).collect(),
        }
    }

    fn hashed(&self, seat_id: &str) -> String {
        let hash = hmac_sha256(&self.keys.secret, &[b"chancery erased seat\0", seat_id.as_bytes()]);
        format!("erased-{}", base64url(hash.get(..16).unwrap_or(&hash)))
    }
}

/// Whether an actor is of the vendor's side.
fn is_vendors(actor: &str) -> bool {
    actor == "operator" || actor.starts_with("apik_") || actor.starts_with("user_")
}
