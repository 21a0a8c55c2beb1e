//! Accepted evidence becomes a row, which a rebuild reproduces; rejected evidence does not.

use super::*;
use crate::{
    follow::{Indexer, IndexerConfig},
    rebuild,
    source::BlockSource as _,
    testing::{
        TestDatabase,
        chain::{TestChain, TestRecord},
    },
};
use chain_types::{
    Digest, EntryCore, Receipt, Rejection, SecretKey, ShardId, TenantId, Transaction, View,
    certificate::{SignedVote, Step, Vote},
    signature::Namespace,
};

const REPORTER: TenantId = TenantId([9; 16]);

fn equivocation(chain: &TestChain) -> Equivocation {
    let signed = |block| {
        let vote = Vote {
            chain_id: chain.genesis().chain_id(),
            shard: ShardId(0),
            epoch: Epoch(3),
            height: Height(7),
            view: View(7),
            step: Step::Notarise,
            block: Digest([block; 32]),
        };
        let signature = SecretKey::from_seed(&[7; 32]).sign(Namespace::VOTE, &vote.digest());
        SignedVote { vote, signer: 0, signature }
    };
    Equivocation { first: signed(1), second: signed(2) }
}

fn report(chain: &TestChain, receipt: Receipt) -> (Transaction, Vec<Receipt>) {
    let evidence = Box::new(Evidence::Equivocation(equivocation(chain)));
    let command = Command::Beacon(beacon::Command::ReportEvidence(evidence));
    let core = EntryCore { subjects: Vec::new(), command };
    chain.sign(REPORTER, vec![TestRecord { core, document: Vec::new(), is_public: true, receipt }])
}

#[tokio::test]
async fn a_conviction_is_a_row_with_the_votes_and_the_slashed_amounts() {
    let (database, chain) = (TestDatabase::create().await, TestChain::new(1));
    let convicted = beacon::Event::Convicted {
        validator: ValidatorId(4),
        offence: Offence::Equivocation,
        slashed: 1_000,
        rewarded: 100,
        compensated: 400,
        burned: 500,
    };
    let first = report(&chain, Receipt::Applied(convicted.into()));
    let tx_id = first.0.header.id();
    chain.add_block(0, 1_000, vec![first]);
    let again = Receipt::Rejected(Rejection::new("beacon.convicted"));
    chain.add_block(0, 2_000, vec![report(&chain, again)]);

    let pool = database.indexer_pool().await;
    let indexer = Indexer::start(IndexerConfig::default(), &pool, &chain.source(), &chain.vault());
    indexer.progress().wait_for(ShardId(0), Height(2)).await.expect("the chain has the shard");
    indexer.stop().await.expect("no failure");
    let mut connection = pool.acquire().await.expect("the pool provides a connection");
    let rows = recent_convictions(&mut connection, 10).await.expect("rows");
    let expected = ConvictionRow {
        height: Height(1),
        timestamp_ms: TimestampMs(1_000),
        tx_id,
        validator: ValidatorId(4),
        epoch: Epoch(3),
        offence: Offence::Equivocation,
        slashed: 1_000,
        rewarded: 100,
        compensated: 400,
        burned: 500,
        equivocation: Some(equivocation(&chain)),
    };
    assert_eq!(rows, [expected]);
    let found =
        rebuild::compare(&database.url(), &chain.source(), &chain.vault()).await.expect("the comparison succeeds");
    assert!(found.is_identical(), "{found:#?}");
    assert!(found.tables.iter().any(|table| (table.table, table.live_rows) == ("conviction", 1)), "{found:#?}");
}

#[test]
fn an_offence_is_found_by_its_number() {
    for (at, offence) in (0_i16..).zip(OFFENCES) {
        assert_eq!(number(offence), at);
    }
}
