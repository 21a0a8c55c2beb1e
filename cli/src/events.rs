//! Commands for developers of receivers: `listen` follows the events of a tenant and forwards them, and `trigger` makes
//! one happen.

pub mod listen;
pub mod stream;
pub mod trigger;

use crate::target::Target;
use anyhow::Context as _;
use gateway::event::model::{CloudEvent, CloudEventPage};

/// Where events are listed.
const LIST: &str = "/v1/events";

/// A page of the target's events.
///
/// # Errors
/// As [`Target::get`]; an answer that is no page.
async fn page(target: &Target, query: &[(&str, String)]) -> anyhow::Result<CloudEventPage> {
    target.get(LIST, query).await?.json().await.context("reading a page of events")
}

/// The number of the newest event; 0 before the first.
///
/// # Errors
/// As [`page`].
async fn newest(target: &Target) -> anyhow::Result<u64> {
    Ok(page(target, &[("limit", "1".to_owned())]).await?.newest)
}

/// An event on one line: number, time, type, and what it is about.
fn line(event: &CloudEvent) -> String {
    let CloudEvent { id, time, event_type, subject, .. } = event;
    let line = format!("{id}  {time}  {event_type}");
    match subject {
        // A line break in a subject would end the line.
        Some(subject) => format!("{line}  {}", subject.escape_debug()),
        None => line,
    }
}
