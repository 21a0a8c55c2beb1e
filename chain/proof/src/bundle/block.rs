//! The blocks of a bundle (evidence file). Invariant: a record's block has exactly one proof of finality. The proof is
//! its own certificate, or its ancestry below the stream's block.

use super::binary;
use chain_types::{
    BlockHeader, Certificate, Digest,
    ancestry::Ancestry,
    codec,
    state::{StateProof, Terminal},
};
use serde::{Deserialize, Serialize};

/// A block's header and the certificate that makes it final.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockPart {
    #[serde(with = "binary::canonical")]
    pub header: BlockHeader,
    #[serde(with = "binary::canonical")]
    pub certificate: Certificate,
}

/// A record's block with the proof that it is final.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct RecordBlockPart {
    pub header: BlockHeader,
    pub finality: Finality,
}

/// The proof that a record's block is final.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finality {
    /// Its own certificate.
    Certificate(Certificate),
    /// It is an ancestor of the stream's block.
    Ancestry(AncestryPart),
}

/// The proof that a header is an ancestor of the stream's block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AncestryPart {
    /// The sibling hashes, from the root down, of the proof that the state of the stream's block holds `peaks`.
    #[serde(with = "binary::digests")]
    pub siblings: Vec<Digest>,
    /// The tree over all headers before the stream's block.
    #[serde(with = "binary::canonical")]
    pub peaks: Ancestry,
    /// The header's path in that tree (RFC 9162 section 2.1.3), from the leaf up.
    #[serde(with = "binary::digests")]
    pub path: Vec<Digest>,
}

impl AncestryPart {
    /// The proof that a state holds `peaks`, as the type of the state tree.
    pub fn state_proof(&self) -> StateProof {
        let terminal = Terminal::Present { value: codec::encode(&self.peaks) };
        StateProof { siblings: self.siblings.clone(), terminal }
    }
}

impl From<BlockPart> for RecordBlockPart {
    fn from(BlockPart { header, certificate }: BlockPart) -> Self {
        Self { header, finality: Finality::Certificate(certificate) }
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(with = "binary::canonical")]
    header: BlockHeader,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ancestry: Option<AncestryPart>,
}

#[derive(Clone, Serialize, Deserialize)]
struct CertificateText(#[serde(with = "binary::canonical")] Certificate);

impl TryFrom<Members> for RecordBlockPart {
    type Error = &'static str;

    fn try_from(Members { header, certificate, ancestry }: Members) -> Result<Self, Self::Error> {
        let finality = match (certificate, ancestry) {
            (Some(CertificateText(certificate)), None) => Finality::Certificate(certificate),
            (None, Some(ancestry)) => Finality::Ancestry(ancestry),
            _ => return Err("a record's block has either a certificate or its ancestry"),
        };
        Ok(Self { header, finality })
    }
}

impl From<RecordBlockPart> for Members {
    fn from(RecordBlockPart { header, finality }: RecordBlockPart) -> Self {
        match finality {
            Finality::Certificate(certificate) => {
                Self { header, certificate: Some(CertificateText(certificate)), ancestry: None }
            }
            Finality::Ancestry(ancestry) => Self { header, certificate: None, ancestry: Some(ancestry) },
        }
    }
}
