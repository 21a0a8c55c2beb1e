//! A backup is made while clients capture, and restored in another directory: everything that was acknowledged before
//! is there and verifies. Whatever is missing or changed in a backup is refused, and nothing half is left.

mod hostile;

use crate::{
    api::{Api, evidence_path},
    command::{Outcome, run},
    crash::client::Document,
    folder::Folder,
    instance::Instance,
};
use chain_proof::{Anchor, Verdict, verify};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::task::JoinSet;

pub(super) fn backup(data: &Path, dest: &Path, more: &[&str]) -> Outcome {
    let mut arguments: Vec<&OsStr> = vec!["backup".as_ref(), dest.as_ref(), "--data".as_ref(), data.as_ref()];
    arguments.extend(more.iter().map(OsStr::new));
    run(arguments)
}

pub(super) fn restore(source: &Path, data: &Path, kek: Option<&Path>, more: &[&str]) -> Outcome {
    let mut arguments: Vec<&OsStr> = vec!["restore".as_ref(), source.as_ref(), "--data".as_ref(), data.as_ref()];
    if let Some(kek) = kek {
        arguments.extend([OsStr::new("--kek-file"), kek.as_os_str()]);
    }
    arguments.extend(more.iter().map(OsStr::new));
    run(arguments)
}

/// All files below a folder with their content, by path.
pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("readable"));
        }
    }
    found
}

/// A document that was acknowledged, with the shard and the block of its operation.
struct Acknowledged {
    document: Document,
    shard: u64,
    height: u64,
}

/// Captures documents until told to stop.
async fn load(api: Api, next: Arc<AtomicU64>, is_over: Arc<AtomicBool>) -> Vec<Acknowledged> {
    let mut done = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        let document = Document(next.fetch_add(1, Ordering::SeqCst));
        let answer = document.send(&api, true).await.expect("the gateway answers");
        assert!(answer.is_captured(), "{}", answer.text());
        let id = answer.header("location").rsplit('/').next().unwrap_or_default().to_owned();
        let operation = api.get(&format!("/v1/operations/{id}")).await.json();
        let (shard, height) = (operation["shard"].as_u64(), operation["height"].as_u64());
        done.push(Acknowledged { document, shard: shard.expect("a shard"), height: height.expect("a height") });
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_backup_is_there_after_a_restore() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    let ready = instance.ready.clone();
    let api = instance.sign_in().await;
    let (next, is_over) = (Arc::new(AtomicU64::new(1)), Arc::new(AtomicBool::new(false)));
    let mut clients = JoinSet::new();
    for _ in 0..4 {
        clients.spawn(load(api.clone(), Arc::clone(&next), Arc::clone(&is_over)));
    }
    while next.load(Ordering::SeqCst) < 20 {
        tokio::task::yield_now().await;
    }
    let dest = folder.path("backup");
    let data = folder.data();
    let made = {
        let dest = dest.clone();
        tokio::task::spawn_blocking(move || backup(&data, &dest, &["--json"])).await.expect("it runs")
    };
    assert_eq!(made.code, 0, "{made:?}");
    let before = next.load(Ordering::SeqCst);
    while next.load(Ordering::SeqCst) < before + 10 {
        tokio::task::yield_now().await;
    }
    is_over.store(true, Ordering::SeqCst);
    let acknowledged: Vec<_> = clients.join_all().await.into_iter().flatten().collect();
    let first = acknowledged[0].document.ids().next().expect("an event");
    let (anchor, evidence) = (api.anchor().await, api.evidence(&first).await);
    instance.stop().await;
    only_the_owner_reads(&dest);
    no_secret_is_readable(&dest, &folder.data(), &ready.client_secret);

    let kek = folder.path("kek");
    fs::copy(folder.data().join("keys/kek"), &kek).expect("copies");
    let restored = folder.path("restored");
    let unsure = restore(&dest, &restored, Some(&kek), &[]);
    assert!(unsure.code == 1 && unsure.stderr.contains("the original is still at"), "{unsure:?}");
    fs::rename(folder.data(), folder.path("away")).expect("moves");
    let unsure = restore(&dest, &restored, Some(&kek), &[]);
    assert!(unsure.code == 1 && unsure.stderr.contains("--original-is-gone"), "{unsure:?}");
    assert!(!restored.exists());
    let done = restore(&dest, &restored, Some(&kek), &["--original-is-gone"]);
    assert_eq!(done.code, 0, "{done:?}");

    // The test's own folder type stops the Postgres of its data directory after a failure.
    fs::rename(&restored, folder.data()).expect("a restored directory may be moved");
    let second = Instance::start(&folder.data()).await;
    assert_eq!(second.ready.client_secret, ready.client_secret, "the credentials are those of before");
    let api = second.sign_in().await;
    api.await_indexed().await;
    let heights: BTreeMap<u64, u64> = made.json()["shards"]
        .as_array()
        .expect("shards")
        .iter()
        .map(|shard| (shard["shard"].as_u64().expect("a number"), shard["height"].as_u64().expect("a height")))
        .collect();
    let anchor = Anchor::parse(&anchor).expect("an anchor");
    assert_eq!(verify(&evidence, Some(&anchor)).verdict, Verdict::Verified);
    let (held, later): (Vec<_>, Vec<_>) = acknowledged.iter().partition(|one| one.height <= heights[&one.shard]);
    assert!(!held.is_empty() && !later.is_empty(), "{} before the backup, {} after", held.len(), later.len());
    for one in &held {
        for id in one.document.ids() {
            let again = api.get(&evidence_path(&id)).await;
            assert_eq!(again.status, 200, "{id} of block {}: {}", one.height, again.text());
            assert_eq!(verify(&again.body, Some(&anchor)).verdict, Verdict::Verified, "{id}");
        }
    }
    // A document that was accepted before the backup and became final after it becomes final again. The newest one was
    // accepted long after.
    let newest = later.iter().max_by_key(|one| one.document.0).expect("some came later");
    let id = newest.document.ids().next().expect("an event");
    assert_eq!(api.get(&evidence_path(&id)).await.status, 404, "{id} of block {} came later", newest.height);
    no_decision_is_ahead_of_the_ledger(&dest, &heights);
    let answer = Document(next.fetch_add(1, Ordering::SeqCst)).send(&api, true).await.expect("the gateway answers");
    assert!(answer.is_captured(), "the restored chain continues: {}", answer.text());
    second.stop().await;
}

