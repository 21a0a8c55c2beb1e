//! The operator grants Anna part of the supply, and she pays Bert. A payment above the balance, to an unknown tenant or
//! of zero is rejected, and only the operator can pay from the treasury.

use crate::world::{A, ANNA, B, BERT, NOBODY, World};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Command, Event, ShardId, TenantId,
    native::{self, Amount, SUPPLY, TREASURY},
};

fn transfer(to: TenantId, amount: u64) -> Command {
    Command::Native(native::Command::Transfer(native::Transfer { to, amount: Amount(amount) }))
}

fn grant(to: TenantId, amount: u64) -> Command {
    Command::Native(native::Command::Grant(native::Grant { to, amount: Amount(amount) }))
}

#[test]
fn what_is_granted_can_be_paid_on() {
    let mut world = World::with_money();
    let paid = world.applied(A, ANNA, transfer(BERT, 400));
    assert_eq!(paid, Event::Native(native::Event::Transferred { from: ANNA, to: BERT, amount: Amount(400) }));
    assert_eq!((world.balance(A, ANNA), world.balance(A, BERT)), (Amount(600), Amount(1_400)));
    assert_eq!(world.balance(B, ANNA), Amount(1_000), "each shard has its own balance");
}

#[test]
fn an_invalid_payment_is_rejected_and_changes_nothing() {
    let cases: [(ShardId, TenantId, Command, &str); 9] = [
        (A, ANNA, transfer(BERT, 1_001), "native.insufficient_balance"),
        (A, ANNA, transfer(BERT, u64::MAX), "native.insufficient_balance"),
        (A, ANNA, transfer(BERT, 0), "native.amount_zero"),
        (A, ANNA, transfer(ANNA, 1), "native.same_tenant"),
        (A, ANNA, transfer(NOBODY, 1), "native.unknown_recipient"),
        (A, ANNA, grant(ANNA, 1), "native.not_operator"),
        (A, OPERATOR_TENANT, grant(TREASURY, 1), "native.same_tenant"),
        (A, OPERATOR_TENANT, grant(ANNA, SUPPLY.0), "native.insufficient_balance"),
        (B, OPERATOR_TENANT, grant(ANNA, 1), "native.insufficient_balance"),
    ];
    let mut world = World::with_money();
    for (shard, tenant, command, code) in cases {
        let before = world.totals();
        assert_eq!(world.rejected(shard, tenant, command.clone()), code, "{command:?}");
        assert_eq!(world.totals(), before);
    }
    assert_eq!((world.balance(A, ANNA), world.balance(A, BERT)), (Amount(1_000), Amount(1_000)));
}

#[test]
fn the_last_unit_can_be_paid() {
    let mut world = World::with_money();
    world.applied(A, ANNA, transfer(BERT, 1_000));
    assert_eq!(world.balance(A, ANNA), Amount::ZERO);
    assert_eq!(world.rejected(A, ANNA, transfer(BERT, 1)), "native.insufficient_balance");
}
