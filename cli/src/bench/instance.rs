//! A separate `waymark up` on a new folder and a free port, for one measurement. Invariant: only the started process is
//! ended, by its own pid, also after a failure.

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// The time limit of a start.
const START_TIMEOUT: Duration = Duration::from_mins(1);
/// The time limit of a stop.
const STOP_TIMEOUT: Duration = Duration::from_mins(1);

/// Creates a folder for an instance's data, removed when dropped. Other users may traverse it: if root starts Postgres,
/// it runs as an unprivileged user and would otherwise keep its files elsewhere.
pub fn scratch() -> anyhow::Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("waymark-bench-").permissions(Permissions::from_mode(0o711)).tempdir()?)
}

/// The output of `waymark up --json`.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    pub url: String,
    client_id: String,
    client_secret: String,
}

/// A running instance.
pub struct Instance {
    child: Child,
    /// Its output when it was ready.
    pub ready: Ready,
    /// The duration of its start.
    pub took: Duration,
}

impl Instance {
    /// Starts an instance on a data directory.
    pub async fn start(data: &Path) -> anyhow::Result<Self> {
        Self::start_with(data, &[]).await
    }

    /// The same with further flags of `waymark up`.
    pub async fn start_with(data: &Path, more: &[&str]) -> anyhow::Result<Self> {
        let started = Instant::now();
        let binary = std::env::current_exe()?;
        let mut child = Command::new(binary)
            .args(["up", "--json", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(more)
            .env_remove("DATABASE_URL")
            .env_remove("WAYMARK_LISTEN")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting `waymark up`")?;
        let output = child.stdout.take().context("the child's output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let line =
            tokio::time::timeout(START_TIMEOUT, lines.next_line()).await.context("`waymark up` is not ready")??;
        let line = line.context("`waymark up` ended before it was ready")?;
        let ready = serde_json::from_str(&line).with_context(|| format!("`waymark up` printed {line}"))?;
        Ok(Self { child, ready, took: started.elapsed() })
    }

    /// Requests an access token of its sandbox tenant.
    pub async fn token(&self, client: &reqwest::Client) -> anyhow::Result<String> {
        #[derive(Deserialize)]
        struct Token {
            access_token: String,
        }
        let response = client
            .post(format!("{}/oauth/token", self.ready.url))
            .basic_auth(&self.ready.client_id, Some(&self.ready.client_secret))
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await?
            .error_for_status()?;
        Ok(response.json::<Token>().await?.access_token)
    }

    /// The resident memory of the process in MB.
    pub fn resident_mb(&self) -> anyhow::Result<u64> {
        let pid = self.child.id().context("the process runs")?;
        let status = std::fs::read_to_string(PathBuf::from(format!("/proc/{pid}/status")))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS is there")?;
        let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1_024)
    }

    /// Stops it with SIGTERM and waits for its exit.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().context("the process runs")?;
        let sent = Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        ensure!(sent.success(), "cannot send SIGTERM to the process");
        let status = tokio::time::timeout(STOP_TIMEOUT, self.child.wait())
            .await
            .context("the process did not stop in time")??;
        ensure!(status.success(), "it stopped with {status}");
        Ok(())
    }
}
