//! `local-server.rebind`: the machine of a local server is dead, and it goes on at another one (EXP-10).

use chancery_domain::{Action, LocalServer, LocalServerId, MachineIdentity, Refusal, Timestamp};
use chancery_store::{Aggregate, local_servers};
use chancery_token::hash::base64url;
use chancery_token::{Jwk, KeyUse, RebindClaims, SealingKey};

use super::LocalServerView;
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// How long a rebind token can be applied: 30 days, in microseconds. It is carried by hand.
const GOOD_FOR: i64 = 30 * 24 * 3_600_000_000;

/// A token for a local server whose data was taken to another machine.
#[derive(Clone, Debug)]
pub struct Rebound {
    /// The token, sealed to the server.
    pub token: String,
    /// The server.
    pub view: LocalServerView,
}

/// What was decided, before it is signed.
struct Decided {
    view: LocalServerView,
    at: Timestamp,
    jti: String,
}

/// Lets a local server go on at another machine, whose identity was carried here. A server that is lost stays so.
///
/// # Errors
/// `NotFound`; `Refused` with `ServerLost`; the database's.
pub async fn rebind(
    system: &System,
    context: &Context,
    id: LocalServerId,
    machine: MachineIdentity,
) -> Result<Rebound, Error> {
    let vendor = context.permit(Action::RebindLocalServer)?.vendor();
    let text = machine.to_string();
    let decide = move |change: &mut Change<'_, '_>| {
        local_servers::lock(change.tx, change.permit, id)?;
        let before = local_servers::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
        change.expect_version(&before)?;
        if before.lost.is_some() {
            return Err(Refusal::ServerLost { server: id }.into());
        }
        let after = LocalServer { machine: Some(text.clone()), updated: change.now, ..before.clone() };
        local_servers::update(change.tx, change.permit, &after)?;
        change.record(after.id, Some(&before), Some(&after))?;
        let jti = base64url(&change.random::<16>());
        Ok(Decided { view: LocalServerView::of(change.tx, after, change.now)?, at: change.now, jti })
    };
    let done = system.change(context, Action::RebindLocalServer, Aggregate::Vendor(vendor), decide).await?;
    let keys = system.vendor_keys(vendor).await?;
    let seal = sealing_key(&done.view.server)?;
    let expiry = done.at.shifted(GOOD_FOR);
    let (key, certificate) = keys.signer(KeyUse::Export, done.at, Some(expiry))?;
    let claims = RebindClaims {
        issued: keys.issued(done.at, &done.jti),
        audience: seal.kid().to_owned(),
        server: id,
        machine: machine.to_string(),
        expiry,
    };
    let token = claims.seal(key, certificate, &seal, &mut context.entropy("rebind"))?;
    Ok(Rebound { token, view: done.view })
}

/// What is for a local server is sealed to this key of it.
pub(crate) fn sealing_key(server: &LocalServer) -> Result<SealingKey, Error> {
    let seal = Jwk::from_text(&server.keys.seal).and_then(|jwk| SealingKey::new(jwk).ok());
    seal.ok_or_else(|| Error::internal("a local server's key that is no X25519 key"))
}

impl Remembered for Decided {
    fn facts(&self) -> String {
        format!("{} {} {}", self.view.server.id, self.at.as_micros(), self.jti)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, at, jti] = parts[..] else { return Err(Error::internal("a receipt of another form")) };
        let view = LocalServerView::load(change.tx, change.permit, fact(id)?, change.now)?;
        let at = Timestamp::from_micros(fact(at)?).map_err(Error::internal)?;
        Ok(Self { view, at, jti: jti.to_owned() })
    }
}
