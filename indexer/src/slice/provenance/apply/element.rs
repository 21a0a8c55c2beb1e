//! Builds the rows of versions of master data. Invariant: every record gets a row, and a row names an element only when
//! the record's subject is that of the element.

use super::MASTER_DATA;
use crate::{
    batch::AppliedRecord,
    column::ColumnError,
    insert::{Insert, Statement},
    open::{Document, Keys, Skipped},
    provenance::row::subject_hash,
};
use chain_types::{Height, ShardId, Subject, TenantId, TimestampMs, TxId, stream::kind};
use sqlx::types::Uuid;
use standards_epcis::{
    limit::{CHILDREN_BYTES_MAX, ELEMENT_RECORD_BYTES_MAX},
    master_data::read_record,
};
use std::panic::catch_unwind;

/// The row of one version.
#[derive(Debug)]
pub(super) struct NewVersion {
    tenant: TenantId,
    subject: Uuid,
    shard: ShardId,
    height: Height,
    record_index: u32,
    record_time_ms: TimestampMs,
    tx_id: TxId,
    content: Option<Content>,
}

/// What is read of a record's document.
#[derive(Debug)]
struct Content {
    vocabulary: String,
    id: String,
    /// A line for each child; `None` without children.
    children: Option<String>,
    document: String,
}

impl NewVersion {
    /// Reads the version of an element from its record.
    pub(super) fn read(element: Subject, record: &AppliedRecord<'_>, keys: &Keys, skipped: &mut Skipped) -> Self {
        let content = match keys.open(record) {
            Document::Erased => {
                skipped.erased += 1;
                None
            }
            Document::Unreadable => {
                skipped.unreadable += 1;
                None
            }
            Document::Open(document) => {
                // A record that makes the reader panic is a fault of ours; it must not stop the index for all tenants.
                let read = catch_unwind(|| String::from_utf8(document).ok().and_then(Content::read));
                let content = read.ok().flatten().filter(|content| content.is_of(element, record.tenant, keys));
                skipped.unreadable += u64::from(content.is_none());
                content
            }
        };
        Self {
            tenant: record.tenant,
            subject: subject_hash(element),
            shard: record.header.shard,
            height: record.header.height,
            record_index: record.record_index,
            record_time_ms: record.header.timestamp_ms,
            tx_id: record.tx_id,
            content,
        }
    }

    /// The id of the element, in canonical form.
    pub(super) fn id(&self) -> Option<&str> {
        self.content.as_ref().map(|content| content.id.as_str())
    }

    /// The size of the longest column, in bytes.
    fn bytes(&self) -> usize {
        self.content.as_ref().map_or(0, |content| content.document.len())
    }
}

impl Content {
    /// Reads a record's document; `None` when it is no element, or when the database cannot hold it.
    fn read(document: String) -> Option<Self> {
        if document.contains('\0') || document.len() > ELEMENT_RECORD_BYTES_MAX {
            return None;
        }
        let record = read_record(document.as_bytes()).ok()?;
        let (vocabulary, id) = (record.element.vocabulary().to_owned(), record.element.id().to_owned());
        let children: Vec<_> = record.element.children(&record.context).collect();
        let children = (!children.is_empty()).then(|| children.join("\n"));
        // The gateway refuses children with an escaped NUL or with too many bytes. A tenant that signs its own
        // transactions can still record them.
        if children.as_ref().is_some_and(|children| children.contains('\0') || children.len() > CHILDREN_BYTES_MAX) {
            return None;
        }
        Some(Self { vocabulary, id, children, document })
    }

    fn is_of(&self, element: Subject, tenant: TenantId, keys: &Keys) -> bool {
        let name = standards_epcis::master_data::name(&self.vocabulary, &self.id);
        keys.subject_key(tenant).is_some_and(|key| key.subject(tenant, kind::MASTER_DATA, &name) == element)
    }
}

pub(super) fn insert_versions(versions: &[NewVersion]) -> Result<Vec<Statement>, ColumnError> {
    Insert::documents_into(MASTER_DATA, versions, NewVersion::bytes)
        .column("tenant_id", |version| version.tenant)
        .column("subject", |version| version.subject)
        .column("shard", |version| version.shard)
        .column("height", |version| version.height)
        .column("record_index", |version| version.record_index)
        .column("record_time_ms", |version| version.record_time_ms)
        .column("tx_id", |version| version.tx_id)
        .column("vocabulary", |version| version.content.as_ref().map(|content| content.vocabulary.as_str()))
        .column("id", |version| version.content.as_ref().map(|content| content.id.as_str()))
        .column("children", |version| version.content.as_ref().and_then(|content| content.children.as_deref()))
        .column("document", |version| version.content.as_ref().map(|content| content.document.as_str()))
        .statements()
}
