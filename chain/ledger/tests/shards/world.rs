//! Simulates a chain of three shards without a network, with real certificates and state proofs. Invariant: after every
//! block the audit's totals equal the supply. The audit's balances equal those in the state.

use crate::unit;
use chain_atomic::audit::{Audit, Totals};
use chain_ledger::{BlockExecution, Law, OPERATOR_TENANT, Position, delta_root, encode_delta, seen::SeenSet};
use chain_state::{LeafReader, ReadFailure, State, StoredLeaf};
use chain_types::{
    Block, BlockHeader, Body, Certificate, ChainParameters, Command, Digest, Entry, EntryCore, Epoch, Event,
    FinalBlock, Genesis, Height, Mode, PROTOCOL_VERSION, Receipt, SecretKey, ShardId, TenantId, TimestampMs,
    Transaction, View, account,
    atomic::{self, CertifiedHeader, OutboxKey, Proof},
    beacon::HandOver,
    native::{self, Amount, BalanceKey, SUPPLY, TREASURY, TREASURY_SHARD},
    record::records_root,
    signature::Namespace,
    state::TypedKey,
    transaction::Draft,
    validator::{Validator, ValidatorSet},
};

pub(crate) const SHARDS: u16 = 3;
pub(crate) const A: ShardId = ShardId(0);
pub(crate) const B: ShardId = ShardId(1);
pub(crate) const C: ShardId = ShardId(2);
/// Registered on every shard.
pub(crate) const ANNA: TenantId = TenantId([0xa1; 16]);
/// Registered on every shard.
pub(crate) const BERT: TenantId = TenantId([0xb2; 16]);
/// Registered nowhere.
pub(crate) const NOBODY: TenantId = TenantId([0x99; 16]);
const START_MS: u64 = 1_767_225_600_000;

/// An empty disk.
pub(crate) struct NoDisk;

impl LeafReader for NoDisk {
    fn leaves(&self, _bucket: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        Ok(Vec::new())
    }
}

struct Shard {
    law: Law,
    state: State<NoDisk>,
    seen: SeenSet,
    blocks: Vec<FinalBlock>,
    parent: Digest,
    /// The time of its next block.
    time: TimestampMs,
}

pub(crate) struct World {
    pub(crate) genesis: Genesis,
    pub(crate) audit: Audit,
    shards: Vec<Shard>,
    validators: ValidatorSet,
    salt: u128,
    /// The weight of the newest block's transactions, and the time of executing them in nanoseconds.
    pub(crate) spent: (u64, u128),
}

/// The key of a tenant's only author.
pub(crate) fn key_of(tenant: TenantId) -> SecretKey {
    let seed = if tenant == OPERATOR_TENANT { [0xee; 32] } else { [tenant.0[0]; 32] };
    SecretKey::from_seed(&seed)
}

/// Four validators of weight 1; each epoch has other keys.
pub(crate) fn validators(epoch: u64) -> ValidatorSet {
    let validators = (0..4).map(|index| Validator { key: validator_key(epoch, index).public_key(), weight: 1 });
    ValidatorSet { epoch: Epoch(epoch), validators: validators.collect() }
}

fn validator_key(epoch: u64, index: u16) -> SecretKey {
    let mut seed = [0xdd; 32];
    seed[..8].copy_from_slice(&epoch.to_le_bytes());
    seed[8..10].copy_from_slice(&index.to_le_bytes());
    SecretKey::from_seed(&seed)
}

/// A header with the signatures of some validators of an epoch.
pub(crate) fn certify(header: BlockHeader, epoch: u64, signers: &[u16]) -> CertifiedHeader {
    let vote = header.finalise_vote();
    let sign = |index: &u16| (*index, validator_key(epoch, *index).sign(Namespace::VOTE, &vote.digest()));
    let signatures = signers.iter().map(sign).collect();
    CertifiedHeader { header, certificate: Certificate { vote, signatures } }
}

