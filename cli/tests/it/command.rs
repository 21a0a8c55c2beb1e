//! Runs commands of the binary that end without a signal, and collects their output.

use serde_json::Value;
use std::{ffi::OsStr, process::Command};

/// The output and exit code of a command.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// The line of JSON that `--json` prints.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The binary under test, without the settings of this machine's environment.
pub(crate) fn waymark() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
    for (name, _) in std::env::vars_os() {
        let is_setting = name.to_str().is_some_and(|name| name == "DATABASE_URL" || name.starts_with("WAYMARK_"));
        if is_setting {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary to its end.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Outcome {
    let output = waymark().args(arguments).output().expect("the binary runs");
    Outcome {
        code: output.status.code().expect("it ended by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}
