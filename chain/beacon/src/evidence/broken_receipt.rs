//! A broken soft confirmation [P15]. Invariant: it convicts only by a final block of the promise's own signer that could
//! have held the transaction: the block is due, earlier than the expiry, and its state still knows the author.

use chain_types::{
    ChainId, Digest, PublicKey, TxId,
    beacon::BrokenReceipt,
    codec,
    digest::{Hasher, Tag},
    limit,
    state::{StateKey, Terminal},
    validator::ValidatorSet,
};

/// The length of a slot of the seen-set in milliseconds of expiry, as the ledger keeps it [P3].
pub const SEEN_SLOT_MS: u64 = 60_000;
/// The most transaction ids that evidence may list: those of one slot.
pub const SEEN_IDS_MAX: usize = 200_000;

/// The key of the promise's signer, when the evidence proves that its own final block broke the promise. `set` is the
/// validator set of the promise's shard and epoch.
pub fn breaks_word(chain_id: ChainId, set: &ValidatorSet, evidence: &BrokenReceipt) -> Option<PublicKey> {
    let receipt = &evidence.promise.signed.receipt;
    let header = &evidence.header;
    let signer = set.validators.get(usize::from(receipt.leader))?.key;
    let transaction = &evidence.transaction;

    let is_promise = receipt.chain_id == chain_id
        && receipt.epoch == set.epoch
        && evidence.promise.names(&transaction.id())
        && evidence.promise.signed.is_signed_by(signer);
    let is_due = header.proposer == receipt.leader && header.height >= receipt.by;
    let expiry = transaction.valid_until_ms.0;
    let was_valid = transaction.chain_id == chain_id
        && expiry > header.timestamp_ms.0
        && expiry.saturating_sub(header.timestamp_ms.0) <= limit::VALIDITY_MS_MAX;
    let author = StateKey::Author(transaction.tenant, transaction.author).path();
    let knows_author = evidence.author.value().is_some() && evidence.author.root(&author) == Some(header.state_root);

    let proved = is_promise && is_due && is_final(chain_id, set, evidence) && was_valid && knows_author;
    if proved && is_absent(evidence) { Some(signer) } else { None }
}

fn is_final(chain_id: ChainId, set: &ValidatorSet, evidence: &BrokenReceipt) -> bool {
    let BrokenReceipt { promise, header, certificate, .. } = evidence;
    header.chain_id == chain_id
        && header.shard == promise.signed.receipt.shard
        && header.epoch == set.epoch
        && header.validator_set_hash == set.digest()
        && header.is_finalised_by(&certificate.vote)
        && certificate.check(set).is_ok()
}

/// Whether the state after the block does not know the transaction: its slot is absent, or made of other ids.
fn is_absent(evidence: &BrokenReceipt) -> bool {
    let slot = evidence.transaction.valid_until_ms.0 / SEEN_SLOT_MS;
    if evidence.slot.root(&StateKey::Seen(slot).path()) != Some(evidence.header.state_root) {
        return false;
    }
    let promised = evidence.transaction.id();
    let count = evidence.seen.iter().fold(0_usize, |sum, ids| sum.saturating_add(ids.len()));
    if count > SEEN_IDS_MAX || evidence.seen.iter().flatten().any(|id| *id == promised) {
        return false;
    }
    match &evidence.slot.terminal {
        Terminal::Present { value } => {
            let head = (u64::try_from(count).unwrap_or(u64::MAX), chain(&evidence.seen));
            codec::encode(&head) == *value
        }
        Terminal::Empty | Terminal::Other { .. } => count == 0,
    }
}

/// The digest that the state keeps of a slot: `digest = H(digest, ids...)` for each block that added to it.
fn chain(blocks: &[Vec<TxId>]) -> Digest {
    blocks.iter().fold(Digest::ZERO, |digest, ids| {
        let mut hasher = Hasher::new(Tag::SEEN);
        hasher.update(&digest.0);
        for id in ids {
            hasher.update(&id.0.0);
        }
        hasher.finish()
    })
}
