//! A chain of three shards without a network: blocks are executed, certified by real signatures of three validators out
//! of four, and proved from real state. Invariant: after every block the audit's account adds up to the supply and
//! agrees with the balances in the state.

use chain_atomic::audit::{Audit, Totals};
use chain_ledger::{BlockExecution, Law, OPERATOR_TENANT, delta_root, encode_delta, seen::SeenSet};
use chain_state::{LeafReader, ReadFailure, State, StoredLeaf};
use chain_types::{
    Block, BlockHeader, Body, Certificate, Command, CommandCore, Digest, Epoch, Event, FinalBlock, Genesis, Height,
    Mode, Operation, Receipt, SecretKey, ShardId, TenantId, TimestampMs, Transaction, View, account, atomic,
    atomic::{CertifiedHeader, Proof},
    beacon::HandOver,
    codec, merkle, native,
    native::{Amount, SUPPLY, TREASURY, TREASURY_SHARD},
    record::records_root,
    signature::Namespace,
    state::StateKey,
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

/// A disk that holds nothing.
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
}

pub(crate) struct World {
    pub(crate) genesis: Genesis,
    pub(crate) audit: Audit,
    shards: Vec<Shard>,
    validators: ValidatorSet,
    salt: u128,
}

/// The key of a tenant's only author.
pub(crate) fn key_of(tenant: TenantId) -> SecretKey {
    let seed = if tenant == OPERATOR_TENANT { [0xee; 32] } else { [tenant.0[0]; 32] };
    SecretKey::from_seed(&seed)
}

/// Four validators of weight 1, other ones in every epoch.
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

/// A header under the signatures of some validators of an epoch.
pub(crate) fn certify(header: BlockHeader, epoch: u64, signers: &[u16]) -> CertifiedHeader {
    let vote = header.finalise_vote();
    let sign = |index: &u16| (*index, validator_key(epoch, *index).sign(Namespace::VOTE, &vote.digest()));
    let signatures = signers.iter().map(sign).collect();
    CertifiedHeader { header, certificate: Certificate { vote, signatures } }
}

impl World {
    /// A chain on which nothing happened.
    pub(crate) fn new() -> Self {
        let genesis = Genesis {
            name: "shards".to_owned(),
            timestamp_ms: TimestampMs(START_MS),
            salt: [1; 16],
            shards: SHARDS,
            operator: key_of(OPERATOR_TENANT).public_key(),
            validators: validators(0),
            beacon: None,
        };
        let shard = |number| Shard {
            law: Law::of(&genesis, ShardId(number)),
            state: State::restore(NoDisk, []),
            seen: SeenSet::default(),
            blocks: Vec::new(),
            parent: genesis.first_parent(ShardId(number)),
        };
        let shards = (0..SHARDS).map(shard).collect();
        Self { shards, validators: genesis.validators.clone(), audit: Audit::new(&genesis), genesis, salt: 0 }
    }

    /// A chain on which [`ANNA`] and [`BERT`] are registered and hold 1,000 each on every shard.
    pub(crate) fn with_money() -> Self {
        let mut world = Self::new();
        for shard in [A, B, C] {
            for tenant in [ANNA, BERT] {
                let author = key_of(tenant).public_key();
                let register = account::Operation::RegisterTenant { tenant, author, partitions: 1 };
                world.applied(shard, OPERATOR_TENANT, Operation::Account(register));
            }
        }
        for shard in [B, C] {
            let send = atomic::Operation::Send { to: TREASURY, destination: shard, amount: Amount(2_000) };
            world.applied(A, OPERATOR_TENANT, Operation::Atomic(send));
            let deliver = world.deliver(A, shard, 1);
            world.applied(shard, ANNA, deliver);
        }
        for shard in [A, B, C] {
            for to in [ANNA, BERT] {
                let grant = native::Operation::Grant { to, amount: Amount(1_000) };
                world.applied(shard, OPERATOR_TENANT, Operation::Native(grant));
            }
        }
        world
    }

    fn shard(&mut self, shard: ShardId) -> &mut Shard {
        &mut self.shards[usize::from(shard.0)]
    }

    /// Executes one command in a block of its own, certifies the block and audits it.
    pub(crate) fn run(&mut self, shard: ShardId, tenant: TenantId, operation: Operation) -> Receipt {
        self.salt += 1;
        let draft = Draft {
            chain_id: self.genesis.chain_id(),
            tenant,
            valid_until_ms: TimestampMs(START_MS + 60_000),
            salt: self.salt.to_le_bytes(),
            mode: Mode::Atomic,
        };
        let core = CommandCore { subjects: Vec::new(), operation };
        let command = Command { core, body: Body::Public(Vec::new()) };
        let mut receipts = self.block(shard, vec![draft.sign(&key_of(tenant), vec![command])]);
        receipts.pop().expect("one command has one receipt")
    }

    /// Executes a command that must take effect; its event.
    pub(crate) fn applied(&mut self, shard: ShardId, tenant: TenantId, operation: Operation) -> Event {
        match self.run(shard, tenant, operation) {
            Receipt::Applied { mut events } => events.pop().expect("a command has an event"),
            Receipt::Rejected(rejection) => panic!("rejected: {rejection:?}"),
        }
    }

