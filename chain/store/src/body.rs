//! The encoding of a final block in the store. Invariant: header and certificate come first. Transactions that were
//! written when the block was held are not written again.

use crate::{StoreError, column::held_key};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Block, BlockHeader, FinalBlock, Receipt, Transaction,
    atomic::CertifiedHeader,
    codec::{self, CodecError},
};

/// The size of the tag of [`Body`].
const TAG_BYTES: usize = 1;

/// The body of a final block, without what is stored elsewhere.
#[derive(BorshSerialize, BorshDeserialize)]
enum Body {
    /// Transactions and receipts.
    Whole(Block),
    /// The receipts only; the transactions are those of the held block with this height and digest.
    Held(Vec<Receipt>),
}

/// Encodes a block. `is_held` means that the store holds its transactions already.
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

/// Decodes a block; `read_held` reads a held block by its key. Returns the length of the block's own encoding as well.
pub(crate) fn decode(
    bytes: &[u8],
    read_held: impl FnOnce(&[u8]) -> Result<Option<Vec<u8>>, StoreError>,
) -> Result<(FinalBlock, usize), StoreError> {
    let damaged = |source| StoreError::Damaged { what: "block", source };
    let (CertifiedHeader { header, certificate }, body) = codec::decode_own("a block", bytes).map_err(damaged)?;
    match body {
        Body::Whole(block) => Ok((FinalBlock { header, certificate, block }, bytes.len() - TAG_BYTES)),
        Body::Held(receipts) => {
            let missing = StoreError::Missing { what: "held block", height: header.height };
            let held = read_held(&held_key(header.height, &header.digest()))?.ok_or(missing)?;
            let damaged = |source| StoreError::Damaged { what: "held block", source };
            let (_, transactions): (BlockHeader, Vec<Transaction>) =
                codec::decode_own("a held block", &held).map_err(damaged)?;
            let length = bytes.len() - TAG_BYTES + held.len() - codec::encode(&header).len();
            Ok((FinalBlock { header, certificate, block: Block { transactions, receipts } }, length))
        }
    }
}

/// The encoded header and certificate at the beginning of a block, decoded too, and whether its transactions are those
/// of a held block.
pub(crate) fn split_header(block: &[u8]) -> Result<(&[u8], CertifiedHeader, bool), StoreError> {
    let mut rest = block;
    let malformed = |detail: String| StoreError::Damaged {
        what: "block",
        source: CodecError::Malformed { what: "a block", detail },
    };
    let header = CertifiedHeader::deserialize(&mut rest).map_err(|error| malformed(error.to_string()))?;
    let tag = rest.first().ok_or_else(|| malformed("the bytes end after the header".to_owned()))?;
    Ok((block.get(..block.len() - rest.len()).unwrap_or_default(), header, *tag == 1))
}
