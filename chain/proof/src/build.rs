//! Builds evidence bundles from final blocks and state proofs. Invariant: contradictory fields, leaves or ancestry give
//! a [`BuildError`]. Builders check neither signatures nor state roots. Only the verifier does.

use crate::{
    Bundle, HAND_OVERS_MAX,
    bundle::{
        AncestryPart, BlockPart, BodyPart, CommandPart, FieldPart, Finality, HandOverPart, InclusionPart, ProofPart,
        RecordBlockPart, RecordPart, StreamPart, SubjectPart, TerminalPart,
    },
};
use chain_types::{
    BlockHeader, Body, BodySeal, Certificate, Digest, Entry, FinalBlock, Genesis, StreamHead, TenantId,
    ancestry::Ancestry,
    beacon::HandOverProof,
    body::{Field, fields_commitment},
    codec::{self, CodecError},
    merkle::{Path, leaf_hash},
    state::{StateProof, Terminal},
};

/// Reasons why evidence cannot be built.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BuildError {
    /// The block has no record of this index.
    #[error("the block has no record {0}")]
    Record(u32),
    /// The number of receipts is not the number of commands.
    #[error("the block's receipts and commands do not pair up")]
    Receipts,
    /// The fields do not match the record's commitment.
    #[error("the fields are not those that the record committed to")]
    Fields,
    /// The leaves do not lead to the stream's head, or the number of opened records is not that of the leaves.
    #[error("the leaves are not those of the stream's head")]
    Leaves,
    /// The value at the key is neither a stream head nor, for ancestry, the peaks of the earlier headers.
    #[error("the state holds another value: {0}")]
    Head(#[from] CodecError),
    /// The record's block is not an ancestor of the stream's block, or the bundle lacks one of the two.
    #[error("the record's block is not an ancestor of the stream's block")]
    Ancestry,
    /// The hand-overs are not strictly ascending by epoch.
    #[error("hand-overs are strictly ascending by epoch")]
    HandOvers,
}

/// The fields of a sealed document to disclose. A public body is always disclosed in full.
#[derive(Clone, Copy)]
pub enum Disclosure<'a> {
    /// The fields are unknown because the record's key was deleted.
    Unknown,
    /// All fields, as returned by `chain_seal::fields`.
    All(&'a [Field]),
    /// The fields whose pointers are chosen; of the others only the leaves.
    Chosen {
        /// All fields, ascending by pointer.
        fields: &'a [Field],
        /// Whether to disclose the field at a pointer.
        is_open: &'a dyn Fn(&str) -> bool,
    },
}

/// A final block with the leaves of its records. They are computed once and serve any number of bundles.
pub struct BlockEvidence<'b> {
    block: &'b FinalBlock,
    leaves: Vec<Digest>,
    /// The Merkle leaf hashes of `leaves`.
    hashes: Vec<Digest>,
}

impl<'b> BlockEvidence<'b> {
    /// Computes the block's leaves.
    ///
    /// # Errors
    /// [`BuildError::Receipts`].
    pub fn of(block: &'b FinalBlock) -> Result<Self, BuildError> {
        let leaves = block.leaves().ok_or(BuildError::Receipts)?;
        let hashes = leaves.iter().map(|leaf| leaf_hash(&leaf.0)).collect();
        Ok(Self { block, leaves, hashes })
    }

    /// The leaves of all records, in order.
    pub fn leaves(&self) -> &[Digest] {
        &self.leaves
    }

    pub fn block(&self) -> BlockPart {
        BlockPart { header: self.block.header.clone(), certificate: self.block.certificate.clone() }
    }

    /// The position of the record at `index` (from 0, within the block) in the block's tree.
    ///
    /// # Errors
    /// [`BuildError::Record`].
    pub fn inclusion(&self, index: u32) -> Result<InclusionPart, BuildError> {
        let at = usize::try_from(index).map_err(|_| BuildError::Record(index))?;
        let Path { index, size, siblings } = Path::of(&self.hashes, at).ok_or(BuildError::Record(index))?;
        Ok(InclusionPart { index, size, path: siblings })
    }

