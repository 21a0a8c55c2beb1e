//! What the image `postgres` does when its container starts (its `docker-entrypoint.sh`): it creates the cluster and the
//! database, runs the files of `/docker-entrypoint-initdb.d`, and then runs the server.

use super::{
    file::ServiceFile,
    host::{Host, postgres_user},
};
use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

/// The path of the cluster, and of the files that are run once.
const DATA: &str = "/var/lib/postgresql/data";
const INIT: &str = "/docker-entrypoint-initdb.d";

/// The command that runs the server, after a cluster was created if there was none.
pub(super) fn server(host: &Host, service: &ServiceFile) -> Command {
    let data = host.map(service, DATA);
    if !PathBuf::from(&data).join("PG_VERSION").exists() {
        initialise(host, service, &data);
    }
    let port = host.port("postgres", 5432);
    let given = service.command.iter().skip(1).cloned();
    let own = ["-D".to_owned(), data, "-p".to_owned(), port.to_string(), "-c".to_owned()];
    let own = own.into_iter().chain(["listen_addresses=127.0.0.1".to_owned(), "-k".to_owned(), socket(host, service)]);
    program(host, service, "postgres", &given.chain(own).collect::<Vec<_>>())
}

/// The command of the health check, which has to name the port here.
pub(super) fn health(host: &Host, service: &ServiceFile, check: &[String]) -> Command {
    let port = format!("--port={}", host.port("postgres", 5432));
    program(host, service, &check[0], &check[1..].iter().cloned().chain([port]).collect::<Vec<_>>())
}

fn initialise(host: &Host, service: &ServiceFile, data: &str) {
    let variable = |wanted: &str| {
        let found = service.environment.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone()).expect("every variable is given")
    };
    let (user, database) = (variable("POSTGRES_USER"), variable("POSTGRES_DB"));
    let password = host.map(service, &variable("POSTGRES_PASSWORD_FILE"));
    let mut arguments = vec![format!("--username={user}"), format!("--pwfile={password}"), format!("--pgdata={data}")];
    // The socket's peer has the superuser's name only where the system has a user of that name.
    let has_peer = host.is_root && postgres_user().is_some();
    let own = |word: &str| if has_peer { word.to_owned() } else { word.replace("=peer", "=trust") };
    arguments.extend(variable("POSTGRES_INITDB_ARGS").split_whitespace().map(own));
    arguments.push("--no-sync".to_owned());
    succeed(&mut program(host, service, "initdb", &arguments));
    let rules = PathBuf::from(data).join("pg_hba.conf");
    let mut rules = fs::OpenOptions::new().append(true).open(rules).expect("the rules of access");
    writeln!(rules, "host all all all scram-sha-256").expect("ours");

    let port = host.port("postgres", 5432);
    let options = format!("-c listen_addresses='' -p {port} -k {}", socket(host, service));
    let control = |mode: &[&str]| {
        let mut arguments: Vec<String> = mode.iter().map(|&word| word.to_owned()).collect();
        arguments.extend(["--pgdata".to_owned(), data.to_owned(), "--wait".to_owned(), "--silent".to_owned()]);
        succeed(&mut program(host, service, "pg_ctl", &arguments));
    };
    let log = format!("--log={}/log", socket(host, service));
    control(&["start", &log, &format!("--options={options}")]);
    let psql = |database: &str, more: &[&str]| {
        let mut arguments: Vec<String> =
            ["-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", "--quiet"].map(str::to_owned).to_vec();
        arguments.extend([format!("--host={}", socket(host, service)), format!("--port={port}")]);
        arguments.extend([format!("--username={user}"), format!("--dbname={database}")]);
        arguments.extend(more.iter().map(|&word| word.to_owned()));
        succeed(&mut program(host, service, "psql", &arguments));
    };
    psql("postgres", &["--command", &format!("CREATE DATABASE {database}")]);
    let mut files: Vec<_> = fs::read_dir(host.map(service, INIT)).expect("files").flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        psql(&database, &["--file", file.path().to_str().expect("UTF-8")]);
    }
    control(&["stop", "--mode=fast"]);
}

fn socket(host: &Host, service: &ServiceFile) -> String {
    host.scratch(service).display().to_string()
}

fn program(host: &Host, service: &ServiceFile, name: &str, arguments: &[String]) -> Command {
    host.command(service, &host.postgres.join(name), arguments)
}

fn succeed(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}
