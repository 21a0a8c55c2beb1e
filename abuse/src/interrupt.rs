//! Ends the instance when this program is interrupted or terminated. Invariant: no process and no folder of a run stays
//! behind after a signal, except after SIGKILL.

use crate::instance::signal;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};
use tokio::signal::unix::{SignalKind, signal as receive};

/// The running instance's process id and folder.
static RUNNING: Mutex<Option<(u32, PathBuf)>> = Mutex::new(None);
/// The time in which the instance must stop.
const PATIENCE: Duration = Duration::from_secs(30);
/// The exit code after a signal.
const INTERRUPTED: i32 = 130;

/// Notes the instance to end.
pub(crate) fn note(pid: u32, folder: &Path) {
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some((pid, folder.to_owned()));
}

/// Waits for a signal on a thread of its own, ends the instance, and exits.
pub(crate) fn watch() {
    thread::spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        let received = runtime.block_on(async {
            let (mut terminate, mut interrupt) =
                (receive(SignalKind::terminate()).ok()?, receive(SignalKind::interrupt()).ok()?);
            tokio::select! {
                received = terminate.recv() => received,
                received = interrupt.recv() => received,
            }
        });
        if received.is_some() {
            end();
            std::process::exit(INTERRUPTED);
        }
    });
}

fn end() {
    let Some((pid, folder)) = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    signal(pid, "TERM");
    let end = Instant::now() + PATIENCE;
    // The cluster's note goes with its Postgres, the last part to stop.
    while folder.join("data/postgres/postmaster.pid").exists() && Instant::now() < end {
        thread::sleep(Duration::from_millis(100));
    }
    let _ = fs::remove_dir_all(folder);
}
