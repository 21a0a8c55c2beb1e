//! Measures the free space of a shard's file system. Invariant: a measurement is at most one second old when it is
//! used.

use std::{
    path::{Path, PathBuf},
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
    space: Space,
}

/// A measurement of the free space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Space {
    Enough,
    Full,
    /// The file system does not tell. That is no reason to refuse work: a write fails if there is no space, and ends
    /// the shard with the disk's own error.
    Unknown,
}

impl DiskWatch {
    pub(crate) fn new(folder: PathBuf) -> Self {
        let mut watch = Self { folder, read_at: Instant::now(), space: Space::Enough };
        watch.measure();
        watch
    }

    /// Whether there is room for more blocks.
    pub(crate) fn has_space(&mut self) -> bool {
        if self.read_at.elapsed() > READING_AGE_MAX {
            self.measure();
        }
        self.space == Space::Enough || self.space == Space::Unknown
    }

    fn measure(&mut self) {
        let before = std::mem::replace(&mut self.space, measure(&self.folder));
        self.read_at = Instant::now();
        if self.space != before {
            let folder = self.folder.display();
            match self.space {
                Space::Enough => tracing::info!(%folder, "the disk has space again"),
                Space::Full => tracing::error!(%folder, "the disk is nearly full: no transaction is accepted"),
                Space::Unknown => {
                    tracing::error!(%folder, "the disk's free space cannot be read; blocks are written anyway");
                }
            }
        }
    }
}

fn measure(folder: &Path) -> Space {
    match rustix::fs::statvfs(folder) {
        Ok(space) if space.f_blocks == 0 => Space::Unknown,
        Ok(space) if is_enough(space.f_bavail, space.f_blocks) => Space::Enough,
        Ok(_) => Space::Full,
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
        full.space = Space::Full;
        assert!(!full.has_space(), "the last measurement counts for a second");
    }

    #[test]
    fn the_limit_is_two_percent_of_the_file_system() {
        assert!(is_enough(20, 1_000) && !is_enough(19, 1_000));
        assert!(is_enough(u64::MAX, u64::MAX));
    }
}
