//! A long-running service that swaps its policy while it serves: requests in flight finish with the old one, a broken policy is refused and the
//! old one serves on.
//!
//! `cargo run --release --example service_swap`

use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use support_triage::{Classifier, Policy};

/// The classifier at work. Cloning it is cheap, so the lock is held for an instant only.
struct Service {
    current: RwLock<Classifier>,
}

impl Service {
    fn classifier(&self) -> Classifier {
        self.current.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Puts a new policy in place, or says what is wrong with it.
    fn swap(&self, rules: &str) -> Result<(), support_triage::Error> {
        let policy = Policy::builder().builtin().strings([("update.yaml", rules)]).load()?;
        let classifier = Classifier::new(&policy)?;
        *self.current.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = classifier;
        Ok(())
    }
}

fn main() {
    let service = Service { current: RwLock::new(Classifier::builtin()) };
    let (stop, served) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                service.classifier().classify("После обновления не открывается CRM, что делать?");
                served.fetch_add(1, Ordering::Relaxed);
            }
        });
        let before = service.classifier().policy().version().to_string();
        let good = "category: update\nin_scope:\n  - topic: failed_update\n    reply: { ru: Уже смотрим., en: We are on it. }\n";
        if let Err(error) = service.swap(good) {
            eprintln!("{error}");
        }
        println!("policy {before} → {}", service.classifier().policy().version());
        match service.swap("category: update\nin_scope:\n  - topic: failed_update\n    repley: { ru: Опечатка, en: A slip }\n") {
            Ok(()) => println!("the broken policy was taken?"),
            Err(error) => println!("refused, the old one serves on:\n{error}"),
        }
        thread::sleep(Duration::from_millis(200));
        stop.store(true, Ordering::Relaxed);
    });
    println!("{} tickets served meanwhile", served.load(Ordering::Relaxed));
}
