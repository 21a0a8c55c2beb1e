//! Runs the validators' duty loops, as a node does. Invariant: a duty loop reads the beacon and the tips from its own
//! machine's processes. The ledger decides on everything that it submits.

use super::{World, queue::Event};
use crate::{background::Habit, cast::START_MS, profile::Play};
use chain_beacon::{ATTENDANCE_BLOCKS, BeaconKey, BeaconState, When};
use chain_ledger::OPERATOR_TENANT;
use chain_replica::Replica;
use chain_types::{
    Command, Digest, Epoch, FinalBlock, Height, Receipt, ShardId, TenantId, TimestampMs, View,
    atomic::{BEACON_SHARD, CertifiedHeader, Proof},
    beacon::{Command as Duty, Evidence, ForeignVote, HandOverKey, HandOverProof},
    certificate::{Step, Vote},
    codec,
    signature::Namespace,
    state::TypedKey,
};
use std::sync::Arc;

/// The interval between two ticks of a duty loop, in microseconds.
const DUTY_US: u64 = 90_000;
/// The number of ticks for which a validator leaves common duties to the one before it.
const PATIENCE_TICKS: u64 = 4;
/// The maximum age of the beacon's last block, in milliseconds.
const PULSE_MS: u64 = 150;
/// The number of blocks that a machine may lack when it acknowledges its synchronisation; followers receive blocks a
/// little late.
const BEHIND_MAX: u64 = 12;
/// The minimum epoch that every world with a beacon reaches.
const EPOCHS_MIN: u64 = 2;

impl World {
    /// Runs one tick of a machine's duty loop.
    pub(super) fn duty(&mut self, machine: usize) {
        self.push(DUTY_US, Event::Duty(machine));
        if self.is_beyond_goal() || self.machines[machine].is_paused {
            return;
        }
        let Some(home) = self.process_at(machine, BEACON_SHARD) else {
            self.duty_loops[machine].pending.forget();
            return;
        };
        let Some(beacon) = self.beacon_at(home) else { return };
        if self.is_honest(home) {
            self.oracle.observed(&beacon);
        }
        self.vote_without_seat(machine, &beacon);
        let duty_loop = &mut self.duty_loops[machine];
        duty_loop.ticks = if beacon.epoch() == duty_loop.epoch { duty_loop.ticks + 1 } else { 0 };
        duty_loop.epoch = beacon.epoch();
        let is_caller = self.is_caller(machine, &beacon);
        let is_busy = !self.is_free(machine, BEACON_SHARD)
            || (self.profile.has(Play::Members) && self.submit_plan(machine, home, &beacon));
        if let Some(tenant) = self.signs_for(machine, &beacon).filter(|_| !is_busy) {
            let due = self.due(machine, home, &beacon, is_caller);
            self.send_duties(machine, BEACON_SHARD, tenant, due);
        }
        for shard in (1..self.cast.genesis.shards).map(ShardId) {
            if self.is_free(machine, shard) {
                let due = self.hand_over_due(machine, home, shard, &beacon, is_caller);
                self.send_duties(machine, shard, OPERATOR_TENANT, due.into_iter().collect());
            }
        }
    }

    /// A bonded Byzantine validator without a seat votes anyway. Its vote reaches every honest validator as evidence.
    fn vote_without_seat(&mut self, machine: usize, beacon: &BeaconState) {
        let key = self.cast.key(machine);
        let is_bonded = beacon.registry().by_key(key).is_some();
        if !self.machines[machine].is_liar || !is_bonded || beacon.seat_of(key).is_some() {
            return;
        }
        let (chain_id, epoch) = (beacon.chain_id(), beacon.epoch());
        let (shard, height, view, step) = (BEACON_SHARD, Height(1), View(0), Step::Finalise);
        let vote = Vote { chain_id, shard, epoch, height, view, step, block: Digest::ZERO };
        let signature = self.cast.keys[machine].sign(Namespace::VOTE, &vote.digest());
        let evidence = Evidence::ForeignVote(Box::new(ForeignVote { vote, key, signature }));
        for other in (0..self.duty_loops.len()).filter(|other| !self.machines[*other].is_liar) {
            self.duty_loops[other].learn(evidence.clone());
        }
    }

