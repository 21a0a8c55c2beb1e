//! A disk that fills up under `waymark up`. The process does not end, refuses writes with a typed 503 and says why it
//! is not ready. Once there is space it continues without a restart, and no acknowledged capture is lost. The disk of
//! the test is a file system in memory that only the test's processes see (unshare(1)). On a machine that cannot make
//! one, the tests fail.

use crate::{
    api::Api,
    command::waymark,
    folder::Folder,
    folder::send_signal,
    instance::Instance,
    poll::until,
    split::{document, event_id},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// The size of the disk: a new Postgres and a new ledger take less than half of it.
const DISK: &str = "size=700m,mode=0711";
/// Longer than the time in which a server that cannot run again is given up.
const FULL_FOR: Duration = Duration::from_secs(15);
/// What a client is told while the disk is full, by code.
const CODES: [&str; 4] = ["storage.full", "database.unavailable", "limit.overloaded", "limit.not_ready"];

/// The command that mounts a small disk on a data directory and becomes the binary.
fn on_small_disk(data: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.arg("--mount");
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !is_root {
        command.args(["--map-current-user", "--keep-caps"]);
    }
    let script = "mkdir -p \"$1\" && mount -t tmpfs -o \"$2\" tmpfs \"$1\" && shift 2 && exec \"$@\"";
    command.args(["sh", "-c", script, "sh"]).arg(data).arg(DISK);
    let waymark = waymark();
    command.arg(waymark.get_program());
    for (name, _) in waymark.get_envs() {
        command.env_remove(name);
    }
    command
}

/// The disk of an instance, as its process sees it. Dropping it ends the Postgres that a failed test would leave.
struct Disk(PathBuf);

impl Disk {
    fn of(instance: &Instance, data: &Path) -> Self {
        let data = data.strip_prefix("/").expect("an absolute path");
        Self(Path::new(&format!("/proc/{}/root", instance.pid())).join(data))
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.0.join("ballast")).expect("a file");
        for size in [1 << 20, 4_096, 1] {
            loop {
                match file.write_all(&vec![0; size]) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    fn empty(&self) {
        fs::remove_file(self.0.join("ballast")).expect("the ballast");
    }

    /// The process id of its Postgres.
    fn postgres(&self) -> Option<u32> {
        let note = fs::read_to_string(self.0.join("postgres/postmaster.pid")).ok()?;
        note.lines().next()?.trim().parse().ok()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(pid) = self.postgres().filter(|_| std::thread::panicking()) {
            send_signal(pid, "QUIT");
        }
    }
}

/// Sends a capture and a query, and checks that each refusal says why and when to come again. Returns the status of the
/// capture, and whether it was reported final.
async fn is_answered_well(api: &Api, number: u32) -> (u16, bool) {
    let written = api.post("/epcis/capture", &[("prefer", "wait=2")], document(number)).await;
    let written = written.expect("the process lives");
    let read = api.get("/epcis/events?perPage=1").await;
    for answer in [&written, &read] {
        if answer.status >= 500 {
            let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            assert!(answer.status == 503 && CODES.contains(&&*code), "{}: {}", answer.status, answer.text());
            assert_ne!(answer.header("retry-after"), "", "{}", answer.text());
        }
    }
    (written.status, written.is_captured())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_nothing_and_loses_nothing() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start_in(on_small_disk(&data), &data, &[]).await;
    let disk = Disk::of(&instance, &data);
    let api = instance.sign_in().await;
    let mut acknowledged = Vec::new();
    for number in 0..3 {
        assert!(api.capture(document(number)).await.is_captured());
        acknowledged.push(event_id(number));
    }
    disk.fill();
    let began = Instant::now();
    // PostgreSQL ends when it cannot write its log; here at once.
    send_signal(disk.postgres().expect("it runs"), "KILL");
    let (mut refused, mut number) = (0, 3);
    while began.elapsed() < FULL_FOR {
        // Other programs take what a server that ends gives back.
        disk.fill();
        let (status, is_final) = is_answered_well(&api, number).await;
        refused += u32::from(status == 503);
        acknowledged.extend(is_final.then(|| event_id(number)));
        number += 1;
        assert_eq!(api.get("/livez").await.status, 200);
    }
    assert!(refused > 0, "writes are refused");
    let ready = api.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("the disk of the ledger is full, free some space"), "{}", ready.text());
    disk.empty();
    until("readiness", async || (api.get("/readyz").await.status == 200).then_some(())).await;
    until("a capture", async || {
        let again = api.capture(document(1_000)).await;
        (again.status != 503).then(|| assert!(again.is_captured(), "{}", again.text()))
    })
    .await;
    api.await_indexed().await;
    let events = api.every_event().await;
    for id in acknowledged {
        assert!(events.iter().any(|event| event["eventID"] == *id), "{id} was reported final");
    }
    drop(disk);
    instance.stop().await;
}

/// A log on a full disk loses lines. It does not end the thread that logs.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_ends_nothing() {
    let folder = Folder::new();
    let mut command = waymark();
    // Each write to this device fails for lack of space.
    command.stderr(File::options().write(true).open("/dev/full").expect("Linux has it"));
    let instance = Instance::start_in(command, &folder.data(), &["--log", "debug"]).await;
    let api = instance.sign_in().await;
    assert!(api.capture(document(1)).await.is_captured());
    assert_eq!(api.every_event().await.len(), 1);
    instance.stop().await;
}
