//! A start that is interrupted at any moment leaves no process, and the next start succeeds. The moments are
//! `WAYMARK_INTERRUPT_STEP_MS` apart, up to five seconds.

use crate::{
    command::waymark,
    folder::{Folder, send_signal},
    instance::Instance,
};
use std::{env, fs, path::Path, process::Stdio, time::Duration};
use tokio::{process::Command, time::timeout};

/// The last moment, in milliseconds after the start of the process.
const LAST_MS: u64 = 5_000;
/// The default distance of two moments, for six in all; 50 before a release.
const STEP_MS: u64 = 1_000;
/// The time limit of a stop on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The processes that work in a folder.
fn working_in(folder: &Path) -> Vec<String> {
    let Ok(folder) = folder.canonicalize() else { return Vec::new() };
    let here = |process: &fs::DirEntry| fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder);
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().filter(here);
    processes.map(|process| fs::read_to_string(process.path().join("cmdline")).unwrap_or_default()).collect()
}

/// Whether a process handles a signal of this number: its bit in `SigCgt` (`man proc_pid_status`).
fn handles(pid: u32, signal: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| (mask >> (signal - 1)) & 1 == 1)
}

/// Starts on a data directory and interrupts after a time, or when it has ended before.
async fn interrupt(data: &Path, after: Duration, (signal, number): (&str, u32)) {
    let mut command = Command::from(waymark());
    command.args(["up", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the binary runs");
    let ended = timeout(after, child.wait()).await;
    assert!(ended.is_err(), "it ended by itself: {ended:?}");
    let pid = child.id().expect("it runs");
    let is_handled = handles(pid, number);
    send_signal(pid, signal);
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("it stops in time").expect("ours");
    let said = String::from_utf8_lossy(&output.stderr);
    // Without a handler, at its very beginning, the process has nothing to stop.
    assert!(output.status.code().is_none_or(|code| code == 0), "{after:?}: {}: {said}", output.status);
    assert!(output.status.success() || !is_handled, "{after:?}: {}: {said}", output.status);
    for name in ["postgres", "postgres.new"] {
        assert_eq!(working_in(&data.join(name)), Vec::<String>::new(), "{after:?}: processes are left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_may_be_interrupted_at_any_moment() {
    let step = env::var("WAYMARK_INTERRUPT_STEP_MS").map_or(STEP_MS, |step| step.parse().expect("milliseconds"));
    let moments = (0..=LAST_MS).step_by(usize::try_from(step).expect("few")).map(Duration::from_millis);
    let again = Folder::new();
    for (moment, signal) in moments.zip([("TERM", 15), ("INT", 2)].into_iter().cycle()) {
        let first = Folder::new();
        interrupt(&first.data(), moment, signal).await;
        // The same folder at the next moment: each start meets what the interrupted one left.
        interrupt(&again.data(), moment, signal).await;
    }
    Instance::start(&again.data()).await.stop().await;
}
