//! Checks evidence that a leader broke a promise to include a transaction [P15, the league]. Invariant: only a final
//! block of the promise's own signer convicts. That block was due, before the expiry, and could have held the
//! transaction.

use crate::mutant;
use chain_types::{
    ChainId, PublicKey,
    account::AuthorKey,
    beacon::BrokenPromise,
    limit,
    seen::{SEEN_IDS_MAX, SlotHead},
    state::{SeenKey, Terminal, TypedKey},
    validator::ValidatorSet,
};

/// The key of the promise's signer, when the evidence proves that its own final block broke the promise. `set` is the
/// validator set of the promise's shard and epoch.
pub fn breaks_word(chain_id: ChainId, set: &ValidatorSet, evidence: &BrokenPromise) -> Option<PublicKey> {
    let promise = &evidence.promise.signed.promise;
    let header = &evidence.header;
    let signer = set.validators.get(usize::from(promise.leader))?.key;
    let transaction = &evidence.transaction;

    let is_promise = promise.chain_id == chain_id
        && promise.epoch == set.epoch
        && evidence.promise.names(&transaction.id())
        && evidence.promise.signed.is_signed_by(signer);
    let is_due = header.proposer == promise.leader && header.height >= promise.by;
    let expiry = transaction.valid_until_ms.0;
    let was_valid = transaction.chain_id == chain_id
        && expiry > header.timestamp_ms.0
        && expiry.saturating_sub(header.timestamp_ms.0) <= limit::VALIDITY_MS_MAX;

    // Cheap checks come before proofs and signatures.
    let proved = is_due
        && was_valid
        && is_promise
        && might_sign(evidence)
        && is_absent(evidence)
        && is_final(chain_id, set, evidence);
    if proved { Some(signer) } else { None }
}

/// Whether the state after the block shows that the author could sign, and has been able to since the promise was
/// given.
fn might_sign(evidence: &BrokenPromise) -> bool {
    let BrokenPromise { transaction, author, header, promise, .. } = evidence;
    let key = AuthorKey(transaction.tenant, transaction.author);
    let known = author.value().and_then(|value| key.decode(value).ok());
    // A deliberately broken variant; the simulator must detect it.
    let is_steady = |since| since <= promise.signed.promise.given || mutant::is(mutant::FORGET_AUTHOR_CHANGES);
    known.is_some_and(|known| is_steady(known.since)) && author.root(&key.path()) == Some(header.state_root)
}

fn is_final(chain_id: ChainId, set: &ValidatorSet, evidence: &BrokenPromise) -> bool {
    let BrokenPromise { promise, header, certificate, .. } = evidence;
    header.chain_id == chain_id
        && header.shard == promise.signed.promise.shard
        && header.epoch == set.epoch
        && header.validator_set_hash == set.digest()
        && header.is_finalised_by(&certificate.vote)
        && certificate.signers_once(set).is_ok()
}

/// Whether the state after the block does not contain the transaction: its bucket is absent, or consists of other ids.
fn is_absent(evidence: &BrokenPromise) -> bool {
    let promised = evidence.transaction.id();
    let key = SeenKey::of(&promised, evidence.transaction.valid_until_ms);
    let count = evidence.seen.iter().fold(0_usize, |sum, ids| sum.saturating_add(ids.len()));
    if count > SEEN_IDS_MAX || evidence.seen.iter().flatten().any(|id| *id == promised) {
        return false;
    }
    if evidence.bucket.root(&key.path()) != Some(evidence.header.state_root) {
        return false;
    }
    match &evidence.bucket.terminal {
        Terminal::Present { value } => {
            let head = evidence.seen.iter().fold(SlotHead::default(), |head, ids| head.with(ids));
            key.decode(value).is_ok_and(|kept| kept == head)
        }
        Terminal::Empty | Terminal::Other { .. } => count == 0,
    }
}
