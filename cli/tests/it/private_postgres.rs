//! The private Postgres of `waymark up`: the settings of other clients do not reach it, it runs again after it was
//! killed, and a process whose Postgres cannot run again ends with the reason.

use crate::{
    api::Api,
    command::waymark,
    folder::{Folder, Server},
    instance::Instance,
    poll::until,
    split::document,
};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::Command,
    time::timeout,
};

/// Every variable of libpq, of PostgreSQL 18's manual ("Environment Variables"), and two of the server.
const LIBPQ: [&str; 50] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGOPTIONS",
    "PGAPPNAME",
    "PGSSLMODE",
    "PGREQUIRESSL",
    "PGSSLNEGOTIATION",
    "PGSSLCOMPRESSION",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCERTMODE",
    "PGSSLROOTCERT",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGSSLSNI",
    "PGREQUIREPEER",
    "PGSSLMINPROTOCOLVERSION",
    "PGSSLMAXPROTOCOLVERSION",
    "PGGSSENCMODE",
    "PGKRBSRVNAME",
    "PGGSSLIB",
    "PGGSSDELEGATION",
    "PGCONNECT_TIMEOUT",
    "PGCLIENTENCODING",
    "PGTARGETSESSIONATTRS",
    "PGLOADBALANCEHOSTS",
    "PGMINPROTOCOLVERSION",
    "PGMAXPROTOCOLVERSION",
    "PGDATESTYLE",
    "PGTZ",
    "PGGEQO",
    "PGSYSCONFDIR",
    "PGLOCALEDIR",
    "PGDATA",
    "PGCTLTIMEOUT",
    "PG_COLOR",
    "PG_COLORS",
    "PGCLUSTER",
    "PGREALM",
    "PGTTY",
    "PGSSLKEYLOGFILE",
];
/// Settings that the programs of Postgres read besides.
const OTHERS: [(&str, &str); 6] = [
    ("LC_ALL", "xx_XX.nonsense"),
    ("LC_MESSAGES", "xx_XX.nonsense"),
    ("LANG", "xx_XX.nonsense"),
    ("LANGUAGE", "xx"),
    ("TZ", "Nowhere/Nonsense"),
    ("POSTGRES_USER", "nonsense"),
];

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_other_clients_change_nothing() {
    let folder = Folder::new();
    let home = folder.path("home");
    fs::create_dir(&home).expect("a folder");
    for name in [".pgpass", ".pg_service.conf", ".psqlrc"] {
        fs::write(home.join(name), "*:*:*:*:nonsense\n").expect("a file");
        fs::set_permissions(home.join(name), fs::Permissions::from_mode(0o600)).expect("ours");
    }
    let mut command = waymark();
    command.envs(LIBPQ.map(|name| (name, "-c nonsense"))).envs(OTHERS).env("HOME", &home);
    let instance = Instance::start_in(command, &folder.data(), &[]).await;
    let api = instance.sign_in().await;
    assert!(api.capture(document(1)).await.is_captured());
    assert_eq!(api.every_event().await.len(), 1);
    instance.stop().await;
    // The values that were reported to hang or fail, one by one, on the existing data. A start has a time limit.
    for (name, value) in [("PGPORT", "5433"), ("PGSSLMODE", "require"), ("PGOPTIONS", "-c search_path=x")] {
        let mut command = waymark();
        command.env(name, value);
        let instance = Instance::start_in(command, &folder.data(), &[]).await;
        assert_eq!(instance.sign_in().await.every_event().await.len(), 1, "{name}");
        instance.stop().await;
    }
}

/// Captures and reads until both succeed. Until then each answer is a 503 of a known code that says when to come again.
async fn recovers(api: &Api, number: u32) {
    until("an answer of the database", async || {
        let written = api.post("/epcis/capture", &[], document(number)).await.expect("the gateway answers");
        let read = api.get("/epcis/events?perPage=1").await;
        for answer in [&written, &read] {
            if answer.status == 503 {
                let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
                assert!(["database.unavailable", "limit.overloaded"].contains(&&*code), "{}", answer.text());
                assert_ne!(answer.header("retry-after"), "", "{}", answer.text());
            } else {
                assert!(matches!(answer.status, 200 | 202), "{}: {}", answer.status, answer.text());
            }
        }
        (written.status == 202 && read.status == 200).then_some(())
    })
    .await;
}

/// Waits until a page shows `count` events. A session that ended with its server answers 503 until it is replaced.
async fn shows(api: &Api, count: usize) {
    until("all events", async || {
        let page = api.get("/epcis/events?perPage=1000").await;
        (page.status != 503 && page.events().len() == count).then_some(())
    })
    .await;
}

fn server(data: &Path) -> Server {
    Server::of(data).expect("Postgres runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_is_started_again_and_readers_are_told_to_come_back() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    let api = instance.sign_in().await;
    assert!(api.capture(document(1)).await.is_captured());
    for round in 2..4 {
        let killed = server(&folder.data());
        killed.kill();
        // The sessions of a killed server answer for some milliseconds more.
        until("another server", async || Server::of(&folder.data()).filter(|server| *server != killed)).await;
        recovers(&api, round).await;
        api.await_indexed().await;
    }
    shows(&api, 3).await;
    instance.stop().await;
}

/// One killed session makes the server end all sessions and recover.
#[tokio::test(flavor = "multi_thread")]
async fn while_a_server_recovers_captures_are_told_to_come_back() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    let api = instance.sign_in().await;
    assert!(api.capture(document(1)).await.is_captured());
    for round in 2..4 {
        let session = session_of(&folder.data());
        crate::folder::send_signal(session, "KILL");
        recovers(&api, round).await;
    }
    shows(&api, 3).await;
    instance.stop().await;
}

/// The process id of a session of the server: one of its processes that serves a client.
fn session_of(data: &Path) -> u32 {
    let cluster = data.join("postgres").canonicalize().expect("its files");
    let processes = fs::read_dir("/proc").expect("the processes").flatten();
    let session = processes.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok()).find(|pid| {
        let is_ours = fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == cluster);
        // Postgres shows what a process does as its command line: `postgres: waymark: user database [local] idle`.
        let title = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        is_ours && title.contains("waymark_gateway_login")
    });
    session.expect("the gateway has a session")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_whose_server_cannot_run_again_ends_with_the_reason() {
    let folder = Folder::new();
    let mut command = Command::from(waymark());
    command.args(["up", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(folder.data());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the binary runs");
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().expect("piped"));
    let ready = timeout(Duration::from_mins(1), output.read_line(&mut line));
    ready.await.expect("it is ready in time").expect("a line");
    let path = folder.data().join("postgres/postgresql.conf");
    fs::write(path, "nonsense = 1\n").expect("ours");
    server(&folder.data()).kill();
    let status = timeout(Duration::from_mins(1), child.wait()).await.expect("it ends by itself").expect("ours");
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).await.expect("text");
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("the private Postgres is down for good") && said.contains("nonsense"), "{said}");
    assert!(!folder.data().join("running.json").exists());
}
