//! A record is an event of each tenant that it concerns, on that tenant's home shard.

use super::{apply_in, events, place, tenants_of};
use crate::{
    event::{EventContent, EventPlace, contents, hash_of, named, page_of_places, subjects_after},
    provenance::subject_places,
    rebuild, tenant,
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
async fn listed(app: &PgPool, tenant: TenantId, home: u16) -> Vec<(u64, EventPlace, &'static str)> {
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
    assert_eq!(listed(&app, payer, 1).await, of_payer, "a transfer to itself is one event");
    assert_eq!(listed(&app, receiver, 1).await, [(1, place(1, 0), moved), (2, place(1, 2), granted)]);
    assert_eq!(listed(&app, other, 1).await, [(1, place(1, 3), "account.tenant_registered")]);
    assert_eq!(listed(&app, guest, 0).await, [], "its home is the other shard");
    let amount = Amount(1);
    let moved = |from, to| EventContent::Native(native::Event::Transferred { from, to, amount });
    let of_receiver = said(&app, receiver, &[place(1, 0), place(1, 1), place(1, 2), place(9, 9)]).await;
    let granted = EventContent::Native(native::Event::Granted { to: receiver, amount: Amount(5) });
    assert_eq!(of_receiver, [(place(1, 0), moved(payer, receiver)), (place(1, 2), granted)]);
    assert_eq!(said(&app, payer, &[place(1, 4)]).await, [(place(1, 4), moved(guest, payer))]);
    assert_eq!(said(&app, guest, &[place(1, 4)]).await, [], "its home is the other shard");
    let id = sqlx::types::Uuid::from_bytes(other.0).to_string();
    assert_eq!(numbers_of(&app, other, 1, &id).await, [1]);
    // What is sent to webhooks is ordered by names, too.
    let mut tx = tenant::begin(&app, other).await.expect("the transaction begins");
    let ordered = subjects_after(&mut tx, other, 0, 10).await.expect("events");
    assert_eq!(ordered.into_iter().map(|(_, by)| by).collect::<Vec<_>>(), [[hash_of(named(other, &id))]]);
    assert_eq!(numbers_of(&app, payer, 1, &id).await, [0; 0], "a name is one of a tenant's events");
    let same = rebuild::compare(&database.url(), &chain.source(), &chain.vault()).await.expect("a comparison");
    assert!(same.is_identical(), "{same:#?}");
    let filled = |name: &str| same.tables.iter().any(|table| table.table == name && table.live_rows > 0);
    assert!(filled("event_content") && filled("event_name"), "{same:#?}");
}

/// What the events of a tenant at these places say.
async fn said(app: &PgPool, owner: TenantId, places: &[EventPlace]) -> Vec<(EventPlace, EventContent)> {
    let mut tx = tenant::begin(app, owner).await.expect("the transaction begins");
    contents(&mut tx, owner, places).await.expect("contents").into_iter().collect()
}

/// The numbers of a tenant's events with a name.
async fn numbers_of(app: &PgPool, owner: TenantId, home: u16, name: &str) -> Vec<u64> {
    let mut tx = tenant::begin(app, owner).await.expect("the transaction begins");
    let found = subject_places(&mut tx, owner, &[named(owner, name)], ShardId(home), None).await.expect("places");
    let page = page_of_places(&mut tx, owner, &found, &[], 0, 100, 100).await.expect("a page");
    page.events.iter().map(|event| event.sequence).collect()
}

/// One event is read without those of the whole block, however the block was cut into parts.
#[tokio::test]
async fn contents_of_a_large_block_are_read_in_parts() {
    let database = TestDatabase::create().await;
    let chain = TestChain::new(SHARDS);
    let [payer, receiver] = tenants_of(1, SHARDS).take(2).collect::<Vec<_>>()[..] else { panic!("two") };
    let records = (1..=300).map(|amount| {
        let (to, amount) = (receiver, Amount(amount));
        let event = native::Event::Transferred { from: payer, to, amount }.into();
        record(Command::Native(native::Command::Transfer(Transfer { to, amount })), event)
    });
    chain.add_block(1, 1_000, vec![chain.sign(payer, records.collect())]);
    apply_in(&database, &chain, 1, empty()).await;
    let app = database.app_pool().await;
    let stored = "SELECT count(*), max(octet_length(content)) FROM index.event_content";
    let (parts, largest): (i64, i32) =
        sqlx::query_as(stored).fetch_one(&mut database.owner().await).await.expect("rows");
    assert!(parts > 4 && largest < 5_000, "{parts} parts of at most {largest} bytes");
    let places: Vec<_> = (0..300).map(|record| place(1, record)).collect();
    let expected = |record: u32| {
        let amount = Amount(u64::from(record) + 1);
        (place(1, record), EventContent::Native(native::Event::Transferred { from: payer, to: receiver, amount }))
    };
    assert_eq!(said(&app, receiver, &places).await, (0..300).map(expected).collect::<Vec<_>>());
    for record in 0..300 {
        assert_eq!(said(&app, payer, &[place(1, record)]).await, [expected(record)]);
    }
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
    let (bundle, payment, leg) = (opening.id(), leg, 1);

    let binding = opening.binding(leg).expect("there is this leg");
    let destination = binding.destination;
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
    assert_eq!(listed(&app, payer, 1).await, [(1, place(2, 1), settled), (2, place(2, 2), prepared)]);
    let of_receiver = [(1, place(2, 0), credited), (2, place(2, 1), settled), (3, place(2, 2), prepared)];
    assert_eq!(listed(&app, receiver, 1).await, of_receiver);
    assert_eq!(listed(&app, relayer, 0).await, [], "its home is the other shard");
    let says = |event, paid| EventContent::Atomic { event, payments: vec![paid], returns: None };
    // The message is for the shard that its binding names.
    let credit = Leg { shard: destination, from: relayer, ..payment };
    let expected = [
        (place(2, 0), says(atomic::Event::Credited { source: ShardId(0), sequence: 1 }, credit)),
        (place(2, 1), says(atomic::Event::LegSettled { bundle, leg, decision }, payment)),
        (place(2, 2), says(atomic::Event::LegPrepared { bundle, leg }, payment)),
    ];
    assert_eq!(said(&app, receiver, &[place(2, 0), place(2, 1), place(2, 2)]).await, expected);
    assert_eq!(numbers_of(&app, receiver, 1, &bundle.to_string()).await, [2, 3], "a bundle is what its legs are about");
    assert_eq!(numbers_of(&app, payer, 1, &bundle.to_string()).await, [1, 2]);
}
