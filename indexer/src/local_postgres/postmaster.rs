//! Starts and stops the Postgres server process. Invariant: a server starts only after the previous one is down. A
//! server that this process started is down when its [`Postmaster`] is gone, unless it was left running.

use super::{
    CONNECTIONS_MAX, Durability, LocalPostgresError, START_TIMEOUT_MS,
    account::Account,
    binary::Installation,
    launcher::Launcher,
    process::{run_to_end, signal, signal_all_in, wait_for, working_in},
};
use crate::connection;
use rustix::process::Signal;
use sqlx::Connection as _;
use std::{
    fs::{self, OpenOptions},
    io::ErrorKind,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    process::Child,
    time::{Instant, sleep, timeout},
};

/// The interval between checks of a starting server, in milliseconds.
const READY_INTERVAL_MS: u64 = 10;
/// The time for the checkpoint of a server that a killed process left running. It has no sessions, so at most its
/// buffers remain to be written.
const STALE_STOP_TIMEOUT_MS: u64 = 10_000;
/// The time that sessions of a killed server get to notice it. After it they are ended: a busy one notices only after
/// its statement.
const ORPHAN_END_MS: u64 = 500;
/// The time for each of the two harder ways to end a server that nobody waits for.
const DROP_STOP_MS_MAX: u64 = 5_000;
/// A log that exceeds this size is emptied, at a start and while the server runs.
pub(super) const LOG_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The time between two checks of the size of the log, in milliseconds.
pub(super) const LOG_CHECK_MS: u64 = 60_000;
/// The number of log lines that an error quotes.
const LOG_LINES_QUOTED: usize = 12;

/// Settings that differ from the server's defaults. Memory and checkpoints suit a machine shared with the ledger: the
/// index is written in bulk and read by key.
const SETTINGS: [&str; 15] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "cluster_name=waymark",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_line_prefix=%m [%p] %q%u@%d ",
    "shared_buffers=128MB",
    "wal_buffers=16MB",
    "max_wal_size=2GB",
    "checkpoint_timeout=15min",
    "checkpoint_completion_target=0.9",
    "log_checkpoints=off",
    "max_parallel_workers_per_gather=0",
    // Compiling a query costs more than running any query of the index.
    "jit=off",
    "random_page_cost=1.1",
];

/// How the server compresses the pages in its write-ahead log, the best first. Not every build has LZ4. Without it,
/// compressing took two fifths of the server's time while the index was written.
const WAL_COMPRESSIONS: [&str; 2] = ["wal_compression=lz4", "wal_compression=on"];

/// A running server. Dropping it stops it, which blocks the thread for a moment.
#[derive(Debug)]
pub(super) struct Postmaster {
    child: Child,
    is_left: bool,
}

impl Postmaster {
    /// Starts a server and waits until it answers.
    pub(super) async fn start(launcher: &Launcher) -> Result<Self, LocalPostgresError> {
        let Launcher { installation, account, folder, log, durability, socket, .. } = launcher;
        let program = installation.program("postgres");
        let output = open_log(log)?;
        let errors = output.try_clone().map_err(LocalPostgresError::file("open", log))?;
        let mut command = account.command(&program, folder);
        command.arg("-D").arg(folder).arg("-k").arg(socket.path());
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        command.arg("-c").arg(format!("max_connections={CONNECTIONS_MAX}"));
        command.arg("-c").arg(wal_compression(launcher));
        if *durability == Durability::None {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]);
        }
        command.stdout(Stdio::from(output)).stderr(Stdio::from(errors));
        let child = command.spawn().map_err(LocalPostgresError::file("run", &program))?;
        let mut postmaster = Self { child, is_left: false };
        postmaster.wait_until_ready(&socket.url("postgres"), log).await?;
        Ok(postmaster)
    }

    async fn wait_until_ready(&mut self, url: &str, log: &Path) -> Result<(), LocalPostgresError> {
        let deadline = Instant::now() + Duration::from_millis(START_TIMEOUT_MS);
        loop {
            if let Ok(connection) = connection::connect(url).await {
                return connection.close().await.map_err(LocalPostgresError::Database);
            }
            let has_ended = matches!(self.child.try_wait(), Ok(Some(_)) | Err(_));
            if has_ended || Instant::now() > deadline {
                return Err(LocalPostgresError::Start { log: log.to_owned(), tail: tail(log) });
            }
            sleep(Duration::from_millis(READY_INTERVAL_MS)).await;
        }
    }

    /// Waits until the server has ended by itself. Dropping the future changes nothing.
    pub(super) async fn ended(&mut self) -> ExitStatus {
        match self.child.wait().await {
            Ok(status) => status,
            Err(error) => {
                // Without a status it is only known that there is no such child any more.
                tracing::warn!(%error, "waiting for PostgreSQL failed");
                ExitStatus::default()
            }
        }
    }

    /// Stops the server: ends sessions and writes a checkpoint; without a checkpoint if that exceeds the timeout.
    pub(super) async fn stop(&mut self, time: Duration) -> Result<(), LocalPostgresError> {
        for mode in [Signal::INT, Signal::QUIT] {
            signal(&self.child, mode);
            if let Ok(status) = timeout(time, self.child.wait()).await {
                let is_clean = mode == Signal::INT && status.is_ok_and(|status| status.success());
                return if is_clean { Ok(()) } else { Err(LocalPostgresError::Stop) };
            }
        }
        Err(LocalPostgresError::Stop)
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) fn leave_running(&mut self) {
        self.is_left = true;
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        if self.is_left || !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        for mode in [Signal::INT, Signal::QUIT, Signal::KILL] {
            signal(&self.child, mode);
            if wait_for(&mut self.child, Duration::from_millis(DROP_STOP_MS_MAX)) {
                return;
            }
        }
    }
}

