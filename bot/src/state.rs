//! What all parts of the running server share.

use crate::config::Config;
use crate::metrics::Metrics;
use crate::policy::PolicyHolder;
use crate::store::Store;

/// Shared by every handler and worker, behind one `Arc`.
#[derive(Debug)]
pub struct State {
    /// As read at the start; never changes.
    pub config: Config,
    /// The policy in use.
    pub policy: PolicyHolder,
    /// Figures.
    pub metrics: Metrics,
    /// The queue and everything else that outlives the process.
    pub store: Store,
}
