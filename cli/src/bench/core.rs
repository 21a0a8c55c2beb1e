//! Measures the ledger alone, without HTTP and Postgres. Invariant: a transaction counts when it is final on its shard.
//!
//! Transactions of one command by different authors are verified, executed and committed durably on two shards. The
//! bound is checking the same signatures on the same cores without other load.

use super::{
    signed::{Batch, register, sign, submit_all},
    statistics::{per_second, round},
};
use chain_node::{Node, NodeConfig};
use chain_types::{
    ChainParameters, Epoch, Genesis, PROTOCOL_VERSION, SecretKey, TimestampMs,
    validator::{Validator, ValidatorSet},
    verified::verify_all,
};
use serde_json::{Value, json};
use std::{sync::Arc, thread, time::Instant};

const TENANTS: u16 = 32;
/// Authors per tenant.
const AUTHORS: u32 = 1_500;

/// Measures transactions per second, and their bound.
pub async fn measure(quick: bool) -> anyhow::Result<Value> {
    let count = if quick { 150_000 } else { 900_000 };
    let folder = tempfile::tempdir()?;
    let operator = SecretKey::from_seed(&[1; 32]);
    let seed = [2; 32];
    let validator = SecretKey::from_seed(&seed);
    let genesis = genesis(&operator, &validator);
    let chain_id = genesis.chain_id();
    let node = Node::start(NodeConfig::alone(folder.path().to_owned(), genesis, seed.into())).await?;
    let authors = Arc::new(register(&node.handle(), &operator, TENANTS, AUTHORS).await?);
    let batches = sign(chain_id, &authors, 0..count)?;
    let bound = bound(&batches);
    let started = Instant::now();
    let applied = submit_all(&node.handle(), batches).await?;
    let elapsed = started.elapsed();
    anyhow::ensure!(applied == count, "{applied} of {count} transactions were applied");
    let authors = authors.len();
    tokio::task::spawn_blocking(move || node.stop()).await??;
    let rate = per_second(count, elapsed);
    Ok(json!({
        "tx_per_s": rate,
        "bound_per_s": bound,
        "ratio": round(rate / bound),
        "bound": "signatures of the same transactions checked on the same cores",
        "transactions": count,
        "authors": authors,
        "shards": 2,
        "seconds": round(elapsed.as_secs_f64()),
    }))
}

fn genesis(operator: &SecretKey, validator: &SecretKey) -> Genesis {
    Genesis {
        version: PROTOCOL_VERSION,
        name: "bench".to_owned(),
        timestamp_ms: TimestampMs(0),
        salt: rand::random(),
        shards: 2,
        operator: operator.public_key(),
        parameters: ChainParameters::default(),
        validators: ValidatorSet {
            epoch: Epoch(0),
            validators: vec![Validator { key: validator.public_key(), weight: 1 }],
        },
        beacon: None,
    }
}

/// The number of these transactions per second that the same cores can decode and check without other load.
pub(super) fn bound(batches: &[Batch]) -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let sample: Vec<_> = batches.iter().flatten().take(80_000).map(|(_, transaction)| transaction.clone()).collect();
    let started = Instant::now();
    thread::scope(|scope| {
        for part in sample.chunks(sample.len().div_ceil(cores).max(1)) {
            scope.spawn(move || {
                let mut rng = rand::make_rng::<rand::rngs::StdRng>();
                for chunk in part.chunks(1_024) {
                    let checked = chunk.iter().filter_map(|transaction| transaction.clone().check().ok());
                    assert!(verify_all(checked.collect(), &mut rng).iter().all(Result::is_ok), "signatures are valid");
                }
            });
        }
    });
    per_second(sample.len(), started.elapsed())
}
