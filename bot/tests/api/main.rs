//! The HTTP side of the server: the API, the reload of the policy, the page.

mod answers;
mod browser;
mod clients;
mod listening;
mod openapi;
mod page;
mod reload;
mod support;
