//! From time to time the state itself is written. Its leaves are read back bucket by bucket, in order. Write-sets that
//! a flush makes superfluous are removed by the next flush; until then followers can read them.

use crate::fixture::{block, delta, flush, write};
use chain_state::{BUCKETS, Kind, LeafReader as _, bucket_of};
use chain_store::Store;
use chain_types::{Digest, Height, codec};

fn path(first: u8, last: u8) -> Digest {
    let mut bytes = [0; 32];
    (bytes[0], bytes[31]) = (first, last);
    Digest(bytes)
}

fn leaves(store: &Store, path: Digest) -> Vec<(Digest, String)> {
    let stored = store.leaves(bucket_of(&path)).expect("reads");
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).expect("tests write text");
    stored.iter().map(|leaf| (leaf.path, text(&leaf.value))).collect()
}

#[test]
fn a_flush_replaces_the_write_sets_before_it_and_the_next_drops_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    for height in 1..=2 {
        write(&store, height, None, Height(0)).expect("writes");
    }
    let state = flush(&[(path(1, 1), Some("a")), (path(1, 2), Some("b")), (path(2, 1), Some("c"))]);
    assert_eq!(write(&store, 3, Some(&state), Height(0)).expect("writes"), Height(3));
    let tip = store.tip().expect("reads").expect("a tip");
    assert_eq!((tip.flushed, store.deltas(&tip).expect("reads").len()), (Height(3), 0));
    let from_genesis = chain_store::Tip { flushed: Height(0), ..tip };
    assert_eq!(store.deltas(&from_genesis).expect("reads"), (1..=3).map(delta).collect::<Vec<_>>());
    write(&store, 4, None, Height(3)).expect("writes");
    let tip = store.tip().expect("reads").expect("a tip");
    assert_eq!(store.deltas(&tip).expect("reads"), [delta(4)]);
    write(&store, 5, Some(&state), Height(3)).expect("writes");
    assert!(store.deltas(&from_genesis).is_err(), "the write-sets before the last flush but one are removed");
    let given = store.blocks_with_write_sets(Height(1), 9, usize::MAX).expect("reads");
    let expected = (1..=5).map(|height| (block(height), (height > 3).then(|| delta(height))));
    assert_eq!(given, expected.collect::<Vec<_>>());
}

#[test]
fn blocks_with_write_sets_are_bounded_by_number_and_by_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    for height in 1..=4 {
        write(&store, height, None, Height(0)).expect("writes");
    }
    let given = |count, bytes| {
        let blocks = store.blocks_with_write_sets(Height(2), count, bytes).expect("reads");
        let heights = blocks.into_iter().map(|(block, write_set)| (block.header.height.0, write_set.is_some()));
        heights.collect::<Vec<_>>()
    };
    let one = codec::encode(&block(2)).len() + delta(2).len();
    assert_eq!(given(9, usize::MAX), [(2, true), (3, true), (4, true)]);
    assert_eq!(given(2, usize::MAX), [(2, true), (3, true)]);
    assert_eq!(given(9, 2 * one), [(2, true), (3, true)]);
    assert_eq!(given(9, 2 * one - 1), [(2, true)]);
    assert_eq!(given(9, one - 1), [(2, false)], "a block that is too large with its write-set comes without it");
}

#[test]
fn leaves_nodes_and_removals_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let both = vec![(path(1, 1), "a".to_owned()), (path(1, 2), "b".to_owned())];
    {
        let store = Store::open(folder.path()).expect("opens");
        let state = flush(&[(path(1, 1), Some("a")), (path(1, 2), Some("b")), (path(2, 1), Some("c"))]);
        write(&store, 1, Some(&state), Height(0)).expect("writes");
        assert_eq!(leaves(&store, path(1, 1)), both);
        write(&store, 2, Some(&flush(&[(path(2, 1), None)])), Height(1)).expect("writes");
    }
    let store = Store::open(folder.path()).expect("opens");
    assert_eq!(leaves(&store, path(1, 9)), both, "a bucket is read as a whole");
    assert!(leaves(&store, path(2, 1)).is_empty() && leaves(&store, path(3, 0)).is_empty());
    let kinds: Vec<_> = store.nodes().expect("reads").into_iter().map(|(bucket, node)| (bucket, node.kind)).collect();
    assert_eq!(kinds, [(bucket_of(&path(1, 0)), Kind::Leaf), (bucket_of(&path(2, 0)), Kind::Empty)]);
}

#[test]
fn many_buckets_are_read_in_one_pass_each_with_its_own_leaves() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let state = flush(&[(path(1, 1), Some("a")), (path(1, 2), Some("b")), (path(2, 1), Some("c"))]);
    write(&store, 1, Some(&state), Height(0)).expect("writes");
    let buckets = [path(1, 0), path(3, 0), path(2, 0)].map(|path| bucket_of(&path));
    let counts: Vec<_> = store.scan(&buckets).expect("reads").iter().map(Vec::len).collect();
    assert_eq!(counts, [2, 0, 1], "in the requested order");
}

#[test]
fn the_first_and_the_last_bucket_have_their_own_leaves() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let (low, high) = (Digest([0; 32]), Digest([0xff; 32]));
    write(&store, 1, Some(&flush(&[(low, Some("low")), (high, Some("high"))])), Height(0)).expect("writes");
    assert_eq!((bucket_of(&low), bucket_of(&high)), (0, BUCKETS - 1));
    assert_eq!(leaves(&store, low), [(low, "low".to_owned())]);
    assert_eq!(leaves(&store, high), [(high, "high".to_owned())]);
}
