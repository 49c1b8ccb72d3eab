//! Two pieces of work beside each other.

/// Does `here` on this thread and `there` on another; on this one after it if there can be no other thread.
pub(crate) fn both<A, B: Send>(here: impl FnOnce() -> A, there: impl Fn() -> B + Sync) -> (A, B) {
    std::thread::scope(|scope| {
        let helper = std::thread::Builder::new().spawn_scoped(scope, &there);
        let first = here();
        let second = match helper.map(|helper| helper.join()) {
            Ok(Ok(second)) => second,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => there(),
        };
        (first, second)
    })
}

#[cfg(test)]
mod tests {
    use super::both;

    #[test]
    fn both_are_done() {
        let numbers = [1, 2, 3];
        assert_eq!(both(|| numbers.iter().sum::<i32>(), || numbers.len()), (6, 3));
    }

    #[test]
    #[should_panic(expected = "there")]
    fn a_panic_comes_through() {
        both(|| (), || panic!("there"));
    }
}
