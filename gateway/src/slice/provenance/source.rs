//! The body of a capture as JSON, in whichever binding it came. Invariant: a fault has its place in what was sent: a
//! pointer into JSON; the path of an element of XML, with line and column.

use super::{
    command::CAPTURE_BYTES_MAX,
    problem::{field, invalid_document, refused},
};
use crate::{
    body,
    error::{ApiError, FieldProblem, code},
    operation::Refused,
};
use axum::extract::Request;
use bytes::Bytes;
use standards_epcis::{
    document::RefusedEvent,
    limit::PROBLEM_BYTES_MAX,
    problem::Problem,
    xml::{
        XmlProblem,
        read::{JsonDocument, Options, PartialJsonDocument, json_document, json_document_each},
    },
};
use std::{collections::BTreeMap, iter};

/// The memory of the JSON that is made of an XML capture, for each byte of XML. It is taken before the body is read.
pub const CAPTURE_JSON_FACTOR: usize = 4;
/// The memory of that JSON in addition, in bytes, so that short documents may use long namespaces.
pub const CAPTURE_JSON_BYTES_MIN: usize = 64 * 1_024;
/// The most memory of that JSON, in bytes.
pub const CAPTURE_JSON_BYTES_MAX: usize = 16 * 1_024 * 1_024;

/// The binding of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    Json,
    Xml,
}

/// The maximum memory, in bytes, of the JSON that is made from an XML body of `xml_bytes` bytes.
pub(super) fn json_bytes_max(xml_bytes: usize) -> usize {
    xml_bytes.saturating_mul(CAPTURE_JSON_FACTOR).saturating_add(CAPTURE_JSON_BYTES_MIN).min(CAPTURE_JSON_BYTES_MAX)
}

/// Reads the body of a capture.
///
/// # Errors
/// `request.unsupported_media_type`, and the errors of [`body::read`].
pub(super) async fn read(request: Request) -> Result<(Bytes, Binding), ApiError> {
    let headers = request.headers();
    if body::is_json(headers) {
        return Ok((body::read(request, CAPTURE_BYTES_MAX).await?, Binding::Json));
    }
    if body::is_xml(headers) {
        return Ok((body::read_with(request, CAPTURE_BYTES_MAX, json_bytes_max).await?, Binding::Xml));
    }
    let detail = "Send JSON (`application/json`, or another type that ends in `+json`) or XML (`application/xml` or \
                  `text/xml`), in UTF-8.";
    Err(ApiError::new(&code::UNSUPPORTED_MEDIA_TYPE, detail))
}

/// A body as JSON.
pub(super) enum Source<'b> {
    Json(&'b [u8]),
    /// With the faults of elements that are no events.
    Xml(JsonDocument<'b>, Vec<(usize, XmlProblem)>),
}

impl<'b> Source<'b> {
    /// Reads a body. With `is_each`, an element that is no event is refused alone.
    ///
    /// # Errors
    /// The first fault of the XML.
    pub(super) fn read(bytes: &'b [u8], binding: Binding, is_each: bool) -> Result<Self, ApiError> {
        if binding == Binding::Json {
            return Ok(Self::Json(bytes));
        }
        let options =
            Options { bytes_max: CAPTURE_BYTES_MAX, json_bytes_max: json_bytes_max(bytes.len()), ..Options::default() };
        let fault = |problem: XmlProblem| refused(Some(problem.code), iter::once(xml_field(problem)));
        if is_each {
            let PartialJsonDocument { document, refused } = json_document_each(bytes, options).map_err(fault)?;
            return Ok(Self::Xml(document, refused));
        }
        Ok(Self::Xml(json_document(bytes, options).map_err(fault)?, Vec::new()))
    }

    pub(super) fn json(&self) -> &[u8] {
        match self {
            Self::Json(bytes) => bytes,
            Self::Xml(document, _) => document.json.as_bytes(),
        }
    }

    /// The response to an invalid document.
    pub(super) fn invalid(&self, problems: Vec<Problem>) -> ApiError {
        let Self::Xml(document, _) = self else { return invalid_document(problems) };
        let mut bytes = 0;
        let fields = document.problems(&problems).into_iter().map(xml_field).take_while(|field| {
            let is_within = bytes < PROBLEM_BYTES_MAX;
            bytes += field.pointer.len() + field.detail.len();
            is_within
        });
        refused(problems.first().map(|problem| problem.code), fields)
    }

    /// The events that are refused alone, with their faults.
    pub(super) fn refused(&self, mut events: Vec<RefusedEvent>) -> Vec<Refused> {
        events.sort_by_key(|event| event.index);
        let index = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let Self::Xml(document, unread) = self else {
            return events
                .into_iter()
                .map(|event| Refused {
                    index: index(event.index),
                    faults: event.problems.into_iter().map(field).collect(),
                })
                .collect();
        };
        let mut unread: BTreeMap<usize, &XmlProblem> = unread.iter().map(|(index, fault)| (*index, fault)).collect();
        let counts: Vec<(usize, usize)> = events.iter().map(|event| (event.index, event.problems.len())).collect();
        // The places of all faults are found in one pass. They are in the order of the document, as the events are.
        let problems: Vec<Problem> = events.into_iter().flat_map(|event| event.problems).collect();
        let mut located = document.problems(&problems).into_iter();
        counts
            .into_iter()
            .map(|(at, count)| {
                let faults: Vec<XmlProblem> = located.by_ref().take(count).collect();
                let faults = unread.remove(&at).map_or(faults, |fault| vec![fault.clone()]);
                Refused { index: index(at), faults: faults.into_iter().map(xml_field).collect() }
            })
            .collect()
    }
}

/// A fault with its place. The path of an element takes the place of a pointer.
fn xml_field(problem: XmlProblem) -> FieldProblem {
    let XmlProblem { code, line, column, path, detail } = problem;
    FieldProblem { pointer: path, code: code.to_owned(), detail: format!("line {line}, column {column}: {detail}") }
}
