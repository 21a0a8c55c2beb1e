//! The numbers of events, over random blocks, cut into batches in different ways.

use super::{ALL, apply_in, events, place, tenants_of};
use crate::{
    event::{newest_event, page_after},
    rebuild, tenant,
    testing::{
        TestDatabase,
        chain::{Draw, Outcome, TestChain},
    },
};
use chain_types::{ShardId, TenantId};
use sqlx::Executor as _;
use std::{collections::BTreeMap, sync::Arc};

const SHARDS: u16 = 2;

/// A small generator of numbers (Knuth's constants), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

fn draw(id: &str, outcome: Outcome) -> Draw {
    let event = Draw::event(&format!(
        r#"{{"type":"ObjectEvent","eventID":"urn:ex:{id}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","epcList":["urn:ex:item:1"]}}"#
    ));
    Draw { outcome, ..event }
}

/// An expected event: height, record and name of its type.
type Expected = (u64, u32, &'static str);

/// A chain with random blocks, and the events of each tenant in their order.
fn random_chain(random: &mut Random, blocks: usize) -> (Arc<TestChain>, BTreeMap<TenantId, Vec<Expected>>) {
    let chain = TestChain::new(SHARDS);
    let tenants: Vec<TenantId> = (0..SHARDS).flat_map(|shard| tenants_of(shard, SHARDS).take(2)).collect();
    let mut expected = BTreeMap::<TenantId, Vec<Expected>>::new();
    for block in 0..blocks {
        let shard = u16::try_from(random.below(usize::from(SHARDS))).expect("small");
        let mut transactions = Vec::new();
        let mut records = Vec::new();
        for transaction in 0..random.below(4) {
            let tenant = tenants[random.below(tenants.len())];
            let draws: Vec<_> = (0..=random.below(5))
                .map(|at| {
                    let outcomes =
                        [Outcome::Captured, Outcome::Captured, Outcome::Declared, Outcome::Repeated, Outcome::Rejected];
                    draw(&format!("{block}:{transaction}:{at}"), outcomes[random.below(outcomes.len())])
                })
                .collect();
            records.extend(draws.iter().map(|draw| (tenant, draw.outcome)));
            transactions.push(chain.transaction(tenant, &draws));
        }
        let height = chain.add_block(shard, 1_000, transactions).header.height.0;
        for (record, (tenant, outcome)) in (0..).zip(records) {
            let name = match outcome {
                Outcome::Captured => "provenance.event_captured",
                Outcome::Declared => "provenance.error_declared",
                Outcome::Repeated | Outcome::Rejected => continue,
            };
            if tenants_of(shard, SHARDS).any(|at_home| at_home == tenant) {
                expected.entry(tenant).or_default().push((height, record, name));
            }
        }
    }
    (chain, expected)
}

#[tokio::test]
async fn numbers_are_dense_in_the_order_of_the_chain_however_batches_are_cut() {
    for seed in 1..=4 {
        let mut random = Random(seed);
        let (chain, expected) = random_chain(&mut random, 60);
        assert!(expected.len() == 4 && expected.values().all(|events| events.len() > 2), "{expected:?}");
        let database = TestDatabase::create().await;
        for shard in 0..SHARDS {
            let mut cuts = Random(seed * 100 + u64::from(shard));
            apply_in(&database, &chain, shard, std::iter::repeat_with(|| 1 + cuts.below(6))).await;
        }
        let app = database.app_pool().await;
        for shard in 0..SHARDS {
            for tenant in tenants_of(shard, SHARDS).take(3) {
                let wanted = expected.get(&tenant).map_or(&[][..], Vec::as_slice);
                let (found, newest) = events(&app, tenant, shard).await;
                let numbers: Vec<_> = found.iter().map(|event| event.sequence).collect();
                assert_eq!(numbers, (1..=newest).collect::<Vec<_>>(), "seed {seed}: from 1, without gaps");
                let found: Vec<_> = found.iter().map(|event| (event.place, event.event_type.name)).collect();
                let wanted: Vec<_> =
                    wanted.iter().map(|(height, record, name)| (place(*height, *record), *name)).collect();
                assert_eq!(found, wanted, "seed {seed}: the events of {tenant:?}");
            }
        }
        let same = rebuild::compare(&database.url(), &chain.source(), &chain.vault()).await.expect("a comparison");
        assert!(same.is_identical(), "seed {seed}, cut in another way: {same:#?}");
        assert!(same.tables.iter().any(|table| table.table == "event_run" && table.live_rows > 10), "{same:#?}");
    }
}

/// An index of an earlier version has no numbers until it is rebuilt, because they would change then.
#[tokio::test]
async fn an_index_that_began_without_numbers_gets_them_by_a_rebuild() {
    let database = TestDatabase::create().await;
    let chain = TestChain::new(1);
    let tenant = tenants_of(0, 1).next().expect("a tenant");
    let capture = |id: &str| chain.capture(0, 1_000, tenant, &[draw(id, Outcome::Captured)]);
    capture("1");
    apply_in(&database, &chain, 0, std::iter::empty()).await;
    let mut owner = database.owner().await;
    owner
        .execute("UPDATE index.cursor SET numbered = false; DELETE FROM index.event_run")
        .await
        .expect("the old tables");
    capture("2");
    let pool = database.indexer_pool().await;
    let (source, vault) = (chain.source(), chain.vault());
    let indexer = crate::follow::Indexer::start(crate::follow::IndexerConfig::default(), &pool, &source, &vault);
    indexer.progress().wait_for(ShardId(0), chain_types::Height(2)).await.expect("the chain has the shard");
    indexer.stop().await.expect("no failure");
    let app = database.app_pool().await;
    let mut tx = tenant::begin(&app, tenant).await.expect("the transaction begins");
    assert_eq!(newest_event(&mut tx, tenant, ShardId(0)).await.expect("an answer"), None);
    assert!(page_after(&mut tx, tenant, 0, &[], ALL).await.expect("a page").events.is_empty());
    tx.rollback().await.expect("a rollback");
    rebuild::rebuild(&database.url(), &source, &vault).await.expect("a rebuild");
    let (found, newest) = events(&app, tenant, 0).await;
    assert_eq!((found.len(), newest), (2, 2));
}
