//! Fields of a GraphQL event that are computed on request. Invariant: the field for evidence checks the scope again.
#![allow(clippy::unused_async, reason = "async-graphql takes async resolvers only")]

use super::event_reader;
use crate::{
    error::absent_as_null,
    evidence::FieldChoice,
    provenance::{
        code, evidence,
        model::{Event, UNREADABLE},
    },
};
use async_graphql::{ComplexObject, Context, Json, Result};
use serde_json::value::RawValue;

#[ComplexObject]
impl Event {
    /// The recorded document: `@context` and event exactly as captured. For a record that is not an event, its bytes in
    /// hexadecimal digits.
    async fn document(&self) -> Result<Json<Box<RawValue>>> {
        let is_event = self.event_type != UNREADABLE;
        let text = if is_event { self.text.to_string() } else { serde_json::to_string(&*self.text)? };
        Ok(Json(RawValue::from_string(text)?))
    }

    /// The evidence bundle: the event, and all other records of the tenant with its id, such as an error declaration.
    /// It discloses the fields at and below these JSON pointers, in each of these records; all fields when absent.
    /// Null when the ledger has no such event.
    async fn evidence(
        &self,
        context: &Context<'_>,
        fields: Option<Vec<String>>,
    ) -> Result<Option<Json<chain_proof::Bundle>>> {
        let reader = event_reader(context).await?;
        let choice = fields.map_or(Ok(FieldChoice::All), FieldChoice::below)?;
        let bundle = evidence::of_event(reader.gateway, reader.tenant, self.event_id.clone(), choice).await;
        Ok(absent_as_null(bundle, &code::UNKNOWN_EVENT)?.map(Json))
    }
}