    /// The duties that a machine submits on the beacon's shard now.
    fn due(&mut self, machine: usize, home: usize, beacon: &BeaconState, is_caller: bool) -> Vec<Duty> {
        let (tip, time_ms) = self.processes[home]
            .replica
            .as_ref()
            .and_then(|replica| replica.tip())
            .map_or((Height(0), START_MS), |(header, _)| (header.height, header.timestamp_ms.0));
        let is_synced = self.is_caught_up(machine) && !self.members.hesitates(machine, &mut self.background_dice);
        let duty_loop = &mut self.duty_loops[machine];
        let time = TimestampMs((START_MS + self.now_us / 1_000).max(time_ms));
        let next = When { height: tip.next(), time };
        let duties = beacon.duties(next, &duty_loop.secrets, is_synced, is_caller);
        let mut due = duty_loop.apply_habit(duties, beacon, &self.deals, &mut self.background_dice);
        due.extend(duty_loop.show(beacon, &mut self.background_dice));
        if is_caller {
            for shard in beacon.to_confirm(next) {
                due.extend(self.entered(machine, shard, beacon.epoch()));
            }
            due.extend(self.attendance(home, tip, beacon));
            let is_late = time_ms + PULSE_MS <= START_MS + self.now_us / 1_000;
            due.extend(is_late.then_some(Duty::Pulse));
        }
        due
    }

    /// Whether a machine's processes have all blocks that their committees are known to have, up to [`BEHIND_MAX`].
    fn is_caught_up(&self, machine: usize) -> bool {
        let is_even = |replica: &Replica<_>| replica.is_caught_up(BEHIND_MAX);
        let mut of_machine = self.processes.iter().filter(|one| one.machine == machine);
        of_machine.all(|one| one.replica.as_ref().is_some_and(is_even))
    }

    /// The proof that a shard entered the epoch, if it has on this machine.
    fn entered(&mut self, machine: usize, shard: ShardId, epoch: Epoch) -> Option<Duty> {
        let there = self.process_at(machine, shard)?;
        let replica = self.processes[there].replica.as_mut()?;
        let state = replica.prove(&[HandOverKey(epoch).state_key()]).ok()??.pop()?;
        let (header, certificate) = replica.tip()?.clone();
        let proof = Proof { block: CertifiedHeader { header, certificate }, state };
        proof.state.value().is_some().then(|| Duty::ConfirmShard(Box::new(proof)))
    }

    /// The attendance to report: the signers of the last block at a multiple of [`ATTENDANCE_BLOCKS`], if new.
    fn attendance(&self, home: usize, tip: Height, beacon: &BeaconState) -> Option<Duty> {
        let (height, known) = (tip.0 - tip.0 % ATTENDANCE_BLOCKS, beacon.attendance());
        let content = self.processes[home].disk.look();
        let block = content.store.block(Height(height))?;
        let mut signers = block.certificate.signatures.iter().map(|(signer, _)| signer);
        let is_new = height > known.height.0
            || (height == known.height.0 && signers.any(|signer| !known.signers.contains(signer)));
        let (header, certificate) = (block.header.clone(), block.certificate.clone());
        let is_due = is_new && header.epoch == beacon.epoch();
        is_due.then(|| Duty::Attend(Box::new(CertifiedHeader { header, certificate })))
    }

    /// The hand-over that a shard lacks; sometimes an old one; from a forger, one without a quorum.
    fn hand_over_due(
        &mut self,
        machine: usize,
        home: usize,
        shard: ShardId,
        beacon: &BeaconState,
        is_caller: bool,
    ) -> Option<Duty> {
        let there = self.process_at(machine, shard)?;
        let present = self.processes[there].replica.as_ref()?.committee().epoch();
        let forges = self.duty_loops[machine].habit == Habit::Forges;
        if present >= beacon.epoch() || !(is_caller || forges) {
            let old = self.duty_loops[machine].last_hand_over.clone().filter(|_| self.background_dice.chance(80));
            return old.map(|proof| Duty::EnterEpoch(Box::new(proof)));
        }
        let mut proof = self.hand_over_proof(home, Epoch(present.0 + 1))?;
        if forges {
            proof.block.certificate.signatures.truncate(1);
        }
        self.duty_loops[machine].last_hand_over = Some(proof.clone());
        Some(Duty::EnterEpoch(Box::new(proof)))
    }

