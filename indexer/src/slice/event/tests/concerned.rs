//! A record is an event of each tenant that it concerns, on that tenant's home shard.

use super::{apply_in, events, place, tenants_of};
use crate::{
    event::EventPlace,
    testing::{
        TestDatabase,
        chain::{TestChain, TestRecord},
    },
};
use chain_types::{
    Command, Digest, EntryCore, Epoch, Event, FinalBlock, Receipt, SecretKey, ShardId, TenantId, TxId, account,
    atomic::{
        self, Bundle, BundlePhase, BundleRecord, CertifiedHeader, Decision, Deliver, Leg, LegAnswer, Message,
        NO_DEADLINE, Opening, Payload, Proof, SettleLeg,
    },
    codec,
    native::{self, Amount, Grant, TREASURY, Transfer},
    state::{StateProof, Terminal},
};
use sqlx::PgPool;
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

/// Number, place and type of each event of a tenant.
async fn named(app: &PgPool, tenant: TenantId, home: u16) -> Vec<(u64, EventPlace, &'static str)> {
    let (found, _) = events(app, tenant, home).await;
    found.iter().map(|event| (event.sequence, event.place, event.event_type.name)).collect()
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
    let (moved, granted) = ("native.transferred", "native.granted");
    let of_payer = [(1, place(1, 0), moved), (2, place(1, 1), moved), (3, place(1, 4), moved)];
    assert_eq!(named(&app, payer, 1).await, of_payer, "a transfer to itself is one event");
    assert_eq!(named(&app, receiver, 1).await, [(1, place(1, 0), moved), (2, place(1, 2), granted)]);
    assert_eq!(named(&app, other, 1).await, [(1, place(1, 3), "account.tenant_registered")]);
    assert_eq!(named(&app, guest, 0).await, [], "its home is the other shard");
}

/// A proof in a block with this value. The index does not check it: validators did.
fn proof(block: &FinalBlock, value: Vec<u8>) -> Box<Proof> {
    let block = CertifiedHeader { header: block.header.clone(), certificate: block.certificate.clone() };
    Box::new(Proof { block, state: StateProof { siblings: Vec::new(), terminal: Terminal::Present { value } } })
}

#[tokio::test]
async fn what_a_relayer_brings_is_an_event_of_those_whom_it_pays() {
    let database = TestDatabase::create().await;
    let chain = TestChain::new(SHARDS);
    let [payer, receiver] = tenants_of(1, SHARDS).take(2).collect::<Vec<_>>()[..] else { panic!("two") };
    let relayer = tenants_of(0, SHARDS).next().expect("a tenant of the other shard");
    let first = chain.add_block(1, 1_000, Vec::new());
    let (amount, chain_id, epoch, tx_id) = (Amount(1), first.header.chain_id, Epoch(0), TxId(Digest::ZERO));
    let leg = Leg { shard: ShardId(1), from: payer, to: receiver, amount };
    let legs = vec![Leg { shard: ShardId(0), from: relayer, to: relayer, amount }, leg];
    let bundle = Bundle { legs, deadline: NO_DEADLINE, attempt: 1, salt: [0; 16] };
    let opening = Opening { chain_id, epoch, tx_id, coordinator: ShardId(0), bundle };
    let (bundle, leg) = (opening.id(), 1);

    let binding = opening.binding(leg).expect("there is this leg");
    let message = Message { binding, payload: Payload::Credit { from: relayer, to: receiver, amount } };
    let deliver = atomic::Command::Deliver(Deliver { message, proof: proof(&first, Vec::new()) });
    let credited = atomic::Event::Credited { source: ShardId(0), sequence: 1 };
    let answer = LegAnswer { opening: opening.clone(), leg, proof: proof(&first, Vec::new()) };
    let prepared = atomic::Event::LegPrepared { bundle, leg };
    let decision = Decision::Commit;
    let decided = codec::encode(&BundleRecord { opening, phase: BundlePhase::Decided(decision) });
    let settle = atomic::Command::SettleLeg(SettleLeg { bundle, leg, proof: proof(&first, decided) });
    let settled = atomic::Event::LegSettled { bundle, leg, decision };
    let brought =
        vec![record(Command::Atomic(deliver), credited.into()), record(Command::Atomic(settle), settled.into())];
    let locked = vec![record(Command::Atomic(atomic::Command::LockLeg(answer)), prepared.into())];
    chain.add_block(1, 2_000, vec![chain.sign(relayer, brought), chain.sign(payer, locked)]);
    apply_in(&database, &chain, 1, empty()).await;
    apply_in(&database, &chain, 0, empty()).await;

    let app = database.app_pool().await;
    let (credited, settled, prepared) = ("atomic.credited", "atomic.leg_settled", "atomic.leg_prepared");
    assert_eq!(named(&app, payer, 1).await, [(1, place(2, 1), settled), (2, place(2, 2), prepared)]);
    let of_receiver = [(1, place(2, 0), credited), (2, place(2, 1), settled), (3, place(2, 2), prepared)];
    assert_eq!(named(&app, receiver, 1).await, of_receiver);
    assert_eq!(named(&app, relayer, 0).await, [], "its home is the other shard");
}
