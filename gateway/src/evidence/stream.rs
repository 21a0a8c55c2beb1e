//! Builds the evidence of a stream: all records about a subject, or the proof of absence [P6, streams]. Invariant: the
//! head is read from the ledger first. The records must lead to exactly this head, so a missing or extra index row is
//! detected.

mod open;

pub use open::{OPENED_BYTES_MAX, Opening};

use super::{Place, code, index_mismatch, read};
use crate::{
    budget,
    error::{ApiError, code as common},
    freshness,
    ledger::unreadable,
    state::Gateway,
    tenant_id::TenantId,
};
use chain_node::StreamProofParts;
use chain_proof::{
    StreamEvidence,
    bundle::{StreamPart, SubjectPart},
};
use chain_types::{Height, Subject};
use open::{Leaves, Room};
use std::{sync::Arc, time::Duration};

/// The maximum number of records of a stream in one bundle.
pub const STREAM_RECORDS_MAX: u64 = 1_000;

/// The maximum size of all documents that one bundle opens, in bytes.
pub const STREAM_BYTES_MAX: u64 = 8 * 1_024 * 1_024;

/// Checks that one bundle can contain documents of this total size.
///
/// # Errors
/// `evidence.stream_too_long`.
pub fn check_bytes(bytes: u64) -> Result<(), ApiError> {
    if bytes <= STREAM_BYTES_MAX {
        return Ok(());
    }
    let detail = format!("The stream has documents of {bytes} bytes; a bundle opens {STREAM_BYTES_MAX}.");
    Err(ApiError::new(&code::STREAM_TOO_LONG, detail))
}

/// The proved head of a stream, before its records are gathered.
#[derive(Debug)]
pub struct Stream {
    tenant: TenantId,
    subject: SubjectPart,
    digest: Subject,
    parts: StreamProofParts,
}

/// Proves the head of a tenant's stream against the newest block, and waits until the index has reached that block.
///
/// # Errors
/// `ledger.index_behind` when the index does not reach the block in time.
pub async fn prove(gateway: &Gateway, tenant: TenantId, kind: &str, id: &str) -> Result<Stream, ApiError> {
    let keys = gateway.tenant_keys(tenant).await?;
    let owner = tenant.on_ledger();
    let subject = SubjectPart { kind: kind.to_owned(), id: id.to_owned(), blind: keys.subject.blind(kind, id) };
    let digest = keys.subject.subject(owner, kind, id);
    let shard = gateway.submitter.home(tenant);
    // The thread that proves also decides blocks, so few proofs are asked for at a time, in turn for all tenants.
    let turn = gateway.budgets.proofs.acquire(budget::current_sharer(), 1).await?;
    let parts = gateway.node.prove_stream(shard, owner, digest).await;
    drop(turn);
    let parts = parts.map_err(|error| unreadable(&error))?;
    let wait = Duration::from_millis(freshness::WAIT_MS_MAX);
    if tokio::time::timeout(wait, gateway.index.wait_for(shard, parts.header.height)).await.is_err() {
        let detail = "The index has not reached the proved block; nothing is lost, ask again in a moment.";
        return Err(ApiError::new(&common::INDEX_BEHIND, detail).retry_after_s(1));
    }
    Ok(Stream { tenant, subject, digest, parts })
}

impl Stream {
    /// The subject of the stream, with its blind.
    pub fn subject(&self) -> &SubjectPart {
        &self.subject
    }

    /// The blinded digest of the subject, as records contain it.
    pub fn digest(&self) -> Subject {
        self.digest
    }

    /// The number of records in the stream.
    pub fn count(&self) -> u64 {
        self.parts.head.map_or(0, |head| head.count)
    }

    /// The height of the block whose state proves the head. Later records are not part of the evidence.
    pub fn height(&self) -> Height {
        self.parts.header.height
    }

    /// Checks that one bundle can contain the whole stream.
    ///
    /// # Errors
    /// `evidence.stream_too_long`.
    pub fn check_length(&self) -> Result<(), ApiError> {
        if self.count() <= STREAM_RECORDS_MAX {
            return Ok(());
        }
        let detail = format!("The stream has {} records; a bundle shows {STREAM_RECORDS_MAX}.", self.count());
        Err(ApiError::new(&code::STREAM_TOO_LONG, detail))
    }

    /// Gathers the records of the stream from `places`, the positions that the index returned, in order, and opens
    /// those of `opening`.
    ///
    /// # Errors
    /// `ledger.index_mismatch` when these are not exactly the records that lead to the head;
    /// `evidence.stream_too_long`.
    pub async fn gather(
        self,
        gateway: &Arc<Gateway>,
        places: Vec<Place>,
        opening: &Opening,
    ) -> Result<StreamPart, ApiError> {
        self.check_length()?;
        let places: Vec<Place> = places.into_iter().filter(|place| place.height <= self.height()).collect();
        if u64::try_from(places.len()).ok() != Some(self.count()) {
            let kind = &self.subject.kind;
            return Err(index_mismatch(&format!(
                "{} records about an {kind}, the ledger holds {}",
                places.len(),
                self.count()
            )));
        }
        let mut leaves = Vec::with_capacity(places.len());
        let mut records = Vec::with_capacity(places.len());
        let mut room = Room::new();
        for within_block in places.chunk_by(|left, right| (left.shard, left.height) == (right.shard, right.height)) {
            let (found, left) = self.read_block(gateway, within_block, opening, room).await?;
            room = left;
            for (leaf, record) in found {
                leaves.push(leaf);
                records.push(record);
            }
        }
        let is_any_open = records.iter().any(Option::is_some);
        let evidence = StreamEvidence {
            tenant: self.tenant.on_ledger(),
            subject: self.subject,
            header: &self.parts.header,
            certificate: &self.parts.certificate,
            proof: &self.parts.proof,
            leaves,
            records: is_any_open.then_some(records),
        };
        evidence.into_part().map_err(|error| index_mismatch(&error))
    }

    /// Reads one block and returns the leaves of `places`, with the records that `opening` opens, and the room that
    /// these leave.
    async fn read_block(
        &self,
        gateway: &Arc<Gateway>,
        places: &[Place],
        opening: &Opening,
        room: Room,
    ) -> Result<(Leaves, Room), ApiError> {
        let Some(first) = places.first() else { return Ok((Vec::new(), room)) };
        let block = read::block(gateway, *first).await?;
        let subject = self.digest;
        let mut opened = Vec::new();
        for place in places {
            let (transaction, _) = place.find(&block, subject).ok_or_else(|| index_mismatch(place))?;
            if opening.opens(*place) {
                opened.push(transaction.header.id());
            }
        }
        let keys = if opened.is_empty() { Vec::new() } else { read::keys(gateway, self.tenant, opened).await? };
        let (places, opening) = (places.to_vec(), opening.clone());
        gateway.processors.compute(move || open::build(&block, &places, subject, &opening, keys, room)).await?
    }
}
