//! The commands, one file each.

pub(crate) mod init;
pub(crate) mod serve;
pub(crate) mod vendor;