    fn hand_over_proof(&mut self, home: usize, epoch: Epoch) -> Option<HandOverProof> {
        let hand_over = self.read(home, &HandOverKey(epoch))?;
        let content = self.processes[home].disk.look();
        let block = content.store.block(hand_over.height)?;
        HandOverProof::of(block)
    }

    /// Whether it is this machine's turn for common duties, as in a node.
    fn is_caller(&self, machine: usize, beacon: &BeaconState) -> bool {
        let seats = beacon.committee().members.len() as u64;
        beacon.seat_of(self.cast.key(machine)).is_some_and(|seat| {
            let rank = (u64::from(seat) + seats - beacon.epoch().0 % seats) % seats;
            rank * PATIENCE_TICKS <= self.duty_loops[machine].ticks % (seats * PATIENCE_TICKS)
        })
    }

    fn is_free(&self, machine: usize, shard: ShardId) -> bool {
        self.duty_loops[machine].pending.is_free(shard, self.now_us, |id| self.finals.contains(id))
    }

    fn send_duties(&mut self, machine: usize, shard: ShardId, tenant: TenantId, due: Vec<Duty>) {
        let key = self.cast.keys[machine].clone();
        self.send_for(machine, shard, &key, tenant, due.into_iter().map(Command::Beacon).collect());
    }

    /// The beacon's state after the last final block of a process of its shard.
    pub(super) fn beacon_at(&mut self, process: usize) -> Option<BeaconState> {
        match self.read_many(process, &[BeaconKey.state_key()])?.pop()? {
            Some(value) => codec::decode_own("the beacon", &value).ok(),
            None => self.cast.beacon.clone(),
        }
    }

    /// Records evidence that a process found.
    pub(super) fn witness(&mut self, process: usize, evidence: Evidence) {
        let machine = self.processes[process].machine;
        if self.cast.beacon.is_some() && self.is_honest(process) && machine < self.duty_loops.len() {
            self.duty_loops[machine].learn(evidence);
        }
    }

    /// Reports rejected deals as evidence. The ledger convicts only if they are bad.
    pub(super) fn watch(&mut self, shard: ShardId, block: &Arc<FinalBlock>) {
        if self.cast.beacon.is_none() || shard != BEACON_SHARD || !self.watched.insert(block.header.height) {
            return;
        }
        let entries = block.block.transactions.iter().flat_map(|transaction| &transaction.entries);
        for (entry, receipt) in entries.zip(&block.block.receipts) {
            let Command::Beacon(Duty::Deal(deal)) = &entry.core.command else { continue };
            if matches!(receipt, Receipt::Applied(_)) {
                self.deals.push(deal.as_ref().clone());
                continue;
            }
            for machine in (0..self.duty_loops.len()).filter(|machine| !self.machines[*machine].is_liar) {
                self.duty_loops[machine].learn(Evidence::BadDeal(deal.as_ref().clone()));
            }
        }
    }

    /// Sets the epoch that must be reached, at the end of the fault period.
    pub(super) fn set_goal(&mut self) {
        if self.cast.beacon.is_some() {
            let present = self.oracle.committees.present(BEACON_SHARD).0;
            let more = if self.profile.has(Play::Members) { 2 } else { 1 };
            self.goal = Some(Epoch((present + more).max(EPOCHS_MIN)));
        }
    }

    /// Whether all shards have reached the goal and are in the same epoch.
    pub(super) fn is_beyond_goal(&self) -> bool {
        let Some(goal) = self.goal else { return self.cast.beacon.is_none() };
        let present = |shard| self.oracle.committees.present(ShardId(shard));
        let first = present(BEACON_SHARD.0);
        let is_settled = self.oracle.beacon.as_ref().is_none_or(|beacon| beacon.waiting().is_empty());
        first >= goal && is_settled && (0..self.cast.genesis.shards).all(|shard| present(shard) == first)
    }
}
