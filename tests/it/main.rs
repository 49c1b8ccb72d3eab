//! Integration tests, one binary.

mod channel;
mod data;
mod floors;
mod hostile;
mod limits;
mod mistakes;
mod policy;
mod properties;
mod replies;
mod tickets;
