//! The power fails while a block is being written, and the end of the write-ahead log is lost. Wherever the log ends,
//! the block is gone as a whole, nothing before it is changed, and writing continues.

use crate::fixture::{block, delta, flush, seen, time, write};
use chain_store::Store;
use chain_types::{Digest, Height};
use std::path::{Path, PathBuf};

/// The newest write-ahead log of a folder.
fn newest_log(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder).expect("the folder is listed").map(|entry| entry.expect("an entry").path());
    let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
    logs.max().expect("the store has a log")
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the folder is listed") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copies");
    }
}

/// Opens a copy of a store whose log is truncated.
fn torn(whole: &Path, length: u64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(whole, folder.path());
    let log = std::fs::OpenOptions::new().write(true).open(newest_log(folder.path())).expect("opens the log");
    log.set_len(length).expect("tears the log");
    let store = Store::open(folder.path()).expect("a truncated log is what a crash leaves");
    (folder, store)
}

/// Three blocks, the last with a flush. Returns the folder, and the log's length before and after the last block.
fn three_blocks() -> (tempfile::TempDir, u64, u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    write(&store, 1, None, Height(0)).expect("writes");
    write(&store, 2, None, Height(0)).expect("writes");
    let length = || newest_log(folder.path()).metadata().expect("reads").len();
    let before = length();
    write(&store, 3, Some(&flush(&[(Digest([1; 32]), Some("leaf"))])), Height(0)).expect("writes");
    let after = length();
    drop(store);
    (folder, before, after)
}

#[test]
fn a_torn_block_is_gone_as_a_whole() {
    let (whole, before, after) = three_blocks();
    let tears = [before, before + 1, before + 7, u64::midpoint(before, after), after - 9, after - 2, after - 1];
    for length in tears {
        let (_folder, store) = torn(whole.path(), length);
        let tip = store.tip().expect("reads").expect("a tip");
        assert_eq!((tip.height, tip.flushed), (Height(2), Height(0)), "torn at {length}");
        assert_eq!(store.block(Height(2)).expect("reads"), Some(block(2)));
        assert_eq!(store.block(Height(3)).expect("reads"), None);
        assert_eq!(store.deltas(&tip).expect("reads"), [delta(1), delta(2)]);
        let ids = [1, 2].map(|height| (Height(height), time(height), seen(height)));
        assert_eq!(store.seen().expect("reads"), ids);
        assert!(store.nodes().expect("reads").is_empty());
        write(&store, 3, None, Height(0)).expect("writing continues");
        assert_eq!(store.block(Height(3)).expect("reads"), Some(block(3)));
    }
}

#[test]
fn an_untorn_log_loses_nothing() {
    let (whole, _, after) = three_blocks();
    let (_folder, store) = torn(whole.path(), after);
    let tip = store.tip().expect("reads").expect("a tip");
    assert_eq!((tip.height, tip.flushed), (Height(3), Height(3)));
    assert_eq!(store.nodes().expect("reads").len(), 1);
}
