//! What a path points at. A segment that cannot be the id or key of anything is `not_found`, as an unknown one is (API-2).

use axum::extract::{FromRequestParts, RawPathParams};
use chancery_api_types::Code;
use chancery_domain::{
    ActivationCodeId, ActivationId, ApiKeyId, ContactId, EntitlementId, Id, Key, LocalServerId, OpenIdProviderId,
    PlanId, Selector, SigningKeyId,
};
use http::request::Parts;

use crate::App;
use crate::problem::{Answer, Failure};

/// What the path's segments in braces mean, in their order: one [`Segment`], or a tuple of them.
pub(crate) struct At<T>(pub(crate) T);

/// What one segment can be.
pub(crate) trait Segment: Sized {
    /// Reads it; nothing if nothing can have such a name.
    fn read(text: &str) -> Option<Self>;
}

impl<I: Id> Segment for Selector<I> {
    fn read(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

macro_rules! segments {
    ($($type:ty),* $(,)?) => {$(
        impl Segment for $type {
            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

segments!(
    ActivationCodeId,
    ActivationId,
    ApiKeyId,
    ContactId,
    EntitlementId,
    Key,
    LocalServerId,
    PlanId,
    OpenIdProviderId,
    SigningKeyId,
    chancery_domain::VendorId
);

/// One segment, or several.
pub(crate) trait Segments: Sized {
    /// Reads them all, in their order.
    fn read_all(texts: &[&str]) -> Option<Self>;
}

impl<A: Segment> Segments for A {
    fn read_all(texts: &[&str]) -> Option<Self> {
        match texts {
            [a] => A::read(a),
            _ => None,
        }
    }
}

impl<A: Segment, B: Segment> Segments for (A, B) {
    fn read_all(texts: &[&str]) -> Option<Self> {
        match texts {
            [a, b] => Some((A::read(a)?, B::read(b)?)),
            _ => None,
        }
    }
}

impl<A: Segment, B: Segment, C: Segment> Segments for (A, B, C) {
    fn read_all(texts: &[&str]) -> Option<Self> {
        match texts {
            [a, b, c] => Some((A::read(a)?, B::read(b)?, C::read(c)?)),
            _ => None,
        }
    }
}

impl<T: Segments> FromRequestParts<App> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let parameters = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| Failure::new(Code::MalformedRequest, "The path is not UTF-8"))?;
        let texts: Vec<&str> = parameters.iter().map(|(_, text)| text).collect();
        read(&texts).map(Self)
    }
}

fn read<T: Segments>(texts: &[&str]) -> Answer<T> {
    // No name has control characters, and PostgreSQL cannot even be asked for U+0000.
    let strange = texts.iter().any(|text| text.chars().any(char::is_control));
    T::read_all(texts).filter(|_| !strange).ok_or_else(|| Failure::of(Code::NotFound))
}
