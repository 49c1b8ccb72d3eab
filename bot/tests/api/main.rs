//! The HTTP side of the server: the API, the reload of the policy, the page.

mod answers;
mod openapi;
mod reload;
mod support;
