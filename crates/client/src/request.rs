//! What a product asks for when it activates.

use chancery_api_types::licensing::{ActivateRequest, Credential, DeviceReport, ValidateReply, ValidateRequest};
use chancery_api_types::wire::{EditionRef, ProductRef, Secret, Text, TextForm};
use chancery_domain::{FieldError, Invalid, Name, Quantity, SeatId, Selector};
use chancery_token::Lease;

use crate::core::Core;
use crate::{Error, Product};

/// A request for a seat (SEAT-1): by what right, and for whom.
///
/// ```
/// # use chancery_client::Activate;
/// let request = Activate::code("7K2M-…").seat_id("host-1").seat_name("Build server");
/// ```
#[derive(Clone, Debug)]
pub struct Activate {
    credential: Credential,
    customer_name: Option<String>,
    seat_id: Option<String>,
    seat_name: Option<String>,
    edition: Option<String>,
    licensee_secret: Option<Secret>,
    device: Option<DeviceReport>,
}

impl Activate {
    /// By an activation code, as a person typed it (LIC-2).
    #[must_use]
    pub fn code(code: impl Into<String>) -> Self {
        Self::with(Credential::ActivationCode { code: Secret(code.into()) })
    }

    /// By a licensee's number, for products that allow it (LIC-1). Where the product takes newcomers, a number that nobody has becomes a
    /// licensee (AUTO-1).
    #[must_use]
    pub fn licensee(number: impl Into<String>) -> Self {
        Self::with(Credential::Licensee { number: number.into(), name: None })
    }

    /// By a token of the vendor's OpenID provider (LIC-1): a contact of an order has signed in there.
    #[must_use]
    pub fn openid_token(token: impl Into<String>) -> Self {
        Self::with(Credential::OpenIdToken { token: Secret(token.into()) })
    }

    /// By the address and the password of a contact of an order (LIC-1).
    #[must_use]
    pub fn password(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self::with(Credential::Password { username: username.into(), password: Secret(password.into()) })
    }

    /// By any credential (LIC-1).
    #[must_use]
    pub const fn with(credential: Credential) -> Self {
        Self {
            credential,
            customer_name: None,
            seat_id: None,
            seat_name: None,
            edition: None,
            licensee_secret: None,
            device: None,
        }
    }

    /// Who holds the seat: a device, a user, a container's workload (LIC-3). Without one it is this machine, which is recognised by
    /// several signs of its identity, of which some may change (OFF-12). It is what makes activating again safe: the same
    /// seat id gets its seat back, never a second one (SEAT-2).
    #[must_use]
    pub fn seat_id(mut self, id: impl Into<String>) -> Self {
        self.seat_id = Some(id.into());
        self
    }

    /// What people read of the seat.
    #[must_use]
    pub fn seat_name(mut self, name: impl Into<String>) -> Self {
        self.seat_name = Some(name.into());
        self
    }

    /// What the customer is called where the licensee is new (AUTO-1); without it, by the number. For licensees' numbers alone.
    #[must_use]
    pub fn customer_name(mut self, name: impl Into<String>) -> Self {
        self.customer_name = Some(name.into());
        self
    }

    /// The edition, by id or key, where the credential leads to several.
    #[must_use]
    pub fn edition(mut self, edition: impl Into<String>) -> Self {
        self.edition = Some(edition.into());
        self
    }

    /// The licensee secret, for products that use one; else that of the client's [`Options`](crate::Options).
    #[must_use]
    pub fn licensee_secret(mut self, secret: impl Into<String>) -> Self {
        self.licensee_secret = Some(Secret(secret.into()));
        self
    }

    /// What the product says of its machine: whether it runs in a container, in a virtual machine.
    #[must_use]
    pub const fn device(mut self, container: bool, vm: bool) -> Self {
        self.device = Some(DeviceReport { container, vm });
        self
    }

    /// The same request, with what it leaves to the machine (OFF-12).
    pub(crate) fn for_machine(&self, core: &Core) -> Result<Self, Error> {
        let mut request = self.clone();
        if request.seat_id.is_none() {
            request.seat_id = Some(core.store.seat_id()?);
        }
        let machine = &core.options.machine;
        let report = || DeviceReport { container: machine.is_container(), vm: machine.is_virtual() };
        request.device = Some(request.device.unwrap_or_else(report));
        Ok(request)
    }

    fn credential(&self) -> Result<Credential, Error> {
        let mut credential = self.credential.clone();
        if let (Credential::Licensee { name, .. }, Some(given)) = (&mut credential, &self.customer_name) {
            *name = Some(checked::<Name>("credential.name", given)?);
        }
        Ok(credential)
    }

    pub(crate) fn to_activate(&self, product: &Product) -> Result<ActivateRequest, Error> {
        let seat_id = self.seat_id.as_deref().ok_or_else(|| {
            invalid("seatId", Invalid::Required, "say who holds the seat: a device, a user, a workload")
        })?;
        Ok(ActivateRequest {
            credential: self.credential()?,
            product_id: ProductRef::from(Selector::Id(product.id())),
            edition_id: self.edition.as_deref().map(EditionRef::from),
            seat_id: checked::<SeatId>("seatId", seat_id)?,
            seat_name: self.seat_name.as_deref().map(|name| checked::<Name>("seatName", name)).transpose()?,
            release_date: product.release_date().map(|date| checked("releaseDate", date)).transpose()?,
            licensee_secret: self.licensee_secret.clone(),
            device: self.device,
            device_proof: None,
        })
    }

    pub(crate) fn to_validate(&self, product: &Product) -> Result<ValidateRequest, Error> {
        Ok(ValidateRequest {
            credential: self.credential()?,
            product_id: ProductRef::from(Selector::Id(product.id())),
            edition_id: self.edition.as_deref().map(EditionRef::from),
            seat_id: self.seat_id.as_deref().map(|id| checked::<SeatId>("seatId", id)).transpose()?,
            seat_name: self.seat_name.as_deref().map(|name| checked::<Name>("seatName", name)).transpose()?,
            release_date: product.release_date().map(|date| checked("releaseDate", date)).transpose()?,
            licensee_secret: self.licensee_secret.clone(),
            device: self.device,
            device_proof: None,
        })
    }
}

/// Whether a seat would be given now, and for what. No seat was taken.
#[derive(Clone, Debug)]
pub struct Validation {
    /// What the server answered.
    pub answer: ValidateReply,
    /// The signed proof of it, verified: a lease without a seat, valid 5 minutes.
    pub verdict: Option<Lease>,
}

impl Validation {
    /// Whether a seat would be given: the server says so, and signs it.
    #[must_use]
    pub const fn allowed(&self) -> bool {
        self.answer.allowed && self.verdict.is_some()
    }
}

/// A value that the caller gave, checked before anything is sent.
pub(crate) fn checked<T: TextForm>(path: &str, text: &str) -> Result<Text<T>, Error> {
    text.parse().map(Text).map_err(|wrong: Invalid| invalid(path, wrong, &T::right()))
}

/// An amount of a feature.
pub(crate) fn amount(amount: u64) -> Result<Quantity, Error> {
    Quantity::new(amount).map_err(|wrong| invalid("amount", wrong, "give a whole number of 0 to 9007199254740991"))
}

pub(crate) fn invalid(path: &str, wrong: Invalid, detail: &str) -> Error {
    Error::Invalid(FieldError::new(path, wrong, detail))
}