impl World {
    /// A chain at genesis.
    pub(crate) fn new() -> Self {
        let genesis = Genesis {
            version: PROTOCOL_VERSION,
            name: "shards".to_owned(),
            timestamp_ms: TimestampMs(START_MS),
            salt: [1; 16],
            shards: SHARDS,
            operator: key_of(OPERATOR_TENANT).public_key(),
            parameters: ChainParameters::default(),
            validators: validators(0),
            beacon: None,
        };
        let shard = |number| Shard {
            law: Law::of(&genesis, ShardId(number)),
            state: State::restore(NoDisk, []),
            seen: SeenSet::default(),
            blocks: Vec::new(),
            parent: genesis.first_parent(ShardId(number)),
            time: TimestampMs(START_MS),
        };
        let shards = (0..SHARDS).map(shard).collect();
        let (validators, audit) = (genesis.validators.clone(), Audit::new(&genesis));
        Self { shards, validators, audit, genesis, salt: 0, spent: (0, 0) }
    }

    /// A chain on which [`ANNA`] and [`BERT`] are registered and hold 1,000 each on every shard.
    pub(crate) fn with_money() -> Self {
        let mut world = Self::new();
        for shard in [A, B, C] {
            for tenant in [ANNA, BERT] {
                let author = key_of(tenant).public_key();
                let register =
                    account::Command::RegisterTenant(account::RegisterTenant { tenant, author, partitions: 1 });
                world.applied(shard, OPERATOR_TENANT, Command::Account(register));
            }
        }
        for shard in [B, C] {
            let send = atomic::Command::Send(atomic::Send { to: TREASURY, destination: shard, amount: Amount(2_000) });
            world.applied(A, OPERATOR_TENANT, Command::Atomic(send));
            let deliver = world.deliver(A, shard, 1);
            world.applied(shard, ANNA, deliver);
        }
        for shard in [A, B, C] {
            for to in [ANNA, BERT] {
                let grant = native::Command::Grant(native::Grant { to, amount: Amount(1_000) });
                world.applied(shard, OPERATOR_TENANT, Command::Native(grant));
            }
        }
        world
    }

    fn shard(&mut self, shard: ShardId) -> &mut Shard {
        &mut self.shards[usize::from(shard.0)]
    }

    /// The time of a shard's next block.
    pub(crate) fn time(&self, shard: ShardId) -> TimestampMs {
        self.shards[usize::from(shard.0)].time
    }

    /// Advances the time of a shard's next block; the other shards keep theirs.
    pub(crate) fn wait(&mut self, shard: ShardId, until: TimestampMs) {
        let time = &mut self.shard(shard).time;
        *time = until.max(*time);
    }

    /// Executes one command in its own block, certifies the block and audits it.
    pub(crate) fn run(&mut self, shard: ShardId, tenant: TenantId, command: Command) -> Receipt {
        self.salt += 1;
        let draft = Draft {
            chain_id: self.genesis.chain_id(),
            tenant,
            valid_until_ms: TimestampMs(self.time(shard).0 + 60_000),
            salt: self.salt.to_le_bytes(),
            mode: Mode::Atomic,
        };
        let core = EntryCore { subjects: Vec::new(), command };
        let entry = Entry { core, body: Body::Public(Vec::new()) };
        let mut receipts = self.block(shard, vec![draft.sign(&key_of(tenant), vec![entry])]);
        receipts.pop().expect("one command has one receipt")
    }

    /// Executes a command that must take effect and returns its event.
    pub(crate) fn applied(&mut self, shard: ShardId, tenant: TenantId, command: Command) -> Event {
        match self.run(shard, tenant, command) {
            Receipt::Applied(event) => event,
            other => panic!("not applied: {other:?}"),
        }
    }

    /// Executes a command that must be rejected and returns its code.
    pub(crate) fn rejected(&mut self, shard: ShardId, tenant: TenantId, command: Command) -> String {
        match self.run(shard, tenant, command) {
            Receipt::Rejected(rejection) => rejection.code,
            other => panic!("not rejected: {other:?}"),
        }
    }

