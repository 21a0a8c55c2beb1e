//! An event in GraphQL.
#![allow(clippy::unused_async, reason = "async-graphql takes async resolvers only")]

use super::{absent_as_null, reader};
use crate::{evidence::FieldChoice, provenance::evidence};
use async_graphql::{Context, Json, Object, Result};
use indexer::provenance::EventRow;
use serde_json::value::RawValue;
use standards_epcis::{event::Action, timestamp::format_unix_ms};

/// An EPCIS event.
#[derive(Clone, Debug)]
pub(super) struct Event(pub(super) EventRow);

#[Object]
impl Event {
    /// The id: as captured, or the CBV 2.0 event hash id.
    async fn event_id(&self) -> &str {
        &self.0.event_id
    }

    /// `ObjectEvent`, `AggregationEvent`, …
    async fn event_type(&self) -> &str {
        self.0.event_type.as_str()
    }

    /// When it happened, RFC 3339 UTC.
    async fn event_time(&self) -> String {
        format_unix_ms(self.0.event_time_ms)
    }

    /// When the ledger recorded it, RFC 3339 UTC.
    async fn record_time(&self) -> String {
        format_unix_ms(i64::try_from(self.0.record_time_ms.0).unwrap_or(i64::MAX))
    }

    /// `ADD`, `OBSERVE` or `DELETE`; a transformation has none.
    async fn action(&self) -> Option<&str> {
        self.0.action.map(Action::as_str)
    }

    /// The business step: a bare word or a URI.
    async fn biz_step(&self) -> Option<&str> {
        self.0.biz_step.as_deref()
    }

    /// The disposition: a bare word or a URI.
    async fn disposition(&self) -> Option<&str> {
        self.0.disposition.as_deref()
    }

    /// The read point, canonical.
    async fn read_point(&self) -> Option<&str> {
        self.0.read_point.as_deref()
    }

    /// The business location, canonical.
    async fn biz_location(&self) -> Option<&str> {
        self.0.biz_location.as_deref()
    }

    /// Whether it declares an earlier event of the same id wrong.
    async fn declares_error(&self) -> bool {
        self.0.declares_error
    }

    /// The shard that holds its record.
    async fn shard(&self) -> u16 {
        self.0.shard.0
    }

    /// The block that holds its record.
    async fn height(&self) -> u64 {
        self.0.height.0
    }

    /// Its record's index within the block, from 0.
    async fn record_index(&self) -> u32 {
        self.0.record_index
    }

    /// The transaction that carried it, 64 hexadecimal digits.
    async fn tx_id(&self) -> String {
        self.0.tx_id.to_string()
    }

    /// The recorded document: `@context` and event exactly as captured.
    async fn document(&self) -> Result<Json<Box<RawValue>>> {
        Ok(Json(RawValue::from_string(self.0.document.clone())?))
    }

    /// The evidence bundle, with the fields at and below these JSON pointers disclosed; all when absent.
    #[graphql(complexity = 200)]
    async fn evidence(
        &self,
        context: &Context<'_>,
        fields: Option<Vec<String>>,
    ) -> Result<Option<Json<chain_proof::Bundle>>> {
        let (gateway, tenant) = reader(context).await?;
        let choice = fields.map_or(FieldChoice::All, FieldChoice::Below);
        let bundle = evidence::of_event(gateway, tenant, self.0.event_id.clone(), choice).await;
        Ok(absent_as_null(bundle)?.map(Json))
    }
}
