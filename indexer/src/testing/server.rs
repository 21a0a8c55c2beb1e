//! The server that the tests of one run share. Invariant: it lives as long as the process that started the tests (the
//! runner), not longer: a shell waits for that process to end, then stops the server and removes its files.

use crate::{
    local_postgres::{Durability, LocalPostgres, LocalPostgresConfig},
    migrate,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::{
    env, fs,
    os::unix::{fs::DirBuilderExt as _, process::CommandExt as _},
    path::Path,
    process::{Command, Stdio, id},
};
use tokio::sync::OnceCell;

/// Placeholder for a database's name in the stored URL.
const DATABASE: &str = "DATABASE";

/// Stops the server whose folder is `$2` with the runner `$1`, and removes the folders `$3` and `$4`.
const WATCH: &str = r#"
(
  while kill -0 "$1" 2>/dev/null; do sleep 0.3; done
  server=$(head -n 1 "$2/postmaster.pid")
  kill -QUIT "$server"
  while kill -0 "$server" 2>/dev/null; do sleep 0.1; done
  rm -rf "$3" "$4"
) &
"#;

/// How to reach the run's server.
#[derive(Clone, Debug)]
pub(super) struct TestServer {
    url: String,
}

impl TestServer {
    pub(super) fn url(&self, database: &str) -> String {
        self.url.replace(DATABASE, database)
    }

    /// The migrated database that others are copied from. Named by the migrations, so that test binaries of different
    /// sources do not meet in one.
    pub(super) fn template() -> String {
        let checksums: Vec<u8> = migrate::MIGRATOR.iter().flat_map(|migration| migration.checksum.to_vec()).collect();
        let digest = <sha2::Sha256 as sha2::Digest>::digest(&checksums);
        format!("template_{}", hex::encode(&digest[..8]))
    }
}

/// The run's server, started by whoever comes first.
pub(super) async fn shared() -> TestServer {
    static SERVER: OnceCell<TestServer> = OnceCell::const_new();
    SERVER.get_or_init(find_or_start).await.clone()
}

async fn find_or_start() -> TestServer {
    let runner = runner();
    let folder = env::temp_dir().join(format!("waymark-test-{runner}"));
    // Others may pass through, since the server may have to run as another user.
    fs::DirBuilder::new().recursive(true).mode(0o711).create(&folder).expect("a folder for the test server");
    let turn = fs::File::create(folder.join("start.lock")).expect("a lock file");
    turn.lock().expect("a turn at starting the server");
    let note = folder.join("server.url");
    let known = fs::read_to_string(&note).ok().map(|url| TestServer { url });
    let server = match known {
        Some(server) if PgConnection::connect(&server.url("postgres")).await.is_ok() => server,
        _ => start(runner, &folder, &note).await,
    };
    create_template(&server).await;
    server
}

/// The process whose end is the end of the run: the test runner when there is one, else this one.
fn runner() -> u32 {
    let has_runner = env::var_os("NEXTEST").is_some() || env::var_os("CARGO").is_some();
    if has_runner { std::os::unix::process::parent_id() } else { id() }
}

async fn start(runner: u32, folder: &Path, note: &Path) -> TestServer {
    // A run whose number comes again left it, and nothing of it was durable.
    if let Err(error) = fs::remove_dir_all(folder.join("postgres")) {
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "the old test server cannot be removed");
    }
    let config = LocalPostgresConfig { data_dir: folder.to_owned(), durability: Durability::None };
    let local = LocalPostgres::start(config).await.expect("a private PostgreSQL");
    let server = TestServer { url: local.url_of(DATABASE) };
    let socket = local.socket_folder().to_owned();
    let files = local.leave_running();
    watch(runner, [&files, folder, &socket]);
    fs::write(note, &server.url).expect("a note for the other tests");
    server
}

fn watch(runner: u32, folders: [&Path; 3]) {
    let mut command = Command::new("sh");
    command.args(["-c", WATCH, "sh"]).arg(runner.to_string()).args(folders);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Out of the test's process group, which a runner may end as a whole.
    let status = command.current_dir("/").process_group(0).status().expect("a shell");
    assert!(status.success(), "the shell goes on by itself");
}

async fn create_template(server: &TestServer) {
    let template = TestServer::template();
    let mut connection = PgConnection::connect(&server.url("postgres")).await.expect("the test server answers");
    let is_there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut connection)
        .await
        .expect("a list of databases");
    if !is_there {
        // Renamed when it is complete, so that a failed attempt is not taken for the template.
        let attempt = format!("attempt_{}", uuid::Uuid::new_v4().simple());
        execute(&mut connection, &format!("CREATE DATABASE {attempt}")).await;
        migrate::migrate(&server.url(&attempt)).await.expect("the migrations run");
        execute(&mut connection, &format!("ALTER DATABASE {attempt} RENAME TO {template}")).await;
    }
    connection.close().await.expect("the test server answers");
}

async fn execute(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.expect("an owner's statement");
}
