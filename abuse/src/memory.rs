//! Resident memory of the instance, sampled by a thread of its own. Invariant: a process above its limit is killed
//! within one sample, so an attack cannot take the machine's memory.
//!
//! The limit is not `RLIMIT_AS`: the store and the allocator reserve addresses that they never touch. The kernel's
//! control groups need rights that a developer's machine does not give. Postgres is not counted.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// The time between two samples.
const EVERY: Duration = Duration::from_millis(if cfg!(target_os = "linux") { 20 } else { 200 });
/// The page size of `/proc/PID/statm` on the supported processors, in bytes.
const PAGE_BYTES: u64 = 4_096;
const MIB: u64 = 1_024 * 1_024;

/// What the sampling thread shares.
#[derive(Debug, Default)]
struct Shared {
    now_mib: AtomicU64,
    peak_mib: AtomicU64,
    limit_mib: AtomicU64,
    killed: AtomicBool,
    stop: AtomicBool,
}

/// The memory of one process.
#[derive(Debug)]
pub(crate) struct Memory(Arc<Shared>);

impl Memory {
    /// Starts to sample a process.
    pub(crate) fn watch(pid: u32) -> Self {
        let shared = Arc::new(Shared { limit_mib: AtomicU64::new(u64::MAX), ..Shared::default() });
        let watched = Arc::clone(&shared);
        thread::spawn(move || {
            while !watched.stop.load(Ordering::Relaxed) {
                let Some(now) = resident_mib(pid) else { break };
                watched.now_mib.store(now, Ordering::Relaxed);
                watched.peak_mib.fetch_max(now, Ordering::Relaxed);
                if now > watched.limit_mib.load(Ordering::Relaxed) {
                    watched.killed.store(true, Ordering::Relaxed);
                    crate::instance::signal(pid, "KILL");
                    break;
                }
                thread::sleep(EVERY);
            }
        });
        Self(shared)
    }

    pub(crate) fn now_mib(&self) -> u64 {
        self.0.now_mib.load(Ordering::Relaxed)
    }

    /// Begins a new peak, and sets the memory at which the process is killed.
    pub(crate) fn restart_peak(&self, limit_mib: u64) {
        self.0.limit_mib.store(limit_mib, Ordering::Relaxed);
        self.0.peak_mib.store(self.now_mib(), Ordering::Relaxed);
    }

    /// The peak since [`Self::restart_peak`].
    pub(crate) fn peak_mib(&self) -> u64 {
        self.0.peak_mib.load(Ordering::Relaxed)
    }

    /// Whether the process was killed because of its memory.
    pub(crate) fn was_killed(&self) -> bool {
        self.0.killed.load(Ordering::Relaxed)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// The resident memory of a process; `None` when it ended.
fn resident_mib(pid: u32) -> Option<u64> {
    if cfg!(target_os = "linux") {
        let line = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
        let pages: u64 = line.split(' ').nth(1)?.parse().ok()?;
        // A process that ended and was not yet waited for has no pages.
        return (pages > 0).then_some(pages * PAGE_BYTES / MIB);
    }
    let output = Command::new("ps").args(["-o", "rss=", "-p", &pid.to_string()]).output().ok()?;
    let kib: u64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(kib / 1_024)
}
