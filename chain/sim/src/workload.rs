//! What clients want: tenants registered, events captured, some of them twice, some against each other. Invariant: a
//! client gives up only when its transaction is final or can never be.

use crate::{
    cast::{Cast, START_MS, TENANT, TRADERS, trader_key},
    dice::Dice,
    profile::{Play, Profile},
};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Body, Command, CommandCore, Mode, Operation, SecretKey, ShardId, Subject, TenantId, TimestampMs, Transaction,
    account,
    digest::{Tag, hash},
    provenance,
    stream::kind,
    transaction::Draft,
};

/// How often a client asks again, in microseconds.
pub const RETRY_US: u64 = 300_000;

/// A client's wish.
pub struct Wish {
    /// The shard.
    pub shard: ShardId,
    /// When it is first said, in microseconds since the start.
    pub at_us: u64,
    /// The transaction.
    pub transaction: Transaction,
    /// It registers tenants, without which nothing else could be on the chain.
    pub is_first: bool,
    /// Whether the client knows how it ended.
    pub is_settled: bool,
}

/// Everything that clients want in one world.
pub fn draw(cast: &Cast, profile: &Profile, dice: &mut Dice) -> Vec<Wish> {
    let (count, span_us) = (profile.transactions, profile.faults_us);
    let mut wishes = Vec::new();
    for shard in 0..cast.genesis.shards {
        let mut salt = u128::from(shard) << 64;
        let register = |tenant, key: &SecretKey| {
            let author = key.public_key();
            let operation = account::Operation::RegisterTenant { tenant, author, partitions: 1 };
            command(Vec::new(), Operation::Account(operation))
        };
        let mut wish = |key: &SecretKey, tenant: TenantId, valid_for_ms: u64, at_us: u64, commands: Vec<Command>| {
            salt += 1;
            let draft = Draft {
                chain_id: cast.genesis.chain_id(),
                tenant,
                valid_until_ms: TimestampMs(START_MS + at_us / 1_000 + valid_for_ms),
                salt: salt.to_le_bytes(),
                mode: if salt % 3 == 0 { Mode::Atomic } else { Mode::Independent },
            };
            let transaction = draft.sign(key, commands);
            let is_first = at_us == 0;
            wishes.push(Wish { shard: ShardId(shard), at_us, transaction, is_first, is_settled: false });
        };
        wish(&cast.operator, OPERATOR_TENANT, 500_000, 0, vec![register(TENANT, &cast.author)]);
        if profile.has(Play::Trade) {
            let traders = TRADERS.into_iter().map(|tenant| register(tenant, &trader_key(tenant))).collect();
            wish(&cast.operator, OPERATOR_TENANT, 500_000, 0, traders);
        }
        for _ in 0..count {
            // Clients come in crowds, so that there are blocks with many transactions and times with none.
            let at_us = 100_000 + dice.below(16) * (span_us / 16) + dice.below(20_000);
            let valid_for_ms = if dice.chance(100) { dice.between(200, 4_000) } else { 500_000 };
            let commands = (0..dice.between(1, 3)).map(|_| capture(dice)).collect();
            wish(&cast.author, TENANT, valid_for_ms, at_us, commands);
        }
    }
    wishes.sort_by_key(|wish| wish.at_us);
    wishes
}

/// How many of them do not register tenants.
pub fn count(profile: &Profile) -> usize {
    usize::try_from(profile.transactions).unwrap_or(usize::MAX) * usize::from(profile.shards)
}

fn command(subjects: Vec<Subject>, operation: Operation) -> Command {
    Command { core: CommandCore { subjects, operation }, body: Body::Public(Vec::new()) }
}

fn capture(dice: &mut Dice) -> Command {
    let number = dice.below(24);
    let event = Subject::of(TENANT, kind::EVENT, &format!("e{number}"), &[7; 32]);
    let content = hash(Tag::FIELDS, &[&number.to_le_bytes(), &dice.below(2).to_le_bytes()]);
    let mut subjects = vec![event, Subject::of(TENANT, kind::EPC, &format!("p{}", dice.below(6)), &[8; 32])];
    if dice.chance(50) {
        subjects.remove(0);
    }
    subjects.sort_unstable();
    let operation = provenance::Operation::CaptureEvent { event, content, exclusive: dice.chance(300) };
    command(subjects, Operation::Provenance(operation))
}