/// Stops the server that a killed process left running on a cluster, and removes the files of one that is gone.
pub(super) async fn stop_stale(
    installation: &Installation,
    account: &Account,
    folder: &Path,
) -> Result<(), LocalPostgresError> {
    let path = folder.join("postmaster.pid");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        // A server that was killed while it started may not have written it yet.
        Err(error) if error.kind() == ErrorKind::NotFound => return end_sessions(folder).await,
        Err(source) => return Err(LocalPostgresError::File { what: "read", path, source }),
    };
    if is_postmaster(text.lines().next().unwrap_or_default(), folder) {
        tracing::info!(folder = %folder.display(), "stopping the PostgreSQL that an earlier process left running");
        stop_with_pg_ctl(installation, account, folder, Duration::from_millis(STALE_STOP_TIMEOUT_MS)).await?;
        return Ok(());
    }
    end_sessions(folder).await?;
    // The process id may have been reused, and the server would then refuse to start.
    fs::remove_file(&path).map_err(LocalPostgresError::file("remove", &path))
}

/// Whether the working directory of a process is the cluster's folder, as for its server. Where the system does not
/// report it, `pg_ctl` and the server judge by the process id alone.
fn is_postmaster(pid: &str, folder: &Path) -> bool {
    let Ok(pid) = pid.trim().parse::<u32>() else { return false };
    if !Path::new("/proc/self/cwd").exists() {
        return true;
    }
    let folder = folder.canonicalize().ok();
    folder.is_some() && fs::read_link(format!("/proc/{pid}/cwd")).ok() == folder
}

/// Ends the processes that a killed server left. While one exists, a new server refuses to start.
pub(super) async fn end_sessions(folder: &Path) -> Result<(), LocalPostgresError> {
    let begin = Instant::now();
    while !working_in(folder).is_empty() {
        if begin.elapsed() > Duration::from_millis(STALE_STOP_TIMEOUT_MS) {
            signal_all_in(folder, Signal::KILL);
            return Err(LocalPostgresError::Stop);
        }
        if begin.elapsed() > Duration::from_millis(ORPHAN_END_MS) {
            signal_all_in(folder, Signal::QUIT);
        }
        sleep(Duration::from_millis(READY_INTERVAL_MS)).await;
    }
    Ok(())
}

/// Stops a server that is no child of this process. Returns `Ok(false)` when it was stopped without a checkpoint.
async fn stop_with_pg_ctl(
    installation: &Installation,
    account: &Account,
    folder: &Path,
    timeout: Duration,
) -> Result<bool, LocalPostgresError> {
    let program = installation.program("pg_ctl");
    for mode in ["fast", "immediate"] {
        let mut command = account.command(&program, folder);
        command.args(["stop", "--silent", "--wait", "--mode", mode, "--timeout"]);
        command.arg(timeout.as_secs().max(1).to_string()).arg("--pgdata").arg(folder);
        let output = run_to_end(command).await.map_err(LocalPostgresError::file("run", &program))?;
        // `pg_ctl` also fails if the server ended a moment ago.
        if output.status.success() || !folder.join("postmaster.pid").exists() {
            return Ok(mode == "fast");
        }
    }
    Err(LocalPostgresError::Stop)
}

fn open_log(log: &Path) -> Result<fs::File, LocalPostgresError> {
    empty_large(log, LOG_BYTES_MAX);
    // The log may quote rows, and other users may traverse the data directory.
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600).open(log).map_err(LocalPostgresError::file("open", log))
}

/// Empties a log above `bytes_max`. The server opened it for appending, so its next line is the first of the file.
pub(super) fn empty_large(log: &Path, bytes_max: u64) {
    if fs::metadata(log).is_ok_and(|found| found.len() > bytes_max) {
        let emptied = OpenOptions::new().write(true).truncate(true).open(log);
        if let Err(error) = emptied {
            tracing::warn!(%error, log = %log.display(), "the log of PostgreSQL cannot be emptied");
        }
    }
}

pub(super) fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES_QUOTED)..].join("\n")
}

/// The first of [`WAL_COMPRESSIONS`] that the server has. Blocks the thread for some milliseconds, so that a start that
/// is given up leaves no process behind.
fn wal_compression(launcher: &Launcher) -> &'static str {
    let Launcher { installation, account, folder, .. } = launcher;
    let [best, always] = WAL_COMPRESSIONS;
    let mut ask = account.command(&installation.program("postgres"), folder);
    ask.arg("-D").arg(folder).args(["-c", best, "-C", "wal_compression"]);
    let has_best = ask.as_std_mut().output().is_ok_and(|output| output.status.success());
    if has_best { best } else { always }
}
