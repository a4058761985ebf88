//! One file for each command.

pub mod explain;
pub mod init;
pub mod policy;
