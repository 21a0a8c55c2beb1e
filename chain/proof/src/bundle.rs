//! The evidence bundle, format 2, as data (docs/evidence.md). Invariant: whatever has been read into these types had
//! exactly the format's members, lengths and canonical encodings; what it claims is still unproven.

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

/// A bundle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`crate::VERSION`].
    pub version: u32,
    /// The id of the chain that the evidence is about.
    #[serde(with = "binary::digest")]
    pub chain_id: Digest,
    /// The document that the id is the digest of; names the validators.
    #[serde(with = "binary::canonical")]
    pub genesis: Genesis,
    /// How the validators changed since, as far as the blocks below need it; ascending by epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_overs: Option<Vec<HandOverPart>>,
    /// A record; comes with `inclusion` and `block`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordPart>,
    /// Where the record stands in its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inclusion: Option<InclusionPart>,
    /// The record's block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<RecordBlockPart>,
    /// A readable identifier that the record is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectPart>,
    /// All records of a subject, or the proof that there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamPart>,
}

/// A record, opened as far as its owner wants.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPart {
    /// The signed header of the transaction that carried the command.
    #[serde(with = "binary::canonical")]
    pub transaction: TransactionHeader,
    /// The author's signature.
    #[serde(with = "binary::canonical")]
    pub signature: Signature,
    /// Where the command stands in the transaction.
    pub command: CommandPart,
    /// The command without its body.
    #[serde(with = "binary::canonical")]
    pub core: EntryCore,
    /// What execution decided.
    #[serde(with = "binary::canonical")]
    pub receipt: Receipt,
    /// The command's body.
    pub body: BodyPart,
}

/// A command's place in the tree of its transaction's commands, whose size the header states.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandPart {
    /// The command's index, from 0.
    pub index: u32,
    /// The inclusion path (RFC 9162 section 2.1.3), from the leaf up.
    #[serde(with = "binary::digests")]
    pub path: Vec<Digest>,
}

/// A record's body: in the clear, or its digests and what of it is disclosed.
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
        /// All fields, disclosed or withheld; none at all when the record's key is gone and nobody knows them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fields: Option<Vec<FieldPart>>,
    },
    /// A public body.
    Public {
        /// Its bytes.
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
    /// Open: `{"pointer","value","salt"}`.
    Disclosed(Field),
    /// Closed: `{"leaf"}`.
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

/// A record's path in the tree of its block's records. Index and size say which way the path turns and are not claims:
/// a header does not commit to its count of records, and trees of several sizes share a path.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionPart {
    /// The record's index, from 0.
    pub index: u64,
    /// How many records the block holds.
    pub size: u64,
    /// The inclusion path (RFC 9162 section 2.1.3), from the leaf up.
    #[serde(with = "binary::digests")]
    pub path: Vec<Digest>,
}

/// A readable identifier with the blind that opens its digest [P6].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectPart {
    /// One of [`chain_types::stream::kind`]; at most 255 bytes.
    pub kind: String,
    /// The identifier.
    pub id: String,
    /// The blind of this identifier.
    #[serde(with = "binary::array")]
    pub blind: [u8; 32],
}

impl SubjectPart {
    /// The subject, when the kind is short enough to have one.
    pub fn subject(&self, tenant: TenantId) -> Option<Subject> {
        u8::try_from(self.kind.len()).ok()?;
        Some(Subject::of(tenant, &self.kind, &self.id, &self.blind))
    }
}

/// A subject's stream: every record about it, or none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamPart {
    /// Whose stream it is: the 16 bytes of the tenant's UUID.
    #[serde(with = "binary::array")]
    pub tenant: [u8; 16],
    /// What the stream is about.
    pub subject: SubjectPart,
    /// The block whose state the proof is against.
    pub block: BlockPart,
    /// The proof of the stream's head.
    pub proof: ProofPart,
    /// The leaves of all records of the stream, in order.
    #[serde(with = "binary::digests")]
    pub leaves: Vec<Digest>,
    /// Some of those records, opened, each at its leaf's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<Vec<Option<RecordPart>>>,
}

/// A proof against a state root (see [`chain_types::state`]).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofPart {
    /// Sibling hashes from the root down.
    #[serde(with = "binary::digests")]
    pub siblings: Vec<Digest>,
    /// What stands at the end of the key's path.
    pub terminal: TerminalPart,
}

/// What stands at the end of a key's path.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TerminalPart {
    /// The key itself.
    Present {
        /// The stream's head.
        #[serde(with = "binary::canonical")]
        value: StreamHead,
    },
    /// Nothing. A variant with members, because serde lets unknown ones pass on unit variants.
    Empty {},
    /// One other key.
    Other {
        /// Its path.
        #[serde(with = "binary::digest")]
        path: Digest,
        /// The hash of its value.
        #[serde(with = "binary::digest")]
        value_hash: Digest,
    },
}

impl ProofPart {
    /// The proof as the state's tree defines it.
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
    /// A bundle without evidence yet, for the given chain.
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

    /// The headers of the blocks that come with a certificate; hand-overs lead to the validators of their epochs.
    pub fn certified_headers(&self) -> impl Iterator<Item = &BlockHeader> {
        let block = self.block.iter().filter(|block| matches!(block.finality, Finality::Certificate(_)));
        let stream = self.stream.iter().map(|stream| &stream.block.header);
        block.map(|block| &block.header).chain(stream)
    }

    /// The protocol versions that its parts follow.
    pub(crate) fn protocol_versions(&self) -> impl Iterator<Item = ProtocolVersion> {
        let hand_overs = self.hand_overs.iter().flatten();
        let hand_overs = hand_overs.flat_map(|part| [part.hand_over.version, part.block.header.version]);
        let block = self.block.iter().map(|block| block.header.version);
        let stream = self.stream.iter().map(|stream| stream.block.header.version);
        std::iter::once(self.genesis.version).chain(hand_overs).chain(block).chain(stream)
    }

    /// The bundle as JSON text, in one line.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings, numbers and lists are written to memory without errors")
    }
}
