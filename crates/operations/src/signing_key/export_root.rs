//! `signing-key.export-root`: the root leaves the server, encrypted under a passphrase (KEY-1).

use chancery_domain::{Action, Invalid, KeyPurpose, KeyRecord, Refusal};
use chancery_store::signing_key::SigningKeyRow;
use chancery_store::{Aggregate, ReadTx, signing_key};
use zeroize::Zeroizing;

use super::KeyView;
use super::authority::root;
use crate::vendor_keys::local;
use crate::{Change, Context, Error, Remembered, System};

/// The fewest characters of a passphrase: whoever finds the file can try as many as they like.
const SHORTEST: usize = 12;

/// How the root is exported.
pub struct ExportRoot {
    /// What it is encrypted under.
    pub passphrase: Zeroizing<String>,
    /// Whether its private half is erased here.
    pub remove: bool,
}

/// The root as it was exported.
pub struct Exported {
    /// Its record.
    pub key: KeyView,
    /// PKCS#8 in PEM, encrypted (PBES2).
    pub pem: Zeroizing<String>,
}

impl Remembered for Exported {
    fn facts(&self) -> String {
        self.key.facts()
    }

    /// Told again to the caller alone: after `remove` there may be no other copy of it.
    fn secret(&self) -> Option<String> {
        Some(self.pem.to_string())
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, secret: Option<String>) -> Result<Self, Error> {
        let key = KeyView::recall(change, facts, None)?;
        Ok(Self { key, pem: Zeroizing::new(secret.unwrap_or_default()) })
    }
}

/// Exports the root. With `remove` its private half is erased here: all goes on until certificates end, and nothing is rotated,
/// revoked or renewed until the root is imported again. That needs an idempotency key: the reply must not be lost.
///
/// # Errors
/// `RootKeyRemoved`, `IdempotencyKeyMissing`, `Invalid` for a weak passphrase; the database's.
pub async fn export_root(system: &System, context: &Context, input: ExportRoot) -> Result<Exported, Error> {
    context.permit(Action::ExportRootSigningKey)?;
    if input.passphrase.chars().count() < SHORTEST {
        let detail = format!("give a passphrase of at least {SHORTEST} characters");
        return Err(Error::invalid("passphrase", Invalid::OutOfRange, detail));
    }
    if input.remove && context.idempotency().is_none() {
        return Err(Error::IdempotencyKeyMissing);
    }
    let pem = encrypted(system, context, input.passphrase).await?;
    let (remove, aggregate) = (input.remove, Aggregate::Vendor(context.actor().vendor()));
    let act = move |change: &mut Change<'_, '_>| {
        let before = root(change)?;
        let pem = pem.clone().filter(|_| before.private.is_some()).ok_or(Refusal::RootKeyRemoved)?;
        let key = leave(change, &before, remove)?;
        Ok(Exported { key, pem })
    };
    let exported = system.change(context, Action::ExportRootSigningKey, aggregate, act).await?;
    system.load_keys().await?;
    Ok(exported)
}

/// The root in PEM; nothing if it is not here, which a call that is told again does not mind.
async fn encrypted(
    system: &System,
    context: &Context,
    passphrase: Zeroizing<String>,
) -> Result<Option<Zeroizing<String>>, Error> {
    let vendor = context.actor().vendor();
    let read = move |tx: &mut ReadTx<'_>| Ok::<_, Error>(signing_key::of_vendor(tx, vendor)?);
    let keys = system.store().read(read).await?;
    let row = keys.iter().find(|row| row.record.purpose == KeyPurpose::Root);
    let Some(key) = row.map(|row| local(row, &system.workshop().kek)).transpose()?.flatten() else { return Ok(None) };
    let mut entropy = context.entropy("root export");
    let work = move || key.to_encrypted_pem(&passphrase, &mut entropy);
    Ok(Some(tokio::task::spawn_blocking(work).await.map_err(Error::internal)??))
}

fn leave(change: &mut Change<'_, '_>, before: &SigningKeyRow, remove: bool) -> Result<KeyView, Error> {
    let after = KeyRecord { usable: !remove, ..before.record.clone() };
    let private = before.private.as_ref().filter(|_| !remove);
    signing_key::update(change.tx, change.permit, &after, private)?;
    // Said also when nothing changes: that somebody has it is what the audit is for.
    change.record(after.id, Some(&Held(&before.record, false)), Some(&Held(&after, true)))?;
    KeyView::of(change.tx, after, change.now)
}

/// The root, and whether somebody has a copy of it elsewhere.
struct Held<'a>(&'a KeyRecord, bool);

impl chancery_domain::Facts for Held<'_> {
    fn facts(&self) -> Vec<chancery_domain::Fact> {
        let mut facts = self.0.facts();
        if self.1 {
            facts.push(chancery_domain::fact("exported", true));
        }
        facts
    }
}