/// Asserts that the operations in a backup name no block that its ledger lacks.
fn no_decision_is_ahead_of_the_ledger(dest: &Path, heights: &BTreeMap<u64, u64>) {
    let manifest: Value =
        serde_json::from_slice(&fs::read(dest.join("manifest.json")).expect("it is there")).expect("JSON");
    let tables = manifest["database"]["tables"].as_array().expect("tables");
    let table = tables.iter().find(|table| table["name"] == "operation").expect("the table of operations");
    let columns: Vec<_> = table["columns"].as_array().expect("columns").iter().filter_map(Value::as_str).collect();
    let at = |name: &str| columns.iter().position(|column| *column == name).expect("a column");
    let rows = fs::read_to_string(dest.join("database/operation.copy")).expect("it is there");
    let mut decided = 0;
    for fields in rows.lines().map(|row| row.split('\t').collect::<Vec<_>>()) {
        let shard: u64 = fields[at("shard")].parse().expect("a shard");
        // `\N` is null: the operation has no block.
        if let Ok(height) = fields[at("height")].parse::<u64>() {
            assert!(height <= heights[&shard], "{fields:?}");
            decided += 1;
        }
    }
    assert!(decided > 10, "{decided} decisions");
}

fn only_the_owner_reads(dest: &Path) {
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(dest), 0o700);
    for path in files(dest).keys() {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
}

fn no_secret_is_readable(dest: &Path, data: &Path, client_secret: &str) {
    let secrets = ["keys/node", "keys/operator", "keys/kek"].map(|name| fs::read(data.join(name)).expect("a key"));
    let secrets = secrets.iter().map(|key| key.trim_ascii()).chain([client_secret.as_bytes()]);
    let files = files(dest);
    for secret in secrets {
        let raw = hex::decode(secret).unwrap_or_else(|_| secret.to_vec());
        for (path, content) in &files {
            let holds = |bytes: &[u8]| content.windows(bytes.len()).any(|window| window == bytes);
            assert!(!holds(secret) && !holds(&raw), "{} shows a secret", path.display());
        }
    }
}
