//! Measures the free space of a shard's file system. Invariant: a measurement is at most one second old when it is
//! used.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// Free space, in thousandths of the file system, below which no transaction is accepted.
pub const FREE_PERMILLE_MIN: u64 = 20;
/// The maximum age of a measurement.
const READING_AGE_MAX: Duration = Duration::from_secs(1);

/// The last measurement of the free space in a folder's file system.
pub(crate) struct DiskWatch {
    folder: PathBuf,
    read_at: Instant,
    has_space: bool,
}

impl DiskWatch {
    pub(crate) fn new(folder: PathBuf) -> Self {
        let has_space = has_space(&folder);
        Self { folder, read_at: Instant::now(), has_space }
    }

    /// Whether there is room for more blocks.
    pub(crate) fn has_space(&mut self) -> bool {
        if self.read_at.elapsed() > READING_AGE_MAX {
            self.has_space = has_space(&self.folder);
            self.read_at = Instant::now();
        }
        self.has_space
    }
}

/// A file system that reports no size counts as having space: the write itself fails if there is none. A failed query
/// counts as no space.
fn has_space(folder: &PathBuf) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|space| space.f_blocks == 0 || is_enough(space.f_bavail, space.f_blocks))
}

const fn is_enough(free: u64, all: u64) -> bool {
    free.saturating_mul(1_000) >= all.saturating_mul(FREE_PERMILLE_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_two_percent_of_the_file_system() {
        assert!(is_enough(20, 1_000) && !is_enough(19, 1_000));
        assert!(is_enough(u64::MAX, u64::MAX));
    }
}
