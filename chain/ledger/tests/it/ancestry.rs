//! Every block commits to all blocks before it: the state after a block holds the tree over the headers named as
//! parents.

use crate::fixture::{Ledger, parent};
use chain_types::{Height, ancestry::Ancestry, codec, state::StateKey};

#[test]
fn the_state_after_a_block_holds_every_header_before_it() {
    let mut ledger = Ledger::new();
    let mut expected = Ancestry::default();
    for height in 0..9 {
        ledger.block(Vec::new());
        expected.push(&parent(Height(height)));
        let held = ledger.state.get(&StateKey::Ancestry.path()).expect("the test state has no disk");
        assert_eq!(held, Some(codec::encode(&expected).as_slice()), "after block {}", height + 1);
    }
}

#[test]
fn other_ancestors_give_another_state() {
    let root = |blocks| {
        let mut ledger = Ledger::new();
        (0..blocks).for_each(|_| drop(ledger.block(Vec::new())));
        ledger.state.root()
    };
    assert_ne!(root(1), root(2), "empty blocks differ only in their ancestors");
}
