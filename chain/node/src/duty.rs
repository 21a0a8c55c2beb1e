//! Submits a validator's periodic beacon commands: randomness, epoch changes, attendance and evidence [P14]-[P19, bonds
//! to epochs]. On an idle chain it submits nothing.
//!
//! Invariant: the ledger checks every command. A command that another validator already submitted is rejected and
//! changes nothing. A duty that a crash interrupts becomes due again.

mod reports;

use crate::{NodeHandle, SubmitError, accusations, candidacy::signs_for, clock::wall_clock, upkeep::upkeep_of};
use chain_beacon::{ATTENDANCE_BLOCKS, BeaconState, Secrets, When};
use chain_types::{
    Command, Digest, Epoch, Height, Receipt, ShardId, TenantId,
    atomic::{BEACON_SHARD, CertifiedHeader},
    beacon::{self, Evidence, HandOverKey},
    native::TREASURY,
    state::TypedKey,
};
use reports::Reports;
use std::{collections::BTreeSet, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle, time::MissedTickBehavior};

/// The interval at which due commands are looked up.
const TICK: Duration = Duration::from_millis(250);
/// Ticks that a validator leaves a common duty to the validator before it in the epoch's order.
const PATIENCE_TICKS: u64 = 4;
/// The age of the beacon's last block above which other shards' progress makes a pulse due, in milliseconds.
const PULSE_MS: u64 = 1_000;

/// The running duty loop. Dropping it ends the loop.
pub(crate) struct DutyLoop {
    _stop: oneshot::Sender<()>,
    _task: JoinHandle<()>,
}

impl DutyLoop {
    /// Starts the loop on the caller's runtime.
    pub(crate) fn start(node: NodeHandle, secrets: Secrets) -> Self {
        let (stop, stopped) = oneshot::channel();
        let duties = Duties { node, secrets, ticks: 0, last_epoch: Epoch(0), covered: 0, reports: Reports::default() };
        Self { _stop: stop, _task: tokio::spawn(duties.run(stopped)) }
    }
}

/// The state of the loop.
struct Duties {
    node: NodeHandle,
    secrets: Secrets,
    /// Ticks in the current epoch.
    ticks: u64,
    last_epoch: Epoch,
    /// The bond that the shards were given as the limit of their promises, in native units.
    covered: u64,
    reports: Reports,
}

