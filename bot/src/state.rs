//! What all parts of the running server share.

use crate::config::Config;
use crate::metrics::Metrics;
use crate::policy::PolicyHolder;
use crate::portal::Portals;
use crate::store::Store;
use crate::work::Inbox;

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
    /// The portals of the configuration.
    pub portals: Portals,
    /// Where new tasks are announced to the workers.
    pub inbox: Inbox,
}

impl State {
    /// Puts the parts together.
    ///
    /// # Errors
    ///
    /// If a portal's client cannot be built.
    pub fn new(config: Config, policy: PolicyHolder, store: Store) -> Result<State, String> {
        let portals = Portals::new(&config, &store)?;
        let inbox = Inbox::new(&config);
        Ok(State { config, policy, metrics: Metrics::default(), store, portals, inbox })
    }
}
