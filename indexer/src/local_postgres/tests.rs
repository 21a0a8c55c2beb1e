//! A server without existing data, with existing data, and after each way in which a process can end.

mod ends;
mod interrupted;

use super::{Durability, LocalPostgres, LocalPostgresConfig, LocalPostgresError, postmaster::empty_large};
use crate::{connection::connect as connect_to, migrate::migrate, pool::app_pool, tenant::begin};
use chain_types::TenantId;
use sqlx::{Executor as _, PgConnection};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).expect("ours");
    folder
}

async fn start(data_dir: &Path) -> Result<LocalPostgres, LocalPostgresError> {
    LocalPostgres::start(LocalPostgresConfig { data_dir: data_dir.to_owned(), durability: Durability::None }).await
}

async fn connect(local: &LocalPostgres) -> PgConnection {
    connect_to(local.administrator_url()).await.expect("the server answers")
}

async fn notes(local: &LocalPostgres) -> Vec<String> {
    sqlx::query_scalar("SELECT text FROM note").fetch_all(&mut connect(local).await).await.expect("the notes")
}

/// Starts a server with a table that survives a kill: without durability, only a checkpoint ensures that.
async fn start_with_note(data_dir: &Path) -> LocalPostgres {
    let local = start(data_dir).await.expect("a server");
    let mut connection = connect(&local).await;
    connection.execute("CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')").await.expect("a note");
    connection.execute("CHECKPOINT").await.expect("the checkpoint succeeds");
    local
}

#[tokio::test]
async fn a_server_starts_from_nothing_stops_cleanly_and_keeps_its_data() {
    let folder = folder();
    let local = start_with_note(folder.path()).await;
    let socket = local.socket_folder().to_owned();
    let mode = fs::metadata(&socket).expect("the socket's folder exists").mode();
    assert_eq!(mode & 0o777, 0o700, "no other user may connect");
    let mut connection = connect(&local).await;
    let addresses: String = sqlx::query_scalar("SHOW listen_addresses").fetch_one(&mut connection).await.expect("it");
    assert_eq!(addresses, "", "no network");
    drop(connection);
    local.stop().await.expect("the server stops cleanly");
    assert!(!socket.exists(), "the socket is gone");
    assert!(!folder.path().join("postgres/postmaster.pid").exists(), "the server is gone");

    let local = start(folder.path()).await.expect("a server");
    assert_eq!(notes(&local).await, ["kept"]);
    local.stop().await.expect("the server stops cleanly");
}

#[tokio::test]
async fn a_durable_server_syncs() {
    let folder = folder();
    let config = LocalPostgresConfig { data_dir: folder.path().to_owned(), durability: Durability::Full };
    let local = LocalPostgres::start(config).await.expect("a server");
    for setting in ["SHOW fsync", "SHOW full_page_writes", "SHOW synchronous_commit"] {
        let value: String = sqlx::query_scalar(setting).fetch_one(&mut connect(&local).await).await.expect("it");
        assert_eq!(value, "on", "{setting}");
    }
    let compression: String =
        sqlx::query_scalar("SHOW wal_compression").fetch_one(&mut connect(&local).await).await.expect("it");
    let choices: Vec<String> =
        sqlx::query_scalar("SELECT unnest(enumvals) FROM pg_settings WHERE name = 'wal_compression'")
            .fetch_all(&mut connect(&local).await)
            .await
            .expect("them");
    let has_lz4 = choices.iter().any(|choice| choice == "lz4");
    assert_eq!(compression, if has_lz4 { "lz4" } else { "on" }, "{choices:?}");
    local.stop().await.expect("the server stops cleanly");
}

#[tokio::test]
async fn requests_write_nothing_to_the_log_and_a_large_log_is_emptied() {
    let folder = folder();
    let local = start(folder.path()).await.expect("a server");
    migrate(local.administrator_url()).await.expect("the schema");
    let (app, log) = (app_pool(&local.urls().gateway).await.expect("a pool"), folder.path().join("postgres.log"));
    let lines = || fs::read_to_string(&log).expect("the log").lines().count();
    let before = lines();
    for _ in 0..20 {
        begin(&app, TenantId([1; 16])).await.expect("a transaction").commit().await.expect("a commit");
    }
    app.close().await;
    assert_eq!(lines(), before, "{}", fs::read_to_string(&log).expect("the log"));
    empty_large(&log, 1);
    assert_eq!(lines(), 0);
    connect(&local).await.execute("DO $$ BEGIN RAISE WARNING 'one line'; END $$").await.expect("a warning");
    let text = fs::read_to_string(&log).expect("the log");
    assert!(text.contains("one line") && !text.contains('\0'), "{text:?}");
    local.stop().await.expect("the server stops cleanly");
}

#[tokio::test]
async fn two_processes_do_not_share_a_data_directory() {
    let folder = folder();
    let local = start_with_note(folder.path()).await;
    let error = start(folder.path()).await.expect_err("it is in use");
    assert!(matches!(error, LocalPostgresError::InUse(_)), "{error}");
    assert_eq!(notes(&local).await, ["kept"], "the first process still runs");
    local.stop().await.expect("the server stops cleanly");
}