    /// Executes, certifies and audits a block.
    pub(crate) fn block(&mut self, shard: ShardId, transactions: Vec<Transaction>) -> Vec<Receipt> {
        let validators = self.validators.clone();
        let chain_id = self.genesis.chain_id();
        let Shard { law, state, seen, blocks, parent, time } = self.shard(shard);
        let height = blocks.last().map_or(Height(1), |block| block.header.height.next());
        let position = Position { height, time: *time, parent: *parent };
        let check = |transaction: Transaction| transaction.check().expect("the test's transactions are well formed");
        let checked: Vec<_> = transactions.iter().cloned().map(check).collect();
        let work = checked.iter().map(|transaction| law.work.of(transaction)).sum();
        let (nanos, executed) = unit::timed(|| {
            let mut execution = BlockExecution::new(law, state, seen, position);
            for transaction in &checked {
                assert_eq!(execution.execute(transaction).expect("the test state has no disk"), Ok(()));
            }
            execution.finish().expect("the test state has no disk")
        });
        let delta = encode_delta(&executed.writes);
        state.apply(executed.writes).expect("the test state has no disk");
        let header = BlockHeader {
            version: PROTOCOL_VERSION,
            chain_id,
            shard,
            epoch: validators.epoch,
            height,
            view: View(height.0),
            parent: *parent,
            timestamp_ms: *time,
            records_root: records_root(&executed.leaves),
            delta_root: delta_root(&delta),
            state_root: state.root(),
            transactions_root: Digest::ZERO,
            validator_set_hash: validators.digest(),
            proposer: 0,
        };
        seen.extend(height, *time, &executed.ids);
        *parent = header.digest();
        let CertifiedHeader { header, certificate } = certify(header, validators.epoch.0, &[0, 2, 3]);
        let receipts = executed.receipts.clone();
        let block = FinalBlock { header, certificate, block: Block { transactions, receipts: executed.receipts } };
        self.spent = (work, nanos);
        self.audit.apply(&block).expect("the blocks add up");
        self.shard(shard).blocks.push(block);
        self.assert_conserved();
        receipts
    }

    /// Checks the audit's totals against the supply, and its balances against the state.
    fn assert_conserved(&mut self) {
        let totals = self.totals();
        assert_eq!(totals.sum(), u128::from(SUPPLY.0), "{totals:?}");
        for shard in [A, B, C] {
            for tenant in [ANNA, BERT, TREASURY, NOBODY] {
                assert_eq!(self.balance(shard, tenant), self.audit.balance(shard, tenant), "{tenant:?} on {shard}");
            }
        }
    }

    /// The audit's totals at the present cut.
    pub(crate) fn totals(&self) -> Totals {
        self.audit.totals().expect("all shards' blocks are audited, so the cut is consistent")
    }

    /// A tenant's balance on a shard, from the state.
    pub(crate) fn balance(&mut self, shard: ShardId, tenant: TenantId) -> Amount {
        let whole = if (shard, tenant) == (TREASURY_SHARD, TREASURY) { SUPPLY } else { Amount::ZERO };
        self.read(shard, &BalanceKey(tenant)).unwrap_or(whole)
    }

    pub(crate) fn read<K: TypedKey>(&mut self, shard: ShardId, key: &K) -> Option<K::Value> {
        let value = self.shard(shard).state.get(&key.path()).expect("the test state has no disk");
        value.map(|bytes| key.decode(bytes).expect("every value in the state was encoded by the ledger"))
    }

    pub(crate) fn tip(&mut self, shard: ShardId) -> CertifiedHeader {
        let block = self.shard(shard).blocks.last().expect("the shard has a block");
        CertifiedHeader { header: block.header.clone(), certificate: block.certificate.clone() }
    }

    pub(crate) fn blocks(&self, shard: ShardId) -> &[FinalBlock] {
        &self.shards[usize::from(shard.0)].blocks
    }

    /// Proves a key's value, or its absence, under a shard's newest block.
    pub(crate) fn prove(&mut self, shard: ShardId, key: &impl TypedKey) -> Box<Proof> {
        let block = self.tip(shard);
        let state = self.shard(shard).state.prove(&key.path()).expect("the test state has no disk");
        Box::new(Proof { block, state })
    }

    /// The command that delivers a message from a shard's outbox.
    pub(crate) fn deliver(&mut self, source: ShardId, destination: ShardId, sequence: u64) -> Command {
        let key = OutboxKey(destination, sequence);
        let message = self.read(source, &key).expect("the message is in the outbox");
        Command::Atomic(atomic::Command::Deliver(atomic::Deliver { message, proof: self.prove(source, &key) }))
    }

    /// Moves every shard to the next epoch, which has other validators.
    pub(crate) fn enter_epoch(&mut self) {
        self.validators = validators(self.validators.epoch.0 + 1);
        for shard in &mut self.shards {
            let next = HandOver::first(PROTOCOL_VERSION, self.validators.clone());
            shard.law.enter_epoch(next).expect("the version is known");
        }
    }
}
