//! Copies files with their digests. Invariant: only regular files are read, never through a symbolic link. A written
//! file is new, durable, and readable by its owner only.

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// Bytes that are copied at once.
const PIECE_BYTES: usize = 1024 * 1024;
/// Bytes that stay free on the disk of a copy.
const RESERVE_BYTES: u64 = 64 * 1024 * 1024;

/// The size and the digest of a copied file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copied {
    pub bytes: u64,
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

/// Opens a regular file for reading; refuses symbolic links and everything else.
pub fn open_regular(path: &Path) -> anyhow::Result<File> {
    // Without NONBLOCK, opening a named pipe would wait for a writer.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = file.with_context(|| format!("opening {}", path.display()))?;
    let is_file = file.metadata().with_context(|| format!("reading {}", path.display()))?.is_file();
    ensure!(is_file, "{} is no regular file", path.display());
    Ok(file)
}

/// Copies a file to a new one, whose folders are created.
pub fn copy_file(source: &Path, target: &Path) -> anyhow::Result<Copied> {
    let (mut from, mut to) = (open_regular(source)?, Target::create(target)?);
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let count = from.read(&mut piece).with_context(|| format!("reading {}", source.display()))?;
        if count == 0 {
            return to.finish(target);
        }
        to.write(piece.get(..count).unwrap_or_default(), target)?;
    }
}

/// Writes a stream to a new file, whose folders are created.
pub async fn write_stream<E: std::error::Error + Send + Sync + 'static>(
    mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
    target: &Path,
) -> anyhow::Result<Copied> {
    let mut to = Target::create(target)?;
    while let Some(piece) = pieces.next().await {
        to.write(&piece.context("reading the database")?, target)?;
    }
    to.finish(target)
}

/// Writes a new file, whose folders are created.
pub fn write_new(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut to = Target::create(target)?;
    to.write(bytes, target)?;
    to.finish(target).map(drop)
}

struct Target {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl Target {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let create = || -> io::Result<File> {
            if let Some(folder) = path.parent() {
                fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            }
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
        };
        let file = create().map_err(|error| explain(error, path))?;
        Ok(Self { file, digest: Sha256::new(), bytes: 0 })
    }

    fn write(&mut self, piece: &[u8], path: &Path) -> anyhow::Result<()> {
        self.file.write_all(piece).map_err(|error| explain(error, path))?;
        self.digest.update(piece);
        self.bytes += piece.len() as u64;
        Ok(())
    }

    fn finish(self, path: &Path) -> anyhow::Result<Copied> {
        self.file.sync_all().map_err(|error| explain(error, path))?;
        Ok(Copied { bytes: self.bytes, sha256: hex::encode(self.digest.finalize()) })
    }
}

fn explain(error: io::Error, path: &Path) -> anyhow::Error {
    let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    let hint = if is_full { ": the disk is full; nothing was kept" } else { "" };
    anyhow::Error::new(error).context(format!("writing {}{hint}", path.display()))
}

/// The free space of a file system.
pub struct Room {
    free: u64,
}

impl Room {
    /// Measures the free space of a folder's file system.
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        let space = rustix::fs::statvfs(folder).with_context(|| format!("examining {}", folder.display()))?;
        Ok(Self { free: space.f_bavail.saturating_mul(space.f_frsize) })
    }

    /// Refuses a copy for which the space is too small, before it begins.
    pub fn check(&self, bytes: u64) -> anyhow::Result<()> {
        let mb = |bytes: u64| bytes.div_ceil(1_000_000);
        let needed = bytes.saturating_add(RESERVE_BYTES);
        ensure!(
            needed <= self.free,
            "the copy needs {} MB and {} MB are free; nothing was kept",
            mb(needed),
            mb(self.free)
        );
        Ok(())
    }
}

/// The bytes of all files below a folder.
pub fn bytes_below(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0_u64;
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let metadata = fs::symlink_metadata(entry.path())?;
        bytes = bytes.saturating_add(if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() });
    }
    Ok(bytes)
}

/// This machine's time, in milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn only_regular_files_are_copied() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("source"), b"content").expect("writes");
        let copied = copy_file(&path("source"), &path("a/b/copy")).expect("copies");
        assert_eq!((copied.bytes, copied.sha256), (7, hex::encode(Sha256::digest(b"content"))));
        let mode = fs::metadata(path("a/b/copy")).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        copy_file(&path("source"), &path("a/b/copy")).expect_err("an existing file is never replaced");
        symlink(path("source"), path("link")).expect("links");
        copy_file(&path("link"), &path("other")).expect_err("a symbolic link is not followed");
        copy_file(&path("a"), &path("other")).expect_err("a folder is no file");
        rustix::fs::mknodat(rustix::fs::CWD, path("pipe"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
            .expect("a pipe");
        copy_file(&path("pipe"), &path("other")).expect_err("a pipe is no file, and nobody waits for it");
        symlink(path("nowhere"), path("target")).expect("links");
        copy_file(&path("source"), &path("target")).expect_err("nothing is written through a link");
        assert!(!path("nowhere").exists());
    }

    #[test]
    fn a_copy_without_room_is_refused_before_it_begins() {
        let room = Room { free: RESERVE_BYTES + 5 };
        room.check(5).expect("it fits");
        let error = room.check(6).expect_err("one byte too many").to_string();
        assert!(error.contains("nothing was kept"), "{error}");
        Room { free: u64::MAX - 1 }.check(u64::MAX).expect_err("it does not overflow");
    }
}
