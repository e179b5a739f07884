//! What a local server says of its use, as the rules take it (EXP-6, EXP-7).

use chancery_domain::{HostedFeature, Key, Quantity, Timestamp, Usage};
use chancery_token::{Fault, ReportedSession, TokenError};

/// Reads what a server said of a session at an instant.
///
/// # Errors
/// `Malformed` for amounts that there cannot be, and where leases run of which nothing is said.
pub(crate) fn usage(said: &ReportedSession, at: Timestamp) -> Result<Usage, TokenError> {
    let (told, seq) = (&said.usage, number(said.seq)?);
    let running_until = match (told.running, told.running_until) {
        (0, _) => None,
        (_, Some(until)) => until,
        (_, None) => return Err(Fault::Contradiction.into()),
    };
    let mut features = Vec::with_capacity(told.features.len());
    for feature in &told.features {
        let key = Key::new(&feature.key).map_err(|_| Fault::Claims)?;
        let (used, held) = (quantity(feature.used)?, quantity(feature.held)?);
        features.push(HostedFeature { key, used, since: feature.since.unwrap_or(at), held });
    }
    for number in [told.seats_used, told.running, told.activations, told.denials] {
        quantity(number)?;
    }
    Ok(Usage {
        seq,
        seats_used: told.seats_used,
        running: told.running,
        running_until,
        features,
        activations: told.activations,
        denials: told.denials,
    })
}

/// The number of a token or a report that a server names: none that could not be counted on from.
///
/// # Errors
/// `Malformed` for a number above 2^53 - 1.
pub(crate) fn number(told: u64) -> Result<u64, TokenError> {
    quantity(told).map(Quantity::get)
}

fn quantity(amount: u64) -> Result<Quantity, TokenError> {
    Quantity::new(amount).map_err(|_| Fault::Claims.into())
}
