//! Gives freed memory back to the operating system. Invariant: memory that no request needs is given back within
//! seconds, also by a process that has nothing to do.
//!
//! mimalloc looks for freed memory to give back once in 10,000 allocations that are not small (its option
//! `generic_collect`). An idle process does not allocate that much, so that what a flood needed would stay until the
//! next one. Calling mimalloc's own function would need unsafe code, so a thread allocates instead: a quarter of a
//! millisecond every second.

use std::{hint::black_box, thread, time::Duration};

/// The interval at which freed memory is given back.
const EVERY: Duration = Duration::from_secs(1);
/// More allocations than mimalloc waits for.
const ALLOCATIONS: u32 = 12_000;
/// The size of one, in bytes. Up to 1 KiB they would be small.
const ALLOCATION_BYTES: usize = 4 * 1024;

/// Starts a thread that gives freed memory back for as long as the process runs.
pub fn give_back() {
    let started = thread::Builder::new().name("memory".to_owned()).spawn(|| {
        loop {
            thread::park_timeout(EVERY);
            for _ in 0..ALLOCATIONS {
                drop(black_box(Vec::<u8>::with_capacity(ALLOCATION_BYTES)));
            }
        }
    });
    if let Err(error) = started {
        tracing::warn!(%error, "freed memory is given back later than it could be");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, sync::mpsc, time::Instant};

    /// The resident memory of this process, in KiB.
    fn resident_kib() -> u64 {
        let status = fs::read_to_string("/proc/self/status").expect("Linux shows a process its memory");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        line.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_that_an_idle_thread_freed_is_given_back() {
        const KIB: u64 = 256 * 1024;
        let before = resident_kib();
        let (freed, wait) = mpsc::channel();
        let idle = thread::spawn(move || {
            let blocks: Vec<Vec<u8>> = (0..16).map(|_| vec![1; 16 * 1024 * 1024]).collect();
            let peak = resident_kib();
            drop(blocks);
            freed.send(peak).expect("the test waits");
            thread::park();
        });
        assert!(wait.recv().expect("a figure") > before + KIB / 2, "the blocks were in memory");
        give_back();
        let end = Instant::now() + Duration::from_secs(30);
        while resident_kib() > before + KIB / 4 {
            assert!(Instant::now() < end, "{} KiB, {before} KiB before", resident_kib());
            thread::park_timeout(Duration::from_millis(50));
        }
        idle.thread().unpark();
        idle.join().expect("no panic");
    }
}
