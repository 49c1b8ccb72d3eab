//! Integration tests, one binary.

mod data;
mod floors;
mod hostile;
mod limits;
mod mistakes;
mod policy;
mod properties;
mod tickets;
