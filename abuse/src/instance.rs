//! The instance under attack: `waymark up` on a temporary folder and a free loopback port. Invariant: only the started
//! processes are ended, by their own ids, also after a failure.

use crate::{
    context::{PROXY, RECEIVER},
    limit::START_PATIENCE,
    memory::Memory,
};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::{
    fs::{self, File, Permissions},
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The number of receivers of webhooks that an instance allows.
const RECEIVERS: usize = 24;

/// The line that `waymark up --json` prints when it is ready.
#[derive(Clone, Debug, Deserialize)]
struct Ready {
    url: String,
}

/// The part that matters of `running.json`.
#[derive(Clone, Debug, Deserialize)]
struct Running {
    follow_token: String,
}

/// A running instance.
pub(crate) struct Instance {
    child: Child,
    folder: TempDir,
    pub(crate) server: SocketAddr,
    /// The receivers of webhooks that it allows.
    pub(crate) receivers: Vec<SocketAddr>,
    pub(crate) memory: Memory,
}

impl Instance {
    /// Starts a binary and waits until it is ready.
    pub(crate) fn start(binary: &Path) -> anyhow::Result<Self> {
        // Other users may traverse the folder: for root, Postgres runs as an unprivileged user that must reach it.
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix("waymark-abuse-").permissions(Permissions::from_mode(0o711)).tempdir()?;
        let log = File::create(folder.path().join("log"))?;
        let mut command = Command::new(binary);
        // One shard, so that all tenants meet in it.
        command.args(["up", "--json", "--log", "info", "--shards", "1", "--listen", "127.0.0.1:0", "--data"]);
        command.arg(folder.path().join("data")).env_remove("DATABASE_URL");
        let receivers = free_addresses()?;
        let allowed: Vec<_> = receivers.iter().map(SocketAddr::to_string).collect();
        command.arg("--webhook-allow").arg(allowed.join(","));
        command.env("WAYMARK_TRUSTED_PROXIES", PROXY.to_string());
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().context("starting it")?;
        let output = child.stdout.take().context("its output is piped")?;
        crate::interrupt::note(child.id(), folder.path());
        let memory = Memory::watch(child.id());
        let (line_sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = line_sender.send(line);
            }
        });
        let mut instance = Self { child, folder, server: SocketAddr::from(([127, 0, 0, 1], 0)), receivers, memory };
        let line =
            lines.recv_timeout(START_PATIENCE).with_context(|| format!("no ready line; log: {}", instance.tail()))?;
        let ready: Ready = serde_json::from_str(&line).with_context(|| format!("it printed {line}"))?;
        let address = ready.url.trim_start_matches("http://");
        instance.server = address.parse().with_context(|| format!("the address {address}"))?;
        Ok(instance)
    }

    /// Whether the process runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The token of the block stream, which a running instance keeps in its data folder.
    pub(crate) fn follow_token(&self) -> anyhow::Result<String> {
        let path = self.folder.path().join("data/running.json");
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok(serde_json::from_slice::<Running>(&bytes)?.follow_token)
    }

    /// The length of its log and of that of its database, in bytes.
    pub(crate) fn log_bytes(&self) -> u64 {
        let length = |name| fs::metadata(self.folder.path().join(name)).map_or(0, |file| file.len());
        length("log") + length("data/postgres.log")
    }

    /// The end of its log.
    pub(crate) fn tail(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(3).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
    }

    /// Asks it to stop, and waits for its exit.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        signal(self.child.id(), "TERM");
        let end = Instant::now() + START_PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait()? {
                anyhow::ensure!(status.success(), "the instance stopped with {status}: {}", self.tail());
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("the instance does not stop")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some((pid, socket)) = postgres_of(&self.folder.path().join("data")) {
            signal(pid, "QUIT");
            let _ = fs::remove_dir_all(socket);
        }
    }
}

/// Addresses that nothing listens at.
fn free_addresses() -> anyhow::Result<Vec<SocketAddr>> {
    // All listen at once, so that each has a port of its own.
    let listeners: Vec<_> = (0..RECEIVERS).map(|_| TcpListener::bind((RECEIVER, 0))).collect::<Result<_, _>>()?;
    Ok(listeners.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?)
}

/// The private Postgres that a killed instance left running: its process id and its socket's folder.
fn postgres_of(data: &Path) -> Option<(u32, PathBuf)> {
    let cluster = data.join("postgres").canonicalize().ok()?;
    let note = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let mut lines = note.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let folder = PathBuf::from(lines.next()?);
    // The process id may have been reused; the second line names the cluster.
    (folder.canonicalize().ok()? == cluster).then_some((pid, PathBuf::from(lines.nth(2)?)))
}

/// Sends a signal to a process that this program started.
pub(crate) fn signal(pid: u32, name: &str) {
    let _ = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).stderr(Stdio::null()).status();
}
