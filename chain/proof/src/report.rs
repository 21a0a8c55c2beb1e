//! The report of a verification. Invariant: `verified` is the only success. The contents of a record or stream are
//! reported only when verified.

mod document;
pub(crate) mod record;
mod stream;
mod trust;

pub use record::{RecordReport, RejectionReport};
pub use stream::{OpenedReport, StreamRecordReport, StreamReport};
pub use trust::{TrustReport, TrustSource};

use serde::Serialize;
use std::fmt;

/// The outcome of a verification.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that the bundle claims is proven.
    Verified,
    /// Some part contradicts another or the rules of the format.
    Tampered,
    /// The bundle lacks parts that a proof needs.
    Incomplete,
    /// The bundle rests on something that the reader does not trust: another chain, or keys of an epoch before the
    /// anchor's.
    UntrustedAnchor,
    /// The file is not JSON or no bundle, or it has a version or signature scheme that this verifier does not know.
    Unreadable,
}

/// The steps of a verification, in the order in which they run. The words are stable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The JSON has the format's members, lengths and canonical encodings.
    Shape,
    /// The chain's id is the digest of the genesis document.
    Genesis,
    /// The evidence belongs to the trusted chain and rests on no certificate from before the anchor's epoch.
    Anchor,
    /// The trusted validators handed over, step by step, to those that certified the evidence.
    HandOvers,
    /// The fields match the record's commitment.
    Fields,
    /// The transaction commits to the command.
    Command,
    /// The author signed the transaction.
    Author,
    /// The record's leaf, computed from command, body and receipt.
    Record,
    /// The record is in its block.
    Inclusion,
    /// The validators made the block final.
    Certificate,
    /// The record is about the named subject.
    Subject,
    /// The listed records are all that the tenant recorded about the subject.
    Stream,
}

impl Step {
    /// The stable word in reports and vectors.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Genesis => "genesis",
            Self::Anchor => "anchor",
            Self::HandOvers => "hand_overs",
            Self::Fields => "fields",
            Self::Command => "command",
            Self::Author => "author",
            Self::Record => "record",
            Self::Inclusion => "inclusion",
            Self::Certificate => "certificate",
            Self::Subject => "subject",
            Self::Stream => "stream",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Verdict {
    /// The stable word in reports and vectors.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Tampered => "tampered",
            Self::Incomplete => "incomplete",
            Self::UntrustedAnchor => "untrusted_anchor",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The result of one step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StepReport {
    pub step: Step,
    /// Whether the step passed.
    pub ok: bool,
    /// The finding or the fault, in English for people.
    pub detail: String,
}

/// The result of a verification; its JSON form is that of `waymark verify --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub verdict: Verdict,
    /// The step that failed. `None` unless the verdict is `tampered` or `untrusted_anchor`.
    pub step: Option<Step>,
    /// The fault, in English for people. `None` when verified.
    pub detail: Option<String>,
    /// The chain's id in hexadecimal. `None` when the bundle could not be read.
    pub chain_id: Option<String>,
    /// Whether the reader gave an anchor and step `anchor` passed.
    pub anchored: bool,
    /// The committee that the verdict rests on. `None` when no anchor was given and the bundle could not be read.
    pub trust: Option<TrustReport>,
    /// The steps that ran, up to and including the first that failed.
    pub steps: Vec<StepReport>,
    /// The record's contents. `None` unless verified.
    pub record: Option<RecordReport>,
    /// The stream's contents. `None` unless verified.
    pub stream: Option<StreamReport>,
}

impl Report {
    /// The report on a bundle that could not be read.
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Unreadable,
            step: None,
            detail: Some(detail.into()),
            chain_id: None,
            anchored: false,
            trust: None,
            steps: Vec::new(),
            record: None,
            stream: None,
        }
    }

    /// Turns a success without an anchor into `untrusted_anchor`, for readers that accept no evidence without one. All
    /// other reports stay as they are.
    #[must_use]
    pub fn requiring_anchor(self) -> Self {
        let is_self_trusted = self.trust.as_ref().is_some_and(|trust| trust.source == TrustSource::Bundle);
        if self.verdict != Verdict::Verified || !is_self_trusted {
            return self;
        }
        let detail = "an anchor is required, and none was given".to_owned();
        let mut steps = self.steps;
        steps.push(StepReport { step: Step::Anchor, ok: false, detail: detail.clone() });
        Self {
            verdict: Verdict::UntrustedAnchor,
            step: Some(Step::Anchor),
            detail: Some(detail),
            steps,
            record: None,
            stream: None,
            ..self
        }
    }
}
