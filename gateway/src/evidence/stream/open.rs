//! Opens records of a stream. Invariant: the opened records of one bundle are bounded. A stream with more is refused
//! before all of it is built.

use super::super::{FieldChoice, Place, code, index_mismatch, read};
use crate::error::ApiError;
use chain_proof::{
    BlockEvidence, Disclosure,
    bundle::{BodyPart, FieldPart, RecordPart},
};
use chain_seal::TransactionKey;
use chain_types::{Digest, FinalBlock, Subject};

/// The maximum size of the bodies of all records that one stream opens, in bytes of the bundle's text. Many small
/// fields have a longer text than their document, since each has a pointer and a salt.
pub const OPENED_BYTES_MAX: usize = 32 * 1_024 * 1_024;

/// The bytes of a field beside pointer and value: the names of the members and the salt, or the leaf.
const FIELD_BYTES: usize = 64;

/// The records of a stream to open, and the fields to disclose of them.
#[derive(Clone, Debug)]
pub enum Opening {
    /// None: only the leaves are listed.
    Nothing,
    /// All records, with all fields.
    Everything,
    /// All records but the one at `own`, which the bundle contains already, with the fields of the same choice.
    Others { own: Place, choice: FieldChoice },
}

impl Opening {
    /// Whether the record at `place` is opened.
    pub(super) fn opens(&self, place: Place) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Others { own, .. } => *own != place,
        }
    }

    /// Whether the field at `pointer` of an opened record is disclosed.
    fn discloses(&self, pointer: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Others { choice, .. } => choice.opens(pointer),
        }
    }
}

/// The leaves of records, with the records that were opened.
pub(super) type Leaves = Vec<(Digest, Option<RecordPart>)>;

/// The bytes that further records may take.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Room {
    pub(super) const fn new() -> Self {
        Self(OPENED_BYTES_MAX)
    }

    fn take(&mut self, record: &RecordPart) -> Result<(), ApiError> {
        self.0 = self.0.checked_sub(text_bytes(&record.body)).ok_or_else(|| {
            let detail = format!("The records of the stream open to more than {OPENED_BYTES_MAX} bytes of text.");
            ApiError::new(&code::STREAM_TOO_LONG, detail)
        })?;
        Ok(())
    }
}

/// About the size of a body in the bundle's text.
fn text_bytes(body: &BodyPart) -> usize {
    match body {
        BodyPart::Public { bytes } => bytes.len().div_ceil(3) * 4,
        BodyPart::Sealed { fields, .. } => fields.iter().flatten().fold(0, |sum, field| match field {
            FieldPart::Disclosed(field) => sum + field.pointer.len() + field.value.len() + FIELD_BYTES,
            FieldPart::Withheld(_) => sum + FIELD_BYTES,
        }),
    }
}

/// Builds the records at `places` of one block. `keys` are those of the opened records, in order.
pub(super) fn build(
    block: &FinalBlock,
    places: &[Place],
    subject: Subject,
    opening: &Opening,
    keys: Vec<Option<TransactionKey>>,
    mut room: Room,
) -> Result<(Leaves, Room), ApiError> {
    let mut out = Vec::with_capacity(places.len());
    let Some(first) = places.first() else { return Ok((out, room)) };
    let evidence = BlockEvidence::of(block).map_err(read::unbuildable(*first))?;
    let mut keys = keys.into_iter();
    for place in places {
        let leaf = evidence.leaves().get(place.record as usize).copied().ok_or_else(|| index_mismatch(place))?;
        if !opening.opens(*place) {
            out.push((leaf, None));
            continue;
        }
        let (transaction, index) = place.find(block, subject).ok_or_else(|| index_mismatch(place))?;
        let body = transaction.entries.get(index as usize).map(|command| &command.body);
        let body = body.ok_or_else(|| index_mismatch(place))?;
        let key = keys.next().flatten().map(|key| key.record_key(index));
        let fields = read::fields(body, key.as_ref(), *place);
        let is_open = |pointer: &str| opening.discloses(pointer);
        let disclosure = match fields.as_deref() {
            None => Disclosure::Unknown,
            Some(fields) => Disclosure::Chosen { fields, is_open: &is_open },
        };
        let record = evidence.record(place.record, disclosure).map_err(read::unbuildable(*place))?;
        room.take(&record)?;
        out.push((leaf, Some(record)));
    }
    Ok((out, room))
}