    /// Executes a command that must be rejected; its code.
    pub(crate) fn rejected(&mut self, shard: ShardId, tenant: TenantId, operation: Operation) -> String {
        match self.run(shard, tenant, operation) {
            Receipt::Rejected(rejection) => rejection.code,
            Receipt::Applied { events } => panic!("applied: {events:?}"),
        }
    }

    /// Executes, certifies and audits a block.
    pub(crate) fn block(&mut self, shard: ShardId, transactions: Vec<Transaction>) -> Vec<Receipt> {
        let validators = self.validators.clone();
        let chain_id = self.genesis.chain_id();
        let Shard { law, state, seen, blocks, parent } = self.shard(shard);
        let height = blocks.last().map_or(Height(1), |block| block.header.height.next());
        let mut execution = BlockExecution::new(law, state, seen, (height, TimestampMs(START_MS)));
        for transaction in &transactions {
            let checked = transaction.clone().check().expect("the test's transactions are well formed");
            assert_eq!(execution.execute(&checked).expect("nothing is read from a disk"), Ok(()));
        }
        let (state, executed) = execution.finish().expect("nothing is read from a disk");
        let delta = encode_delta(&executed.writes);
        state.apply(executed.writes).expect("nothing is read from a disk");
        let header = BlockHeader {
            chain_id,
            shard,
            epoch: validators.epoch,
            height,
            view: View(height.0),
            parent: *parent,
            timestamp_ms: TimestampMs(START_MS),
            records_root: records_root(&executed.leaves),
            delta_root: delta_root(&delta),
            state_root: state.root(),
            outbox_root: merkle::root(&[]),
            inbox_cursors: Vec::new(),
            validator_set_hash: validators.digest(),
            proposer: 0,
        };
        seen.extend(height, TimestampMs(START_MS), &executed.ids);
        *parent = header.digest();
        let CertifiedHeader { header, certificate } = certify(header, validators.epoch.0, &[0, 2, 3]);
        let receipts = executed.receipts.clone();
        let block = FinalBlock { header, certificate, block: Block { transactions, receipts: executed.receipts } };
        self.audit.apply(&block).expect("the blocks add up");
        self.shard(shard).blocks.push(block);
        self.assert_conserved();
        receipts
    }

    /// Checks the account of this cut against the supply and against the state.
    fn assert_conserved(&mut self) {
        let totals = self.totals();
        assert_eq!(totals.sum(), u128::from(SUPPLY.0), "{totals:?}");
        for shard in [A, B, C] {
            for tenant in [ANNA, BERT, TREASURY, NOBODY] {
                assert_eq!(self.balance(shard, tenant), self.audit.balance(shard, tenant), "{tenant:?} on {shard}");
            }
        }
    }

    /// What all shards add up to now.
    pub(crate) fn totals(&self) -> Totals {
        self.audit.totals().expect("the present is a consistent cut")
    }

    /// What a tenant holds on a shard, from the state.
    pub(crate) fn balance(&mut self, shard: ShardId, tenant: TenantId) -> Amount {
        let whole = if (shard, tenant) == (TREASURY_SHARD, TREASURY) { SUPPLY } else { Amount::ZERO };
        self.read(shard, &StateKey::Balance(tenant)).unwrap_or(whole)
    }

    /// A value of a shard's state, decoded.
    pub(crate) fn read<T: borsh::BorshDeserialize>(&mut self, shard: ShardId, key: &StateKey) -> Option<T> {
        let value = self.shard(shard).state.get(&key.path()).expect("nothing is read from a disk");
        value.map(|bytes| codec::decode_own("a value", bytes).expect("the state holds what the law wrote"))
    }

    /// A shard's newest header with its certificate.
    pub(crate) fn tip(&mut self, shard: ShardId) -> CertifiedHeader {
        let block = self.shard(shard).blocks.last().expect("the shard has a block");
        CertifiedHeader { header: block.header.clone(), certificate: block.certificate.clone() }
    }

    /// All blocks of a shard.
    pub(crate) fn blocks(&self, shard: ShardId) -> &[FinalBlock] {
        &self.shards[usize::from(shard.0)].blocks
    }

    /// What a shard's newest state says of a key.
    pub(crate) fn prove(&mut self, shard: ShardId, key: &StateKey) -> Box<Proof> {
        let block = self.tip(shard);
        let state = self.shard(shard).state.prove(&key.path()).expect("nothing is read from a disk");
        Box::new(Proof { block, state })
    }

    /// The delivery of a message that lies in a shard's outbox.
    pub(crate) fn deliver(&mut self, source: ShardId, destination: ShardId, sequence: u64) -> Operation {
        let key = StateKey::Outbox(destination, sequence);
        let message = self.read(source, &key).expect("the message lies in the outbox");
        Operation::Atomic(atomic::Operation::Deliver { message, proof: self.prove(source, &key) })
    }

    /// Moves every shard on to the next epoch, whose validators are other ones.
    pub(crate) fn enter_epoch(&mut self) {
        self.validators = validators(self.validators.epoch.0 + 1);
        for shard in &mut self.shards {
            shard.law.enter_epoch(HandOver::first(self.validators.clone()));
        }
    }
}
