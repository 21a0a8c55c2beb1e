//! Creates the unwanted messages of a Byzantine follower. Invariant: each message decodes. A receiver must reject it
//! because of its sender, its signature or its content.

use crate::dice::Dice;
use chain_replica::{IDS_MAX, Message};
use chain_types::{
    BlockHeader, Body, ChainId, Command, Digest, Entry, EntryCore, Epoch, Height, Mode, PROTOCOL_VERSION, SecretKey,
    ShardId, SignedVote, TenantId, TimestampMs, Transaction, TxId, View, Vote, account, certificate::Step,
    signature::Namespace, transaction::Draft,
};

/// One unwanted message for the chain and height that the follower has seen.
pub(super) fn unwanted_message(key: &SecretKey, chain_id: ChainId, height: Height, dice: &mut Dice) -> Message {
    match dice.below(4) {
        0 => Message::Status { height: Height(u64::MAX), view: View(0) },
        1 => Message::Transactions(vec![unexpiring(key, chain_id, dice)]),
        2 => Message::Vote(vote(key, chain_id, height, dice)),
        _ => proposal(key, chain_id, height, dice),
    }
}

fn some_bytes<const N: usize>(dice: &mut Dice) -> [u8; N] {
    std::array::from_fn(|_| u8::try_from(dice.below(256)).unwrap_or(0))
}

/// A transaction that no block may hold and that never expires.
fn unexpiring(key: &SecretKey, chain_id: ChainId, dice: &mut Dice) -> Transaction {
    let draft = Draft {
        chain_id,
        tenant: TenantId(some_bytes(dice)),
        valid_until_ms: TimestampMs(u64::MAX),
        salt: some_bytes(dice),
        mode: Mode::Independent,
    };
    let command = account::Command::AddAuthor(account::AddAuthor { author: key.public_key() });
    let core = EntryCore { subjects: Vec::new(), command: Command::Account(command) };
    draft.sign(key, vec![Entry { core, body: Body::Public(Vec::new()) }])
}

/// A vote under a member's index for one of the next two heights.
fn vote(key: &SecretKey, chain_id: ChainId, height: Height, dice: &mut Dice) -> SignedVote {
    let vote = Vote {
        chain_id,
        shard: ShardId(0),
        epoch: Epoch(0),
        height: Height(height.0.saturating_add(1 + dice.below(2))),
        view: View(dice.below(8)),
        step: Step::Notarise,
        block: Digest(some_bytes(dice)),
    };
    let signature = key.sign(Namespace::VOTE, &vote.digest());
    SignedVote { vote, signer: u16::try_from(dice.below(4)).unwrap_or(0), signature }
}

/// A proposal with the maximum number of transaction ids.
fn proposal(key: &SecretKey, chain_id: ChainId, height: Height, dice: &mut Dice) -> Message {
    let SignedVote { mut vote, signer, .. } = vote(key, chain_id, height, dice);
    let header = BlockHeader {
        version: PROTOCOL_VERSION,
        chain_id,
        shard: vote.shard,
        epoch: vote.epoch,
        height: vote.height,
        view: vote.view,
        parent: Digest::ZERO,
        timestamp_ms: TimestampMs(0),
        records_root: Digest::ZERO,
        delta_root: Digest::ZERO,
        state_root: Digest::ZERO,
        transactions_root: Digest::ZERO,
        validator_set_hash: Digest::ZERO,
        proposer: signer,
    };
    (vote.step, vote.block) = (Step::Propose, header.digest());
    let signature = key.sign(Namespace::VOTE, &vote.digest());
    let ids = vec![TxId(vote.block); IDS_MAX];
    Message::Proposal { vote: SignedVote { vote, signer, signature }, header: Box::new(header), ids }
}
