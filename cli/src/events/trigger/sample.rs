//! Sample documents of EPCIS. Invariant: a document depends only on the given id and time, and the id makes its content
//! new.

use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

/// A sample that makes an event happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sample {
    /// A case is observed on its way.
    Event,
    /// An event is captured and then declared an error.
    ErrorDeclaration,
    /// A place gets its first master data.
    MasterData,
}

impl Sample {
    /// The documents in the order of their capture, and the subject of the event that the last one makes.
    ///
    /// # Errors
    /// For a year after 9999.
    pub(super) fn documents(self, id: Uuid, now: OffsetDateTime) -> Result<(Vec<String>, String), time::error::Format> {
        let now = now.format(&Rfc3339)?;
        let subject = format!("urn:uuid:{id}");
        let observed = json!({
            "type": "ObjectEvent", "eventID": subject, "eventTime": now, "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit",
            "epcList": [format!("https://id.gs1.org/01/09521141012345/21/{}", id.simple().to_string().split_at(20).0)],
            "readPoint": { "id": "https://id.gs1.org/414/9521141111116" },
        });
        let body = |events: &[&Value]| json!({ "eventList": events });
        let documents = match self {
            Self::Event => vec![document(&now, None, &body(&[&observed]))],
            Self::ErrorDeclaration => {
                let mut declared = observed.clone();
                declared["errorDeclaration"] = json!({ "declarationTime": now, "reason": "incorrect_data" });
                vec![document(&now, None, &body(&[&observed])), document(&now, None, &body(&[&declared]))]
            }
            Self::MasterData => {
                let element = json!({
                    "id": subject,
                    "attributes": [{ "id": "urn:epcglobal:cbv:mda#name", "attribute": "A sample warehouse" }],
                });
                let vocabulary = json!({
                    "type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [element],
                });
                let header = json!({ "epcisMasterData": { "vocabularyList": [vocabulary] } });
                vec![document(&now, Some(header), &body(&[]))]
            }
        };
        Ok((documents, subject))
    }
}

fn document(now: &str, header: Option<Value>, body: &Value) -> String {
    let mut document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": now, "epcisBody": body,
    });
    if let Some(header) = header {
        document["epcisHeader"] = header;
    }
    document.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_valid_and_new() {
        for sample in [Sample::Event, Sample::ErrorDeclaration, Sample::MasterData] {
            let of = |id: u128| {
                sample.documents(Uuid::from_u128(id), OffsetDateTime::UNIX_EPOCH).expect("documents of the year 1970").0
            };
            let documents = of(1);
            for document in &documents {
                standards_epcis::document::parse(document.as_bytes()).expect("a valid document");
            }
            assert!(documents.iter().all(|document| !of(2).contains(document)), "{sample:?}");
        }
    }
}
