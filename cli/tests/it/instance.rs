//! The `waymark up` process of one test. Invariant: the process is ended by its own process id, also when the test
//! fails.

use crate::{api::Api, command::waymark, folder::send_signal};
use serde::Deserialize;
use std::{
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// The time limit of a start or stop on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The line that `waymark up --json` prints when it is ready.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the members are those of the line")]
pub(crate) struct Ready {
    pub(crate) ready: bool,
    pub(crate) url: String,
    pub(crate) tenant_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) data: String,
}

/// A running instance.
pub(crate) struct Instance {
    pub(crate) ready: Ready,
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Instance {
    /// Starts on a data directory and a free port, and waits until it is ready.
    pub(crate) async fn start(data: &Path) -> Self {
        Self::start_with(data, &[]).await
    }

    /// The same with further arguments.
    pub(crate) async fn start_with(data: &Path, more: &[&str]) -> Self {
        Self::start_in(waymark(), data, more).await
    }

    /// The same with a prepared command, for its environment.
    pub(crate) async fn start_in(mut command: std::process::Command, data: &Path, more: &[&str]) -> Self {
        command.args(["up", "--json", "--data"]).arg(data).args(more);
        let (child, mut output) = spawn(command);
        let line = read_until(&mut output, "").await;
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: it printed {line:?}"));
        Self { ready, child, output }
    }

    /// Starts without `--json`, with a prepared command. Returns also what it printed for its user.
    pub(crate) async fn start_in_words(
        mut command: std::process::Command,
        data: &Path,
        more: &[String],
    ) -> (Self, String) {
        command.args(["up", "--data"]).arg(data).args(more);
        let (child, mut output) = spawn(command);
        let printed = read_until(&mut output, "Stop with").await;
        let word = |label: &str| {
            let line = printed.lines().find_map(|line| line.trim().strip_prefix(label)).unwrap_or_default();
            line.split_whitespace().next().unwrap_or_else(|| panic!("no {label} in {printed}")).to_owned()
        };
        let ready = Ready {
            ready: true,
            url: word("API").trim_end_matches("/docs/").to_owned(),
            tenant_id: word("Tenant"),
            client_id: word("Client"),
            client_secret: word("Secret"),
            data: data.display().to_string(),
        };
        (Self { ready, child, output }, printed)
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// A client with a new token of the sandbox tenant.
    pub(crate) async fn sign_in(&self) -> Api {
        Api::sign_in(&self.ready.url, &self.ready.client_id, &self.ready.client_secret).await
    }

    /// Stops it with SIGTERM, and returns its output after the ready line.
    pub(crate) async fn stop(mut self) -> String {
        send_signal(self.pid(), "TERM");
        let mut rest = String::new();
        let (status, read) =
            timeout(PATIENCE, async { (self.child.wait().await, self.output.read_to_string(&mut rest).await) })
                .await
                .expect("it stops in time");
        let status: ExitStatus = status.expect("it can be waited for");
        assert_eq!(status.code(), Some(0), "it stopped with {status}");
        read.expect("its output can be read");
        rest
    }

    /// Kills it.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("it runs");
    }
}

/// Starts a command on a free port.
fn spawn(mut command: std::process::Command) -> (Child, BufReader<ChildStdout>) {
    command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut child = Command::from(command).kill_on_drop(true).spawn().expect("the binary runs");
    let output = child.stdout.take().expect("the output is piped");
    (child, BufReader::new(output))
}

/// Reads lines up to one that begins like this.
async fn read_until(output: &mut BufReader<ChildStdout>, begin: &str) -> String {
    let mut printed = String::new();
    loop {
        let start = printed.len();
        let read = timeout(PATIENCE, output.read_line(&mut printed)).await;
        let count = read.expect("`waymark up` is ready in time").expect("its output can be read");
        assert_ne!(count, 0, "it printed only {printed:?}");
        if printed[start..].starts_with(begin) {
            return printed;
        }
    }
}
