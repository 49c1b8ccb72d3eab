//! The portal's leaky bucket, kept on our side so that it never overflows there.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// Lets calls through at a rate, after a burst. Waiting callers go first come, first served.
#[derive(Debug)]
pub struct Bucket {
    per_second: f64,
    burst: f64,
    level: Mutex<Level>,
}

#[derive(Debug)]
struct Level {
    /// Calls in the bucket at `at`.
    filled: f64,
    at: Instant,
    /// The portal has asked for quiet until then.
    closed_until: Instant,
}

impl Bucket {
    /// An empty bucket.
    pub fn new(per_second: f64, burst: u32) -> Bucket {
        let now = Instant::now();
        Bucket { per_second, burst: f64::from(burst), level: Mutex::new(Level { filled: 0.0, at: now, closed_until: now }) }
    }

    /// Waits for room for one call. Everybody behind waits as well: the lock is held meanwhile, and it is fair.
    pub async fn wait(&self) {
        let mut level = self.level.lock().await;
        loop {
            let now = Instant::now();
            if now < level.closed_until {
                let until = level.closed_until;
                tokio::time::sleep_until(until).await;
                continue;
            }
            level.filled = (level.filled - now.duration_since(level.at).as_secs_f64() * self.per_second).max(0.0);
            level.at = now;
            // Half a call of slack for the rounding of timers.
            let over = level.filled + 1.0 - self.burst;
            if over <= 1e-6 {
                level.filled += 1.0;
                return;
            }
            tokio::time::sleep(Duration::from_secs_f64(over / self.per_second)).await;
        }
    }

    /// Closes the bucket for a while, because the portal said so or cannot be reached.
    pub async fn close_for(&self, pause: Duration) {
        let mut level = self.level.lock().await;
        level.closed_until = level.closed_until.max(Instant::now() + pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_the_rate() {
        let bucket = Bucket::new(2.0, 50);
        let begun = Instant::now();
        let mut passed = Vec::new();
        for _ in 0..60 {
            bucket.wait().await;
            passed.push(begun.elapsed().as_secs_f64());
        }
        assert!(passed[49] < 0.01, "the burst is let through at once: {}", passed[49]);
        assert!((passed[59] - 5.0).abs() < 0.1, "then two a second: {}", passed[59]);
    }

    #[tokio::test(start_paused = true)]
    async fn closed_while_the_portal_asks_for_quiet() {
        let bucket = Bucket::new(2.0, 50);
        let begun = Instant::now();
        bucket.close_for(Duration::from_secs(7)).await;
        bucket.close_for(Duration::from_secs(3)).await;
        bucket.wait().await;
        assert!((begun.elapsed().as_secs_f64() - 7.0).abs() < 0.1);
    }
}
