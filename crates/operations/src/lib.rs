//! One file per thing the system can be asked to do.
