//! A record is an event of each tenant that it concerns, on that tenant's home shard.

use super::{apply_in, events, place, tenants_of};
use crate::testing::{
    TestDatabase,
    chain::{TestChain, TestRecord},
};
use chain_types::{
    Command, EntryCore, Event, Receipt, SecretKey, TenantId, account,
    native::{self, Amount, Grant, TREASURY, Transfer},
};
use std::iter::empty;

const SHARDS: u16 = 2;

fn record(command: Command, event: Event) -> TestRecord {
    let core = EntryCore { subjects: Vec::new(), command };
    TestRecord { core, document: Vec::new(), is_public: true, receipt: Receipt::Applied(event) }
}

fn transfer(from: TenantId, to: TenantId) -> TestRecord {
    let amount = Amount(1);
    let event = native::Event::Transferred { from, to, amount }.into();
    record(Command::Native(native::Command::Transfer(Transfer { to, amount })), event)
}

#[tokio::test]
async fn a_transfer_is_an_event_of_both_sides_at_home_and_of_nobody_elsewhere() {
    let database = TestDatabase::create().await;
    let chain = TestChain::new(SHARDS);
    let [payer, receiver, other] = tenants_of(1, SHARDS).take(3).collect::<Vec<_>>()[..] else { panic!("three") };
    let guest = tenants_of(0, SHARDS).next().expect("a tenant of the other shard");
    let granted = native::Event::Granted { to: receiver, amount: Amount(5) }.into();
    let grant = record(Command::Native(native::Command::Grant(Grant { to: receiver, amount: Amount(5) })), granted);
    let author = SecretKey::from_seed(&[1; 32]).public_key();
    let register = account::Command::RegisterTenant(account::RegisterTenant { tenant: other, author, partitions: 1 });
    let registered = account::Event::TenantRegistered { tenant: other }.into();
    let transactions = vec![
        chain.sign(payer, vec![transfer(payer, receiver), transfer(payer, payer)]),
        chain.sign(TREASURY, vec![grant, record(Command::Account(register), registered)]),
        chain.sign(guest, vec![transfer(guest, payer)]),
    ];
    chain.add_block(1, 1_000, transactions);
    apply_in(&database, &chain, 1, empty()).await;
    apply_in(&database, &chain, 0, empty()).await;
    let app = database.app_pool().await;
    let named = |tenant: TenantId, home: u16| {
        let app = app.clone();
        async move {
            let (found, _) = events(&app, tenant, home).await;
            found.iter().map(|event| (event.sequence, event.place, event.event_type.name)).collect::<Vec<_>>()
        }
    };
    let (moved, granted) = ("native.transferred", "native.granted");
    let of_payer = [(1, place(1, 0), moved), (2, place(1, 1), moved), (3, place(1, 4), moved)];
    assert_eq!(named(payer, 1).await, of_payer, "a transfer to itself is one event");
    assert_eq!(named(receiver, 1).await, [(1, place(1, 0), moved), (2, place(1, 2), granted)]);
    assert_eq!(named(other, 1).await, [(1, place(1, 3), "account.tenant_registered")]);
    assert_eq!(named(guest, 0).await, [], "its home is the other shard");
}
