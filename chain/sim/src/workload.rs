//! Draws the transactions of the simulated clients: registrations, captured events, and changes of authors. Invariant:
//! every random value comes from the given dice. A client repeats a transaction until it is final or has expired.

use crate::{
    cast::{Cast, START_MS, TENANT, TRADERS, trader_key},
    dice::Dice,
    profile::{Play, Profile},
};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Body, Command, Entry, EntryCore, Mode, SecretKey, ShardId, Subject, TenantId, TimestampMs, Transaction, TxId,
    account,
    digest::{Tag, hash},
    provenance,
    stream::kind,
    transaction::Draft,
};

/// The interval between a client's attempts, in microseconds.
pub const RETRY_US: u64 = 300_000;

/// The length of the clients' activity in a world with an idle period, in microseconds.
const WORK_US: u64 = 10_000_000;
/// The number of times that an author is removed and added on each shard.
const AUTHOR_CHANGES: u64 = 2;
/// The transactions of one such change: a removal, a transaction of the removed author, and two additions, because the
/// first may be executed before the removal.
const WISHES_PER_CHANGE: u64 = 4;

/// A wish: a transaction that a client intends to get on the chain.
pub struct Wish {
    pub shard: ShardId,
    /// The time of its first attempt, in microseconds since the start.
    pub at_us: u64,
    pub transaction: Transaction,
    /// The transaction that must be final before the first attempt.
    pub after: Option<TxId>,
    /// Whether it is an initial registration of tenants or authors, which all others need.
    pub is_first: bool,
    /// Whether the client knows its outcome.
    pub is_settled: bool,
}

/// Draws all client transactions of a world.
pub fn draw(cast: &Cast, profile: &Profile, dice: &mut Dice) -> Vec<Wish> {
    let count = profile.transactions;
    let span_us = if profile.has(Play::Rests) { WORK_US } else { profile.faults_us };
    let mut wishes = Vec::new();
    for shard in 0..cast.genesis.shards {
        let mut salt = u128::from(shard) << 64;
        let register = |tenant, key: &SecretKey| {
            let author = key.public_key();
            let command = account::Command::RegisterTenant(account::RegisterTenant { tenant, author, partitions: 1 });
            entry(Vec::new(), Command::Account(command))
        };
        let mut wish = |key: &SecretKey, tenant: TenantId, valid_for_ms: u64, at_us: u64, entries: Vec<Entry>| {
            salt += 1;
            let draft = Draft {
                chain_id: cast.genesis.chain_id(),
                tenant,
                valid_until_ms: TimestampMs(START_MS + at_us / 1_000 + valid_for_ms),
                salt: salt.to_le_bytes(),
                mode: if salt % 3 == 0 { Mode::Atomic } else { Mode::Independent },
            };
            let transaction = draft.sign(key, entries);
            let id = transaction.header.id();
            let is_first = at_us == 0;
            wishes.push(Wish { shard: ShardId(shard), at_us, transaction, after: None, is_first, is_settled: false });
            id
        };
        wish(&cast.operator, OPERATOR_TENANT, 500_000, 0, vec![register(TENANT, &cast.author)]);
        if profile.has(Play::Trade) {
            let traders = TRADERS.into_iter().map(|tenant| register(tenant, &trader_key(tenant))).collect();
            wish(&cast.operator, OPERATOR_TENANT, 500_000, 0, traders);
        }
        let second = account::AddAuthor { author: cast.second_author.public_key() };
        let second = entry(Vec::new(), Command::Account(account::Command::AddAuthor(second)));
        wish(&cast.author, TENANT, 500_000, 0, vec![second]);
        let mut restored = Vec::new();
        for _ in 0..AUTHOR_CHANGES {
            let at_us = 100_000 + dice.below(16) * (span_us / 16);
            let author = cast.author.public_key();
            let removal = account::Command::RemoveAuthor(account::RemoveAuthor { author });
            let addition = account::Command::AddAuthor(account::AddAuthor { author });
            let account = |command| vec![entry(Vec::new(), Command::Account(command))];
            // At once, so that one block may hold both; or with a delay, so that blocks of other leaders may lie
            // between them.
            let apart_us = if dice.chance(500) { 0 } else { dice.below(400_000) };
            // No client starts after the fault period.
            let added_us = (at_us + apart_us).min(span_us - 1);
            let removed = wish(&cast.second_author, TENANT, 500_000, at_us, account(removal));
            wish(&cast.author, TENANT, 500_000, at_us, vec![capture(dice)]);
            wish(&cast.second_author, TENANT, 500_000, added_us, account(addition.clone()));
            restored.push((wish(&cast.second_author, TENANT, 500_000, added_us, account(addition)), removed));
        }
        for _ in 0..count {
            // In bursts, so that some blocks hold many transactions and some intervals have none.
            let at_us = 100_000 + dice.below(16) * (span_us / 16) + dice.below(20_000);
            let valid_for_ms = if dice.chance(100) { dice.between(200, 4_000) } else { 500_000 };
            let entries = (0..dice.between(1, 3)).map(|_| capture(dice)).collect();
            wish(&cast.author, TENANT, valid_for_ms, at_us, entries);
        }
        if profile.has(Play::Rests) {
            let refused = vec![capture(dice)];
            wish(&cast.operator, TENANT, 2_000, 2 * WORK_US, refused);
            let last = vec![capture(dice)];
            wish(&cast.author, TENANT, 60_000, profile.faults_us - 1, last);
        }
        for (id, removed) in restored {
            let waits = wishes.iter_mut().filter(|wish| wish.transaction.header.id() == id);
            waits.for_each(|wish| wish.after = Some(removed));
        }
    }
    wishes.sort_by_key(|wish| wish.at_us);
    wishes
}

/// The number of transactions that a [`crate::scenario::Pick`] counts: all but the initial registrations.
pub fn count(profile: &Profile) -> usize {
    let on_shard = profile.transactions + AUTHOR_CHANGES * WISHES_PER_CHANGE;
    usize::try_from(on_shard).unwrap_or(usize::MAX) * usize::from(profile.shards)
}

fn entry(subjects: Vec<Subject>, command: Command) -> Entry {
    Entry { core: EntryCore { subjects, command }, body: Body::Public(Vec::new()) }
}

fn capture(dice: &mut Dice) -> Entry {
    let number = dice.below(24);
    let event = Subject::of(TENANT, kind::EVENT, &format!("e{number}"), &[7; 32]);
    let content = hash(Tag::FIELDS, &[&number.to_le_bytes(), &dice.below(2).to_le_bytes()]);
    let mut subjects = vec![event, Subject::of(TENANT, kind::EPC, &format!("p{}", dice.below(6)), &[8; 32])];
    if dice.chance(50) {
        subjects.remove(0);
    }
    subjects.sort_unstable();
    let command =
        provenance::Command::CaptureEvent(provenance::CaptureEvent { event, content, exclusive: dice.chance(300) });
    entry(subjects, Command::Provenance(command))
}
