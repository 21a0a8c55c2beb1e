//! Writing linksets as JSON and JSON-LD. Invariant: what is written is read as the same linkset.

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap as _, SerializeSeq as _},
};
use serde_json::value::RawValue;

use super::{ContextValue, LinkContext, Linkset, Target};

/// The JSON-LD context of linksets (GS1-Conformant Resolver 1.2, section 2.10). A resolver names it in a `Link` header
/// with the relation `http://www.w3.org/ns/json-ld#context`.
pub const CONTEXT_URL: &str = "https://ref.gs1.org/standards/resolver/linkset-context";

impl Linkset {
    /// The document of the media type `application/linkset+json`.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("names are texts")
    }

    /// The document of the media type `application/ld+json`: the same with its JSON-LD context.
    pub fn to_json_ld(&self) -> String {
        let context = serde_json::to_string(CONTEXT_URL).expect("a text");
        self.to_json().replacen('{', &format!("{{\"@context\":{context},"), 1)
    }
}

impl Serialize for Linkset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_map(Some(1))?;
        document.serialize_entry("linkset", &self.contexts)?;
        document.end()
    }
}

impl Serialize for LinkContext {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut context = serializer.serialize_map(None)?;
        context.serialize_entry("anchor", &self.anchor)?;
        if let Some(description) = &self.description {
            context.serialize_entry("itemDescription", description)?;
        }
        for relation in &self.relations {
            context.serialize_entry(&relation.link_type, &relation.targets)?;
        }
        context.end()
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut target = serializer.serialize_map(None)?;
        target.serialize_entry("href", &self.href)?;
        if let Some(title) = &self.title {
            target.serialize_entry("title", title)?;
        }
        if !self.languages.is_empty() {
            target.serialize_entry("hreflang", &self.languages)?;
        }
        if let Some(media_type) = &self.media_type {
            target.serialize_entry("type", media_type)?;
        }
        if !self.context.is_empty() {
            target.serialize_entry("context", &Values(&self.context))?;
        }
        if let Some(forwards_query) = self.forwards_query {
            target.serialize_entry("fwqs", &forwards_query)?;
        }
        if let Some(is_public) = self.is_public {
            target.serialize_entry("public", &is_public)?;
        }
        target.end()
    }
}

struct Values<'t>(&'t [ContextValue]);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for value in self.0 {
            match value {
                ContextValue::Text(text) => list.serialize_element(text)?,
                // A value that was not read from a document may not be JSON; it is then written as a text.
                ContextValue::Other(json) => match serde_json::from_str::<&RawValue>(json) {
                    Ok(raw) => list.serialize_element(raw)?,
                    Err(_) => list.serialize_element(json)?,
                },
            }
        }
        list.end()
    }
}
