//! The automatic transactions of a world: validator duties, relayed messages and trades between shards. Invariant: a
//! duty loop or relayer waits for at most one transaction per shard. After 700 ms the sender may send again.

use crate::{
    cast::{BOND, START_MS},
    dice::Dice,
    fault::Lie,
};
use chain_beacon::{BeaconState, Secrets, randomness::Dealer};
use chain_types::{
    Body, ChainId, Command, Entry, EntryCore, Epoch, Mode, SecretKey, ShardId, TenantId, TimestampMs, Transaction,
    TxId,
    atomic::Command as Crossing,
    beacon::{Command as Duty, Evidence, HandOverProof, SignedDeal},
    signature::Namespace,
    transaction::Draft,
};
use std::collections::BTreeMap;

/// The validity of a background transaction, in milliseconds.
const VALID_MS: u64 = 8_000;
/// The time after which a sender stops waiting for it, in microseconds.
const PATIENCE_US: u64 = 700_000;
/// The maximum number of times that one piece of evidence is submitted.
const SHOWN_MAX: u8 = 3;
/// The number of earlier steps that a relayer keeps to repeat.
const ARCHIVE_MAX: usize = 24;

/// The sender of a background transaction.
pub struct Sender<'s> {
    pub chain_id: ChainId,
    pub key: &'s SecretKey,
    /// The tenant that signs.
    pub tenant: TenantId,
    /// The time, in microseconds since the start.
    pub now_us: u64,
}

impl Sender<'_> {
    /// Signs a transaction with these commands, each with an outcome of its own.
    pub fn write(&self, salt: u128, commands: Vec<Command>) -> Transaction {
        let entry =
            |command| Entry { core: EntryCore { subjects: Vec::new(), command }, body: Body::Public(Vec::new()) };
        let draft = Draft {
            chain_id: self.chain_id,
            tenant: self.tenant,
            valid_until_ms: TimestampMs(START_MS + self.now_us / 1_000 + VALID_MS),
            salt: (salt | 1 << 127).to_le_bytes(),
            mode: Mode::Independent,
        };
        draft.sign(self.key, commands.into_iter().map(entry).collect())
    }
}

/// The transactions that a sender waits for, one per shard.
#[derive(Default)]
pub struct Pending(BTreeMap<ShardId, (TxId, u64)>);

impl Pending {
    /// Records that a transaction was sent.
    pub fn sent(&mut self, shard: ShardId, id: TxId, now_us: u64) {
        self.0.insert(shard, (id, now_us + PATIENCE_US));
    }

    /// Whether the sender may send on a shard.
    pub fn is_free(&self, shard: ShardId, now_us: u64, is_final: impl Fn(&TxId) -> bool) -> bool {
        self.0.get(&shard).is_none_or(|(id, until)| *until <= now_us || is_final(id))
    }

    /// Forgets everything, as a crash does.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// The way in which a validator performs its duties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Habit {
    /// Honest.
    Dutiful,
    /// Performs no duty.
    Idle,
    /// Reveals no shares.
    Withholds,
    /// Reveals wrong shares.
    RevealsBadly,
    /// Deals inconsistent shares.
    DealsBadly,
    /// Deals when the other validators reveal their shares.
    DealsLate,
    /// Reports valid deals as evidence.
    AccusesFalsely,
    /// Submits hand-overs without a quorum of signatures.
    Forges,
}

impl Habit {
    /// Draws the habit of a validator with this Byzantine behaviour.
    pub fn of(lie: Lie, dice: &mut Dice) -> Self {
        let habits = [
            Self::Dutiful,
            Self::Withholds,
            Self::RevealsBadly,
            Self::DealsBadly,
            Self::DealsLate,
            Self::AccusesFalsely,
            Self::Forges,
            Self::Forges,
        ];
        if lie == Lie::Silent { Self::Idle } else { dice.pick(&habits).copied().unwrap_or(Self::Idle) }
    }
}

/// The duty loop of a validator, as a node runs one.
pub struct DutyLoop {
    pub secrets: Secrets,
    pub habit: Habit,
    /// The transactions that it waits for.
    pub pending: Pending,
    /// Ticks in the current epoch.
    pub ticks: u64,
    /// The epoch at the last tick.
    pub epoch: Epoch,
    /// Evidence with the number of times that it was submitted.
    pub evidence: Vec<(Evidence, u8)>,
    /// The last hand-over that it submitted.
    pub last_hand_over: Option<HandOverProof>,
    /// A deal that it holds back; see [`Habit::DealsLate`].
    pub late: Option<SignedDeal>,
}

