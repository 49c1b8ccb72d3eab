//! The policy in use, replaced as a whole when its files change.
//!
//! Files are looked at every few seconds rather than watched by the kernel: that also works on network shares, bind mounts and folders swapped by symlink, where
//! notifications are lost, and costs some dozens of `stat` calls. A change is read once it has stood still from one look to the next, so that half a file is not
//! taken for a whole one. What cannot be used is refused; the policy in use serves on.

mod files;

use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use support_triage::hours::Calendar;
use support_triage::requirements::Requirements;
use support_triage::{Classifier, Diagnostic};

use crate::config::PolicyConfig;
use crate::state::State;
use files::Fingerprint;

/// A policy that has been loaded.
#[derive(Debug)]
pub struct Loaded {
    /// Decides by it.
    pub classifier: Classifier,
    /// Judges facts by it.
    pub requirements: Requirements,
    /// Knows when support is open.
    pub calendar: Calendar,
    /// Names the version of the policy: 16 hexadecimal digits that change with every change of a file.
    pub hash: String,
    /// Since when it is in use.
    pub loaded_at: Timestamp,
}

/// Why the files as they are now cannot be used.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// When that was found.
    pub at: Timestamp,
    /// All of it, for the log.
    pub message: String,
    /// The mistakes with their places; empty if a file could not be read at all.
    pub diagnostics: Vec<Diagnostic>,
    /// A later look may find it mended although no file changed, as with a share that was away.
    pub transient: bool,
}

/// What became of a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// The files say what they said before.
    Unchanged,
    /// There is a new policy in use.
    Taken,
    /// The files cannot be used; see [`PolicyHolder::refusal`].
    Refused,
    /// The files changed while they were read; look again.
    Unsettled,
}

impl Reload {
    /// The name in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Reload::Unchanged => "unchanged",
            Reload::Taken => "taken",
            Reload::Refused => "refused",
            Reload::Unsettled => "unsettled",
        }
    }
}

/// Holds the policy in use.
#[derive(Debug)]
pub struct PolicyHolder {
    config: PolicyConfig,
    current: RwLock<Arc<Loaded>>,
    refused: RwLock<Option<Arc<Refusal>>>,
    looks: Mutex<Looks>,
}

/// What the files looked like.
#[derive(Debug, Default)]
struct Looks {
    /// When they were last read, whether taken or refused.
    read: Fingerprint,
    /// At the last look.
    last: Fingerprint,
}

impl PolicyHolder {
    /// The built-in policy.
    pub fn builtin() -> PolicyHolder {
        let config = PolicyConfig::default();
        let loaded = files::load(&config).unwrap_or_else(|refusal| panic!("the built-in policy is broken: {}", refusal.message));
        PolicyHolder::holding(config, loaded, Fingerprint::default())
    }

    /// The policy that the configuration names. Takes about 170 ms.
    ///
    /// # Errors
    ///
    /// All mistakes in its files as text for people: at the start there is no older policy to serve on.
    pub fn load(config: &PolicyConfig) -> Result<PolicyHolder, String> {
        let before = Fingerprint::of(config);
        let loaded = files::load(config).map_err(|refusal| refusal.message)?;
        Ok(PolicyHolder::holding(config.clone(), loaded, before))
    }

    fn holding(config: PolicyConfig, loaded: Loaded, read: Fingerprint) -> PolicyHolder {
        let looks = Mutex::new(Looks { last: read.clone(), read });
        PolicyHolder { config, current: RwLock::new(Arc::new(loaded)), refused: RwLock::new(None), looks }
    }

