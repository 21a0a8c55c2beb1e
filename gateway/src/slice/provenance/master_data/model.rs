//! Versions of master data, for REST and GraphQL. Invariant: a document is that of its record, byte for byte.

use super::ElementName;
use crate::error::ApiError;
use async_graphql::SimpleObject;
use indexer::provenance::ElementVersion;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A recorded version of an element of a vocabulary.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[graphql(complex)]
pub struct MasterDataVersion {
    /// The full URI of its vocabulary, such as `urn:epcglobal:epcis:vtype:BusinessLocation`.
    pub vocabulary: String,
    /// Its id in canonical form.
    pub id: String,
    /// The time at which the ledger recorded the version, RFC 3339 UTC.
    pub record_time: String,
    /// The shard of its record.
    pub shard: u16,
    /// The height of the block with its record.
    pub height: u64,
    /// The index of its record within the block, from 0.
    pub record_index: u32,
    /// The id of the transaction that recorded it, 64 hexadecimal digits.
    pub tx_id: String,
    /// The recorded document: `@context`, `vocabulary` and `element`, exactly as captured. Null for a record that
    /// cannot be read, because its key was deleted or its body is not that of its element.
    #[schema(value_type = Option<Object>)]
    #[graphql(skip)]
    pub document: Option<Box<RawValue>>,
}

impl MasterDataVersion {
    /// The version of an element.
    ///
    /// # Errors
    /// An internal failure: the index has a document that is not JSON.
    pub(in super::super) fn of(element: ElementName, row: ElementVersion) -> Result<Self, ApiError> {
        let record_time = row.record_time().to_string();
        let document = row.document.map(RawValue::from_string).transpose();
        Ok(Self {
            vocabulary: element.vocabulary,
            id: element.id,
            record_time,
            shard: row.shard.0,
            height: row.height.0,
            record_index: row.record_index,
            tx_id: row.tx_id.to_string(),
            document: document.map_err(|error| ApiError::internal(&error))?,
        })
    }

    /// The name of its element.
    pub(in super::super) fn element(&self) -> ElementName {
        ElementName { vocabulary: self.vocabulary.clone(), id: self.id.clone() }
    }

    /// Shard, height and index of its record.
    pub(in super::super) fn place(&self) -> (u16, u64, u32) {
        (self.shard, self.height, self.record_index)
    }
}
