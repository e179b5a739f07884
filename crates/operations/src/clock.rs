//! `clock.read` and `clock.move`: a sandbox's clock (CLK-1).

use chancery_domain::{Action, Refusal, Timestamp, Vendor, VendorMode};
use chancery_store::{Aggregate, vendor};

use crate::{Change, Context, Error, Remembered, System};

/// What a vendor's clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The vendor's now.
    pub now: Timestamp,
    /// Whether it can be moved.
    pub sandbox: bool,
}

/// Reads the clock of the caller's vendor.
///
/// # Errors
/// The database's.
pub async fn read(system: &System, context: &Context) -> Result<ClockReading, Error> {
    let permit = context.permit(Action::ReadClock)?;
    let now = context.now();
    system
        .store()
        .read(move |tx| {
            let vendor = vendor::find(tx, permit.vendor())?.ok_or(Error::NotFound)?;
            Ok(ClockReading { now, sandbox: vendor.is_sandbox() })
        })
        .await
}

/// Moves a sandbox's clock forward to `to`. It goes on running from there.
///
/// # Errors
/// `NotASandbox`; `ClockNotMovable` for an instant that is past; the database's.
pub async fn advance(system: &System, context: &Context, to: Timestamp) -> Result<ClockReading, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let clock = system.now(Timestamp::MIN);
    system
        .change(context, Action::MoveClock, aggregate, move |change| {
            let before = vendor::find(change.tx, change.permit.vendor())?.ok_or(Error::NotFound)?;
            let after = moved(&before, before.now(clock), to)?;
            vendor::update_clock(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&Shown(change.now)), Some(&Shown(to)))?;
            // The receipt is of the new time: by the old one it might be out of date at once (SAFE-1).
            change.now = to;
            Ok(ClockReading { now: to, sandbox: true })
        })
        .await
}

fn moved(vendor: &Vendor, now: Timestamp, to: Timestamp) -> Result<Vendor, Refusal> {
    let VendorMode::Sandbox { ahead } = vendor.mode else { return Err(Refusal::NotASandbox) };
    if to < now {
        return Err(Refusal::ClockNotMovable { now });
    }
    let ahead = ahead + (to.as_micros() - now.as_micros());
    Ok(Vendor { mode: VendorMode::Sandbox { ahead }, ..vendor.clone() })
}

struct Shown(Timestamp);

impl chancery_domain::Facts for Shown {
    fn facts(&self) -> Vec<chancery_domain::Fact> {
        vec![chancery_domain::fact("now", self.0)]
    }
}

impl Remembered for ClockReading {
    fn facts(&self) -> String {
        self.now.as_micros().to_string()
    }

    fn recall(_: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let now = Timestamp::from_micros(crate::receipt::fact(facts)?).map_err(Error::internal)?;
        Ok(Self { now, sandbox: true })
    }
}
