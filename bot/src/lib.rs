//! The parts of the bot server `support-triage-bot`, as a library so that tests and tools can start it inside themselves.
//!
//! An event of the portal comes in by [`webhook`] or [`poll`], is decoded and checked by [`event`], and rests in the [`store`] before it is acknowledged.
//! [`work`] takes it from there: decides, composes the answer, and sends it through [`portal`]. [`api`] and [`page`] offer the same engine over HTTP.

pub mod api;
pub mod commands;
pub mod config;
pub mod event;
pub mod metrics;
pub mod page;
pub mod policy;
pub mod poll;
pub mod portal;
pub mod server;
pub mod state;
pub mod store;
pub mod webhook;
pub mod work;
