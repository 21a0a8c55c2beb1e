//! What is sent to endpoints besides the tenant's events: the test of an endpoint, and the notice that another was
//! disabled. Invariant: none has a number, as it is no record of the ledger. AsyncAPI describes these types.

use super::{id::WebhookId, model::DisabledReason};
use crate::{operation::model::format_us, tenant_id::TenantId};
use bytes::Bytes;
use chain_types::ChainId;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

/// The type of a test.
const TEST: &str = "waymark.webhook.test";
/// The type of the notice that an endpoint was disabled.
const DISABLED: &str = "waymark.webhook.disabled";

/// A `CloudEvent` without a number.
#[derive(Serialize, ToSchema)]
struct Notice<Data: ToSchema> {
    /// Always `1.0`.
    specversion: &'static str,
    /// The id of the attempt or of the notice.
    id: String,
    /// The chain and the tenant: `urn:waymark:<chain id>:<tenant id>`.
    source: String,
    #[serde(rename = "type")]
    event_type: &'static str,
    /// The id of the endpoint, `hook_…`.
    subject: String,
    /// The time at which it was made, RFC 3339 UTC.
    time: String,
    /// Always `application/json`.
    datacontenttype: &'static str,
    #[schema(inline)]
    data: Data,
}

/// The test of an endpoint, which says nothing.
#[derive(Serialize, ToSchema)]
struct TestData {}

/// The notice that another endpoint was disabled, and why.
#[derive(Serialize, ToSchema)]
struct DisabledData {
    /// The id of the endpoint, `hook_…`.
    id: String,
    #[schema(inline)]
    reason: DisabledReason,
}

/// Who sends a notice, about which endpoint, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    pub(super) chain: ChainId,
    pub(super) tenant: TenantId,
    pub(super) webhook: WebhookId,
    /// In microseconds since 1970.
    pub(super) at_us: i64,
}

impl About {
    /// The body of a test; `id` is that of the attempt.
    pub(super) fn test(self, id: String) -> Bytes {
        self.body(id, TEST, TestData {}).into()
    }

    /// The body of the notice that the endpoint was disabled.
    pub(super) fn disabled(self, id: String, reason: DisabledReason) -> String {
        self.body(id, DISABLED, DisabledData { id: self.webhook.to_string(), reason })
    }

    fn body<Data: Serialize + ToSchema>(self, id: String, event_type: &'static str, data: Data) -> String {
        let notice = Notice {
            specversion: "1.0",
            id,
            source: format!("urn:waymark:{}:{}", self.chain, self.tenant),
            event_type,
            subject: self.webhook.to_string(),
            time: format_us(self.at_us),
            datacontenttype: "application/json",
            data,
        };
        // A structure of texts can always be written.
        serde_json::to_string(&notice).unwrap_or_default()
    }
}

/// The type and the schema of each notice.
pub(crate) fn schemas() -> [(&'static str, Value); 2] {
    [(TEST, schema::<TestData>(TEST)), (DISABLED, schema::<DisabledData>(DISABLED))]
}

fn schema<Data: ToSchema>(event_type: &str) -> Value {
    let mut schema = serde_json::to_value(Notice::<Data>::schema()).unwrap_or_default();
    schema["properties"]["type"] = json!({ "type": "string", "const": event_type });
    schema["description"] = schema["properties"]["data"]["description"].clone();
    schema
}
