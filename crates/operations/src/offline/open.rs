//! Opening a request that was carried from a device (OFF-4).

use std::fmt;

use chancery_domain::{
    Action, DeviceInfo, EditionId, Invalid, Key, LicenseeSecret, Name, ProductId, SeatId, Selector, Thumbprint,
    Timestamp, VendorId,
};
use chancery_token::hash::sha256;
use chancery_token::{OfflineExpectation, OfflineRequest, SealingKey, carried};

use crate::activation::NewActivation;
use crate::credential::Claimant;
use crate::local_server::Registration;
use crate::{Context, Error, System};

/// A request that was opened: the device's key in it proves possession, and nothing else is believed yet.
#[derive(Clone)]
pub struct OpenedRequest(OfflineRequest);

/// It holds secrets.
impl fmt::Debug for OpenedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenedRequest({})", self.0.request_id)
    }
}

/// Opens a request, as it was carried (TOK-6), with the vendor's receiving keys: the present one, or one that was retired (KEY-2).
///
/// # Errors
/// `Token`; the database's.
pub async fn open(system: &System, context: &Context, token: &str) -> Result<OpenedRequest, Error> {
    let permit = context.permit(Action::ActivateOffline)?;
    let keys = system.vendor_keys(permit.vendor()).await?;
    let now = context.now();
    let expected = OfflineExpectation { vendor: permit.vendor(), sandbox: keys.vendor.is_sandbox(), now };
    let opened = carried::read(token).and_then(|token| OfflineRequest::open(&token, &keys.opening(), &expected));
    opened.map(OpenedRequest).map_err(|error| Error::Token { error, now })
}

impl OpenedRequest {
    /// By what right it claims: a JSON object, as the licensing API takes it (LIC-1). It is a secret.
    #[must_use]
    pub fn credential_json(&self) -> String {
        self.0.credential.to_string()
    }

    /// For which product.
    #[must_use]
    pub fn product(&self) -> ProductId {
        self.0.product
    }

    /// What the request asks for, once it is known who claims.
    ///
    /// # Errors
    /// `Invalid`, with all members that cannot be taken.
    pub(super) fn asked(&self, claimant: Claimant) -> Result<Asked, Error> {
        let (request, server) = (&self.0, self.registration(claimant.caller.vendor.id)?);
        let key: Thumbprint = request.kid().parse().map_err(|_| Error::internal("a thumbprint of another form"))?;
        let mut wrong = Vec::new();
        let mut check = |path: &'static str, detail: &'static str, invalid: Invalid| {
            wrong.push(chancery_domain::FieldError::new(path, invalid, detail));
        };
        let optional = |text: &Option<String>| text.clone();
        let seat_id = SeatId::new(&request.seat_id)
            .map_err(|invalid| check("seatId", "the request names a seat id that cannot be taken", invalid));
        let seat_name = optional(&request.seat_name).map(|text| Name::new(&text)).transpose();
        let seat_name =
            seat_name.map_err(|invalid| check("seatName", "the request names a seat as it cannot be", invalid));
        let release = request.release_date.as_deref().map(Timestamp::of_release).transpose();
        let release = release.map_err(|invalid| check("releaseDate", "give a day or an instant", invalid));
        let secret = request.licensee_secret.as_deref().map(LicenseeSecret::new).transpose();
        let secret = secret.map_err(|invalid| check("licenseeSecret", "give 1 to 1000 characters", invalid));
        let edition = request.edition.as_deref().map(edition).transpose();
        let edition = edition.map_err(|invalid| check("editionId", "the product has no such edition", invalid));
        let request_id =
            short(&request.request_id).map_err(|invalid| check("requestId", "the request has no short id", invalid));
        let (Ok(seat_id), Ok(seat_name), Ok(release), Ok(secret), Ok(edition), Ok(request_id)) =
            (seat_id, seat_name, release, secret, edition, request_id)
        else {
            return Err(Error::Invalid(wrong));
        };
        let wanted = NewActivation {
            claimant,
            edition,
            seat_id,
            seat_name,
            release,
            secret,
            device: DeviceInfo { container: request.device.container, vm: request.device.vm },
            device_proof: None,
        };
        // The same id under another key is another request: nobody is answered in anybody else's place.
        let hash = sha256(&[b"chancery offline request\0", key.as_str().as_bytes(), b"\0", request_id.as_bytes()]);
        let seal = SealingKey::new(request.device_keys.seal.clone()).map_err(Error::internal)?;
        Ok(Asked { wanted, key, seal, hash, request_id, made: request.issued.at, server })
    }

    /// What a local server says of itself: it does when it asks for its own license, and nobody else does (LLS-2). Its id is the seat id.
    fn registration(&self, vendor: VendorId) -> Result<Option<Registration>, Error> {
        let wrong = |invalid, detail: &str| Err(Error::invalid("localServer", invalid, detail));
        match (&self.0.local_server, self.0.product == ProductId::of_local_server(vendor)) {
            (None, false) => Ok(None),
            (None, true) => {
                wrong(Invalid::Required, "only a local server is licensed for this product: ask from there")
            }
            (Some(_), false) => wrong(Invalid::NotAllowed, "a local server asks for its own license alone"),
            (Some(server), true) => {
                let server = Registration::read(server)?;
                if self.0.seat_id != server.id().to_string() {
                    return wrong(Invalid::BadFormat, "the seat id of a local server is its id");
                }
                Ok(Some(server))
            }
        }
    }
}

/// The most characters of a request's id: it goes back in the response, which has an end (TOK-3).
const LONGEST_ID: usize = 128;

fn short(id: &str) -> Result<String, Invalid> {
    match id.chars().count() {
        0 => Err(Invalid::Required),
        1..=LONGEST_ID => Ok(id.to_owned()),
        _ => Err(Invalid::TooLong),
    }
}

/// An edition by its id or key. No database need be asked for what can be neither.
fn edition(text: &str) -> Result<Selector<EditionId>, Invalid> {
    match Selector::from(text) {
        Selector::Name(name) => Key::new(&name).map(|_| Selector::Name(name)).map_err(|_| Invalid::Unknown),
        id => Ok(id),
    }
}

/// What a request asks for, read. No `Debug`: it may have a secret (API-7).
pub(super) struct Asked {
    /// The claim.
    pub wanted: NewActivation,
    /// The device's key, whose possession the request's signature proves.
    pub key: Thumbprint,
    /// What the response is sealed to.
    pub seal: SealingKey,
    /// Of the request's id and the device's key.
    pub hash: [u8; 32],
    /// By what the response names the request.
    pub request_id: String,
    /// When the device made it.
    pub made: Timestamp,
    /// What a local server says of itself.
    pub server: Option<Registration>,
}
