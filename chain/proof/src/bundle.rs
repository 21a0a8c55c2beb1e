//! The evidence bundle, format 2, as data (docs/evidence.md). Invariant: a deserialized bundle had exactly the members,
//! lengths and canonical encodings of the format. Deserializing verifies no claim of the bundle.

pub(crate) mod binary;
mod block;
mod hand_over;

pub use block::{AncestryPart, BlockPart, Finality, RecordBlockPart};
pub use hand_over::HandOverPart;

use chain_types::{
    BlockHeader, BodySeal, ChainId, Digest, EntryCore, Genesis, ProtocolVersion, Receipt, Signature, StreamHead,
    Subject, TenantId, TransactionHeader,
    body::Field,
    digest::{Tag, hash},
    state::{StateProof, Terminal},
};
use serde::{Deserialize, Serialize};

/// An evidence bundle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`crate::VERSION`].
    pub version: u32,
    /// The id of the chain that the evidence belongs to.
    #[serde(with = "binary::digest")]
    pub chain_id: Digest,
    /// The genesis document, whose digest is `chain_id`. It names the first validators.
    #[serde(with = "binary::canonical")]
    pub genesis: Genesis,
    /// The changes of the validators since genesis that the blocks below need, ascending by epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_overs: Option<Vec<HandOverPart>>,
    /// A record. Requires `inclusion` and `block`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordPart>,
    /// The record's position in its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inclusion: Option<InclusionPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<RecordBlockPart>,
    /// A readable identifier of a subject of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectPart>,
    /// All records of a tenant about a subject, or the proof that there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamPart>,
}

/// A record, disclosed as far as its owner chose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPart {
    /// The signed header of the transaction that carried the command.
    #[serde(with = "binary::canonical")]
    pub transaction: TransactionHeader,
    /// The author's signature.
    #[serde(with = "binary::canonical")]
    pub signature: Signature,
    /// The command's position in the transaction.
    pub command: CommandPart,
    #[serde(with = "binary::canonical")]
    pub core: EntryCore,
    /// The outcome of execution.
    #[serde(with = "binary::canonical")]
    pub receipt: Receipt,
    pub body: BodyPart,
}

/// A command's position in the Merkle tree of its transaction. The transaction's header states the tree's size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandPart {
    /// The command's index, from 0.
    pub index: u32,
    /// The inclusion path (RFC 9162 section 2.1.3), from the leaf up.
    #[serde(with = "binary::digests")]
    pub path: Vec<Digest>,
}

/// A record's body: the public bytes, or the digests of a sealed body with its disclosed fields.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum BodyPart {
    /// A sealed body.
    Sealed {
        /// The commitment to the fields.
        #[serde(with = "binary::digest")]
        commitment: Digest,
        /// The digest of the ciphertext.
        #[serde(with = "binary::digest")]
        ciphertext_digest: Digest,
        /// All fields, each disclosed or withheld. `None` when the record's key was deleted, so the fields are unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fields: Option<Vec<FieldPart>>,
    },
    /// A public body.
    Public {
        #[serde(with = "binary::bytes")]
        bytes: Vec<u8>,
    },
}

impl BodyPart {
    /// The body as the record commits to it.
    pub fn seal(&self) -> BodySeal {
        match self {
            Self::Sealed { commitment, ciphertext_digest, .. } => {
                BodySeal::Sealed { commitment: *commitment, ciphertext_digest: *ciphertext_digest }
            }
            Self::Public { bytes } => BodySeal::Public { bytes_digest: hash(Tag::BODY_PUBLIC, &[bytes]) },
        }
    }
}

/// A field of a sealed document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "FieldMembers", into = "FieldMembers")]
pub enum FieldPart {
    /// A disclosed field: `{"pointer","value","salt"}`.
    Disclosed(Field),
    /// A withheld field, by its leaf hash: `{"leaf"}`.
    Withheld(Digest),
}

