//! A `waymark` process that is a member of a local network. Invariant: only the started process is ended, by its own
//! pid, also when the network fails to start.

use anyhow::{Context as _, ensure};
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// The time limit of a start.
const START_TIMEOUT: Duration = Duration::from_mins(1);
/// The time limit of a stop.
const STOP_TIMEOUT: Duration = Duration::from_mins(1);

/// A running `waymark` process.
pub struct Process {
    child: Child,
    /// The line of JSON that it printed when it was ready.
    pub ready: serde_json::Value,
}

impl Process {
    /// Starts this binary with other arguments and waits until it is ready.
    pub async fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .env_remove("DATABASE_URL")
            .env_remove("WAYMARK_LISTEN")
            .env_remove("WAYMARK_DATA_DIR")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().context("the child's output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let what = arguments.join(" ");
        let line = tokio::time::timeout(START_TIMEOUT, lines.next_line()).await;
        let line = line.with_context(|| format!("`waymark {what}` is not ready"))??;
        let line = line.with_context(|| format!("`waymark {what}` ended before it was ready"))?;
        Ok(Self { child, ready: serde_json::from_str(&line)? })
    }

    /// Its process id; `None` after its end.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Stops it with SIGTERM and waits for its end. A process that ended before is no error.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        if let Some(pid) =
            self.child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw)
        {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        let status = tokio::time::timeout(STOP_TIMEOUT, self.child.wait())
            .await
            .context("the process did not stop in time")??;
        ensure!(status.success(), "a process of the network stopped with {status}");
        Ok(())
    }
}
