//! Writes events as EPCIS JSON or XML. Invariant: an event is written as captured, with its id and record time added.
//! Only the spelling of its identifiers and words differs when the form of the answer asks for it; an event in such a
//! form has the same event hash, but is not the text that evidence proves. A record that is not an event is written as
//! an event of the type [`UNREADABLE`], which shows the reason and the bytes.

use super::{
    code, exception,
    gs1_header::{self, AnswerForm},
    search::Page,
};
use crate::{budget::Charge, error::ApiError, state::Gateway, submit::now_us};
use indexer::provenance::EventRow;
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use standards_epcis::{
    context::GS1_CONTEXT_URL,
    document::{Delivery, QueryResult, Record, delivery_document, query_document, read_record, record_document},
    timestamp::format_unix_ms,
    translate::{self, CompanyPrefixes, EpcFormat},
    vocabulary::CbvVersion,
    xml::{
        Version,
        write::{self as xml, Inexpressible, LaterFields, Reason},
    },
};
use std::{borrow::Cow, sync::Arc};

/// The largest answer in XML, in bytes. The same events can be longer in XML than in JSON, by the length of their
/// names.
pub const XML_ANSWER_BYTES_MAX: usize = 12 * 1_024 * 1_024;

/// The type of a record that is not an event: an event type of our own (EPCIS 2.0 section 7.4, extension).
const UNREADABLE: &str = "waymark:UnreadableRecord";
/// The namespace of that type and its fields.
const NAMESPACE: &str = "urn:waymark:epcis:";

/// The name of the standard's query, which has the parameters of the request.
pub(super) const SIMPLE_EVENT_QUERY: &str = "SimpleEventQuery";

/// The memory, in bytes, of a page whose stored documents have `page_bytes` bytes, and of the answer made from them.
pub(super) fn memory(form: AnswerForm, page_bytes: usize) -> usize {
    match form.epc {
        _ if form.media.is_xml() => page_bytes.saturating_add(XML_ANSWER_BYTES_MAX),
        EpcFormat::NoPreference | EpcFormat::NeverTranslates => page_bytes,
        EpcFormat::AlwaysDigitalLink | EpcFormat::AlwaysUrn => page_bytes.saturating_mul(2),
    }
}

/// Takes the memory of a page that was found without it.
///
/// # Errors
/// `limit.share`, `limit.overloaded`.
pub(super) async fn charge(form: AnswerForm, page: &Page) -> Result<(), ApiError> {
    let bytes = page.rows.iter().map(|row| row.document.len()).sum();
    Charge::reserve(memory(form, bytes)).await?.keep_for_answer();
    Ok(())
}

/// Writes a page as the `EPCISQueryDocument` of a query. The work is done outside the async runtime.
///
/// # Errors
/// `provenance.not_expressible_in_xml`, `provenance.query_too_large` for XML above [`XML_ANSWER_BYTES_MAX`], an
/// internal failure when the document of a row is damaged.
pub(super) async fn document(
    gateway: &Gateway,
    query_name: String,
    page: Page,
    form: AnswerForm,
) -> Result<String, ApiError> {
    let prefixes = Arc::clone(&gateway.config.company_prefixes);
    gateway.processors.compute(move || write(&query_name, &page.rows, form, &*prefixes)).await?
}

/// Which delivery to which subscription a document is.
#[derive(Clone, Debug)]
pub(super) struct Addressed {
    pub(super) id: String,
    pub(super) subscription_id: String,
}

/// What a subscriber is sent at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Parcel {
    /// The media type of the text.
    pub(super) media: &'static str,
    /// The `EPCISQueryDocument` of the first events; for one event that has no form in XML, the problem.
    pub(super) text: String,
    /// How many events it is about.
    pub(super) events: usize,
}

/// Writes the first of these events for a subscriber: those before the first that has no form in XML, or the problem of
/// that one. So one event that cannot be written holds up no other, and the subscriber learns of it.
///
/// # Errors
/// An internal failure when the document of a row is damaged.
pub(super) async fn delivery(
    gateway: &Gateway,
    query_name: String,
    addressed: Addressed,
    rows: Vec<EventRow>,
    form: AnswerForm,
) -> Result<(Parcel, Vec<EventRow>), ApiError> {
    let prefixes = Arc::clone(&gateway.config.company_prefixes);
    let work = move || parcel(&query_name, &addressed, &rows, form, &*prefixes).map(|parcel| (parcel, rows));
    gateway.processors.compute(work).await?
}

fn parcel(
    query_name: &str,
    addressed: &Addressed,
    rows: &[EventRow],
    form: AnswerForm,
    prefixes: &dyn CompanyPrefixes,
) -> Result<Parcel, ApiError> {
    let mut events = rows.len();
    loop {
        let some = &rows[..events];
        match written(query_name, Some(addressed), some, form, prefixes)? {
            Ok(text) => return Ok(Parcel { media: form.media.name(), text, events }),
            // Fewer each time, and at most twice: what stands before the part was written.
            Err(part) if 0 < part.event && part.event < events => events = part.event,
            Err(part) => {
                let (media, text) = problem_text(refused(&part, &rows[..events.min(1)], form), form);
                return Ok(Parcel { media, text, events: events.min(1) });
            }
        }
    }
}

/// A problem as a subscriber is sent it, and its media type.
pub(super) fn problem_text(error: ApiError, form: AnswerForm) -> (&'static str, String) {
    let exception = exception::for_code(error.code());
    gs1_header::problem_text(&error.with_type(exception).problem(), form.media)
}

