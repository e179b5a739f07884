//! Who calls the licensing API about an activation: the holder of its access token (LIC-4).

use axum::extract::FromRequestParts;
use chancery_api_types::Code;
use chancery_operations::activation::ChainCall;
use chancery_operations::credential::{self, Holder};
use chancery_operations::device::CallProof;
use chancery_operations::{Context, Error, Unauthenticated};
use http::HeaderMap;
use http::request::Parts;

use super::Body;
use super::call::{Call, bearer, path};
use crate::App;
use crate::limits::Kind;
use crate::problem::{Answer, Failure, NONCE};

/// The header with the proof that the caller has the device's key (RFC 9449).
const DPOP: &str = "dpop";

/// The holder of an access token, with the nonce that it shows.
pub(crate) struct HolderCaller {
    call: Call,
    holder: Holder,
    credential: String,
    nonce: Option<String>,
    proof: Option<CallProof>,
}

impl HolderCaller {
    /// The context of a call that changes nothing, and which activation it is about.
    pub(crate) fn reads(self) -> (Context, ChainCall) {
        (self.call.context(&self.holder.caller), self.chain())
    }

    /// The context of a call that changes something, which activation it is about, and what is wanted.
    pub(crate) fn changes<T>(self, body: Body<T>) -> (Context, ChainCall, T) {
        let (input, bytes) = body.into_parts();
        let context = self.call.change(&self.holder.caller, &self.credential, &bytes);
        (context, self.chain(), input)
    }

    fn chain(self) -> ChainCall {
        let Holder { activation, chain, order, .. } = self.holder;
        ChainCall { activation, chain, order, nonce: self.nonce, proof: self.proof }
    }
}

impl FromRequestParts<App> for HolderCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let call = Call::from_request_parts(parts, app).await?;
        let missing = Error::Unauthenticated(Unauthenticated::Missing);
        let credential = bearer(&parts.headers).ok_or(missing)?;
        let holder = credential::access_token(app.system(), &credential, call.clock).await?;
        call.recognised(&holder.caller);
        call.count(Kind::Activation, holder.activation.to_string().as_bytes())?;
        // A nonce that is no text is none of ours: an empty one is refused by the operation.
        let nonce = parts.headers.get(NONCE).map(|nonce| nonce.to_str().unwrap_or_default().to_owned());
        let proof = proof(&parts.headers)?.map(|text| CallProof {
            text: text.into(),
            method: parts.method.as_str().to_owned(),
            path: path(parts),
            access_token: credential.clone(),
        });
        Ok(Self { call, holder, credential, nonce, proof })
    }
}

/// The proof in the header, of which there may be one (RFC 9449, section 4.3).
fn proof(headers: &HeaderMap) -> Answer<Option<String>> {
    let mut proofs = headers.get_all(DPOP).iter();
    match (proofs.next(), proofs.next()) {
        (None, _) => Ok(None),
        // One that is no text is no proof: an empty one is refused by the operation.
        (Some(proof), None) => Ok(Some(proof.to_str().unwrap_or_default().to_owned())),
        (Some(_), Some(_)) => Err(Failure::new(Code::TokenMalformed, "There is more than one header `DPoP`")),
    }
}
