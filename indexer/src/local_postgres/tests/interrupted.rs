//! A start that is given up at any moment leaves no process and nothing that prevents the next start.

use super::{folder, notes, start, start_with_note};
use crate::local_postgres::process::working_in;
use std::{fs, path::Path, process::Command, time::Duration};
use tokio::time::timeout;

/// The moments at which a start is given up, in milliseconds after its begin.
const MOMENTS_MS: [u64; 5] = [0, 100, 300, 700, 1_500];

fn is_quiet(data_dir: &Path) {
    for name in ["postgres", "postgres.new"] {
        assert!(working_in(&data_dir.join(name)).is_empty(), "a process still works in {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_may_be_given_up_at_any_moment() {
    for moment in MOMENTS_MS {
        let folder = folder();
        let given_up = timeout(Duration::from_millis(moment), start(folder.path())).await;
        if let Ok(started) = given_up {
            started.expect("a server").stop().await.expect("the server stops cleanly");
        }
        is_quiet(folder.path());
        start(folder.path()).await.expect("the next start").stop().await.expect("the server stops cleanly");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_start_may_be_given_up_at_any_moment() {
    let folder = folder();
    start_with_note(folder.path()).await.stop().await.expect("the server stops cleanly");
    for moment in MOMENTS_MS {
        if let Ok(started) = timeout(Duration::from_millis(moment), start(folder.path())).await {
            started.expect("a server").stop().await.expect("the server stops cleanly");
        }
        is_quiet(folder.path());
    }
    let local = start(folder.path()).await.expect("a server");
    assert_eq!(notes(&local).await, ["kept"]);
    drop(local);
}

/// As after kill -9 of a process in its first start: `initdb` goes on without it.
#[tokio::test]
async fn processes_of_a_killed_first_start_are_ended() {
    let folder = folder();
    let attempt = folder.path().join("postgres.new");
    fs::create_dir(&attempt).expect("a folder");
    let mut orphan = Command::new("sleep").arg("600").current_dir(&attempt).spawn().expect("a process");
    start(folder.path()).await.expect("a server").stop().await.expect("the server stops cleanly");
    let status = orphan.wait().expect("it ran");
    assert!(!status.success(), "it was ended");
}
