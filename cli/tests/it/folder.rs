//! The data directory of one test. Invariant: after the test, its Postgres is stopped and its files are removed, also
//! after a failure.

use std::{
    fs,
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A folder that is removed at the end, after the Postgres that a killed process may have left running on it is
/// stopped.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Creates a folder. Other users may traverse it: for root, Postgres runs as an unprivileged user that must reach
    /// it.
    pub(crate) fn new() -> Self {
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix("waymark-test-").permissions(Permissions::from_mode(0o711)).tempdir();
        Self(folder.expect("a temporary folder"))
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Writes a file next to the data directory.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("the folder can be written");
        path
    }

    /// The path of a file next to the data directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for data in [self.data(), self.data().join("gateway")] {
            if let Some(server) = Server::of(&data) {
                server.kill();
                let _ = fs::remove_dir_all(server.socket);
            }
        }
    }
}

/// The private Postgres of a data directory.
#[derive(PartialEq, Eq)]
pub(crate) struct Server {
    pid: u32,
    socket: PathBuf,
}

impl Server {
    /// The server that runs on a data directory, according to its `postmaster.pid`.
    pub(crate) fn of(data: &Path) -> Option<Self> {
        let cluster = data.join("postgres").canonicalize().ok()?;
        let note = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        let mut lines = note.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let socket = PathBuf::from(lines.nth(3)?);
        // The process id may have been reused.
        let is_ours = fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == cluster);
        is_ours.then_some(Self { pid, socket })
    }

    /// Kills it, as a power failure would.
    pub(crate) fn kill(&self) {
        send_signal(self.pid, "KILL");
    }
}

/// Sends a signal to a process that the tests started.
pub(crate) fn send_signal(pid: u32, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).output().expect("`kill` runs");
    assert!(sent.status.success(), "signal {signal} to {pid}: {}", String::from_utf8_lossy(&sent.stderr));
}
