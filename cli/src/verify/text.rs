//! Formats a verification report as text. Invariant: the verdict is the last line, and warnings are directly before it.
//! Control characters in text from the bundle are escaped.

mod stream;

use super::indent::indent;
use chain_proof::{Report, TrustSource, Verdict, report::RecordReport};
use std::fmt::Write as _;

const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[31m";
const RESET: &str = "\u{1b}[0m";

/// Appended to `verified` when no anchor was given.
const OWN_WORD: &str = ", on the word of the chain that the bundle names; pin it with --anchor FILE";

/// The content of a document whose fields are unknown.
const KEY_GONE: &str = "sealed, and its key is gone";

/// The report for users; coloured only on a terminal.
pub(super) fn describe(report: &Report, is_coloured: bool) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(report, is_coloured, &mut out);
    out
}

fn write(report: &Report, is_coloured: bool, out: &mut String) -> std::fmt::Result {
    let paint = |is_good: bool, text: &str| {
        let colour = if is_good { GREEN } else { RED };
        if is_coloured { format!("{colour}{text}{RESET}") } else { text.to_owned() }
    };
    for step in &report.steps {
        let mark = paint(step.ok, if step.ok { "✓" } else { "✗" });
        writeln!(out, "{mark} {:<12} {}", step.step.word(), step.detail)?;
    }
    if let Some(record) = &report.record {
        write_record(record, out)?;
    }
    if let Some(stream) = &report.stream {
        stream::write(stream, report.record.as_ref(), out)?;
    }
    if let Some(chain_id) = &report.chain_id {
        writeln!(out, "\nChain {chain_id}")?;
        writeln!(out, "  {}", anchoring(report))?;
    }
    if let Some(trust) = &report.trust {
        writeln!(out, "  rests on the validators of epoch {}, as of {}", trust.epoch, trust.as_of)?;
    }
    if !out.is_empty() {
        writeln!(out)?;
    }
    for warning in report.stream.iter().flat_map(stream::warnings) {
        writeln!(out, "{}: {warning}", paint(false, "warning"))?;
    }
    let is_good = report.verdict == Verdict::Verified;
    let at = report.step.map(|step| format!(" at step {step}")).unwrap_or_default();
    let why = report.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    let is_own_word = report.trust.as_ref().is_some_and(|trust| trust.source == TrustSource::Bundle);
    let but = if is_good && is_own_word { OWN_WORD } else { "" };
    write!(out, "{}{at}{why}{but}", paint(is_good, report.verdict.word()))
}

fn anchoring(report: &Report) -> &'static str {
    match report.verdict {
        _ if report.anchored => "the chain of the anchor",
        Verdict::UntrustedAnchor => "not what the reader trusts",
        _ => "named by the bundle itself: compare it with the id you know",
    }
}

fn write_record(record: &RecordReport, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nRecord {}", record.leaf)?;
    writeln!(out, "  tenant       {}", record.tenant)?;
    writeln!(out, "  recorded     {} on shard {} at height {}", record.timestamp, record.shard, record.height)?;
    writeln!(out, "  transaction  {}", record.tx_id)?;
    match &record.rejection {
        None => writeln!(out, "  outcome      {}: {}", record.outcome, record.events.join(", "))?,
        Some(rejection) => {
            writeln!(out, "  outcome      {}: {}", record.outcome, rejection.code.escape_debug())?;
            for (name, value) in &rejection.fields {
                writeln!(out, "               {} = {}", name.escape_debug(), value.escape_debug())?;
            }
        }
    }
    let disclosure = match (record.withheld, &record.document) {
        (None, _) => KEY_GONE.to_owned(),
        (Some(0), Some(_)) => "disclosed in full".to_owned(),
        (Some(0), None) => "not JSON, or not a document".to_owned(),
        (Some(withheld), _) => format!("fields withheld: {withheld}"),
    };
    writeln!(out, "  document     {disclosure}")?;
    match &record.document {
        Some(document) => writeln!(out, "{}", indent(document.get(), "    ")),
        None => Ok(()),
    }
}
