//! Integration tests, one binary.

mod floors;
mod hostile;
mod limits;
mod mistakes;
mod policy;
mod properties;
mod tickets;
