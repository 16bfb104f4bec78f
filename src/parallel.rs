//! The same work on many items, on several threads, with results in the order of the items.
//!
//! How many threads there are changes how long it takes and nothing else. Where there are none (in a browser) everything
//! runs on the one there is.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Threads that this machine runs at once.
#[must_use]
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Results of `work` on every item, in their order, by at most `jobs` threads.
///
/// Each thread makes its own `desk` once: what it needs for itself, such as an engine it may change.
pub(crate) fn map<T: Sync, D, R: Send>(
    items: &[T],
    jobs: usize,
    desk: impl Fn() -> D + Sync,
    work: impl Fn(&mut D, &T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut desk = desk();
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(number) else { return done };
            done.push((number, work(&mut desk, item)));
        }
    };
    let mut results: Vec<(usize, R)> = if jobs <= 1 || items.len() <= 1 {
        run()
    } else {
        thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs.min(items.len())).map(|_| scope.spawn(run)).collect();
            let joined = workers.into_iter().map(|worker| match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            joined.flatten().collect()
        })
    };
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for jobs in [1, 2, 7, 5000] {
            assert_eq!(map(&items, jobs, || 1, |one, item| item + *one), (1..=1000).collect::<Vec<_>>());
        }
        assert!(map(&[], 4, || (), |(), item: &usize| *item).is_empty());
    }
}
