//! What a domain says of an event. Invariant: a description is a function of the record's rows in the index.

use serde_json::Value;
use utoipa::PartialSchema;

/// The most bytes of a description, for the memory of a page.
pub const SUMMARY_BYTES_MAX: usize = 16 * 1_024;

/// What an event is about, in the words of its domain.
#[derive(Clone, PartialEq, Debug)]
pub struct Described {
    /// The thing that the event is about, such as the id of an EPCIS event.
    pub subject: Option<String>,
    /// A value of the type's [`DataSchema`]. Never a document: what was sent to a receiver cannot be erased there.
    pub data: Value,
    /// The path of the evidence; that of the record alone without one.
    pub evidence: Option<String>,
}

/// The name of a type of events, and the JSON schema of its data.
pub type DataSchema = (&'static str, Value);

/// The schema of the data of a type. Its members are always written.
pub(crate) fn schema_of<Data: PartialSchema>() -> Value {
    let mut schema = serde_json::to_value(Data::schema()).unwrap_or_default();
    if let Some(members) = schema["properties"].as_object() {
        schema["required"] = members.keys().cloned().collect();
    }
    schema
}
