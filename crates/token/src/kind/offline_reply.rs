//! What the vendor sends to a device without a connection: opening it, whichever of the two it is (OFF-5, OFF-7).

use chancery_domain::Timestamp;

use super::certificate::KeyUse;
use super::offline::check_audience;
use super::offline_refresh::{OfflineRefresh, OfflineRefreshClaims};
use super::offline_response::{OfflineResponse, OfflineResponseClaims};
use super::revocations::RevocationList;
use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jwe::Unsealed;
use crate::{OpeningKey, Recipient, TokenError, Trust};

/// A reply that the vendor's word stands behind. The lease in it is another token:
/// [`Trust::open_lease`] opens it, after [`Trust::update_revocations`] took the list that came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfflineReply {
    /// The answer to a request.
    Response(OfflineResponse),
    /// A new lease for an activation that there is.
    Refresh(OfflineRefresh),
}

impl OfflineReply {
    /// Its number among what was made for the activation cycle.
    #[must_use]
    pub fn seq(&self) -> u64 {
        match self {
            Self::Response(response) => response.seq,
            Self::Refresh(refresh) => refresh.seq,
        }
    }

    /// When the vendor made it.
    #[must_use]
    pub fn issued_at(&self) -> Timestamp {
        match self {
            Self::Response(response) => response.issued.at,
            Self::Refresh(refresh) => refresh.issued.at,
        }
    }

    /// The lease, itself a signed token that is not yet opened.
    #[must_use]
    pub fn lease(&self) -> &str {
        match self {
            Self::Response(response) => &response.lease,
            Self::Refresh(refresh) => &refresh.lease,
        }
    }

    /// The revocation list that came with it: one that this vendor's root signed.
    #[must_use]
    pub fn revocations(&self) -> Option<&str> {
        match self {
            Self::Response(response) => response.revocations.as_deref(),
            Self::Refresh(refresh) => refresh.revocations.as_deref(),
        }
    }
}

/// What the two have in common.
trait FromVendor: Kind {
    fn issued(&self) -> &Issued;
    fn audience(&self) -> &str;
    fn revocations(&self) -> Option<&str>;
}

impl FromVendor for OfflineResponseClaims {
    fn issued(&self) -> &Issued {
        &self.issued
    }

    fn audience(&self) -> &str {
        &self.audience
    }

    fn revocations(&self) -> Option<&str> {
        self.revocations.as_deref()
    }
}

impl FromVendor for OfflineRefreshClaims {
    fn issued(&self) -> &Issued {
        &self.issued
    }

    fn audience(&self) -> &str {
        &self.audience
    }

    fn revocations(&self) -> Option<&str> {
        self.revocations.as_deref()
    }
}

impl Trust {
    /// Opens an offline response or refresh with the device's key: seal, root, key certificate, reply, with all of KEY-3 and
    /// TOK-3. A revocation list in it counts before the reply does: a key that it takes back signs nothing (KEY-5).
    ///
    /// # Errors
    /// [`TokenError`] of the reply, or of the list in it. What carries an older list than the one known is opened all the
    /// same; [`Trust::update_revocations`] refuses such a list.
    pub fn open_offline_reply(&self, text: &str, key: &OpeningKey, now: Timestamp) -> Result<OfflineReply, TokenError> {
        let unsealed = Unsealed::open(text, &[key], Recipient::Device)?;
        if unsealed.token()?.check_type::<OfflineRefreshClaims>().is_ok() {
            return Ok(OfflineReply::Refresh(self.open_unsealed(&unsealed, now)?));
        }
        Ok(OfflineReply::Response(self.open_unsealed(&unsealed, now)?))
    }

    fn open_unsealed<C: FromVendor>(&self, unsealed: &Unsealed<'_>, now: Timestamp) -> Result<Verified<C>, TokenError> {
        let token = unsealed.token()?;
        token.check_type::<C>()?;
        // It has no end of its own; how long the lease in it may live, that lease's own key says.
        let facts = |claims: &C| (claims.issued().clone(), Some(claims.issued().at));
        let claims = self.open_issued(&token, KeyUse::Offline, now, facts)?;
        check_audience(claims.audience(), unsealed, Recipient::Device)?;
        claims.issued().check_time(now, Tolerance::CarriedFromVendor)?;
        if let Some(list) = claims.revocations()
            && RevocationList::open(list, self.anchor(), now)?.revokes(token.kid())
        {
            return Err(TokenError::KeyRevoked);
        }
        Ok(Verified::new(claims, token.kid()))
    }
}
