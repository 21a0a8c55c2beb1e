//! Every block commits to all blocks before it: the state after it holds the tree over what headers named as parents.

use crate::fixture::{Ledger, parent};
use chain_types::{Height, ancestry::Ancestry, codec, state::StateKey};

#[test]
fn the_state_after_a_block_holds_every_header_before_it() {
    let mut ledger = Ledger::new();
    let mut expected = Ancestry::default();
    for height in 0..9 {
        ledger.block(Vec::new());
        expected.push(&parent(Height(height)));
        let held = ledger.state.get(&StateKey::Ancestry.path()).expect("nothing is read from a disk");
        assert_eq!(held, Some(codec::encode(&expected).as_slice()), "after block {}", height + 1);
    }
}

#[test]
fn another_block_before_gives_another_state() {
    let root = |blocks| {
        let mut ledger = Ledger::new();
        (0..blocks).for_each(|_| drop(ledger.block(Vec::new())));
        ledger.state.root()
    };
    assert_ne!(root(1), root(2), "blocks that change nothing else differ in what is before them");
}
