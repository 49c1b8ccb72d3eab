//! When support works: is it open at an instant, when does it open next, how much working time lies between two instants.
//!
//! `file` reads the calendar as written and checks it, `law` computes the days off of years without a decree, `calendar` answers,
//! `wording` says the answers in Russian and English. This room knows nothing of tickets.
//!
//! Instants are [`jiff::Timestamp`]s, so the caller's time zone and its daylight-saving changes play no part. Moscow is taken as UTC+3 at all
//! times, which has been right since 26 October 2014; an earlier instant may come out one hour off.

mod calendar;
pub(crate) mod file;
mod law;
pub(crate) mod wording;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use calendar::{Calendar, DayKind};
pub use wording::{plural, working_time};
