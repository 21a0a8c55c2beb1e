//! A service of a deployment: a process that says on standard error when it is up. Invariant: it is ended by its own
//! process id, also when the test fails.

use crate::{command::waymark, folder::send_signal};
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStderr, Command},
    task::JoinHandle,
    time::timeout,
};

/// How long a start or a stop may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running service.
pub(super) struct Service {
    child: Child,
    /// Reads on, so that the service never waits for a reader; gives what it said.
    said: JoinHandle<String>,
}

impl Service {
    /// Starts a service and waits for the line that contains `sign`; gives that line.
    pub(super) async fn start(arguments: &[&str], environment: &[(&str, &str)], sign: &str) -> (Self, String) {
        let mut command = Command::from(waymark());
        command.args(arguments).envs(environment.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("the binary runs");
        let mut lines = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
        let line = timeout(PATIENCE, line_with(&mut lines, sign)).await.expect("it is up in time");
        let said = tokio::spawn(async move {
            let mut said = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                said.push_str(&line);
                said.push('\n');
            }
            said
        });
        (Self { child, said }, line)
    }

    /// Stops it as an operator would.
    pub(super) async fn stop(mut self) {
        send_signal(self.child.id().expect("it runs"), "TERM");
        let status =
            timeout(PATIENCE, self.child.wait()).await.expect("it stops in time").expect("it can be waited for");
        let said = self.said.await.expect("it was read");
        assert_eq!(status.code(), Some(0), "it stopped with {status}: {said}");
    }

    /// Kills it at once.
    pub(super) async fn kill(mut self) {
        self.child.kill().await.expect("it runs");
    }
}

async fn line_with(lines: &mut Lines<BufReader<ChildStderr>>, sign: &str) -> String {
    let mut said = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains(sign) {
            return line;
        }
        said.push(line);
    }
    panic!("it ended before it was up: {said:?}")
}
