//! The Postgres server shared by the tests of one run. Invariant: a shell process stops the server and removes its
//! files when the test runner ends.

use crate::{
    connection,
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

/// The placeholder for a database's name in the stored URL.
const DATABASE: &str = "DATABASE";

/// Waits for the end of the runner `$1`, stops the server with the folder `$2`, and removes the folders `$3` and `$4`.
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

    /// The name of the migrated database that others are copied from. It contains a hash of the migrations, so that
    /// test binaries of different sources do not share one.
    pub(super) fn template() -> String {
        let checksums: Vec<u8> = migrate::MIGRATOR.iter().flat_map(|migration| migration.checksum.to_vec()).collect();
        let digest = <sha2::Sha256 as sha2::Digest>::digest(&checksums);
        format!("template_{}", hex::encode(&digest[..8]))
    }
}

/// Returns the run's server; the first caller starts it.
pub(super) async fn shared() -> TestServer {
    static SERVER: OnceCell<TestServer> = OnceCell::const_new();
    SERVER.get_or_init(find_or_start).await.clone()
}

async fn find_or_start() -> TestServer {
    let runner = runner();
    let folder = env::temp_dir().join(format!("waymark-test-{runner}"));
    // Other users may traverse the folder, because the server may have to run as another user.
    fs::DirBuilder::new().recursive(true).mode(0o711).create(&folder).expect("the test server's folder can be created");
    let turn = fs::File::create(folder.join("start.lock")).expect("a lock file");
    turn.lock().expect("the lock for starting the server can be taken");
    let note = folder.join("server.url");
    let known = fs::read_to_string(&note).ok().map(|url| TestServer { url });
    let server = match known {
        Some(server) if connection::connect(&server.url("postgres")).await.is_ok() => server,
        _ => start(runner, &folder, &note).await,
    };
    create_template(&server).await;
    server
}

/// The process whose end is the end of the run: the test runner if there is one, else this process.
fn runner() -> u32 {
    let has_runner = env::var_os("NEXTEST").is_some() || env::var_os("CARGO").is_some();
    if has_runner { std::os::unix::process::parent_id() } else { id() }
}

async fn start(runner: u32, folder: &Path, note: &Path) -> TestServer {
    // An earlier run with the same process id left it, and its data was not durable.
    if let Err(error) = fs::remove_dir_all(folder.join("postgres")) {
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "the old test server cannot be removed");
    }
    let config = LocalPostgresConfig { data_dir: folder.to_owned(), durability: Durability::None };
    let local = LocalPostgres::start(config).await.expect("the private PostgreSQL starts");
    let url = local.administrator_url().replace("/waymark?", &format!("/{DATABASE}?"));
    let server = TestServer { url };
    let socket = local.socket_folder().to_owned();
    let files = fs::canonicalize(folder.join("postgres")).expect("the server's files are there");
    local.leave_running().await;
    watch(runner, [&files, folder, &socket]);
    fs::write(note, &server.url).expect("the address for the other tests can be written");
    server
}

fn watch(runner: u32, folders: [&Path; 3]) {
    let mut command = Command::new("sh");
    command.args(["-c", WATCH, "sh"]).arg(runner.to_string()).args(folders);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Outside the test's process group, which a runner may kill as a whole.
    let status = command.current_dir("/").process_group(0).status().expect("the shell starts");
    assert!(status.success(), "the shell detaches its background job");
}

async fn create_template(server: &TestServer) {
    let template = TestServer::template();
    let mut connection = connection::connect(&server.url("postgres")).await.expect("the test server answers");
    let is_there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut connection)
        .await
        .expect("the databases can be listed");
    if !is_there {
        // Renamed when it is complete, so that a failed attempt is not used as the template.
        let attempt = format!("attempt_{}", uuid::Uuid::new_v4().simple());
        execute(&mut connection, &format!("CREATE DATABASE {attempt}")).await;
        migrate::migrate(&server.url(&attempt)).await.expect("the migrations run");
        execute(&mut connection, &format!("ALTER DATABASE {attempt} RENAME TO {template}")).await;
    }
    connection.close().await.expect("the test server answers");
}

async fn execute(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.expect("the owner's statement succeeds");
}
