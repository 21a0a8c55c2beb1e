//! The hand-over from one committee of validators to the next [P19, epochs]. Invariant: the outgoing committee
//! certifies the hand-over. A chain of hand-overs therefore leads from genesis to any epoch.

use crate::{
    atomic::{BEACON_SHARD, CertifiedHeader},
    beacon,
    block::FinalBlock,
    codec,
    digest::Digest,
    id::{ChainId, Epoch, Height, ShardId},
    merkle,
    receipt::Receipt,
    record::{count_root, record_leaf},
    slice::{Command, Event},
    transaction::TxId,
    validator::ValidatorSet,
    version::ProtocolVersion,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The validators and leaders of an epoch. From the last block of the previous epoch on, the state of each shard holds
/// it at [`super::HandOverKey`]. On the beacon's shard the beacon decides it; other shards take it with a proof.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct HandOver {
    /// The rules that the epoch follows [P25, versions]. Never lower than those of the previous epoch.
    pub version: ProtocolVersion,
    /// The height of the beacon's last block of the previous epoch.
    pub height: Height,
    /// The randomness that the league and the assignment were drawn with.
    pub randomness: Digest,
    /// The validators of the beacon's shard, and of every shard without a sample.
    pub committee: ValidatorSet,
    /// The believable league (list of leaders) [P15, the league]: indices into the committee. Its members lead in turn.
    pub league: Vec<u16>,
    /// In sampled mode the validators of each shard from 1 on. Empty in full mode.
    pub sampled: Vec<ValidatorSet>,
}

impl HandOver {
    /// The first hand-over of a chain: all validators sign every shard and lead in turn.
    pub fn first(version: ProtocolVersion, committee: ValidatorSet) -> Self {
        let league = (0_u16..).zip(&committee.validators).map(|(index, _)| index).collect();
        Self { version, height: Height(0), randomness: Digest::ZERO, committee, league, sampled: Vec::new() }
    }

    /// The epoch that begins with the hand-over.
    pub const fn epoch(&self) -> Epoch {
        self.committee.epoch
    }

    /// The validators of a shard.
    pub fn validators(&self, shard: ShardId) -> &ValidatorSet {
        self.sample(shard).unwrap_or(&self.committee)
    }

    /// The leaders of a shard: indices into [`Self::validators`], in turn. Where signers are sampled, all of them lead.
    pub fn leaders(&self, shard: ShardId) -> Vec<u16> {
        match self.sample(shard) {
            None => self.league.clone(),
            Some(sample) => (0_u16..).zip(&sample.validators).map(|(index, _)| index).collect(),
        }
    }

    /// The validators drawn for a shard. `None` in full mode and for the beacon's shard.
    fn sample(&self, shard: ShardId) -> Option<&ValidatorSet> {
        self.sampled.get(usize::from(shard.0.checked_sub(1)?))
    }
}

/// The proof that the outgoing committee certified a hand-over: the record of the command that ended its epoch.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct HandOverProof {
    /// The beacon's last block of the epoch.
    pub block: CertifiedHeader,
    /// The hand-over that the block decided.
    pub hand_over: HandOver,
    /// The id of the record's transaction.
    pub tx_id: TxId,
    /// The command's index within the transaction, from 0.
    pub index: u32,
    /// The command without its body, encoded.
    pub core: Vec<u8>,
    /// The digest of the command's body.
    pub body: Digest,
    /// The record's path in the block's tree of records.
    pub path: merkle::Path,
}

impl HandOverProof {
    /// The proof in a final block of the beacon's shard. `None` when the block does not end an epoch.
    pub fn of(block: &FinalBlock) -> Option<Self> {
        let entries = block.block.transactions.iter().flat_map(|transaction| {
            let id = transaction.header.id();
            (0_u32..).zip(&transaction.entries).map(move |(index, entry)| (id, index, entry))
        });
        let mut records = entries.zip(&block.block.receipts).enumerate();
        let (place, ((tx_id, index, entry), hand_over)) =
            records.find_map(|(place, (entry, receipt))| match receipt {
                Receipt::Applied(Event::Beacon(beacon::Event::EpochEnded(hand_over))) => {
                    Some((place, (entry, hand_over)))
                }
                _ => None,
            })?;
        let hashes: Vec<_> = block.leaves()?.iter().map(|leaf| merkle::leaf_hash(&leaf.0)).collect();
        Some(Self {
            block: CertifiedHeader { header: block.header.clone(), certificate: block.certificate.clone() },
            hand_over: HandOver::clone(hand_over),
            tx_id,
            index,
            core: codec::encode(&entry.core),
            body: entry.body.digest(),
            path: merkle::Path::of(&hashes, place)?,
        })
    }

    /// The proof in a final block of any shard that begins an epoch. On the beacon's shard the block itself is the
    /// proof; on other shards a command carried the proof. `None` when the block does not begin an epoch.
    pub fn held_by(block: &FinalBlock) -> Option<Self> {
        let next = block.hand_over()?;
        if block.header.shard == BEACON_SHARD {
            return Self::of(block);
        }
        let entries = block.block.transactions.iter().flat_map(|transaction| &transaction.entries);
        entries.zip(&block.block.receipts).find_map(|(entry, receipt)| match (&entry.core.command, receipt) {
            (Command::Beacon(beacon::Command::EnterEpoch(proof)), Receipt::Applied(_)) if proof.hand_over == *next => {
                Some(Self::clone(proof))
            }
            _ => None,
        })
    }

    /// Whether `validators`, those of the epoch that ends, certified the hand-over.
    pub fn is_certified_by(&self, chain_id: ChainId, validators: &ValidatorSet) -> bool {
        let CertifiedHeader { header, certificate } = &self.block;
        let event = beacon::Event::EpochEnded(Box::new(self.hand_over.clone()));
        let receipt = codec::encode(&Receipt::Applied(Event::Beacon(event)));
        let leaf = record_leaf(self.tx_id, self.index, &self.core, &self.body, &receipt);
        let root = self.path.root(merkle::leaf_hash(&leaf.0)).map(|root| count_root(self.path.size, &root));
        header.chain_id == chain_id
            && header.shard == BEACON_SHARD
            && header.epoch == validators.epoch
            && header.height == self.hand_over.height
            && header.version <= self.hand_over.version
            && self.hand_over.epoch().0 == header.epoch.0.saturating_add(1)
            && root == Some(header.records_root)
            && header.validator_set_hash == validators.digest()
            && header.is_finalised_by(&certificate.vote)
            && certificate.signers_once(validators).is_ok()
    }
}
