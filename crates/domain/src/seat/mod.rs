//! Seats, and the activations and leases by which they are held (SEAT-1…12).

mod activation;
mod candidate;
mod capacity;
mod claim;
mod lease;
mod reduce;
mod refresh;

pub use activation::{Activation, ActivationStatus, DeviceInfo, End, Mode, Standing};
pub use candidate::{Candidate, Claim, ClaimRequest, Denied, claim};
pub use capacity::{Ended, Openings, Seat, SeatCounter, choose};
pub use lease::Lease;
pub use reduce::{Leaving, Reduction, reduce};
