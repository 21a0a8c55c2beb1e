//! `waymark doctor`: checks the machine and a data directory. Invariant: no file is changed. A failed check makes the
//! exit code 1.

use crate::running::Running;
use chain_store::Span;
use chain_types::{Genesis, Height, ShardId, codec};
use serde_json::json;
use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The minimum free disk space, in MB. Below it the check fails.
const FREE_MB_MIN: u64 = 1_024;
/// The minimum limit of open files: connections, RocksDB's files and Postgres sockets.
const OPEN_FILES_MIN: u64 = 4_096;

/// Flags of `waymark doctor`.
#[derive(clap::Args, Clone, Debug)]
pub struct DoctorArguments {
    /// The data directory of `waymark up`, whether it exists or not
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR")]
    data: PathBuf,
    /// Print one line of JSON to standard output
    #[arg(long)]
    json: bool,
}

/// The result of one check.
struct Finding {
    name: &'static str,
    is_well: bool,
    detail: String,
}

impl Finding {
    fn well(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, is_well: true, detail: detail.into() }
    }

    fn ill(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, is_well: false, detail: detail.into() }
    }
}

/// Runs all checks. The exit code is 1 when a check fails.
pub async fn run(arguments: DoctorArguments) -> anyhow::Result<ExitCode> {
    let running = Running::find(&arguments.data).await;
    let mut findings = vec![postgres(), open_files(), space(&arguments.data), data(&arguments.data)];
    findings.extend(history(&arguments.data));
    findings.push(console());
    match &running {
        Some(running) => findings.push(readiness(running).await),
        None => findings.push(port()),
    }
    let is_well = findings.iter().all(|finding| finding.is_well);
    if arguments.json {
        let list: Vec<_> = findings
            .iter()
            .map(|finding| json!({ "name": finding.name, "well": finding.is_well, "detail": finding.detail }))
            .collect();
        println!("{}", json!({ "well": is_well, "findings": list }));
    } else {
        for finding in &findings {
            let mark = if finding.is_well { "well" } else { "ILL " };
            println!("  {mark}  {:<12} {}", finding.name, finding.detail);
        }
        println!("{}", if is_well { "All is well." } else { "Something is not well." });
    }
    Ok(if is_well { crate::exit::SUCCESS } else { crate::exit::FAILURE }.into())
}

fn postgres() -> Finding {
    match indexer::local_postgres::installed() {
        Ok((folder, major)) => Finding::well("postgres", format!("version {major} in {}", folder.display())),
        Err(error) => Finding::ill("postgres", error.to_string()),
    }
}

fn open_files() -> Finding {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)).and_then(|text| text.parse::<u64>().ok());
    match soft {
        Some(soft) if soft < OPEN_FILES_MIN => {
            Finding::ill("open files", format!("{soft} allowed, {OPEN_FILES_MIN} needed: raise it with `ulimit -n`"))
        }
        Some(soft) => Finding::well("open files", format!("{soft} allowed")),
        None => Finding::well("open files", "this system reports no limit"),
    }
}

fn space(data: &Path) -> Finding {
    let existing = data.ancestors().find(|folder| folder.exists() && !folder.as_os_str().is_empty());
    let folder = existing.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    match rustix::fs::statvfs(&folder) {
        Ok(space) => {
            let free_mb = space.f_bavail.saturating_mul(space.f_frsize) / (1_024 * 1_024);
            let detail = format!("{free_mb} MB free");
            if free_mb < FREE_MB_MIN {
                Finding::ill("disk", format!("{detail}, {FREE_MB_MIN} MB advised"))
            } else {
                Finding::well("disk", detail)
            }
        }
        Err(error) => Finding::ill("disk", format!("{} cannot be examined: {error}", folder.display())),
    }
}

