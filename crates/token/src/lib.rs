//! JOSE envelopes, keys, certificates and claims: pure.
//!
//! Time and randomness are arguments. Signed tokens are JWS in the compact form (RFC 7515) over `aws-lc-rs`, by a narrow
//! profile (TOK-1, TOK-3); sealed tokens are JWE (RFC 7516) around a signed one (TOK-2). One file in `kind` per kind of
//! token: its claims, how it is made, and the one function that opens it. Claims exist as [`Verified`] only after seal,
//! signature, type, recipient and time were checked (TOK-4).
//!
//! An issuer fills in claims and signs them; whoever gets the token opens it and has them [`Verified`]:
//!
//! | claims | signed by | sealed to | opened by |
//! |---|---|---|---|
//! | [`LeaseClaims`] | issuing key, or a local server's by delegation | – | [`Trust::open_lease`], [`Trust::open_verdict`] |
//! | [`AccessClaims`] | issuing key | – | [`AccessToken::open`](Verified::open) |
//! | [`DeviceProofClaims`] | the device's own key | – | [`DeviceProof::open`](Verified::open) |
//! | [`DpopClaims`] | the device's own key | – | [`DpopProof::open`](Verified::open) |
//! | [`OfflineRequestClaims`] | the device's own key | vendor | [`OfflineRequest::open`](Verified::open) |
//! | [`OfflineResponseClaims`], [`OfflineRefreshClaims`] | issuing key | device | [`Trust::open_offline_reply`] |
//! | [`OfflineDeactivationClaims`] | the device's own key | vendor | [`OfflineDeactivation::open`](Verified::open) |
//! | [`DelegationClaims`] | issuing key | – | [`Trust::open_delegation`] |
//! | [`ExportClaims`] | issuing key | local server | [`Trust::open_export`] |
//! | [`ExportReturnClaims`] | the local server's own key | vendor | [`ExportReturn::open`](Verified::open) |
//! | [`UsageReportClaims`] | the local server's own key | vendor | [`UsageReport::open`](Verified::open) |
//! | [`RebindClaims`] | issuing key | local server | [`Trust::open_rebind`] |
//! | [`ServerProofClaims`] | the local server's own key | – | within [`OfflineRequest::open`](Verified::open) |
//! | [`CertificateClaims`] | root | – | [`Certificate::open`] |
//! | [`RevocationClaims`] | root | – | [`RevocationList::open`](Verified::open) |
//! | [`BundleClaims`] | root | – | [`Trust::open`] |

pub mod carried;
mod claims;
mod entropy;
mod error;
pub mod hash;
mod header;
mod json;
mod jwe;
mod jwk;
mod jwks;
mod jws;
mod key;
mod kind;
mod nonce;
mod trust;
mod wire;

pub use claims::{Issued, Tolerance, Verified};
pub use entropy::{Entropy, NoRandomness, random_seed};
pub use error::{DelegationFault, Fault, KeyFault, Recipient, TokenError};
pub use jwk::Jwk;
pub use jwks::{Jwks, JwksKey};
pub use jws::Unverified;
pub use key::{
    Algorithm, KekInvalid, KeyEncryptionKey, KeyRejected, LocalKey, OpeningKey, PemRejected, PublicKey, SealingKey,
    SignError, SigningKey, UnwrapError,
};
pub use kind::access::{AccessClaims, AccessToken};
pub use kind::bundle::{BundleClaims, BundleVendor};
pub use kind::certificate::{Certificate, CertificateClaims, KeyUse};
pub use kind::delegation::{Delegation, DelegationClaims};
pub use kind::device::{DeviceProof, DeviceProofClaims, DeviceProofExpectation};
pub use kind::dpop::{DpopClaims, DpopExpectation, DpopProof};
pub use kind::export::{Export, ExportClaims};
pub use kind::export_payload::{
    ExportPayload, ExportedCode, ExportedCustomer, ExportedDisabled, ExportedEdition, ExportedLicensee,
    ExportedOffering, ExportedOrder, ExportedPlan, ExportedProduct, ExportedVendor,
};
pub use kind::export_return::{ExportReturn, ExportReturnClaims};
pub use kind::export_terms::{ExportedAttribute, ExportedEntitlement, ExportedFeature, ExportedPolicy};
pub use kind::from_server::FromServer;
pub use kind::lease::{Ended, Lease, LeaseClaims, LeaseExpectation};
pub use kind::lease_parts::{
    FeaturePeriod, FeatureValue, LeaseAttribute, LeaseConfirmation, LeaseCustomer, LeaseEntitlement, LeaseFeature,
    LeaseHost, LeaseSeat,
};
pub use kind::local_server::{LocalServerRequest, ServerProofClaims};
pub use kind::offline::OfflineExpectation;
pub use kind::offline_deactivation::{OfflineDeactivation, OfflineDeactivationClaims};
pub use kind::offline_refresh::{OfflineRefresh, OfflineRefreshClaims};
pub use kind::offline_reply::OfflineReply;
pub use kind::offline_request::{DeviceKeys, OfflineDevice, OfflineRequest, OfflineRequestClaims};
pub use kind::offline_response::{OfflineResponse, OfflineResponseClaims};
pub use kind::rebind::{Rebind, RebindClaims};
pub use kind::revocations::{RevocationClaims, RevocationList};
pub use kind::usage::{CarriedSecret, ReportedSession, Usage, UsedFeature};
pub use kind::usage_report::{LogHead, ReportedUsage, UsageReport, UsageReportClaims};
pub use nonce::{Nonce, NonceInvalid};
pub use trust::{Anchor, Trust};
