//! What events of the domain are about, for the list of events. Invariant: a summary has no document, and the subject
//! of an event is the id that queries and evidence take.

use crate::{
    error::ApiError,
    event::{DataSchema, Described, schema_of},
    tenant_id::TenantId,
    vault::TenantKeys,
};
use chain_types::{ShardId, Subject, stream::kind};
use indexer::{
    event::{EventPlace, IndexedEvent, SubjectPlaces, named},
    provenance::{self as index, ElementSummary, EventSummary},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use standards_epcis::{
    event::{Action, EventType},
    extract::canonical_identifier,
    timestamp::Timestamp,
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The summary of an EPCIS event, with the names of EPCIS. A member is null where the event has none, where its text
/// has more than 512 bytes, and where the document cannot be read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EventData<'s> {
    #[serde(rename = "eventID")]
    event_id: Option<&'s str>,
    event_type: Option<&'s str>,
    event_time: String,
    action: Option<&'s str>,
    biz_step: Option<&'s str>,
    disposition: Option<&'s str>,
    read_point: Option<&'s str>,
    biz_location: Option<&'s str>,
}

/// The name of an element of master data; a member is null as in the summary of an event.
#[derive(Serialize, ToSchema)]
struct ElementData<'s> {
    vocabulary: Option<&'s str>,
    id: Option<&'s str>,
}

/// What the events of the domain say.
pub(crate) fn schemas() -> [DataSchema; 3] {
    [
        ("provenance.event_captured", schema_of::<EventData<'_>>()),
        ("provenance.error_declared", schema_of::<EventData<'_>>()),
        ("provenance.master_data_recorded", schema_of::<ElementData<'_>>()),
    ]
}

/// The subjects that a text can mean: the id of an event, an identifier in any spelling, or the id of master data,
/// whose canonical form is that of an identifier.
pub(crate) fn subjects(tenant: TenantId, keys: &TenantKeys, text: &str) -> Vec<Subject> {
    let canonical = canonical_identifier(text);
    let blinded = [(kind::EVENT, text), (kind::EPC, &canonical)]
        .map(|(kind, text)| keys.subject.subject(tenant.on_ledger(), kind, text));
    blinded.into_iter().chain([named(tenant.on_ledger(), &canonical)]).collect()
}

/// The places of the records of subjects; see [`index::subject_places`].
///
/// # Errors
/// Failures of the database.
pub(crate) async fn places(
    conn: &mut PgConnection,
    tenant: chain_types::TenantId,
    subjects: &[Subject],
    shard: ShardId,
    after: Option<EventPlace>,
) -> Result<SubjectPlaces, ApiError> {
    Ok(index::subject_places(conn, tenant, subjects, shard, after).await?)
}

/// Describes those of the events that are of this domain, by their places.
///
/// # Errors
/// Failures of the database.
pub(crate) async fn describe(
    conn: &mut PgConnection,
    tenant: chain_types::TenantId,
    shard: ShardId,
    events: &[IndexedEvent],
) -> Result<BTreeMap<EventPlace, Described>, ApiError> {
    let own = events.iter().filter(|event| event.event_type.name.starts_with("provenance."));
    let own: BTreeMap<EventPlace, &IndexedEvent> = own.map(|event| (event.place, event)).collect();
    if own.is_empty() {
        return Ok(BTreeMap::new());
    }
    let places: Vec<_> = own.keys().copied().collect();
    let (captured, elements) = index::summaries(conn, tenant, shard, &places).await?;
    let captured = captured.into_iter().map(|summary| {
        let place = EventPlace { height: summary.height, record_index: summary.record_index };
        (place, of_event(&summary))
    });
    let elements = elements.into_iter().filter_map(|summary| {
        let place = EventPlace { height: summary.height, record_index: summary.record_index };
        let recorded_ms = own.get(&place)?.timestamp_ms.0;
        Some((place, of_element(summary, recorded_ms)))
    });
    Ok(captured.chain(elements).collect())
}

fn of_event(summary: &EventSummary) -> Described {
    let own = summary.own_type.as_deref();
    let data = EventData {
        event_id: summary.event_id.as_deref(),
        event_type: own.or(summary.event_type.map(EventType::as_str)),
        event_time: summary.event_time().to_string(),
        action: summary.action.map(Action::as_str),
        biz_step: summary.biz_step.as_deref(),
        disposition: summary.disposition.as_deref(),
        read_point: summary.read_point.as_deref(),
        biz_location: summary.biz_location.as_deref(),
    };
    let evidence = summary.event_id.as_deref().map(|id| format!("/v1/provenance/events/{}/evidence", encoded(id)));
    Described { subject: summary.event_id.clone(), data: json!(data), evidence }
}

fn of_element(summary: ElementSummary, recorded_ms: u64) -> Described {
    let ElementSummary { vocabulary, id, .. } = summary;
    let evidence = vocabulary.as_deref().zip(id.as_deref()).map(|(vocabulary, id)| {
        let as_of = Timestamp::from_unix_ms(i64::try_from(recorded_ms).unwrap_or(i64::MAX)).to_string();
        let (id, vocabulary, as_of) = (encoded(id), encoded(vocabulary), encoded(&as_of));
        format!("/v1/provenance/master-data/{id}/evidence?vocabulary={vocabulary}&as_of={as_of}")
    });
    let data = json!(ElementData { vocabulary: vocabulary.as_deref(), id: id.as_deref() });
    Described { subject: id, data, evidence }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
