//! Runs a session as its reader would: in one shell, against an instance that `waymark up` starts. Invariant: both
//! processes end with the test.
//!
//! The command `make up` is the start of the instance, with the flags in `ARGS="..."`; a later one is that of the
//! instance that runs, which has the flags of all. Its output gives the values for `<client>`, `<secret>` and
//! `<tenant>`. The document's address `http://127.0.0.1:8080` is replaced by the address of the instance, and the port
//! 9000 of a receiver by a free one.

use super::{Session, Step, compare::is_as_shown};
use crate::{
    command::waymark,
    folder::Folder,
    instance::{Instance, Ready},
};
use std::{fmt::Write as _, fs, net::TcpListener, os::unix::fs::symlink, path::Path, process::Stdio, time::Duration};
use tokio::{process::Command, time::timeout};

const START: &str = "make up";
const ADDRESS: &str = "http://127.0.0.1:8080";
/// Where the document's receiver listens, and how it is told so.
const RECEIVER: (&str, &str) = ("127.0.0.1:9000", "PORT=9000");
/// The end of an output, before the number of its command and the exit code.
const MARK: char = '\u{1e}';
/// The time limit of all commands on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

impl Session {
    /// Runs the session in a folder of its own.
    pub(crate) async fn run(&self) {
        let folder = Folder::new();
        let port = free_port();
        let (receiver, told_port) = (format!("127.0.0.1:{port}"), format!("PORT={port}"));
        let flags = self.steps.iter().filter_map(|step| flags_of(&step.command)).flatten();
        let flags: Vec<_> = flags.map(|flag| flag.replace(RECEIVER.0, &receiver)).collect();
        let (instance, greeting) = Instance::start_in_words(waymark(), &folder.data(), &flags).await;
        let Ready { url, client_id, client_secret, tenant_id, .. } = &instance.ready;
        let placeholders = [
            (ADDRESS, url),
            ("<client>", client_id),
            ("<secret>", client_secret),
            ("<tenant>", tenant_id),
            (RECEIVER.0, &receiver),
            (RECEIVER.1, &told_port),
        ];
        let of_reader = |text: &String| {
            placeholders.iter().fold(text.clone(), |text, (placeholder, value)| text.replace(placeholder, value))
        };
        let steps: Vec<Step> = self
            .steps
            .iter()
            .map(|step| Step {
                command: of_reader(&step.command),
                shown: step.shown.iter().map(of_reader).collect(),
                ..step.clone()
            })
            .collect();
        assert!(flags_of(&steps[0].command).is_some(), "{}: a session begins with the start", steps[0].document);
        let (starts, commands): (Vec<Step>, Vec<Step>) =
            steps.into_iter().partition(|step| flags_of(&step.command).is_some());
        for start in &starts {
            start.compare(&greeting);
        }

        let mut script = "exec 2>&1\n".to_owned();
        for (number, step) in commands.iter().enumerate() {
            writeln!(script, "{}\nprintf '\\n{MARK}%s %s{MARK}' {number} $?", step.command).expect("a text");
        }
        let script = folder.write("session.sh", script.as_bytes());
        let program = folder.path("target/release");
        fs::create_dir_all(&program).expect("a folder");
        symlink(env!("CARGO_BIN_EXE_waymark"), program.join("waymark")).expect("a link");
        // What `make up` installs for the console.
        fs::create_dir_all(folder.path("web")).expect("a folder");
        let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/node_modules");
        symlink(modules, folder.path("web/node_modules")).expect("a link");
        let mut shell = Command::new("bash");
        shell.arg(&script).current_dir(folder.path(".")).env("WAYMARK_DATA_DIR", folder.data());
        shell.stdin(Stdio::null()).kill_on_drop(true);
        let output = timeout(PATIENCE, shell.output()).await.expect("the commands end in time").expect("bash runs");
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut parts = output.split(MARK);
        for (number, step) in commands.iter().enumerate() {
            let (printed, outcome) = (parts.next().unwrap_or_default(), parts.next());
            let expected = format!("{number} 0");
            assert_eq!(outcome, Some(&*expected), "{} failed:\n{printed}", step.place());
            step.compare(printed);
        }
        instance.stop().await;
    }
}

/// The flags with which a command starts the instance; `None` for another command.
fn flags_of(command: &str) -> Option<Vec<String>> {
    let rest = command.strip_prefix(START)?;
    let flags = if rest.is_empty() { "" } else { rest.strip_prefix(" ARGS=\"")?.strip_suffix('"')? };
    Some(flags.split_whitespace().map(str::to_owned).collect())
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

impl Step {
    fn compare(&self, printed: &str) {
        // The end of a line that a command left open is that of the shell.
        let lines: Vec<&str> = printed.trim_end().lines().collect();
        let is_right = self.shown.is_empty() || is_as_shown(&self.shown, &lines);
        assert!(is_right, "{} printed\n{}\n\ninstead of\n{}", self.place(), lines.join("\n"), self.shown.join("\n"));
    }

    fn place(&self) -> String {
        format!("{}:{}: {}", self.document, self.line, self.command)
    }
}

#[test]
fn a_start_may_have_flags() {
    assert_eq!(flags_of("make up"), Some(Vec::new()));
    assert_eq!(flags_of("make up ARGS=\"--a b\""), Some(vec!["--a".to_owned(), "b".to_owned()]));
    for other in ["make update", "make up ARGS=--a", "cat make up"] {
        assert_eq!(flags_of(other), None, "{other}");
    }
}