impl Duties {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = &mut stopped => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.submit_due().await {
                tracing::debug!(%error, "duty failed, will retry");
            }
        }
    }

    /// Submits the commands that are due. A command that was not submitted becomes due again. Evidence becomes due
    /// again only while the node is busy or stopped, or when its transaction expired.
    async fn submit_due(&mut self) -> Result<(), SubmitError> {
        let Some(beacon) = self.node.beacon().await else { return Ok(()) };
        if let Err(error) = self.node.allow_validators(&beacon) {
            tracing::warn!(%error, "cannot allow a registered validator to connect");
        }
        self.ticks = if beacon.epoch() == self.last_epoch { self.ticks.saturating_add(1) } else { 0 };
        self.last_epoch = beacon.epoch();
        self.cover(&beacon).await;
        let next = self.next_block();
        let (is_caller, is_synced) = (self.is_caller(&beacon), self.is_synced());
        let mut due = beacon.duties(next, &self.secrets, is_synced, is_caller);
        if is_caller {
            for shard in beacon.to_confirm(next) {
                due.extend(self.entered(shard, beacon.epoch()).await);
            }
            due.extend(self.attendance(&beacon).await);
            due.extend(self.is_pulse_due(&beacon, next).then_some(beacon::Command::Pulse));
        }
        let tenant = signs_for(&beacon, self.secrets.key.public_key()).unwrap_or(TREASURY);
        self.submit(BEACON_SHARD, tenant, due).await?;
        for shard in (0..self.node.shards()).map(ShardId).filter(|shard| *shard != BEACON_SHARD && is_caller) {
            self.enter_epoch(shard, beacon.epoch()).await?;
        }
        // Evidence can be megabytes long. Each piece has a transaction of its own, after the other commands, so that a
        // piece that no transaction can hold delays nothing.
        for (evidence, digest) in self.evidence(&beacon).await {
            let outcome = self.submit(BEACON_SHARD, tenant, vec![evidence]).await;
            self.reports.note(digest, outcome)?;
        }
        Ok(())
    }

    /// The next block of the beacon's shard, as far as this node can know. A leader's clock is close to this node's.
    fn next_block(&self) -> When {
        let tip = *self.node.tip(BEACON_SHARD).borrow();
        When { height: tip.height.next(), time: self.node.block_time(BEACON_SHARD) }
    }

    /// Sets the bond as the limit of the native value that open promises may move.
    async fn cover(&mut self, beacon: &BeaconState) {
        let bond = beacon.registry().by_key(self.secrets.key.public_key()).map_or(0, |own| own.bond);
        if bond != self.covered && self.node.cover(bond).await.is_ok() {
            self.covered = bond;
        }
    }

    /// Whether it is this validator's turn to submit common commands. Another validator has the first turn in each
    /// epoch, and the next one joins when it is late.
    fn is_caller(&self, beacon: &BeaconState) -> bool {
        let seats = u64::try_from(beacon.committee().members.len()).unwrap_or(1).max(1);
        beacon.seat_of(self.secrets.key.public_key()).is_some_and(|seat| {
            let rank = (u64::from(seat) + seats - beacon.epoch().0 % seats) % seats;
            rank * PATIENCE_TICKS <= self.ticks % (seats * PATIENCE_TICKS)
        })
    }

    /// Whether the beacon's shard needs an empty command to get a block: its last block is old, and another shard has a
    /// newer one or a change of epoch needs more blocks.
    fn is_pulse_due(&self, beacon: &BeaconState, next: When) -> bool {
        let time = |shard| self.node.tip(shard).borrow().timestamp_ms;
        let last = time(BEACON_SHARD);
        let others_work = (1..self.node.shards()).map(ShardId).any(|shard| time(shard) > last);
        (others_work || beacon.wants_blocks(next)) && last.0.saturating_add(PULSE_MS) <= wall_clock().0
    }

    /// Whether every shard here is in sync with its committee; see [`NodeHandle::is_synced`].
    fn is_synced(&self) -> bool {
        (0..self.node.shards()).map(ShardId).all(|shard| self.node.is_synced(shard))
    }

    /// The certificate of the last block at which attendance is taken, when it shows another signer.
    async fn attendance(&self, beacon: &BeaconState) -> Option<beacon::Command> {
        let tip = self.node.tip(BEACON_SHARD).borrow().height;
        let height = Height(tip.0 - tip.0 % ATTENDANCE_BLOCKS);
        let known = beacon.attendance();
        if height.0 == 0 || height < known.height {
            return None;
        }
        let block = self.node.block(BEACON_SHARD, height).await.ok().flatten()?;
        let signers = block.certificate.signatures.iter().map(|(signer, _)| *signer);
        let is_new = height > known.height || signers.into_iter().any(|signer| !known.signers.contains(&signer));
        let (header, certificate) = (block.header.clone(), block.certificate.clone());
        let is_due = is_new && header.epoch == beacon.epoch();
        is_due.then(|| beacon::Command::Attend(Box::new(CertifiedHeader { header, certificate })))
    }

    /// The proof that a shard has entered the epoch, once it has here.
    async fn entered(&self, shard: ShardId, epoch: Epoch) -> Option<beacon::Command> {
        let proofs = self.node.prove(shard, vec![HandOverKey(epoch).state_key()]).await.ok()?;
        let proof = proofs.proof(0).filter(|proof| proof.state.value().is_some())?;
        Some(beacon::Command::ConfirmShard(Box::new(proof)))
    }

    /// Equivocations and broken promises that this node saw and that have not led to a conviction yet, with their
    /// digests. Drops those that cannot lead to one any more.
    async fn evidence(&mut self, beacon: &BeaconState) -> Vec<(beacon::Command, Digest)> {
        let (mut due, mut open) = (Vec::new(), BTreeSet::new());
        // The beacon's shard may be behind the others here, and know nothing of their epoch yet.
        let is_settled =
            |evidence: &Evidence| accusations::epoch(evidence) <= beacon.epoch() && beacon.is_settled(evidence);
        for shard in (0..self.node.shards()).map(ShardId) {
            let Ok(status) = self.node.status(shard).await else { continue };
            let mut sorted = self.reports.sort(status.accusations, is_settled);
            due.append(&mut sorted.due);
            open.append(&mut sorted.open);
            if !sorted.settled.is_empty() && self.node.drop_settled(shard, sorted.settled).await.is_err() {
                tracing::debug!(shard = shard.0, "the shard has stopped and keeps its accusations");
            }
        }
        self.reports.keep(&open);
        let report = |evidence| beacon::Command::ReportEvidence(Box::new(evidence));
        due.into_iter().map(|(evidence, digest)| (report(evidence), digest)).collect()
    }

    /// Submits the next epoch's hand-over to a shard that is still in an earlier epoch.
    async fn enter_epoch(&self, shard: ShardId, epoch: Epoch) -> Result<(), SubmitError> {
        let Ok(status) = self.node.status(shard).await else { return Ok(()) };
        let present = status.committee.epoch();
        // Without a seat on that shard this validator may not sign there.
        if present >= epoch || status.index.is_none() {
            return Ok(());
        }
        let Some(proof) = self.node.hand_over(Epoch(present.0 + 1)).await else { return Ok(()) };
        self.submit(shard, TREASURY, vec![beacon::Command::EnterEpoch(Box::new(proof))]).await
    }

    /// Submits commands as one transaction in independent mode and waits until it is final.
    async fn submit(
        &self,
        shard: ShardId,
        tenant: TenantId,
        commands: Vec<beacon::Command>,
    ) -> Result<(), SubmitError> {
        if commands.is_empty() {
            return Ok(());
        }
        let commands = commands.into_iter().map(Command::Beacon);
        let transaction = upkeep_of(&self.node, shard, tenant, &self.secrets.key, commands);
        let outcome = self.node.submit(shard, transaction).await?;
        for receipt in outcome.receipts {
            if let Receipt::Rejected(rejection) = receipt {
                tracing::debug!(shard = shard.0, code = rejection.code, "duty command rejected");
            }
        }
        Ok(())
    }
}
