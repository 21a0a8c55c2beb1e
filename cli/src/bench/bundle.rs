//! Measures bundles (atomic transactions) across two shards on four validators, from opening to settlement. Invariant:
//! only committed bundles count.
//!
//! A leg is a bundle's part on one shard. The clients submit the debtors' locks; the relayer submits reports and
//! settlements.

mod validators;

use super::{
    signed::{draft, now_ms},
    statistics::percentile_ms,
};
use anyhow::Context as _;
use chain_node::{NodeHandle, Relay, RelayConfig};
use chain_types::{
    Body, Command, Entry, EntryCore, Event, Mode, Receipt, SecretKey, ShardId, TenantId, TimestampMs, account,
    atomic::{self, Bundle, BundleId, BundleKey, Decision, Leg, LockKey, LockPhase, Opening},
    native::{self, Amount, BalanceKey, TREASURY},
    state::TypedKey,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use validators::Validators;

/// The coordinator's shard, with the buyer's leg.
const HERE: ShardId = ShardId(0);
/// The shard of the seller's leg.
const THERE: ShardId = ShardId(1);
const BUYER: TenantId = TenantId([0xb1; 16]);
const SELLER: TenantId = TenantId([0xb2; 16]);
/// The number of bundles under way at a time.
const WINDOW: usize = 4;
/// The amount of each leg, in native units.
const AMOUNT: Amount = Amount(1);
/// The time from the opening of a bundle to its deadline, in milliseconds.
const DEADLINE_AHEAD_MS: u64 = 600_000;

/// Measures the latency of bundles, in milliseconds.
pub async fn measure(quick: bool) -> anyhow::Result<Value> {
    let count: u64 = if quick { 40 } else { 400 };
    let validators = Validators::start().await?;
    let operator = SecretKey::from_seed(&validators::OPERATOR);
    let client = Client { node: validators.handle() };
    let relay = Relay::start(RelayConfig { node: client.node.clone(), operator, progress: None });
    client.prepare(count).await?;
    let trades = stream::iter(0..count).map(|_| client.trade()).buffer_unordered(WINDOW);
    let mut samples: Vec<_> = trades.try_collect().await?;
    relay.stop().await;
    drop(client);
    validators.stop().await?;
    Ok(json!({
        "p50": percentile_ms(&mut samples, 500),
        "p99": percentile_ms(&mut samples, 990),
        "bundles": samples.len(),
        "validators": validators::COUNT,
        "window": WINDOW,
    }))
}

fn key_of(tenant: TenantId) -> SecretKey {
    let seed = if tenant == TREASURY { validators::OPERATOR } else { [tenant.0[0]; 32] };
    SecretKey::from_seed(&seed)
}

/// A client of both tenants.
struct Client {
    node: NodeHandle,
}

impl Client {
    /// Registers both tenants on both shards, and grants each the amount of its legs.
    async fn prepare(&self, count: u64) -> anyhow::Result<()> {
        for (shard, tenant) in [(HERE, BUYER), (HERE, SELLER), (THERE, BUYER), (THERE, SELLER)] {
            let author = key_of(tenant).public_key();
            let registration =
                account::Command::RegisterTenant(account::RegisterTenant { tenant, author, partitions: 1 });
            self.submit_command(shard, TREASURY, Command::Account(registration)).await?;
        }
        let grant = native::Command::Grant(native::Grant { to: BUYER, amount: Amount(count * 2) });
        self.submit_command(HERE, TREASURY, Command::Native(grant)).await?;
        let send = atomic::Command::Send(atomic::Send { to: SELLER, destination: THERE, amount: Amount(count) });
        self.submit_command(HERE, BUYER, Command::Atomic(send)).await?;
        let mut tip = self.node.tip(THERE);
        while self.read(THERE, BalanceKey(SELLER)).await?.is_none() {
            tip.changed().await.context("the shard stopped")?;
        }
        Ok(())
    }

    /// Opens a bundle of two legs, locks both and waits until both are settled. Returns the duration.
    async fn trade(&self) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let legs = vec![
            Leg { shard: HERE, from: BUYER, to: SELLER, amount: AMOUNT },
            Leg { shard: THERE, from: SELLER, to: BUYER, amount: AMOUNT },
        ];
        let deadline = TimestampMs(now_ms() + DEADLINE_AHEAD_MS);
        let bundle = Bundle { legs, deadline, attempt: 1, salt: rand::random() };
        let opened = self.submit_command(HERE, BUYER, Command::Atomic(atomic::Command::OpenBundle { bundle })).await?;
        let Event::Atomic(atomic::Event::BundleOpened { bundle: id }) = opened else {
            anyhow::bail!("the bundle was not opened: {opened:?}");
        };
        let proofs = self.node.prove(HERE, vec![BundleKey(id).state_key()]).await?;
        let proof = Box::new(proofs.proof(0).context("one key, one proof")?);
        let value = proof.state.value().context("the bundle is there")?;
        let opening: Opening = BundleKey(id).decode(value)?.opening;
        let lock = |leg| {
            Command::Atomic(atomic::Command::LockLeg(atomic::LegAnswer {
                opening: opening.clone(),
                leg,
                proof: proof.clone(),
            }))
        };
        tokio::try_join!(self.submit_command(HERE, BUYER, lock(0)), self.submit_command(THERE, SELLER, lock(1)))?;
        tokio::try_join!(self.settled(HERE, id, 0), self.settled(THERE, id, 1))?;
        Ok(started.elapsed())
    }

    async fn settled(&self, shard: ShardId, id: BundleId, leg: u8) -> anyhow::Result<()> {
        let mut tip = self.node.tip(shard);
        loop {
            let lock = self.read(shard, LockKey(id, leg)).await?;
            match lock.map(|lock| lock.phase) {
                Some(LockPhase::Settled(Decision::Commit)) => return Ok(()),
                Some(LockPhase::Prepared) => tip.changed().await.context("the shard stopped")?,
                other => anyhow::bail!("a leg ended as {other:?}"),
            }
        }
    }

    async fn read<K: TypedKey>(&self, shard: ShardId, key: K) -> anyhow::Result<Option<K::Value>> {
        let proofs = self.node.prove(shard, vec![key.state_key()]).await?;
        let value = proofs.proofs.first().and_then(|proof| proof.value());
        Ok(value.map(|value| key.decode(value)).transpose()?)
    }

    async fn submit_command(&self, shard: ShardId, tenant: TenantId, command: Command) -> anyhow::Result<Event> {
        let core = EntryCore { subjects: Vec::new(), command };
        let entry = Entry { core, body: Body::Public(Vec::new()) };
        let transaction = draft(self.node.chain_id(), tenant, Mode::Independent).sign(&key_of(tenant), vec![entry]);
        let outcome = self.node.submit(shard, transaction).await?;
        match outcome.receipts.into_iter().next() {
            Some(Receipt::Applied(event)) => Ok(event),
            other => anyhow::bail!("a command was not applied: {other:?}"),
        }
    }
}