/// Writes one event alone, as it was captured: the first of the page.
///
/// # Errors
/// As [`document`], and an internal failure when the page is empty.
pub(super) async fn event(gateway: &Gateway, page: Page, form: AnswerForm) -> Result<String, ApiError> {
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
        let rows = &page.rows[..page.rows.len().min(1)];
        let absent = || ApiError::internal(&"an event is on the ledger and not in the index");
        if form.media.is_xml() {
            let row = rows.first().ok_or_else(absent)?;
            let document = document_of(row);
            let record = read(&document)?;
            return xml::query_result(&result(&record, row), xml_options(form))
                .map_err(|part| refused(&part, rows, form));
        }
        let text = write(SIMPLE_EVENT_QUERY, rows, form.as_stored(), &translate::Unknown)?;
        let document: Document<'_> = serde_json::from_str(&text).map_err(|error| ApiError::internal(&error))?;
        let first = document.body.results.body.events.first().map(|event| event.get().to_owned());
        first.ok_or_else(absent)
    };
    gateway.processors.compute(work).await?
}

fn write(
    query_name: &str,
    rows: &[EventRow],
    form: AnswerForm,
    prefixes: &dyn CompanyPrefixes,
) -> Result<String, ApiError> {
    written(query_name, None, rows, form, prefixes)?.map_err(|part| refused(&part, rows, form))
}

/// The document of events, or the first part that has no form in XML.
fn written(
    query_name: &str,
    addressed: Option<&Addressed>,
    rows: &[EventRow],
    form: AnswerForm,
    prefixes: &dyn CompanyPrefixes,
) -> Result<Result<String, Inexpressible>, ApiError> {
    let documents: Vec<Cow<'_, [u8]>> =
        rows.iter().map(|row| translated(document_of(row), form.epc, prefixes)).collect::<Result<_, _>>()?;
    let records: Vec<_> = documents.iter().map(|document| read(document)).collect::<Result<_, _>>()?;
    let results: Vec<_> = records.iter().zip(rows).map(|(record, row)| result(record, row)).collect();
    let now_ms = now_us() / 1_000;
    let delivery = addressed.map(|Addressed { id, subscription_id }| Delivery { id, subscription_id });
    Ok(match (form.media.is_xml(), delivery) {
        (true, Some(delivery)) => {
            xml::delivery_document(query_name, (delivery, NAMESPACE), now_ms, &results, xml_options(form))
        }
        (true, None) => xml::query_document(query_name, now_ms, &results, xml_options(form)),
        (false, Some(delivery)) => Ok(delivery_document(query_name, delivery, now_ms, &results)),
        (false, None) => Ok(query_document(query_name, now_ms, &results)),
    })
}

fn read(document: &[u8]) -> Result<Record<'_>, ApiError> {
    read_record(document).map_err(|error| ApiError::internal(&error))
}

fn result<'r, 'a>(record: &'r Record<'a>, row: &'r EventRow) -> QueryResult<'r, 'a> {
    QueryResult { record, event_id: &row.event_id, record_time_ms: row.record_time().unix_ms() }
}

fn document_of(row: &EventRow) -> Cow<'_, [u8]> {
    if row.has_event() { Cow::Borrowed(row.document.as_bytes()) } else { Cow::Owned(unreadable(row)) }
}

/// The record with its identifiers in a format. One without identifiers to translate is not parsed for it.
fn translated<'d>(
    document: Cow<'d, [u8]>,
    format: EpcFormat,
    prefixes: &dyn CompanyPrefixes,
) -> Result<Cow<'d, [u8]>, ApiError> {
    let begin = match format {
        EpcFormat::NoPreference | EpcFormat::NeverTranslates => return Ok(document),
        EpcFormat::AlwaysDigitalLink => "urn:epc:",
        EpcFormat::AlwaysUrn => "://",
    };
    // An escape may hide the beginning of an identifier.
    let has_any = str::from_utf8(&document).is_ok_and(|text| text.contains(begin) || text.contains('\\'));
    if !has_any {
        return Ok(document);
    }
    Ok(Cow::Owned(translate::record(&read(&document)?, format, prefixes)))
}

fn xml_options(form: AnswerForm) -> xml::Options {
    xml::Options {
        version: form.version,
        later: LaterFields::Refuse,
        cbv: form.cbv,
        cbv_version: form.cbv_version,
        bytes_max: XML_ANSWER_BYTES_MAX,
    }
}

/// The response when an event has no form in XML.
fn refused(part: &Inexpressible, rows: &[EventRow], form: AnswerForm) -> ApiError {
    if part.reason == Reason::Size {
        let detail = format!(
            "In XML these events have more than {XML_ANSWER_BYTES_MAX} bytes. Ask for fewer with `perPage`, or for JSON."
        );
        return ApiError::new(&code::QUERY_TOO_LARGE, detail);
    }
    let event_id = rows.get(part.event).map_or("", |row| &row.event_id);
    let (version, instead) = match form.version {
        Version::V1_2 => ("1.2", "version 2.0 of XML (`GS1-EPCIS-Max: 2.0`), JSON"),
        Version::V2_0 => ("2.0", "JSON (`Accept: application/json`)"),
    };
    let why = if form.is_by_version {
        " The answer is XML because the request has no `Accept`, and version 1.2 has no other form."
    } else {
        ""
    };
    let words = if form.cbv_version == CbvVersion::V1_2 { " with words of CBV 1.2" } else { "" };
    let detail = format!(
        "The event {event_id} has no form in version {version} of XML{words}.{why} Ask for {instead} or other events."
    );
    let pointer = format!("/epcisBody/queryResults/resultsBody/eventList/{}{}", part.event, part.pointer);
    let code = &code::NOT_EXPRESSIBLE_IN_XML;
    ApiError::new(code, detail).at(pointer, code.name, part.to_string())
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
