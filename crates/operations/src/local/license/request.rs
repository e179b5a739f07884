//! `local.license.request`: a request by which the vendor activates this server (OFF-3, LLS-2).

use chancery_domain::{Action, CodeText, Fact, Facts, Name, ProductId, Refusal, Timestamp, fact};
use chancery_store::Aggregate;
use chancery_store::local_server::{self, LocalServerRow};
use chancery_token::{
    DeviceKeys, Entropy, LocalServerRequest, OfflineRequestClaims, SealingKey, ServerProofClaims, SigningKey,
};
use zeroize::Zeroizing;

use super::Made;
use super::cycle::{CycleKeys, keys_for};
use crate::local::here::{Here, changed, row};
use crate::local::state::{License, license_of, trust_of};
use crate::{Context, Error, System};

/// So many requests can wait for a response: the latest ones.
const MOST_REQUESTS: usize = 20;

/// Makes a request for the vendor: each is valid, and one response to any of them is taken. What the server is called is
/// remembered.
///
/// # Errors
/// `Invalid` for a code that is none; `Refused` while a license runs; `LocalServerNotActive` on another machine; `NoSigningKey` if
/// the trust bundle has no key to seal to; the database's.
pub async fn request(system: &System, context: &Context, code: &str, name: Option<Name>) -> Result<String, Error> {
    let wrong = |invalid| Error::invalid("activationCode", invalid, "give the activation code of a local server");
    let code = CodeText::read(code).map_err(wrong)?;
    let here = Here::of(system, context).await?;
    let (workshop, seed) = (system.workshop(), context.entropy("local request").bytes::<32>());
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let made = system.change(context, Action::RequestLocalLicense, aggregate, move |change| {
        let mut row = row(change)?;
        if let Some(License { expiry, .. }) = license_of(&row, &trust_of(&row)?, &workshop.kek)?
            && expiry.is_none_or(|end| change.now < end)
        {
            return Err(Refusal::AlreadyActivated { until: expiry }.into());
        }
        row.name = name.clone().or(row.name);
        let fresh = (Zeroizing::new(change.random()), change.random());
        let keys = keys_for(&mut row, &workshop.kek, fresh)?;
        let asked = Asked { here: &here, row: &row, keys: &keys, vendor: here.vendor_key(change.now)? };
        let mut entropy = Entropy::new(seed);
        let (token, id) = asked.seal(change.now, &code, &mut entropy)?;
        change.record(row.server, None, Some(&Requested(&id)))?;
        row.license.requests.push(id);
        let surplus = row.license.requests.len().saturating_sub(MOST_REQUESTS);
        row.license.requests.drain(..surplus);
        local_server::update_license(change.tx, change.permit, row.name.as_ref(), &row.license)?;
        changed(change)?;
        Ok(Made(token))
    });
    let Made(token) = made.await?;
    system.load_keys().await?;
    Ok(token)
}

/// That a request was made, by its id alone: what is in it is a secret.
struct Requested<'a>(&'a str);

impl Facts for Requested<'_> {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("requestId", self.0)]
    }
}

struct Asked<'a> {
    here: &'a Here,
    row: &'a LocalServerRow,
    keys: &'a CycleKeys,
    vendor: SealingKey,
}

impl Asked<'_> {
    /// The request, and its id.
    fn seal(&self, now: Timestamp, code: &CodeText, entropy: &mut Entropy) -> Result<(String, String), Error> {
        let Self { here, row, keys, vendor } = self;
        let id = entropy.token_id();
        // A code has letters and digits alone: nothing in it could end the text.
        let credential = format!(r#"{{"type":"activationCode","code":"{}"}}"#, code.canonical());
        let claims = OfflineRequestClaims {
            issued: here.issued(now, entropy),
            audience: vendor.kid().to_owned(),
            product: ProductId::of_local_server(row.vendor),
            credential: credential.parse().map_err(Error::internal)?,
            edition: None,
            seat_id: row.server.to_string(),
            seat_name: row.name.as_ref().map(ToString::to_string),
            licensee_secret: None,
            release_date: None,
            device: Default::default(),
            request_id: id.clone(),
            device_keys: keys.public(),
            local_server: Some(self.server(now, entropy)?),
        };
        Ok((claims.seal(&keys.sign, vendor, entropy)?, id))
    }

    /// What it says of this server, with the proof that the server's key is here (LLS-2).
    fn server(&self, now: Timestamp, entropy: &mut Entropy) -> Result<LocalServerRequest, Error> {
        let Self { here, row, keys, .. } = self;
        let (key, opening) = (here.keys.issuing()?, here.keys.opening());
        let seal = opening.first().ok_or(Error::NoSigningKey)?.public().clone();
        let issued = here.issued(now, entropy);
        let proof = ServerProofClaims::new(issued, keys.sign.kid().to_owned(), row.server, key).sign(key)?;
        Ok(LocalServerRequest {
            id: row.server,
            name: row.name.as_ref().map_or_else(|| row.server.to_string(), ToString::to_string),
            keys: DeviceKeys { sign: key.public().clone(), seal },
            machine: Some(row.machine.clone()).filter(|machine| machine != "none"),
            proof,
        })
    }
}
