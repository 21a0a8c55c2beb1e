//! Measures the free space of a shard's file system. Invariant: a measurement is at most one second old when it is
//! used. A shard stops to write while there is still space for what it has begun.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Free space, in thousandths of the file system, below which no transaction is accepted.
pub const FREE_PERMILLE_MIN: u64 = 20;
/// Free space, in bytes, below which a shard builds no block and votes for none. RocksDB needs some of it to write what
/// it holds in memory.
pub const RESERVE_BYTES: u64 = 64 * 1024 * 1024;
/// The maximum age of a measurement.
const READING_AGE_MAX: Duration = Duration::from_secs(1);

/// The last measurement of the free space in a folder's file system.
pub(crate) struct DiskWatch {
    folder: PathBuf,
    read_at: Instant,
    space: Space,
}

/// A measurement of the free space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Space {
    Enough,
    /// Less than [`FREE_PERMILLE_MIN`].
    Low,
    /// Less than [`RESERVE_BYTES`].
    Out,
    /// The file system does not tell. That is no reason to refuse work: a write fails if there is no space, and is
    /// repeated until there is some.
    Unknown,
}

impl DiskWatch {
    pub(crate) fn new(folder: PathBuf) -> Self {
        let mut watch = Self { folder, read_at: Instant::now(), space: Space::Enough };
        watch.measure();
        watch
    }

    /// Whether there is room for more transactions.
    pub(crate) fn has_space(&mut self) -> bool {
        self.now().has_room()
    }

    /// Whether there is room for the next block.
    pub(crate) fn has_reserve(&mut self) -> bool {
        self.now() != Space::Out
    }

    /// The folder that is watched.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn now(&mut self) -> Space {
        if self.read_at.elapsed() > READING_AGE_MAX {
            self.measure();
        }
        self.space
    }

    fn measure(&mut self) {
        let before = std::mem::replace(&mut self.space, measure(&self.folder));
        self.read_at = Instant::now();
        if self.space != before {
            let folder = self.folder.display();
            match self.space {
                Space::Enough => tracing::info!(%folder, "the disk has space again"),
                Space::Low => {
                    tracing::error!(%folder, "the disk is nearly full: no transaction is accepted. Free some space");
                }
                Space::Out => tracing::error!(
                    %folder,
                    "the disk is full: this shard stores nothing and votes for nothing. Free some space; it then goes \
                     on by itself"
                ),
                Space::Unknown => {
                    tracing::error!(%folder, "the disk's free space cannot be read; blocks are written anyway");
                }
            }
        }
    }
}

impl Space {
    const fn has_room(self) -> bool {
        matches!(self, Self::Enough | Self::Unknown)
    }

    /// The meaning of `free` of `all` blocks of `block` bytes.
    const fn of(free: u64, all: u64, block: u64) -> Self {
        if all == 0 {
            Self::Unknown
        } else if free.saturating_mul(block) < RESERVE_BYTES {
            Self::Out
        } else if is_enough(free, all) {
            Self::Enough
        } else {
            Self::Low
        }
    }
}

/// Whether a write failed because the disk, or the quota of its user, has no space.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether the file system of a folder has room for more transactions.
pub(crate) fn has_room(folder: &Path) -> bool {
    measure(folder).has_room()
}

fn measure(folder: &Path) -> Space {
    match rustix::fs::statvfs(folder) {
        Ok(space) => Space::of(space.f_bavail, space.f_blocks, space.f_frsize),
        Err(_) => Space::Unknown,
    }
}

const fn is_enough(free: u64, all: u64) -> bool {
    free.saturating_mul(1_000) >= all.saturating_mul(FREE_PERMILLE_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_query_is_no_full_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(measure(folder.path()), Space::Enough, "the tests need some space");
        let gone = folder.path().join("gone");
        assert_eq!(measure(&gone), Space::Unknown);
        assert!(DiskWatch::new(gone).has_space(), "a full disk is another fault, with another remedy");
        let mut full = DiskWatch::new(folder.path().to_owned());
        full.space = Space::Low;
        assert!(!full.has_space() && full.has_reserve(), "the last measurement counts for a second");
        full.space = Space::Out;
        assert!(!full.has_space() && !full.has_reserve());
    }

    #[test]
    fn the_reserve_counts_in_bytes_whatever_the_size_of_the_file_system() {
        const BLOCK: u64 = 4_096;
        let reserve = RESERVE_BYTES / BLOCK;
        assert_eq!(Space::of(reserve - 1, 2 * reserve, BLOCK), Space::Out, "half of a small one is free");
        assert_eq!(Space::of(reserve, 2 * reserve, BLOCK), Space::Enough);
        assert_eq!(Space::of(reserve, 1_000 * reserve, BLOCK), Space::Low);
        assert_eq!(Space::of(0, 0, BLOCK), Space::Unknown);
    }

    #[test]
    fn the_limit_is_two_percent_of_the_file_system() {
        assert!(is_enough(20, 1_000) && !is_enough(19, 1_000));
        assert!(is_enough(u64::MAX, u64::MAX));
    }
}
