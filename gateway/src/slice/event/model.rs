//! Events as CloudEvents 1.0, and pages of them. Invariant: the same event has the same `source` and `id` in every
//! answer.

use super::Described;
use crate::{operation::model::format_us, tenant_id::TenantId};
use async_graphql::{Json, SimpleObject};
use chain_types::ChainId;
use indexer::event::IndexedEvent;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt::Display;
use utoipa::ToSchema;

/// The prefix of the type of every event.
pub const TYPE_PREFIX: &str = "waymark.";

/// An event in the JSON format of CloudEvents 1.0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct CloudEvent {
    /// Always `1.0`.
    pub specversion: String,
    /// The number of the event among those of the tenant, from 1 without gaps.
    pub id: String,
    /// The chain and the tenant: `urn:waymark:<chain id>:<tenant id>`.
    pub source: String,
    /// The type: `waymark.<slice>.<past_tense>`, such as `waymark.provenance.event_captured`.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub event_type: String,
    /// What the event is about, in the words of its domain, such as the id of an EPCIS event. Absent when it is about
    /// several things, such as the tenants of a payment, or about the whole chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The time of the block, RFC 3339 UTC.
    pub time: String,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The number with leading zeros, 20 digits: texts are in the order of the numbers.
    pub sequence: String,
    /// The shard of the record.
    pub shard: u16,
    /// The height of the block with the record, as text: an integer of CloudEvents has 32 bits.
    pub height: String,
    /// The index of the record within the block, from 0.
    pub recordindex: u32,
    /// The path of the evidence.
    pub evidence: String,
    /// What the event says, by its type: the summary of a document, or all that a record of the ledger itself says.
    #[schema(value_type = Object)]
    pub data: Json<Value>,
}

/// A page of events, in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct CloudEventPage {
    /// The events. A page with conditions can have fewer than `limit`, or none, and yet a successor.
    pub items: Vec<CloudEvent>,
    /// The value of `after` for the next page; null when there is none yet.
    pub next_cursor: Option<String>,
    /// The events up to this number were examined. Use it as `after` to ask for what comes later.
    pub read_to: u64,
    /// The number of the tenant's newest event; 0 before the first.
    pub newest: u64,
}

impl CloudEvent {
    /// Builds an event.
    pub fn of(chain: ChainId, tenant: TenantId, event: &IndexedEvent, described: Option<Described>) -> Self {
        let Described { subject, data, evidence } =
            described.unwrap_or(Described { subject: None, data: Value::Object(Map::new()), evidence: None });
        Self {
            specversion: "1.0".to_owned(),
            id: event.sequence.to_string(),
            source: format!("urn:waymark:{chain}:{tenant}"),
            event_type: format!("{TYPE_PREFIX}{}", event.event_type.name),
            subject,
            time: format_us(i64::try_from(event.timestamp_ms.0.saturating_mul(1_000)).unwrap_or(i64::MAX)),
            datacontenttype: "application/json".to_owned(),
            sequence: format!("{:020}", event.sequence),
            shard: event.shard.0,
            height: event.place.height.to_string(),
            recordindex: event.place.record_index,
            evidence: evidence.unwrap_or_else(|| format!("/v1/events/{}/evidence", event.sequence)),
            data: Json(data),
        }
    }

    /// The [`webhook_id`] of the event.
    pub fn webhook_id(&self) -> String {
        webhook_id(self.source.rsplit(':').next().unwrap_or_default(), &self.id)
    }
}

/// The id of an event as a webhook: `evt_<tenant>_<number>`, the same for every attempt and every receiver.
pub fn webhook_id(tenant: impl Display, number: impl Display) -> String {
    format!("evt_{tenant}_{number}")
}
