//! Making the next token of an export session (EXP-3).

use chancery_domain::{Entitlement, ExportSession, ExportSessionId, ExportedToken, LocalServer, Refusal, Share};
use chancery_store::{export_session, local_servers};
use chancery_token::hash::base64url;
use chancery_token::{DelegationClaims, ExportClaims, Jwk, KeyUse, SealingKey};

use super::{Present, SessionView};
use crate::entitlement::EntitlementView;
use crate::local_server::sealing_key;
use crate::receipt::fact;
use crate::vendor_keys::VendorKeys;
use crate::{Change, Context, Error, Remembered};

/// The shortest delegation: one that ends as it begins is none. A second, because tokens tell whole ones, in microseconds.
const SHORTEST: i64 = 1_000_000;

/// A token that was made and signed, before it is sealed.
pub(crate) struct Issued {
    signed: String,
    server: LocalServer,
    seq: u64,
    /// The session.
    pub session: SessionView,
    /// The entitlement.
    pub view: EntitlementView,
}

/// Signs the next token of a session, and records it. From now on it counts, whether it is carried or not (EXP-6). What it holds is for
/// the caller to work out.
///
/// # Errors
/// `Refused` with `ExportTooLarge`; `NoSigningKey`; the database's.
pub(crate) fn issue(
    change: &mut Change<'_, '_>,
    keys: &VendorKeys,
    server: &LocalServer,
    entitlement: &Entitlement,
    session: &mut ExportSession,
    mut share: Share,
) -> Result<String, Error> {
    share.until = share.until.map(|end| end.max(change.now.shifted(SHORTEST)));
    let mut present = Present::load(change.tx, entitlement)?;
    let (state, id) = (present.state(entitlement, &share), base64url(&change.random::<16>()));
    let to = sealing_key(server)?;
    let claims = ExportClaims {
        issued: keys.issued(change.now, &id),
        audience: to.kid().to_owned(),
        session: session.id,
        number: session.number,
        seq: session.next_seq(),
        prev: session.prev_hash().map(|hash| base64url(&hash)),
        payload: present.payload(change.tx, entitlement, &share)?,
        delegation: delegation(change, keys, server, entitlement, &share)?,
        revocations: keys.revocations.clone(),
    };
    let (key, certificate) = keys.signer(KeyUse::Export, change.now, Some(change.now))?;
    let signed = claims.sign(key, certificate)?;
    check_size(&claims, &signed, &to)?;
    let token = ExportedToken {
        seq: claims.seq,
        id,
        issued: change.now,
        seats: share.seats,
        features: share.most(),
        until: share.until,
        hash: ExportClaims::hash(&signed),
        state,
    };
    export_session::insert_token(change.tx, change.permit, session.id, &token, &signed)?;
    session.issue(token);
    Ok(signed)
}

/// Checks that the server opens the token when it is sealed (TOK-3).
fn check_size(claims: &ExportClaims, signed: &str, to: &SealingKey) -> Result<(), Error> {
    let bytes = ExportClaims::sealed_len(signed, to).unwrap_or(usize::MAX);
    if bytes <= ExportClaims::MOST_SEALED {
        return Ok(());
    }
    let [bytes, most, codes] = [bytes, ExportClaims::MOST_SEALED, claims.payload.activation_codes.len()]
        .map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    Err(Refusal::ExportTooLarge { bytes, most, codes }.into())
}

/// The vendor's word that the server may lease the share's seats (TOK-8).
fn delegation(
    change: &mut Change<'_, '_>,
    keys: &VendorKeys,
    server: &LocalServer,
    entitlement: &Entitlement,
    share: &Share,
) -> Result<String, Error> {
    let jwk =
        Jwk::from_text(&server.keys.sign).ok_or_else(|| Error::internal("a local server's key that is no JWK"))?;
    let claims = DelegationClaims {
        issued: keys.issued(change.now, &base64url(&change.random::<16>())),
        kid: server.keys.kid.to_string(),
        jwk,
        server: server.id,
        entitlement: entitlement.id,
        product: entitlement.product,
        seats: share.seats.get(),
        expiry: share.until,
    };
    let (key, certificate) = keys.signer(KeyUse::Export, change.now, share.until)?;
    Ok(claims.sign(key, certificate)?)
}

impl Issued {
    /// The token that was just made, with what it is shown with. The entitlement was written.
    pub(crate) fn of(
        change: &mut Change<'_, '_>,
        (session, signed): (ExportSession, String),
        server: LocalServer,
        entitlement: Entitlement,
    ) -> Result<Self, Error> {
        let seq = session.latest().map_or(0, |token| token.seq);
        let session = SessionView::of(change.tx, session, &entitlement, change.now)?;
        let view = EntitlementView::of(change.tx, entitlement, change.now)?;
        Ok(Self { signed, server, seq, session, view })
    }
}

/// Seals a token to its server: anew each time, so that what is told again is not the same text.
///
/// # Errors
/// `Internal` if a key fails.
pub(crate) fn seal(context: &Context, issued: &Issued) -> Result<String, Error> {
    let to = sealing_key(&issued.server)?;
    Ok(ExportClaims::seal_signed(&issued.signed, &to, &mut context.entropy("export"))?)
}

impl Remembered for Issued {
    fn facts(&self) -> String {
        format!("{} {}", self.session.session.id, self.seq)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (id, seq) = facts.split_once(' ').ok_or_else(|| Error::internal("a receipt of another form"))?;
        let (id, seq): (ExportSessionId, u64) = (fact(id)?, fact(seq)?);
        let vendor = change.permit.vendor();
        let session = export_session::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?;
        let signed = export_session::token_text(change.tx, id, seq)?.filter(|text| !text.is_empty());
        let server = local_servers::find(change.tx, vendor, session.server)?.ok_or(Error::NotFound)?;
        let view = EntitlementView::load(change.tx, change.permit, session.entitlement, change.now)?;
        let session = SessionView::of(change.tx, session, &view.entitlement, change.now)?;
        Ok(Self { signed: signed.ok_or(Error::NotFound)?, server, seq, session, view })
    }
}
