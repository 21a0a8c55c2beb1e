//! Transactions that nobody wishes for and somebody sends all the same: duties, deliveries, trade. Invariant: what was
//! sent is forgotten when it is final or late, so that whatever was lost is sent again.

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

/// How long such a transaction is valid, in milliseconds.
const VALID_MS: u64 = 8_000;
/// How long its sender waits for it, in microseconds.
const PATIENCE_US: u64 = 700_000;
/// How often evidence is shown at most.
const SHOWN_MAX: u8 = 3;
/// Old steps that a carrier may repeat.
const ARCHIVE_MAX: usize = 24;

/// Who sends, and what for.
pub struct Sender<'s> {
    /// The chain.
    pub chain_id: ChainId,
    /// The sender's key.
    pub key: &'s SecretKey,
    /// Whom it acts for.
    pub tenant: TenantId,
    /// The time, in microseconds since the start.
    pub now_us: u64,
}

impl Sender<'_> {
    /// A transaction with these operations, each with an outcome of its own.
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

/// What a sender waits for, one transaction per shard.
#[derive(Default)]
pub struct Pending(BTreeMap<ShardId, (TxId, u64)>);

impl Pending {
    /// Something was sent.
    pub fn sent(&mut self, shard: ShardId, id: TxId, now_us: u64) {
        self.0.insert(shard, (id, now_us + PATIENCE_US));
    }

    /// Whether something may be sent.
    pub fn is_free(&self, shard: ShardId, now_us: u64, is_final: impl Fn(&TxId) -> bool) -> bool {
        self.0.get(&shard).is_none_or(|(id, until)| *until <= now_us || is_final(id))
    }

    /// A crash.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// How a validator does its duties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Habit {
    /// As it should.
    Dutiful,
    /// It does none.
    Idle,
    /// It shows no shares.
    Withholds,
    /// It shows other shares than its own.
    RevealsBadly,
    /// It deals shares that do not fit together.
    DealsBadly,
    /// It deals when the others show their shares.
    DealsLate,
    /// It accuses others of deals that are good.
    Frames,
    /// It carries hand-overs that hardly anybody signed.
    Forges,
}

impl Habit {
    /// The habit of a validator with this lie.
    pub fn of(lie: Lie, dice: &mut Dice) -> Self {
        let habits = [
            Self::Dutiful,
            Self::Withholds,
            Self::RevealsBadly,
            Self::DealsBadly,
            Self::DealsLate,
            Self::Frames,
            Self::Forges,
            Self::Forges,
        ];
        if lie == Lie::Silent { Self::Idle } else { dice.pick(&habits).copied().unwrap_or(Self::Idle) }
    }
}

/// The clerk of a validator.
pub struct Clerk {
    /// Its secrets.
    pub secrets: Secrets,
    /// How it does its duties.
    pub habit: Habit,
    /// What it waits for.
    pub pending: Pending,
    /// Looks in the present epoch.
    pub ticks: u64,
    /// The epoch that it saw last.
    pub epoch: Epoch,
    /// Evidence that it has, and how often it showed it.
    pub evidence: Vec<(Evidence, u8)>,
    /// The last hand-over that it carried.
    pub carried: Option<HandOverProof>,
    /// A deal that it keeps back.
    pub late: Option<SignedDeal>,
}

impl Clerk {
    /// A clerk.
    pub const fn new(secrets: Secrets, habit: Habit) -> Self {
        let pending = Pending(BTreeMap::new());
        Self { secrets, habit, pending, ticks: 0, epoch: Epoch(0), evidence: Vec::new(), carried: None, late: None }
    }

    /// Takes evidence in.
    pub fn learn(&mut self, evidence: Evidence) {
        if !self.evidence.iter().any(|(known, _)| *known == evidence) {
            self.evidence.push((evidence, 0));
        }
    }

    /// The evidence that is due; now and then what everybody knows.
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

    /// What its habit makes of the duties.
    pub fn bend(
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
                (Duty::Deal(deal), Habit::DealsBadly) => bent.push(Duty::Deal(Box::new(self.spoil(*deal, beacon)))),
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
        if self.habit == Habit::Frames && dice.chance(200) {
            let framed = dice.pick(others).cloned().map(Evidence::BadDeal);
            bent.extend(framed.map(|evidence| Duty::ReportEvidence(Box::new(evidence))));
        }
        bent
    }

    /// The second half of the shares comes from another secret.
    fn spoil(&self, mut signed: SignedDeal, beacon: &BeaconState) -> SignedDeal {
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

/// Who carries between shards.
#[derive(Default)]
pub struct Carrier {
    /// What it waits for.
    pub pending: Pending,
    archive: Vec<(ShardId, Crossing)>,
}

impl Carrier {
    /// Notes steps that were taken, to repeat them some day.
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

    /// An old step.
    pub fn recall(&self, dice: &mut Dice) -> Option<(ShardId, Crossing)> {
        dice.pick(&self.archive).cloned()
    }
}

/// How much a trader begins with on a shard.
pub const GRANT: u64 = 1_000;
/// How much the treasury sends to each other shard.
pub const FLOAT: u64 = BOND / 1_000;
