//! One bit flips on disk, in a table file or in the log. The node refuses to start, or a read returns an error, or
//! nothing is lost. It never continues from less than it reported final, and never returns a changed block.

use crate::fixture::{TENANT, World, copy, event, large_captures, start, store_files, tip};
use chain_types::{FinalBlock, Height, ShardId};
use std::{os::unix::fs::FileExt as _, path::Path, sync::Arc};

/// Offsets per file at which a byte is changed.
const PLACES: u64 = 12;

fn flip(path: &Path, at: u64) {
    let file = std::fs::OpenOptions::new().read(true).write(true).open(path).expect("opens");
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).expect("reads");
    file.write_all_at(&[byte[0] ^ 0x04], at).expect("writes");
}

/// A folder with blocks, a flush of the state, and then blocks whose write-sets are in the log only.
async fn whole() -> (tempfile::TempDir, Vec<Arc<FinalBlock>>) {
    let world = World::new(1).await;
    world.capture("before").await;
    let transaction = world.sign(large_captures("large", 40));
    world.handle.submit(ShardId(0), transaction).await.expect("becomes final");
    let world = world.restart().await;
    for number in 0..4 {
        world.capture(&format!("after {number}")).await;
    }
    let blocks = world.checked_chain(ShardId(0)).await;
    (world.end(), blocks)
}

/// Returns whether the damage was detected. Fails the test when something was lost or changed silently.
async fn is_noticed(folder: &Path, expected: &[Arc<FinalBlock>]) -> bool {
    let Ok(node) = start(folder, 1).await else { return true };
    let handle = node.handle();
    assert_eq!(tip(&handle, ShardId(0)).0.0, u64::try_from(expected.len()).expect("small"), "a block was lost");
    let mut noticed = false;
    for (height, block) in (1..).zip(expected) {
        match handle.block(ShardId(0), Height(height)).await {
            Ok(found) => assert_eq!(found.as_deref(), Some(&**block), "block {height} was changed"),
            Err(_) => noticed = true,
        }
    }
    for (id, count) in [("before", Some(1)), ("large 3 item 14", Some(1)), ("never", None)] {
        match handle.prove_stream(ShardId(0), TENANT, event(id)).await {
            Ok(parts) => assert_eq!(parts.head.map(|head| head.count), count, "{id}"),
            Err(_) => noticed = true,
        }
    }
    node.stop().is_err() || noticed
}

#[tokio::test]
async fn a_changed_byte_is_never_accepted_silently() {
    let (whole, blocks) = whole().await;
    assert!(!is_noticed(whole.path(), &blocks).await, "an undamaged folder starts and reads");
    let mut noticed = 0;
    for extension in ["sst", "log"] {
        let files = store_files(whole.path(), ShardId(0), extension);
        assert!(!files.is_empty(), "the store has .{extension} files");
        for place in files.iter().flat_map(|file| (0..PLACES).map(move |place| (file, place))) {
            let (file, place) = place;
            let length = file.metadata().expect("reads").len();
            if length == 0 {
                continue;
            }
            let damaged = tempfile::tempdir().expect("a temporary folder");
            copy(whole.path(), damaged.path());
            let relative = file.strip_prefix(whole.path()).expect("the store is below the folder");
            flip(&damaged.path().join(relative), (length * place / PLACES).min(length - 1));
            noticed += u64::from(is_noticed(damaged.path(), &blocks).await);
        }
    }
    assert!(noticed > PLACES, "most damage is detected: {noticed}");
}