impl DutyLoop {
    pub const fn new(secrets: Secrets, habit: Habit) -> Self {
        let pending = Pending(BTreeMap::new());
        Self {
            secrets,
            habit,
            pending,
            ticks: 0,
            epoch: Epoch(0),
            evidence: Vec::new(),
            last_hand_over: None,
            late: None,
        }
    }

    /// Adds evidence, unless it is known.
    pub fn learn(&mut self, evidence: Evidence) {
        if !self.evidence.iter().any(|(known, _)| *known == evidence) {
            self.evidence.push((evidence, 0));
        }
    }

    /// Returns the evidence to submit; sometimes also evidence that is already settled.
    pub fn show(&mut self, beacon: &BeaconState, dice: &mut Dice) -> Vec<Duty> {
        let mut due = Vec::new();
        self.evidence.retain_mut(|(evidence, shown)| {
            *shown += 1;
            if beacon.is_settled(evidence) && !dice.chance(300) {
                return false;
            }
            due.push(Duty::ReportEvidence(Box::new(evidence.clone())));
            *shown < SHOWN_MAX
        });
        due
    }

    /// Applies the validator's habit to its duties.
    pub fn apply_habit(
        &mut self,
        duties: Vec<Duty>,
        beacon: &BeaconState,
        others: &[SignedDeal],
        dice: &mut Dice,
    ) -> Vec<Duty> {
        let mut bent = Vec::new();
        for duty in duties {
            match (duty, self.habit) {
                (_, Habit::Idle) | (Duty::Reveal(_), Habit::Withholds) => {}
                (Duty::Deal(deal), Habit::DealsBadly) => {
                    bent.push(Duty::Deal(Box::new(self.make_inconsistent(*deal, beacon))));
                }
                (Duty::Deal(deal), Habit::DealsLate) => self.late = Some(*deal),
                (reveal @ Duty::Reveal(_), Habit::DealsLate) => {
                    bent.push(reveal);
                    bent.extend(self.late.take().map(|deal| Duty::Deal(Box::new(deal))));
                }
                (Duty::Reveal(mut reveal), Habit::RevealsBadly) => {
                    let other = beacon.committee().members.first().map(|member| member.randomness_key);
                    reveal.shares.iter_mut().zip(other).for_each(|(share, other)| *share = other);
                    bent.push(Duty::Reveal(reveal));
                }
                (duty, _) => bent.push(duty),
            }
        }
        if self.habit == Habit::AccusesFalsely && dice.chance(200) {
            let framed = dice.pick(others).cloned().map(Evidence::BadDeal);
            bent.extend(framed.map(|evidence| Duty::ReportEvidence(Box::new(evidence))));
        }
        bent
    }

    /// Replaces the second half of the shares by shares of another secret.
    fn make_inconsistent(&self, mut signed: SignedDeal, beacon: &BeaconState) -> SignedDeal {
        let Some(ceremony) = beacon.committee().ceremony(beacon.chain_id()) else { return signed };
        let dealer = signed.deal.dealer;
        let other = Dealer::new(&ceremony, dealer, &[1; 32]).deal(&ceremony, dealer, &self.secrets.key);
        let Some(SignedDeal { deal: other, .. }) = other else { return signed };
        let half = other.commitments.len() / 2;
        signed.deal.commitments[half..].copy_from_slice(&other.commitments[half..]);
        signed.deal.encrypted_shares[half..].copy_from_slice(&other.encrypted_shares[half..]);
        signed.deal.responses[half..].copy_from_slice(&other.responses[half..]);
        signed.signature = self.secrets.key.sign(Namespace::DEAL, &signed.deal.digest());
        signed
    }
}

/// A relayer between shards.
#[derive(Default)]
pub struct Relayer {
    /// The transactions that it waits for.
    pub pending: Pending,
    archive: Vec<(ShardId, Crossing)>,
}

impl Relayer {
    /// Remembers steps, to repeat some of them later.
    pub fn note(&mut self, shard: ShardId, steps: &[Crossing], dice: &mut Dice) {
        for step in steps {
            if self.archive.len() < ARCHIVE_MAX {
                self.archive.push((shard, step.clone()));
            } else {
                let at = dice.index(ARCHIVE_MAX);
                self.archive[at] = (shard, step.clone());
            }
        }
    }

    /// A random earlier step.
    pub fn recall(&self, dice: &mut Dice) -> Option<(ShardId, Crossing)> {
        dice.pick(&self.archive).cloned()
    }
}

/// The amount granted to each trader on a shard.
pub const GRANT: u64 = 1_000;
/// The amount that the treasury sends to each other shard.
pub const FLOAT: u64 = BOND / 1_000;