fn data(data: &Path) -> Finding {
    let shown = data.display();
    if !data.exists() {
        return Finding::well("data", format!("{shown} does not exist yet; `waymark up` makes it"));
    }
    if let Err(error) = chain_node::check_format(&crate::home::chain_folder(data)) {
        return Finding::ill("data", error.to_string());
    }
    if let Err(error) = crate::restore::origin::check_origin(data) {
        return Finding::ill("data", error.to_string());
    }
    let secrets = ["keys/kek", "keys/node", "keys/operator", "sandbox.json"];
    let open = secrets
        .iter()
        .find(|name| fs::metadata(data.join(name)).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0));
    if let Some(name) = open {
        return Finding::ill("data", format!("{shown}/{name} can be read by others: run `chmod 600` on it"));
    }
    let has = |name: &str| data.join(name).exists();
    match (has("genesis"), has("keys/node")) {
        (true, false) => Finding::ill("data", format!("{shown} holds a chain but not its keys: restore {shown}/keys")),
        (true, true) => Finding::well("data", format!("{shown} holds a chain and its keys")),
        (false, _) => Finding::well("data", format!("{shown} holds no chain yet")),
    }
}

/// The blocks that a data directory has, by shard; `None` without a chain.
fn history(data: &Path) -> Option<Finding> {
    let bytes = fs::read(data.join("genesis")).ok()?;
    let genesis: Genesis = codec::decode("a genesis document", &bytes).ok()?;
    let chain = crate::home::chain_folder(data);
    let mut spans = Vec::new();
    for shard in (0..genesis.shards).map(ShardId) {
        let folder = chain_node::store_folder(&chain, shard);
        if !folder.is_dir() {
            continue;
        }
        let blocks = match Span::read(&folder) {
            Ok(Some(Span { first: Height(1), last })) => format!("all {last} blocks"),
            Ok(Some(Span { first, last })) => format!("blocks {first} to {last}, none before"),
            Ok(None) => "no blocks yet".to_owned(),
            Err(error) => {
                return Some(Finding::ill("history", format!("{} cannot be read: {error}", folder.display())));
            }
        };
        spans.push(format!("shard {shard}: {blocks}"));
    }
    (!spans.is_empty()).then(|| Finding::well("history", spans.join("; ")))
}

fn console() -> Finding {
    if gateway::console::is_embedded() {
        Finding::well("console", "built into this binary")
    } else {
        Finding::well("console", "not in this binary; the API does without it, and `make build` adds it")
    }
}

fn port() -> Finding {
    match TcpListener::bind("127.0.0.1:8080") {
        Ok(_) => Finding::well("address", "127.0.0.1:8080 is free; nothing runs on this data"),
        Err(error) => Finding::well(
            "address",
            format!("127.0.0.1:8080 is not free ({error}); start with --listen 127.0.0.1:0 or another port"),
        ),
    }
}

async fn readiness(running: &Running) -> Finding {
    let answer = match reqwest::get(format!("{}/readyz", running.url)).await {
        Ok(answer) => answer,
        Err(error) => return Finding::ill("running", format!("{} does not answer: {error}", running.url)),
    };
    let is_ready = answer.status().is_success();
    ready(&running.url, is_ready, &answer.text().await.unwrap_or_default())
}

/// The finding for the answer of `/readyz`.
fn ready(url: &str, is_ready: bool, body: &str) -> Finding {
    if !is_ready {
        return Finding::ill("running", format!("{url} is not ready: {body}"));
    }
    let health: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let notes: Vec<_> = health["notes"].as_array().into_iter().flatten().filter_map(|note| note.as_str()).collect();
    if notes.is_empty() {
        return Finding::well("running", format!("{url} is ready"));
    }
    let advice = "set the clock right if it is wrong, and keep it so with a time server; captures go on meanwhile, and \
                  no restart is needed";
    Finding::ill("running", format!("{url} is ready, but {}; {advice}", notes.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepped_clock_is_reported_with_what_to_do() {
        let quiet = ready("http://a", true, r#"{"status":"ok","notes":[]}"#);
        assert!(quiet.is_well, "{}", quiet.detail);
        let stepped = ready("http://a", true, r#"{"status":"ok","notes":["the clock stepped"]}"#);
        assert!(
            !stepped.is_well && stepped.detail.contains("the clock stepped; set the clock right"),
            "{}",
            stepped.detail
        );
        assert!(!ready("http://a", false, "").is_well);
    }
}
