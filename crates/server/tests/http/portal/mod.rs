//! The portal API: contacts' keys, and what contacts may do.

mod keys;
