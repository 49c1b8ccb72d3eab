//! One file per command.

pub(crate) mod address;
pub(crate) mod check;
pub(crate) mod classify;
pub(crate) mod damage;
pub(crate) mod diff;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod hours;
pub(crate) mod page;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod test;
pub(crate) mod topics;
pub(crate) mod tune;