    /// The record at `index` (from 0, within the block), with its body disclosed as asked.
    ///
    /// # Errors
    /// [`BuildError::Record`], or [`BuildError::Fields`] when the fields are of another document.
    pub fn record(&self, index: u32, disclosure: Disclosure<'_>) -> Result<RecordPart, BuildError> {
        let missing = || BuildError::Record(index);
        let at = usize::try_from(index).map_err(|_| missing())?;
        let receipt = self.block.block.receipts.get(at).ok_or_else(missing)?;
        // The record's index within its transaction.
        let mut within = at;
        for transaction in &self.block.block.transactions {
            let Some(entry) = transaction.entries.get(within) else {
                within = within.saturating_sub(transaction.entries.len());
                continue;
            };
            let leaves: Vec<_> = transaction.entries.iter().map(Entry::leaf).collect();
            let path = Path::of(&leaves, within).ok_or_else(missing)?;
            return Ok(RecordPart {
                transaction: transaction.header.clone(),
                signature: transaction.signature,
                command: CommandPart { index: u32::try_from(within).map_err(|_| missing())?, path: path.siblings },
                core: entry.core.clone(),
                receipt: receipt.clone(),
                body: open_body(&entry.body, disclosure)?,
            });
        }
        Err(missing())
    }

    /// A bundle with the record at `index` (from 0, within the block).
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn bundle(&self, genesis: &Genesis, index: u32, disclosure: Disclosure<'_>) -> Result<Bundle, BuildError> {
        Ok(Bundle {
            record: Some(self.record(index, disclosure)?),
            inclusion: Some(self.inclusion(index)?),
            block: Some(self.block().into()),
            ..Bundle::of(genesis)
        })
    }
}

/// The body with the fields that the disclosure opens. Other fields are reduced to their leaves.
fn open_body(body: &Body, disclosure: Disclosure<'_>) -> Result<BodyPart, BuildError> {
    let (commitment, ciphertext_digest) = match (body, body.seal()) {
        (Body::Public(bytes), _) => return Ok(BodyPart::Public { bytes: bytes.clone() }),
        (_, BodySeal::Sealed { commitment, ciphertext_digest }) => (commitment, ciphertext_digest),
        (_, BodySeal::Public { .. }) => return Err(BuildError::Fields),
    };
    let (known, is_open): (_, &dyn Fn(&str) -> bool) = match disclosure {
        Disclosure::Unknown => return Ok(BodyPart::Sealed { commitment, ciphertext_digest, fields: None }),
        Disclosure::All(fields) => (fields, &|_| true),
        Disclosure::Chosen { fields, is_open } => (fields, is_open),
    };
    let part = |field: &Field| {
        if is_open(&field.pointer) { FieldPart::Disclosed(field.clone()) } else { FieldPart::Withheld(field.leaf()) }
    };
    let parts: Vec<_> = known.iter().map(part).collect();
    let leaves: Vec<_> = parts.iter().map(FieldPart::leaf).collect();
    if fields_commitment(&leaves) != Some(commitment) {
        return Err(BuildError::Fields);
    }
    Ok(BodyPart::Sealed { commitment, ciphertext_digest, fields: Some(parts) })
}

