//! What the built-in policy takes in memory, by an allocator that counts for all threads: hence a test program of its own.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use support_triage::{Classifier, Policy};

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// A counting allocator cannot be written without; it hands everything on to the system's.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(live, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `work` returns, and the bytes that stay allocated while it is there.
fn kept<T>(what: &str, work: impl FnOnce() -> T) -> (T, usize) {
    let (calls, live) = (CALLS.load(Ordering::Relaxed), LIVE.load(Ordering::Relaxed));
    MOST.store(live, Ordering::Relaxed);
    let result = work();
    let kept = LIVE.load(Ordering::Relaxed) - live;
    let most = MOST.load(Ordering::Relaxed) - live;
    println!("{what}: {} allocations, {most} bytes at the peak, {kept} kept", CALLS.load(Ordering::Relaxed) - calls);
    (result, kept)
}

#[test]
fn a_classifier_takes_what_it_says() {
    const MOST: usize = 32 << 20;
    let (policy, _) = kept("load", || Policy::builder().builtin().load().unwrap());
    let (classifier, kept) = kept("compile", || Classifier::new(&policy).unwrap());
    let says = classifier.memory_usage();
    println!("memory_usage: {says} bytes, {:.1} % of what is kept", says as f64 / kept as f64 * 100.0);
    assert!(says <= MOST, "{says} bytes");
    assert!(says.abs_diff(kept) * 20 <= kept, "it says {says} bytes and keeps {kept}");
}
