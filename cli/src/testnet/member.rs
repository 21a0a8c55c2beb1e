//! A `waymark` process that is a member of a local network. Invariant: only the started process is ended, by its own
//! pid, also when the network fails to start.

use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// The time limit of a start.
const START_TIMEOUT: Duration = Duration::from_mins(1);
/// The time limit of a stop.
const STOP_TIMEOUT: Duration = Duration::from_mins(1);
/// The interval between checks of a stopping process, in milliseconds.
const CHECK_INTERVAL_MS: u64 = 10;

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
            // Members on one machine would share one address.
            .env_remove("WAYMARK_HEALTH_LISTEN")
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the child's output is piped")?;
        let mut lines = BufReader::new(output).lines();
        // From here on the process is stopped when this start is given up.
        let mut process = Self { child, ready: serde_json::Value::Null };
        let what = arguments.join(" ");
        let line = tokio::time::timeout(START_TIMEOUT, lines.next_line()).await;
        let line = line.with_context(|| format!("`waymark {what}` is not ready"))??;
        let line = line.with_context(|| format!("`waymark {what}` ended before it was ready"))?;
        process.ready = serde_json::from_str(&line)?;
        Ok(process)
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
        self.terminate()?;
        let status = tokio::time::timeout(STOP_TIMEOUT, self.child.wait())
            .await
            .context("the process did not stop in time")??;
        ensure!(status.success(), "a process of the network stopped with {status}");
        Ok(())
    }

    fn terminate(&self) -> std::io::Result<()> {
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        Ok(pid.map_or(Ok(()), |pid| kill_process(pid, Signal::TERM))?)
    }
}

impl Drop for Process {
    /// Stops the process as [`Process::stop`] does, so that it leaves no process of its own. Blocks this thread.
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) || self.terminate().is_err() {
            return;
        }
        let begin = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if begin.elapsed() > STOP_TIMEOUT {
                let _ = self.child.start_kill();
                return;
            }
            std::thread::sleep(Duration::from_millis(CHECK_INTERVAL_MS));
        }
    }
}
