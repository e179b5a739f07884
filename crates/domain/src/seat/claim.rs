//! Carrying out a claim that was decided (SEAT-2, SEAT-3, ENT-3).

use crate::{
    Activation, ActivationId, Concurrency, DeviceInfo, Entitlement, Lease, Mode, Name, Quantity, Refusal, Seat, SeatId,
    Standing, Thumbprint, Timestamp,
};

/// The device that a seat is given to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// What the product says of it.
    pub info: DeviceInfo,
    /// Its key, whose possession was proved (SEAT-12).
    pub key: Option<Thumbprint>,
}

impl Entitlement {
    /// Gives a new seat: starts what the first seat starts, counts the seat, and makes its activation.
    ///
    /// # Errors
    /// `OfflineNotPermitted`, before which no claim comes that was decided for that mode (OFF-1).
    #[allow(clippy::too_many_arguments, reason = "an activation is made of these, and only here")]
    pub fn seat_new(
        &mut self,
        id: ActivationId,
        seat: &Seat,
        (seat_id, seat_name): (SeatId, Option<Name>),
        device: Device,
        client_code: String,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Activation, Refusal> {
        self.start_by_activation(now);
        if !matches!(seat, Seat::Replacing(_)) {
            self.counter.take(seat.number());
        }
        let mut activation = Activation {
            id,
            vendor: self.vendor,
            entitlement: self.id,
            order: self.order,
            product: self.product,
            seat_id,
            seat_name,
            standing: Standing::Seated(seat.number()),
            frees_at: now,
            mode,
            concurrency: self.concurrency,
            lease: Lease { issued: now, expiry: Some(now), mark: None },
            activated: now,
            chain: 1,
            counter: 0,
            client_code,
            device: device.info,
            device_key: device.key,
        };
        activation.take_lease(Lease::of(self, mode, now)?);
        Ok(activation)
    }

    /// Gives the seat's holder its activation again (SEAT-2): a fresh lease and a new chain, never a second seat. From now on
    /// it is bound to the key that was shown (SEAT-12), and kept alive in the way that was asked for.
    ///
    /// # Errors
    /// As those of [`Entitlement::seat_new`].
    pub fn seat_again(
        &mut self,
        mut activation: Activation,
        seat_name: Option<Name>,
        device: Device,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Activation, Refusal> {
        self.start_by_activation(now);
        activation.concurrency = self.concurrency;
        activation.seat_name = seat_name.or(activation.seat_name);
        activation.device = device.info;
        activation.device_key = device.key;
        activation.mode = mode;
        activation.begin_chain();
        activation.take_lease(Lease::of(self, mode, now)?);
        Ok(activation)
    }

    /// Takes back the seat of an activation that ends. Says which number is free again.
    pub fn unseat(&mut self, activation: &mut Activation, how: crate::End) -> Option<u64> {
        let number = activation.seat_number();
        if number.is_some() {
            self.counter.give_back();
        }
        activation.end(how);
        number
    }

    /// How many seats of those sold and of their overdraft nobody uses now.
    #[must_use]
    pub fn seats_available(&self, openings: &crate::Openings) -> Quantity {
        let limit = self.seat_limit();
        Quantity::new(self.seats_used(openings)).map_or(Quantity::ZERO, |used| limit.minus(used))
    }

    /// Whether its seats are borrowed while leased.
    #[must_use]
    pub fn is_concurrent(&self) -> bool {
        self.concurrency == Concurrency::Concurrent
    }
}
