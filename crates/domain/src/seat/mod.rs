//! Seats, and the activations and leases by which they are held (SEAT-1…12, OFF-1…10).

mod activation;
mod candidate;
mod capacity;
mod claim;
mod device;
mod lease;
mod leaving;
mod offline;
mod reduce;
mod refresh;

pub use activation::{Activation, ActivationStatus, DeviceInfo, End, Mode, Standing};
pub use candidate::{Candidate, Claim, ClaimRequest, Denied, claim, left_behind};
pub use capacity::{Ended, Openings, Seat, SeatCounter, choose};
pub use claim::Device;
pub use device::{DeviceClaim, Thumbprint};
pub use lease::{Lease, LeaseMark};
pub use leaving::{Leaving, LeavingWhy};
pub use offline::Carried;
pub use reduce::{Renumbering, reduce, renumber};
