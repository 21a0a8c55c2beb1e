//! Writes events as EPCIS JSON. Invariant: an event is written as captured, with its id and record time added. A record
//! that is not an event is written as an event of the type [`UNREADABLE`], which shows the reason and the bytes.

use super::search::Page;
use crate::{error::ApiError, state::Gateway, submit::now_us};
use indexer::provenance::EventRow;
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use standards_epcis::{
    context::GS1_CONTEXT_URL,
    document::{QueryResult, query_document, read_record, record_document},
    timestamp::format_unix_ms,
};
use std::borrow::Cow;

/// The type of a record that is not an event: an event type of our own (EPCIS 2.0 section 7.4, extension).
const UNREADABLE: &str = "waymark:UnreadableRecord";
/// The namespace of that type and its fields.
const NAMESPACE: &str = "urn:waymark:epcis:";

/// The name of the standard's query, which has the parameters of the request.
pub(super) const SIMPLE_EVENT_QUERY: &str = "SimpleEventQuery";

/// Writes a page as the `EPCISQueryDocument` of a query. The work is done outside the async runtime.
///
/// # Errors
/// An internal failure, when the document of a row is damaged.
pub(super) async fn document(gateway: &Gateway, query_name: String, page: Page) -> Result<String, ApiError> {
    gateway.processors.compute(move || write(&query_name, &page.rows)).await?
}

/// Writes one event alone: the first of the page.
///
/// # Errors
/// An internal failure, when the page is empty or its row is damaged.
pub(super) async fn event(gateway: &Gateway, page: Page) -> Result<String, ApiError> {
    #[derive(Deserialize)]
    struct Document<'d> {
        #[serde(rename = "epcisBody", borrow)]
        body: Body<'d>,
    }
    #[derive(Deserialize)]
    struct Body<'d> {
        #[serde(rename = "queryResults", borrow)]
        results: Results<'d>,
    }
    #[derive(Deserialize)]
    struct Results<'d> {
        #[serde(rename = "resultsBody", borrow)]
        body: ResultsBody<'d>,
    }
    #[derive(Deserialize)]
    struct ResultsBody<'d> {
        #[serde(rename = "eventList", borrow)]
        events: Vec<&'d RawValue>,
    }
    let work = move || {
        let text = write(SIMPLE_EVENT_QUERY, &page.rows[..page.rows.len().min(1)])?;
        let document: Document<'_> = serde_json::from_str(&text).map_err(|error| ApiError::internal(&error))?;
        let first = document.body.results.body.events.first().map(|event| event.get().to_owned());
        first.ok_or_else(|| ApiError::internal(&"an event is on the ledger and not in the index"))
    };
    gateway.processors.compute(work).await?
}

fn write(query_name: &str, rows: &[EventRow]) -> Result<String, ApiError> {
    let documents: Vec<Cow<'_, [u8]>> = rows
        .iter()
        .map(|row| if row.has_event() { Cow::Borrowed(row.document.as_bytes()) } else { Cow::Owned(unreadable(row)) })
        .collect();
    let records: Vec<_> = documents
        .iter()
        .map(|document| read_record(document))
        .collect::<Result<_, _>>()
        .map_err(|error| ApiError::internal(&error))?;
    let results: Vec<_> = records
        .iter()
        .zip(rows)
        .map(|(record, row)| QueryResult {
            record,
            event_id: &row.event_id,
            record_time_ms: row.record_time().unix_ms(),
        })
        .collect();
    Ok(query_document(query_name, now_us() / 1_000, &results))
}

/// The record of a row that has no event.
fn unreadable(row: &EventRow) -> Vec<u8> {
    let context = json!([GS1_CONTEXT_URL, { "waymark": NAMESPACE }]);
    let event = json!({
        "type": UNREADABLE,
        "eventID": row.event_id,
        "eventTime": format_unix_ms(row.event_time_ms),
        "eventTimeZoneOffset": "+00:00",
        "waymark:reason": row.unreadable.map_or("", |reason| reason.as_str()),
        "waymark:bytes": row.document,
    });
    record_document(&context.to_string(), &event.to_string())
}
