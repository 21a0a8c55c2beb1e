//! Numbered blocks to write, each different from the others. Invariant: a value depends only on the height that a test
//! passes.

use chain_state::{Flush, Kind, Node, Write};
use chain_store::{BlockBatch, Store, StoreError};
use chain_types::{
    Block, BlockHeader, Certificate, ChainId, Digest, Epoch, FinalBlock, Height, PROTOCOL_VERSION, Receipt, Rejection,
    ShardId, TimestampMs, TxId, View,
    ancestry::Ancestry,
    atomic::CertifiedHeader,
    beacon::{HandOver, HandOverProof},
    codec, merkle,
    state::StateKey,
    validator::ValidatorSet,
};

/// The time of the block of a height, one minute apart.
pub(crate) fn time(height: u64) -> TimestampMs {
    TimestampMs(1_767_225_600_000 + height * 60_000)
}

pub(crate) fn block(height: u64) -> FinalBlock {
    let header = BlockHeader {
        version: PROTOCOL_VERSION,
        chain_id: ChainId(Digest([7; 32])),
        shard: ShardId(0),
        epoch: Epoch(0),
        height: Height(height),
        view: View(0),
        parent: Digest([1; 32]),
        timestamp_ms: time(height),
        records_root: Digest([2; 32]),
        delta_root: Digest([3; 32]),
        state_root: Digest([4; 32]),
        transactions_root: Digest::ZERO,
        validator_set_hash: Digest([5; 32]),
        proposer: 0,
    };
    let certificate = Certificate { vote: header.finalise_vote(), signatures: Vec::new() };
    let receipts = vec![Receipt::Rejected(Rejection::new("a.code").with("height", &height))];
    FinalBlock { header, certificate, block: Block { transactions: Vec::new(), receipts } }
}

pub(crate) fn delta(height: u64) -> Vec<u8> {
    format!("the write-set of block {height}").into_bytes()
}

pub(crate) fn seen(height: u64) -> Vec<(TxId, TimestampMs)> {
    let byte = u8::try_from(height).expect("tests stay below 256 blocks");
    vec![(TxId(Digest([byte; 32])), TimestampMs(time(height).0 + 1_000))]
}

/// Writes the block of a height, with or without a flush.
pub(crate) fn write(store: &Store, height: u64, flush: Option<&Flush>, flushed: Height) -> Result<Height, StoreError> {
    let (block, delta, seen) = (block(height), delta(height), seen(height));
    store.write(&BlockBatch { flush, flushed, ..batch(height, &block, &delta, &seen) })
}

/// The batch of the block of a height, before any flush.
pub(crate) fn batch<'b>(
    height: u64,
    block: &'b FinalBlock,
    delta: &'b [u8],
    seen: &'b [(TxId, TimestampMs)],
) -> BlockBatch<'b> {
    BlockBatch {
        height: Height(height),
        time: time(height),
        block,
        is_held: false,
        delta,
        seen,
        flush: None,
        transactions: height,
        records: 2 * height,
        flushed: Height(0),
        hand_over: None,
        released: &[],
    }
}

/// A hand-over to an epoch with an invalid proof: the store keeps proofs and does not check them.
pub(crate) fn hand_over(epoch: u64) -> HandOverProof {
    let FinalBlock { header, certificate, .. } = block(epoch);
    let committee = ValidatorSet { epoch: Epoch(epoch), validators: Vec::new() };
    HandOverProof {
        block: CertifiedHeader { header, certificate },
        hand_over: HandOver::first(PROTOCOL_VERSION, committee),
        tx_id: TxId(Digest([6; 32])),
        index: 0,
        core: Vec::new(),
        body: Digest([7; 32]),
        path: merkle::Path::of(&[Digest([8; 32])], 0).expect("the only leaf has a path"),
    }
}

/// The tree of ancestors that the state of the block of a height holds, as a flush that changes no bucket.
pub(crate) fn ancestry(height: u64) -> Flush {
    let headers = (1..height).map(|height| block(height).header.digest());
    let ancestry =
        std::iter::once(block(1).header.parent).chain(headers).fold(Ancestry::default(), |mut all, header| {
            all.push(&header);
            all
        });
    let value = Some(codec::encode(&ancestry).into_boxed_slice());
    Flush { leaves: vec![Write { path: StateKey::Ancestry.path(), value }], buckets: Vec::new() }
}

/// Leaves to write or to remove, with the nodes of their buckets.
pub(crate) fn flush(leaves: &[(Digest, Option<&str>)]) -> Flush {
    let leaf = |(path, value): &(Digest, Option<&str>)| Write {
        path: *path,
        value: value.map(|value| value.as_bytes().to_vec().into_boxed_slice()),
    };
    let node = |(path, value): &(Digest, Option<&str>)| {
        let kind = if value.is_some() { Kind::Leaf } else { Kind::Empty };
        (chain_state::bucket_of(path), Node { kind, hash: *path })
    };
    Flush { leaves: leaves.iter().map(leaf).collect(), buckets: leaves.iter().map(node).collect() }
}
