//! Formats a verified stream: one line for each record that the bundle opens. Invariant: records that it does not open
//! are counted, because they may be error declarations.

use super::KEY_GONE;
use chain_proof::report::{OpenedReport, RecordReport, StreamReport};
use chain_types::stream::kind;
use serde_json::Value;
use std::fmt::Write as _;

/// The most characters of a member of a document that are shown on one line.
const SHOWN_CHARS_MAX: usize = 200;

/// Members of a document that tell what it is about, if it has them at its top or in its member `event`.
const SUMMARY: [&str; 3] = ["type", "eventTime", "eventID"];

/// `own` is the record that the report shows beside the stream.
pub(super) fn write(stream: &StreamReport, own: Option<&RecordReport>, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nStream of the {} {}", stream.kind.escape_debug(), stream.id.escape_debug())?;
    writeln!(out, "  tenant       {}", stream.tenant)?;
    writeln!(out, "  as of        {} on shard {} at height {}", stream.timestamp, stream.shard, stream.height)?;
    match stream.count {
        0 => {
            writeln!(
                out,
                "  records      none of this tenant, and that is proven; it says nothing about other tenants"
            )?;
        }
        count => writeln!(out, "  records      {count}, and that is all of them of this tenant")?,
    }
    let mut closed = 0_usize;
    for (record, number) in stream.records.iter().zip(1_u64..) {
        let Some(opened) = &record.opened else {
            closed += 1;
            continue;
        };
        let is_own = own.is_some_and(|own| own.leaf == record.leaf);
        let content = if is_own { "the record above".to_owned() } else { content(opened) };
        let events = if opened.events.is_empty() { opened.outcome.to_owned() } else { opened.events.join(", ") };
        writeln!(out, "  {number:<12} {events}: {content}")?;
    }
    match closed {
        0 => Ok(()),
        1 => writeln!(out, "  not shown    1: the bundle does not tell whether it declares an error"),
        closed => writeln!(out, "  not shown    {closed}: the bundle does not tell whether they declare an error"),
    }
}

/// A warning for each record that declares an error.
pub(super) fn warnings(stream: &StreamReport) -> impl Iterator<Item = String> {
    // All records of such a stream have the id of one event; those of another subject may be about several.
    let is_of_one_event = stream.kind == kind::EVENT;
    let numbered = stream.records.iter().zip(1_u64..);
    let opened = numbered.filter_map(|(record, number)| Some((record.opened.as_ref()?, number)));
    opened.filter(|(opened, _)| opened.declares_error()).map(move |(_, number)| {
        if is_of_one_event {
            format!("declared erroneous by record {number}")
        } else {
            format!("record {number} declares an event erroneous")
        }
    })
}

/// What the disclosed part of a document is about, in one line.
fn content(opened: &OpenedReport) -> String {
    let Some(withheld) = opened.withheld else { return KEY_GONE.to_owned() };
    let document = opened.document.as_ref().and_then(|document| serde_json::from_str::<Value>(document.get()).ok());
    let members = document.as_ref().map(|document| match &document["event"] {
        event @ Value::Object(_) => event,
        _ => document,
    });
    let mut parts = Vec::new();
    for name in SUMMARY {
        if let Some(text) = members.and_then(|members| members[name].as_str()) {
            parts.push(text.chars().take(SHOWN_CHARS_MAX).flat_map(char::escape_debug).collect::<String>());
        }
    }
    let mut line = parts.join(" ");
    if withheld > 0 || line.is_empty() {
        let gap = if line.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(line, "{gap}fields withheld: {withheld}");
    }
    line
}
