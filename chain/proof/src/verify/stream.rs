//! Step `stream`: checks that the listed records are all that the tenant recorded about the subject, or that it
//! recorded nothing about it [P6, streams]. Invariant: the proof is against the state of the tenant's home shard. Other
//! shards hold no record of the subject.

use super::{
    author, certificate, command,
    fault::{Fault, require},
    fields, record, subject,
    trusted::Trusted,
};
use crate::{
    Bundle,
    bundle::{RecordPart, StreamPart, TerminalPart},
};
use chain_types::{
    Digest, Receipt, StreamHead, Subject, TenantId,
    id::home_shard,
    state::{StreamKey, TypedKey},
};

/// Tenants have one partition for now, so all streams of a tenant have one home shard [P18, homes].
const PARTITION: u16 = 0;

/// `own` is the bundle's record with its verified leaf. `is_certified` states that step `certificate` already checked
/// the stream's block.
pub(super) fn check(
    bundle: &Bundle,
    stream: &StreamPart,
    own: Option<(&RecordPart, Digest)>,
    trusted: &Trusted<'_>,
    is_certified: bool,
) -> Result<(), Fault> {
    let tenant = TenantId(stream.tenant);
    if let Some((record, _)) = own {
        require(record.transaction.tenant == tenant, "the stream is of another tenant than the record")?;
    }
    if !is_certified {
        certificate::check(&stream.block.header, &stream.block.certificate, trusted)?;
    }
    // Any other shard can truthfully prove the absence of every subject, since it never receives records of this
    // tenant's subjects.
    let home = home_shard(tenant, PARTITION, bundle.genesis.shards);
    require(stream.block.header.shard == home, "the block is not of the shard that keeps the tenant's streams")?;
    let subject = subject::open(&stream.subject, tenant)?;
    check_head(stream, tenant, subject)?;
    check_opened(bundle, stream, subject)?;
    if let Some((record, leaf)) = own {
        let must_list = joins_streams(&record.receipt) && record.core.subjects.contains(&subject);
        require(!must_list || stream.leaves.contains(&leaf), "the record belongs to the stream but is not listed")?;
    }
    Ok(())
}

/// Checks that the state holds the head and that the leaves lead to it, or that the state holds no head and no leaves
/// are listed.
fn check_head(stream: &StreamPart, tenant: TenantId, subject: Subject) -> Result<(), Fault> {
    let path = StreamKey(tenant, subject).path();
    let root = stream.proof.state_proof().root(&path);
    require(root.is_some(), "the proof is about another key of the state")?;
    require(root == Some(stream.block.header.state_root), "the proof does not lead to the block's state")?;
    let TerminalPart::Present { value: head } = &stream.proof.terminal else {
        return require(stream.leaves.is_empty(), "the ledger holds no such stream, but records are listed");
    };
    let folded = stream.leaves.iter().fold(StreamHead::default(), |head, leaf| head.push(leaf));
    require(folded.count == head.count, "the stream holds another number of records than are listed")?;
    require(folded.digest == head.digest, "the listed records are not those of the stream")
}

/// Checks that each opened record is valid and has the leaf at its position.
fn check_opened(bundle: &Bundle, stream: &StreamPart, subject: Subject) -> Result<(), Fault> {
    let Some(records) = &stream.records else { return Ok(()) };
    require(records.len() == stream.leaves.len(), "there are not as many opened records as leaves")?;
    for (record, listed) in records.iter().zip(&stream.leaves) {
        let Some(record) = record else { continue };
        require(record.transaction.tenant.0 == stream.tenant, "an opened record is of another tenant")?;
        require(record.core.subjects.contains(&subject), "an opened record is not about the stream's subject")?;
        fields::check(&record.body)?;
        let body = command::check(record)?;
        let tx_id = author::check(record, bundle.chain_id)?;
        let leaf = record::leaf(record, tx_id, &body);
        require(leaf == *listed, "an opened record is not the one at its place in the stream")?;
    }
    Ok(())
}

/// Rejected commands and repeated content join no stream.
fn joins_streams(receipt: &Receipt) -> bool {
    matches!(receipt, Receipt::Applied(_))
}