    /// The policy in use now. Cheap; keep what you get for the whole of one request, so that all of it is decided by one policy.
    pub fn current(&self) -> Arc<Loaded> {
        self.current.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Why the files as they are now are not in use, if they are not.
    pub fn refusal(&self) -> Option<Arc<Refusal>> {
        self.refused.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// The same as text for people.
    pub fn last_error(&self) -> Option<String> {
        self.refusal().map(|refusal| refusal.message.clone())
    }

    /// Reads the files anew, changed or not. Blocks for some 200 ms: call it where that does no harm.
    pub fn reload(&self) -> Reload {
        let before = Fingerprint::of(&self.config);
        let found = files::load(&self.config);
        if Fingerprint::of(&self.config) != before {
            return Reload::Unsettled;
        }
        let mut looks = self.looks.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        looks.last = before.clone();
        looks.read = before;
        drop(looks);
        let (refusal, outcome) = match found {
            Ok(loaded) if loaded.hash == self.current().hash => (None, Reload::Unchanged),
            Ok(loaded) => {
                *self.current.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(loaded);
                (None, Reload::Taken)
            }
            Err(refusal) => (Some(Arc::new(refusal)), Reload::Refused),
        };
        *self.refused.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = refusal;
        outcome
    }

    /// Reads the files anew if they changed and have stood still since the last look, or if the last reading failed for a reason that may pass.
    pub fn look(&self) -> Reload {
        let now = Fingerprint::of(&self.config);
        {
            let mut looks = self.looks.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let settled = looks.last == now;
            let again = now != looks.read || self.refusal().is_some_and(|refusal| refusal.transient);
            looks.last = now;
            if !again {
                return Reload::Unchanged;
            }
            if !settled {
                return Reload::Unsettled;
            }
        }
        self.reload()
    }
}

/// Keeps the policy current for as long as the server runs: looks at the files every `policy.poll_seconds`, and at once on SIGHUP.
pub async fn watch(state: Arc<State>) {
    state.metrics.policy(&state.policy.current(), false);
    let pause = Duration::from_secs(state.config.policy.poll_seconds.max(1));
    let mut hangups = Hangups::new();
    loop {
        let hung_up = tokio::select! {
            () = tokio::time::sleep(pause) => false,
            () = hangups.next() => true,
        };
        let told = state.policy.last_error();
        let mut outcome = Reload::Unsettled;
        // A signal is answered at once, unless somebody is still writing.
        for _ in 0..if hung_up { 5 } else { 1 } {
            let state = state.clone();
            let look = move || if hung_up { state.policy.reload() } else { state.policy.look() };
            outcome = tokio::task::spawn_blocking(look).await.unwrap_or(Reload::Unsettled);
            if outcome != Reload::Unsettled {
                break;
            }
            if hung_up {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        report(&state, outcome, hung_up, told);
    }
}

fn report(state: &State, outcome: Reload, hung_up: bool, told: Option<String>) {
    let (loaded, error) = (state.policy.current(), state.policy.last_error());
    match (outcome, &error) {
        (Reload::Taken, _) => tracing::info!(policy = loaded.hash, "a new policy is in use"),
        (Reload::Refused, Some(message)) if hung_up || told != error => {
            tracing::error!(policy = loaded.hash, "the policy's files cannot be used, the policy in use serves on:\n{message}")
        }
        (Reload::Unchanged, None) if told.is_some() => tracing::info!(policy = loaded.hash, "the policy's files are whole again"),
        (Reload::Unchanged, _) if hung_up => tracing::info!(policy = loaded.hash, "the policy's files say what they said before"),
        (Reload::Unsettled, _) if hung_up => tracing::warn!("the policy's files are being written; they are read when they stand still"),
        _ => {}
    }
    if hung_up || matches!(outcome, Reload::Taken) || (outcome == Reload::Refused && told != error) {
        state.metrics.reload(outcome.as_str());
    }
    state.metrics.policy(&loaded, error.is_some());
}

/// SIGHUP, where there is such a thing.
struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    fn new() -> Hangups {
        #[cfg(unix)]
        let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())
            .inspect_err(|error| tracing::warn!("SIGHUP cannot be listened to: {error}"))
            .ok();
        Hangups {
            #[cfg(unix)]
            signal,
        }
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            if signal.recv().await.is_some() {
                return;
            }
            self.signal = None;
        }
        std::future::pending().await
    }
}
