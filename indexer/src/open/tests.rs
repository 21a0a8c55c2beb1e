//! The requested keys.

use super::*;
use crate::testing::chain::{Draw, Outcome, TestChain};
use chain_types::{Height, ShardId};

const TENANT: TenantId = TenantId([1; 16]);

#[test]
fn a_key_is_asked_for_once_and_only_for_sealed_records_that_took_effect() {
    let chain = TestChain::new(1);
    let sealed = Draw { document: b"{}".to_vec(), outcome: Outcome::Captured, is_public: false };
    let public = Draw { is_public: true, ..sealed.clone() };
    let repeated = Draw { outcome: Outcome::Repeated, ..sealed.clone() };
    let rejected = Draw { outcome: Outcome::Rejected, ..sealed.clone() };
    let transactions = [
        vec![public.clone(), public.clone()],
        vec![repeated.clone(), rejected.clone()],
        vec![public.clone(), rejected, sealed.clone(), sealed.clone()],
        vec![public],
        vec![sealed, repeated],
    ];
    let transactions = transactions.map(|draws| chain.transaction(TENANT, &draws));
    let [_, _, third, _, fifth] = transactions.each_ref().map(|(transaction, _)| (TENANT, transaction.header.id()));
    let block = chain.add_block(0, 1_000, transactions.to_vec());

    let source = chain.source();
    let genesis = source.genesis();
    let place = (Height(1), &genesis.first_parent(ShardId(0)));
    let block = CheckedBlock::check(block, genesis.chain_id(), &genesis.validators, place).expect("the block is valid");
    assert_eq!(wanted(std::slice::from_ref(&block)), [third, fifth]);

    let places: Vec<_> = block.transactions.iter().map(|it| (it.first_record, it.records)).collect();
    assert_eq!(places, [(0, 2), (2, 2), (4, 4), (8, 1), (9, 2)]);
    let applied: Vec<_> = block.applied().map(|record| (record.record_index, record.command_index)).collect();
    assert_eq!(applied, [(0, 0), (1, 1), (4, 0), (6, 2), (7, 3), (8, 0), (9, 0)]);
    let leaves = block.block.leaves().expect("there is a receipt for each command");
    for record in block.applied() {
        let transaction =
            block.block.block.transactions.iter().find(|it| it.header.id() == record.tx_id).expect("it is there");
        assert_eq!(*record.entry, transaction.entries[usize::try_from(record.command_index).expect("small")]);
        assert_eq!(record.leaf, leaves[usize::try_from(record.record_index).expect("small")]);
    }
}
