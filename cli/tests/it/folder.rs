//! A data directory of one test. Invariant: when the test is over, however it ended, its Postgres is down and its files
//! are gone.

use std::{
    fs,
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A folder that is removed at the end, together with a Postgres that a killed process left on it.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// A new folder. Others may pass through it: run by root, Postgres works as an unprivileged user, who must reach
    /// it.
    pub(crate) fn new() -> Self {
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix("waymark-test-").permissions(Permissions::from_mode(0o711)).tempdir();
        Self(folder.expect("a temporary folder"))
    }

    /// Where `waymark` keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Writes a file beside the data.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("the folder can be written");
        path
    }

    /// The path of a file beside the data.
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
pub(crate) struct Server {
    pid: u32,
    socket: PathBuf,
}

impl Server {
    /// The server that runs on a data directory, by its own note of its process id and its socket's folder.
    pub(crate) fn of(data: &Path) -> Option<Self> {
        let cluster = data.join("postgres").canonicalize().ok()?;
        let note = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        let mut lines = note.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let socket = PathBuf::from(lines.nth(3)?);
        // The number may be somebody else's by now.
        let is_ours = fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == cluster);
        is_ours.then_some(Self { pid, socket })
    }

    /// Ends it at once, as a loss of power would.
    pub(crate) fn kill(&self) {
        send_signal(self.pid, "KILL");
    }
}

/// Sends a signal to one process of ours.
pub(crate) fn send_signal(pid: u32, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).output().expect("`kill` runs");
    assert!(sent.status.success(), "signal {signal} to {pid}: {}", String::from_utf8_lossy(&sent.stderr));
}
