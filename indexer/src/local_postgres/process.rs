//! Ends the processes of Postgres. Invariant: a signal goes to a child that was not waited for, to the process group
//! that such a child leads, or to a process whose working directory is the cluster's folder.

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use std::{
    fs, io,
    path::Path,
    process::Output,
    thread,
    time::{Duration, Instant},
};
use tokio::process::{Child, Command};

/// The interval between checks whether a process has ended, in milliseconds.
const CHECK_INTERVAL_MS: u64 = 5;
/// The time for a killed process group to disappear, in milliseconds. A zombie whose parent does not wait for it stays.
const GROUP_END_MS_MAX: u64 = 1_000;

/// Runs a command that leads its own process group, and returns its output. If the caller is dropped meanwhile, the
/// whole group is killed.
pub(super) async fn run_to_end(mut command: Command) -> io::Result<Output> {
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut group = Group(Some(command.spawn()?));
    let Some(child) = group.0.as_mut() else { unreachable!("the child was put there") };
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (status, stdout, stderr) = tokio::join!(child.wait(), read(stdout), read(stderr));
    let output = Output { status: status?, stdout: stdout?, stderr: stderr? };
    group.0 = None;
    Ok(output)
}

async fn read(pipe: Option<impl tokio::io::AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        tokio::io::AsyncReadExt::read_to_end(&mut pipe, &mut bytes).await?;
    }
    Ok(bytes)
}

/// A child that leads a process group; dropping it kills the group and waits.
struct Group(Option<Child>);

impl Drop for Group {
    fn drop(&mut self) {
        let Some(child) = self.0.as_mut() else { return };
        let Some(leader) = pid_of(child) else { return };
        let _ = kill_process_group(leader, Signal::KILL);
        let is_gone = || matches!(child.try_wait(), Ok(Some(_))) && test_kill_process_group(leader).is_err();
        wait_until(is_gone, Duration::from_millis(GROUP_END_MS_MAX));
    }
}

/// Sends a signal to a child, unless it was waited for.
pub(super) fn signal(child: &Child, signal: Signal) {
    if let Some(pid) = pid_of(child) {
        let _ = kill_process(pid, signal);
    }
}

/// Blocks this thread until a child has ended; false if it did not in time.
pub(super) fn wait_for(child: &mut Child, time: Duration) -> bool {
    wait_until(|| matches!(child.try_wait(), Ok(Some(_)) | Err(_)), time)
}

fn wait_until(mut is_done: impl FnMut() -> bool, time: Duration) -> bool {
    let deadline = Instant::now() + time;
    while !is_done() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(CHECK_INTERVAL_MS));
    }
    true
}

/// The processes whose working directory is a folder, as for a server and its sessions. Empty where the system does not
/// report it.
pub(super) fn working_in(folder: &Path) -> Vec<Pid> {
    let (Ok(folder), Ok(processes)) = (folder.canonicalize(), fs::read_dir("/proc")) else { return Vec::new() };
    let here = |process: &fs::DirEntry| fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder);
    let pids = processes.flatten().filter(here).filter_map(|process| process.file_name().to_str()?.parse().ok());
    pids.filter_map(Pid::from_raw).collect()
}

/// Sends a signal to every process whose working directory is a folder.
pub(super) fn signal_all_in(folder: &Path, signal: Signal) {
    for pid in working_in(folder) {
        let _ = kill_process(pid, signal);
    }
}

fn pid_of(child: &Child) -> Option<Pid> {
    child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
}
