//! How a final block stands in the store. Invariant: its header and certificate come first, whatever follows;
//! transactions that were written when the block was held are not written again.

use crate::{StoreError, column::held_key};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Block, BlockHeader, FinalBlock, Receipt, Transaction,
    atomic::CertifiedHeader,
    codec::{self, CodecError},
};

/// What tells whether a block's transactions follow.
const TAG_BYTES: usize = 1;

/// A final block without what is written elsewhere.
#[derive(BorshSerialize, BorshDeserialize)]
enum Body {
    /// All of it.
    Whole(Block),
    /// The receipts; the transactions are those of the held block of this height and digest.
    Held(Vec<Receipt>),
}

/// The bytes of a block; `is_held` says that the store holds its transactions.
pub(crate) fn encode(block: &FinalBlock, is_held: bool) -> Vec<u8> {
    let mut bytes = codec::encode(&block.header);
    codec::encode_into(&block.certificate, &mut bytes);
    if is_held {
        bytes.push(1);
        codec::encode_into(&block.block.receipts, &mut bytes);
    } else {
        bytes.push(0);
        codec::encode_into(&block.block, &mut bytes);
    }
    bytes
}

/// The block of these bytes; `held` reads a held block by its key. With it comes the length of its own encoding.
pub(crate) fn decode(
    bytes: &[u8],
    held: impl FnOnce(&[u8]) -> Result<Option<Vec<u8>>, StoreError>,
) -> Result<(FinalBlock, usize), StoreError> {
    let damaged = |source| StoreError::Damaged { what: "block", source };
    let (CertifiedHeader { header, certificate }, body) = codec::decode_own("a block", bytes).map_err(damaged)?;
    match body {
        Body::Whole(block) => Ok((FinalBlock { header, certificate, block }, bytes.len() - TAG_BYTES)),
        Body::Held(receipts) => {
            let missing = StoreError::Missing { what: "held block", height: header.height };
            let held = held(&held_key(header.height, &header.digest()))?.ok_or(missing)?;
            let damaged = |source| StoreError::Damaged { what: "held block", source };
            let (_, transactions): (BlockHeader, Vec<Transaction>) =
                codec::decode_own("a held block", &held).map_err(damaged)?;
            let length = bytes.len() - TAG_BYTES + held.len() - codec::encode(&header).len();
            Ok((FinalBlock { header, certificate, block: Block { transactions, receipts } }, length))
        }
    }
}

/// Header and certificate, what a block's bytes begin with, and whether its transactions are those of a held block.
pub(crate) fn beginning(block: &[u8]) -> Result<(&[u8], CertifiedHeader, bool), StoreError> {
    let mut rest = block;
    let malformed = |detail: String| StoreError::Damaged {
        what: "block",
        source: CodecError::Malformed { what: "a block", detail },
    };
    let header = CertifiedHeader::deserialize(&mut rest).map_err(|error| malformed(error.to_string()))?;
    let tag = rest.first().ok_or_else(|| malformed("it ends after its header".to_owned()))?;
    Ok((block.get(..block.len() - rest.len()).unwrap_or_default(), header, *tag == 1))
}
