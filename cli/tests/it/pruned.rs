//! A node that prunes keeps the blocks that its peers may need. `waymark doctor` reports which blocks are present, and
//! `waymark audit` reports that it cannot decide. Neither reports a fault, and an instance runs on the directory.

use crate::{
    command::{Outcome, run},
    folder::Folder,
    instance::Instance,
};
use chain_node::{KEEP_BLOCKS_MIN, store_folder};
use chain_store::Store;
use chain_types::{Height, ShardId};
use serde_json::Value;
use std::path::Path;

fn waymark_on(data: &Path, command: &str) -> Outcome {
    run([command.as_ref(), "--json".as_ref(), "--data".as_ref(), data.as_os_str()])
}

#[test]
fn a_pruning_node_keeps_the_blocks_that_its_peers_may_need() {
    let folder = Folder::new();
    let node = |keep: u64| {
        let (data, keep) = (folder.data(), keep.to_string());
        run(["node".as_ref(), "--data".as_ref(), data.as_os_str(), "--keep-blocks".as_ref(), keep.as_ref()])
    };
    let refused = node(KEEP_BLOCKS_MIN - 1);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains(&KEEP_BLOCKS_MIN.to_string()), "the error contains the minimum: {refused:?}");
    let taken = node(KEEP_BLOCKS_MIN);
    assert!(taken.code == 1 && taken.stderr.contains("genesis"), "only the chain is missing now: {taken:?}");
}

/// Removes the first block's body, as pruning does, on a shard with more blocks. Returns the shard.
fn drop_a_block(data: &Path) -> ShardId {
    let open = |shard| Store::open(&store_folder(&data.join("chain"), shard)).expect("no process uses the store");
    let has_another = |store: &Store| store.tip().expect("reads").is_some_and(|tip| tip.height > Height(1));
    let found = [0, 1].map(ShardId).into_iter().map(|shard| (shard, open(shard))).find(|(_, store)| has_another(store));
    let (shard, store) = found.expect("the scenario takes more than a block");
    store.prune(Height(1), Height(2)).expect("prunes");
    shard
}

/// Asserts that the audit reports the absent blocks, and that the doctor reports them without a fault.
fn assert_absence_is_reported(data: &Path, shard: ShardId) {
    let audit = waymark_on(data, "audit");
    assert_eq!((audit.code, &audit.json()["conserved"]), (3, &Value::Null), "{audit:?}");
    let absent = audit.json()["absent"].as_str().expect("a sentence").to_owned();
    assert!(absent.contains("from 2 on"), "{absent}");
    let doctor = waymark_on(data, "doctor").json();
    let findings = doctor["findings"].as_array().expect("findings");
    let history = findings.iter().find(|finding| finding["name"] == "history").expect("the doctor checks the blocks");
    assert_eq!(history["well"], true, "{history}");
    let detail = history["detail"].as_str().expect("a sentence");
    assert!(detail.contains(&format!("shard {shard}: blocks 2 to ")), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pruned_blocks_are_reported_and_are_no_fault() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    assert_eq!(waymark_on(&folder.data(), "seed").code, 0);
    assert_eq!(waymark_on(&folder.data(), "audit").code, 0);
    instance.stop().await;
    let shard = drop_a_block(&folder.data());
    assert_absence_is_reported(&folder.data(), shard);
    let instance = Instance::start(&folder.data()).await;
    assert_absence_is_reported(&folder.data(), shard);
    instance.stop().await;
}