impl FieldPart {
    /// The field's leaf hash.
    pub fn leaf(&self) -> Digest {
        match self {
            Self::Disclosed(field) => field.leaf(),
            Self::Withheld(leaf) => *leaf,
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum FieldMembers {
    Disclosed(DisclosedMembers),
    Withheld(WithheldMembers),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DisclosedMembers {
    pointer: String,
    value: String,
    #[serde(with = "binary::array")]
    salt: [u8; 16],
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WithheldMembers {
    #[serde(with = "binary::digest")]
    leaf: Digest,
}

impl From<FieldMembers> for FieldPart {
    fn from(members: FieldMembers) -> Self {
        match members {
            FieldMembers::Disclosed(DisclosedMembers { pointer, value, salt }) => {
                Self::Disclosed(Field { salt, pointer, value })
            }
            FieldMembers::Withheld(WithheldMembers { leaf }) => Self::Withheld(leaf),
        }
    }
}

impl From<FieldPart> for FieldMembers {
    fn from(part: FieldPart) -> Self {
        match part {
            FieldPart::Disclosed(Field { salt, pointer, value }) => {
                Self::Disclosed(DisclosedMembers { pointer, value, salt })
            }
            FieldPart::Withheld(leaf) => Self::Withheld(WithheldMembers { leaf }),
        }
    }
}

/// A record's path in the tree of its block's records. The header commits to the number of records, so a valid path
/// proves the index and the size too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionPart {
    /// The record's index, from 0.
    pub index: u64,
    /// The number of records in the block.
    pub size: u64,
    /// The inclusion path (RFC 9162 section 2.1.3), from the leaf up.
    #[serde(with = "binary::digests")]
    pub path: Vec<Digest>,
}

/// A readable identifier with the blind that its subject digest was computed with [P6, subjects].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectPart {
    /// One of [`chain_types::stream::kind`]; at most 255 bytes.
    pub kind: String,
    pub id: String,
    /// The 32-byte blind of this identifier.
    #[serde(with = "binary::array")]
    pub blind: [u8; 32],
}

impl SubjectPart {
    /// The subject digest. `None` when the kind is longer than 255 bytes.
    pub fn subject(&self, tenant: TenantId) -> Option<Subject> {
        u8::try_from(self.kind.len()).ok()?;
        Some(Subject::of(tenant, &self.kind, &self.id, &self.blind))
    }
}

/// A subject's stream: all that one tenant recorded about the subject, or a proof that it recorded nothing about it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamPart {
    /// The 16 bytes of the owning tenant's UUID.
    #[serde(with = "binary::array")]
    pub tenant: [u8; 16],
    pub subject: SubjectPart,
    /// The block whose state the proof is against.
    pub block: BlockPart,
    /// The state proof of the stream's head.
    pub proof: ProofPart,
    /// The leaves of all records of the stream, in stream order.
    #[serde(with = "binary::digests")]
    pub leaves: Vec<Digest>,
    /// The opened records, `None` where a record stays closed. As long as `leaves`, in the same order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<Vec<Option<RecordPart>>>,
}

/// A proof against a state root, see [`chain_types::state`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofPart {
    /// Sibling hashes from the root down.
    #[serde(with = "binary::digests")]
    pub siblings: Vec<Digest>,
    /// The node at the end of the key's path.
    pub terminal: TerminalPart,
}

/// The node at the end of a key's path.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TerminalPart {
    /// The key is present.
    Present {
        /// The stream's head.
        #[serde(with = "binary::canonical")]
        value: StreamHead,
    },
    /// The subtree is empty. Not a unit variant, because serde accepts unknown members on those.
    Empty {},
    /// The subtree holds one other key.
    Other {
        /// The other key's path.
        #[serde(with = "binary::digest")]
        path: Digest,
        /// The hash of the other key's value.
        #[serde(with = "binary::digest")]
        value_hash: Digest,
    },
}

impl ProofPart {
    /// Converts the proof to the type of the state tree.
    pub fn state_proof(&self) -> StateProof {
        let terminal = match &self.terminal {
            TerminalPart::Present { value } => Terminal::Present { value: chain_types::codec::encode(value) },
            TerminalPart::Empty {} => Terminal::Empty,
            TerminalPart::Other { path, value_hash } => Terminal::Other { path: *path, value_hash: *value_hash },
        };
        StateProof { siblings: self.siblings.clone(), terminal }
    }
}

impl Bundle {
    /// A bundle for the given chain, without evidence.
    pub fn of(genesis: &Genesis) -> Self {
        let ChainId(chain_id) = genesis.chain_id();
        let genesis = genesis.clone();
        Self {
            version: crate::VERSION,
            chain_id,
            genesis,
            hand_overs: None,
            record: None,
            inclusion: None,
            block: None,
            subject: None,
            stream: None,
        }
    }

    /// The headers of the blocks that carry a certificate. The hand-overs must lead to the validators of their epochs.
    pub fn certified_headers(&self) -> impl Iterator<Item = &BlockHeader> {
        let block = self.block.iter().filter(|block| matches!(block.finality, Finality::Certificate(_)));
        let stream = self.stream.iter().map(|stream| &stream.block.header);
        block.map(|block| &block.header).chain(stream)
    }

    /// The protocol versions of the genesis document, the hand-overs and the blocks.
    pub(crate) fn protocol_versions(&self) -> impl Iterator<Item = ProtocolVersion> {
        let hand_overs = self.hand_overs.iter().flatten();
        let hand_overs = hand_overs.flat_map(|part| [part.hand_over.version, part.block.header.version]);
        let block = self.block.iter().map(|block| block.header.version);
        let stream = self.stream.iter().map(|stream| stream.block.header.version);
        std::iter::once(self.genesis.version).chain(hand_overs).chain(block).chain(stream)
    }

    /// The bundle as JSON text on one line.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("serializing strings, numbers and lists to memory cannot fail")
    }
}