impl Bundle {
    /// Replaces the certificate of the record's block by a proof that it is an ancestor of the stream's block. `proof`
    /// is the state proof of the stream's block at [`chain_types::state::StateKey::Ancestry`]. `path` holds the
    /// siblings of the record's header in the tree of that value.
    ///
    /// # Errors
    /// [`BuildError::Ancestry`], or [`BuildError::Head`] when the state holds a value of another type at that key.
    pub fn resting_on_stream(self, proof: &StateProof, path: Vec<Digest>) -> Result<Self, BuildError> {
        let (Some(block), Some(_), Some(value)) = (&self.block, &self.stream, proof.value()) else {
            return Err(BuildError::Ancestry);
        };
        let (header, peaks): (_, Ancestry) = (block.header.clone(), codec::decode("Ancestry", value)?);
        if !peaks.contains(header.height.0, &header.digest(), &path) {
            return Err(BuildError::Ancestry);
        }
        let part = AncestryPart { siblings: proof.siblings.clone(), peaks, path };
        Ok(Self { block: Some(RecordBlockPart { header, finality: Finality::Ancestry(part) }), ..self })
    }

    /// Adds the hand-overs that lead from genesis to the validators of the bundle's blocks: one for each change of the
    /// committee. Where signers are sampled, the hand-over that drew the signers of each block is needed too. Of more
    /// than [`HAND_OVERS_MAX`] only the newest are kept. The bundle then verifies only under an anchor that is not
    /// older than these.
    ///
    /// # Errors
    /// [`BuildError::HandOvers`].
    pub fn with_hand_overs<'p>(self, proofs: impl IntoIterator<Item = &'p HandOverProof>) -> Result<Self, BuildError> {
        let proofs: Vec<_> = proofs.into_iter().collect();
        if !proofs.is_sorted_by(|left, right| left.hand_over.epoch() < right.hand_over.epoch()) {
            return Err(BuildError::HandOvers);
        }
        let newest = proofs.into_iter().rev().take(HAND_OVERS_MAX).rev();
        let parts: Vec<_> = newest.map(HandOverPart::from).collect();
        Ok(Self { hand_overs: (!parts.is_empty()).then_some(parts), ..self })
    }
}

/// The evidence that a subject's listed records are complete, or that there are none.
pub struct StreamEvidence<'a> {
    /// The tenant that owns the stream.
    pub tenant: TenantId,
    pub subject: SubjectPart,
    /// The header of the block whose state the proof is against. Its shard must be the tenant's home.
    pub header: &'a BlockHeader,
    /// The certificate of that block.
    pub certificate: &'a Certificate,
    /// The proof at [`chain_types::state::StreamKey`].
    pub proof: &'a StateProof,
    /// The leaves of the stream's records up to that block, in stream order.
    pub leaves: Vec<Digest>,
    /// The opened records, `None` where a record stays closed. As long as `leaves`, in the same order.
    pub records: Option<Vec<Option<RecordPart>>>,
}

impl StreamEvidence<'_> {
    /// Converts the evidence to the part of a bundle.
    ///
    /// # Errors
    /// [`BuildError::Leaves`] when the leaves do not lead to the head. [`BuildError::Head`] when the proven value is
    /// not a stream head.
    pub fn into_part(self) -> Result<StreamPart, BuildError> {
        let (head, terminal) = match &self.proof.terminal {
            Terminal::Present { value } => {
                let head: StreamHead = codec::decode("StreamHead", value)?;
                (head, TerminalPart::Present { value: head })
            }
            Terminal::Empty => (StreamHead::default(), TerminalPart::Empty {}),
            Terminal::Other { path, value_hash } => {
                (StreamHead::default(), TerminalPart::Other { path: *path, value_hash: *value_hash })
            }
        };
        let folded = self.leaves.iter().fold(StreamHead::default(), |head, leaf| head.push(leaf));
        let opened = self.records.as_ref().is_none_or(|records| records.len() == self.leaves.len());
        if folded != head || !opened {
            return Err(BuildError::Leaves);
        }
        Ok(StreamPart {
            tenant: self.tenant.0,
            subject: self.subject,
            block: BlockPart { header: self.header.clone(), certificate: self.certificate.clone() },
            proof: ProofPart { siblings: self.proof.siblings.clone(), terminal },
            leaves: self.leaves,
            records: self.records,
        })
    }
}
