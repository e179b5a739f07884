//! `chancery serve`: runs the authority until it is told to stop.

