//! A forged transaction arrives between honest ones and is checked in the same batch. Only the forged one is refused;
//! its neighbours become final.

use crate::fixture::{World, capture, code, key};
use chain_types::{Mode, ShardId, Signature, Transaction};

type Change = fn(&mut Transaction);

#[tokio::test(flavor = "multi_thread")]
async fn only_forged_transactions_are_refused() {
    let world = World::new(1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..200 {
        let mut transaction = world.sign(vec![capture(&format!("e{number}"))]);
        let is_forged = number % 7 == 3;
        if is_forged {
            let Signature::Ed25519(bytes) = &mut transaction.signature;
            bytes[number % 64] ^= 1;
        }
        let handle = world.handle.clone();
        tasks.spawn(async move { (is_forged, handle.submit(ShardId(0), transaction).await) });
    }
    for (is_forged, outcome) in tasks.join_all().await {
        if is_forged {
            assert_eq!(code(outcome), "ledger.bad_signature");
        } else {
            outcome.expect("an honest transaction becomes final");
        }
    }
    world.end();
}

#[tokio::test]
async fn no_part_of_a_signed_transaction_can_be_changed() {
    let world = World::new(1).await;
    let changes: [(Change, &str); 6] = [
        (|tx| tx.header.salt[0] ^= 1, "ledger.bad_signature"),
        (|tx| tx.header.mode = Mode::Atomic, "ledger.bad_signature"),
        (|tx| tx.header.valid_until_ms.0 += 1, "ledger.bad_signature"),
        (|tx| tx.header.author = key(9).public_key(), "ledger.bad_signature"),
        (|tx| tx.entries.push(capture("added")), "ledger.entries_root"),
        (|tx| tx.entries.swap(0, 1), "ledger.entries_root"),
    ];
    for (change, expected) in changes {
        let mut transaction = world.sign(vec![capture("e1"), capture("e2")]);
        change(&mut transaction);
        assert_eq!(code(world.handle.submit(ShardId(0), transaction).await), expected);
    }
    assert_eq!(world.handle.tip(ShardId(0)).borrow().transactions, 1);
    world.end();
}
