//! A service of a deployment: a process that reports on standard error when it is ready. Invariant: the process is
//! ended by its own process id, also when the test fails.

use crate::{command::waymark, folder::send_signal};
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStderr, Command},
    task::JoinHandle,
    time::timeout,
};

/// The time limit of a start or stop on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running service.
pub(crate) struct Service {
    child: Child,
    /// Reads the rest of its output, so that the service never blocks on it, and returns it.
    output: JoinHandle<String>,
}

impl Service {
    /// Starts a service and waits for a line that contains `sign`. Returns it with that line.
    pub(crate) async fn start(arguments: &[&str], environment: &[(&str, &str)], sign: &str) -> (Self, String) {
        let mut command = Command::from(waymark());
        command.args(arguments).envs(environment.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("the binary runs");
        let mut lines = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
        let line = timeout(PATIENCE, line_with(&mut lines, sign)).await.expect("it is up in time");
        let output = tokio::spawn(async move {
            let mut output = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                output.push_str(&line);
                output.push('\n');
            }
            output
        });
        (Self { child, output }, line)
    }

    /// Stops it with SIGTERM.
    pub(crate) async fn stop(mut self) {
        send_signal(self.child.id().expect("it runs"), "TERM");
        let status =
            timeout(PATIENCE, self.child.wait()).await.expect("it stops in time").expect("it can be waited for");
        let output = self.output.await.expect("it was read");
        assert_eq!(status.code(), Some(0), "it stopped with {status}: {output}");
    }

    /// Kills it.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("it runs");
    }
}

async fn line_with(lines: &mut Lines<BufReader<ChildStderr>>, sign: &str) -> String {
    let mut output = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains(sign) {
            return line;
        }
        output.push(line);
    }
    panic!("it ended before it was up: {output:?}")
}
