//! Ctrl-C and SIGTERM: the first asks a run to stop at a row, the second ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::Failure;

#[derive(Clone)]
pub(crate) struct Stop {
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
}

impl Stop {
    pub(crate) fn listen() -> Result<Stop, Failure> {
        let stop = Stop { interrupted: Arc::default(), terminated: Arc::default() };
        let fail = |error: std::io::Error| Failure(format!("cannot listen to signals: {error}"));
        for (signal, flag) in [(SIGINT, &stop.interrupted), (SIGTERM, &stop.terminated)] {
            // Order matters: at the second signal the flag is set, and the run ends.
            signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, flag.clone()).map_err(fail)?;
            signal_hook::flag::register(signal, flag.clone()).map_err(fail)?;
        }
        Ok(stop)
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.code().is_some()
    }

    /// The exit code of a run that was asked to stop, as shells know it.
    pub(crate) fn code(&self) -> Option<u8> {
        if self.interrupted.load(Ordering::Relaxed) { Some(130) } else { self.terminated.load(Ordering::Relaxed).then_some(143) }
    }
}
