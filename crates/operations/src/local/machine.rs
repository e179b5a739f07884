//! What a local server's data are bound to where no machine is named: the database (EXP-10).

use chancery_domain::{MachineIdentity, MachineSign};
use chancery_store::Store;
use chancery_token::hash::sha256;

use crate::Error;

/// The identity of the database; nothing where it has none, as a file has none.
pub(crate) async fn machine_of(store: &Store) -> Result<MachineIdentity, Error> {
    let Some(identity) = store.identity().await? else { return Ok(MachineIdentity::default()) };
    let digest = sha256(&[b"chancery database\0", identity.as_bytes()]);
    let mut hash = [0; 16];
    hash.copy_from_slice(digest.split_at(16).0);
    Ok(MachineIdentity { signs: vec![MachineSign { kind: "database".to_owned(), weight: 1, hash }] })
}
