//! A server that ends by itself is started again, or the reason why it cannot run is reported.

use super::{connect, folder, notes, start, start_with_note};
use crate::local_postgres::{LocalPostgres, LocalPostgresError, RESTARTS_MAX};
use rustix::process::{Pid, Signal, kill_process};
use std::{fs, path::Path, time::Duration};
use tokio::time::timeout;

/// The time in which a killed server must answer again, on a busy machine.
const RESTART_TIME: Duration = Duration::from_secs(20);

/// The process id of the server on a data directory, once it has written it.
async fn postmaster(data_dir: &Path) -> Pid {
    loop {
        let note = fs::read_to_string(data_dir.join("postgres/postmaster.pid")).unwrap_or_default();
        // The last line says that connections are accepted.
        if note.lines().last().is_some_and(|line| line.trim() == "ready") {
            let pid = note.lines().next().and_then(|pid| pid.trim().parse().ok());
            return pid.and_then(Pid::from_raw).expect("the first line is its process id");
        }
        tokio::task::yield_now().await;
    }
}

async fn kill(data_dir: &Path) {
    let pid = postmaster(data_dir).await;
    kill_process(pid, Signal::KILL).expect("the server runs");
    // Its file stays; the new server replaces it.
    while postmaster_file_names(data_dir, pid) && rustix::process::test_kill_process(pid).is_ok() {
        tokio::task::yield_now().await;
    }
}

fn postmaster_file_names(data_dir: &Path, pid: Pid) -> bool {
    let note = fs::read_to_string(data_dir.join("postgres/postmaster.pid")).unwrap_or_default();
    note.lines().next().is_some_and(|line| line.trim() == pid.as_raw_nonzero().to_string())
}

async fn answers(local: &LocalPostgres) {
    let again = async {
        while crate::connection::connect(local.administrator_url()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(RESTART_TIME, again).await.expect("the server is started again in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_runs_again_with_its_data() {
    let folder = folder();
    let local = start_with_note(folder.path()).await;
    // A busy session would notice the end of its server only after its statement.
    let mut session = connect(&local).await;
    let busy = tokio::spawn(async move {
        sqlx::Executor::execute(&mut session, "SELECT count(*) FROM generate_series(1, 1000000000)").await
    });
    kill(folder.path()).await;
    answers(&local).await;
    assert_eq!(notes(&local).await, ["kept"]);
    assert!(busy.await.expect("no panic").is_err(), "the session ended with its server");
    local.stop().await.expect("the server stops cleanly");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_run_again_is_reported() {
    let folder = folder();
    let local = start(folder.path()).await.expect("a server");
    fs::write(folder.path().join("postgres/postgresql.conf"), "nonsense = 1\n").expect("a file");
    kill(folder.path()).await;
    let error = timeout(RESTART_TIME, local.failed()).await.expect("it is reported in time");
    assert!(error.to_string().contains("nonsense"), "{error}");
    local.stop().await.expect("there is nothing to stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_again_and_again_is_given_up() {
    let folder = folder();
    let local = start(folder.path()).await.expect("a server");
    for _ in 0..RESTARTS_MAX {
        kill(folder.path()).await;
        answers(&local).await;
    }
    kill(folder.path()).await;
    let error = timeout(RESTART_TIME, local.failed()).await.expect("it is reported in time");
    assert!(matches!(*error, LocalPostgresError::EndsAgain { times, .. } if times == RESTARTS_MAX + 1), "{error}");
    local.stop().await.expect("there is nothing to stop");
}