#[tokio::test]
async fn a_server_that_outlived_its_killed_process_is_replaced() {
    let folder = folder();
    let first = start_with_note(folder.path()).await;
    let mut session = connect(&first).await;
    // The effect of kill -9: no stop, no clean-up, and the system releases the lock.
    first.leave_running().await;
    let second = start(folder.path()).await.expect("a server");
    assert!(session.execute("SELECT 1").await.is_err(), "the old server is down");
    assert_eq!(notes(&second).await, ["kept"]);
    second.stop().await.expect("the server stops cleanly");
}

#[tokio::test]
async fn the_lock_files_of_a_dead_server_are_removed() {
    let folder = folder();
    let local = start_with_note(folder.path()).await;
    let socket = local.socket_folder().to_owned();
    local.stop().await.expect("the server stops cleanly");
    // Both files name a living process of the server's user that is no server.
    let cluster = folder.path().join("postgres");
    let owner = fs::metadata(&cluster).expect("the cluster");
    let mut stranger = Command::new("sleep").arg("600").uid(owner.uid()).spawn().expect("a process");
    let note = format!("{}\n/elsewhere\n1\n5432\n", stranger.id());
    fs::write(cluster.join("postmaster.pid"), &note).expect("a note");
    fs::create_dir(&socket).expect("a folder");
    chown(&socket, Some(owner.uid()), Some(owner.gid())).expect("ours");
    fs::write(socket.join(".s.PGSQL.5432.lock"), &note).expect("a note");
    let started = start(folder.path()).await;
    stranger.kill().and_then(|()| stranger.wait()).expect("it slept");
    let local = started.expect("a server");
    assert_eq!(notes(&local).await, ["kept"]);
    local.stop().await.expect("the server stops cleanly");
}

#[tokio::test]
async fn sessions_of_a_killed_server_end_before_the_next_one_starts() {
    let folder = folder();
    let first = start_with_note(folder.path()).await;
    let mut session = connect(&first).await;
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut session).await.expect("it");
    let busy = tokio::spawn(async move {
        session.execute("SELECT count(*) FROM generate_series(1, 4000) a, generate_series(1, 4000) b").await
    });
    let mut watch = connect(&first).await;
    let active = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND query LIKE '%4000%')";
    while !sqlx::query_scalar::<_, bool>(active).bind(pid).fetch_one(&mut watch).await.expect("it") {}
    drop(watch);
    let cluster = folder.path().join("postgres");
    first.leave_running().await;
    let note = fs::read_to_string(cluster.join("postmaster.pid")).expect("it runs");
    let postmaster = note.lines().next().expect("its number");
    assert!(Command::new("kill").args(["-KILL", postmaster]).status().expect("`kill` runs").success());
    let second = start(folder.path()).await.expect("a server");
    let cwd = fs::read_link(format!("/proc/{pid}/cwd"));
    assert!(cwd.is_err(), "a session of the old server is still at work in {cwd:?}");
    assert_eq!(notes(&second).await, ["kept"]);
    second.stop().await.expect("the server stops cleanly");
    let _ = busy.await;
}

#[tokio::test]
async fn an_incomplete_cluster_is_created_again() {
    let folder = folder();
    let attempt = folder.path().join("postgres.new");
    fs::create_dir(&attempt).expect("a folder");
    fs::write(attempt.join("PG_VERSION"), "15").expect("a file");
    start(folder.path()).await.expect("a server").stop().await.expect("the server stops cleanly");
    assert!(!attempt.exists());
}

#[tokio::test]
async fn another_versions_cluster_is_refused_and_left_alone() {
    let folder = folder();
    let version = folder.path().join("postgres/PG_VERSION");
    fs::create_dir(folder.path().join("postgres")).expect("a folder");
    fs::write(&version, "9\n").expect("a file");
    let error = start(folder.path()).await.expect_err("nobody has it").to_string();
    assert!(error.contains("PostgreSQL 9 ") && error.contains("install"), "{error}");
    assert_eq!(fs::read_to_string(version).expect("untouched"), "9\n");
}

#[tokio::test]
async fn a_server_that_cannot_start_reports_the_reason() {
    let folder = folder();
    start(folder.path()).await.expect("a server").stop().await.expect("the server stops cleanly");
    fs::write(folder.path().join("postgres/postgresql.conf"), "nonsense = 1\n").expect("a file");
    let error = start(folder.path()).await.expect_err("nonsense").to_string();
    assert!(error.contains("nonsense"), "{error}");
}

/// Root's home is closed to the user that has to run the server.
#[tokio::test]
async fn an_unreachable_data_directory_has_its_files_elsewhere() {
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("ours");
    let local = start_with_note(folder.path()).await;
    local.stop().await.expect("the server stops cleanly");
    let local = start(folder.path()).await.expect("a server");
    assert_eq!(notes(&local).await, ["kept"]);
    local.stop().await.expect("the server stops cleanly");
    let files = folder.path().join("postgres");
    let is_root = fs::metadata(folder.path()).expect("ours").uid() == 0;
    assert_eq!(files.is_symlink(), is_root);
    if is_root {
        fs::remove_dir_all(fs::read_link(files).expect("a link")).expect("ours");
    }
}
