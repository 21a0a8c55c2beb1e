//! What a verification answers. Invariant: `verified` is the only success, every other verdict says what stands in the
//! way, and what a record or stream says is told only when it was verified.

mod document;
mod record;
mod trust;

pub use record::{RecordReport, RejectionReport, StreamReport};
pub use trust::{TrustReport, TrustSource};

use serde::Serialize;
use std::fmt;

/// The outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that the bundle claims is proven.
    Verified,
    /// Something in it is not what it claims to be.
    Tampered,
    /// It does not hold enough to prove anything.
    Incomplete,
    /// It rests on something else than what the reader trusts: another chain, or keys of an epoch before the anchor's.
    UntrustedAnchor,
    /// It is not JSON, or of a version or with a scheme that this verifier does not know.
    Unreadable,
}

/// A step of a verification, in the order in which they are taken; the words are stable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The JSON has the format's members, lengths and canonical encodings.
    Shape,
    /// The genesis document is the one that the chain's id names.
    Genesis,
    /// The evidence rests on the chain that the reader trusts, and on nothing before the anchor's epoch.
    Anchor,
    /// The trusted validators handed over to those that certified the evidence.
    HandOvers,
    /// The fields are those that the record committed to.
    Fields,
    /// The command is one of those that its transaction commits to.
    Command,
    /// The author signed the transaction.
    Author,
    /// The record's leaf follows from command, body and receipt.
    Record,
    /// The record is in its block.
    Inclusion,
    /// The validators made the block final.
    Certificate,
    /// The record is about the named subject.
    Subject,
    /// The listed records are all of the subject's.
    Stream,
}

impl Step {
    /// The stable word.
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
    /// The stable word.
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

/// One step that was taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StepReport {
    /// Which.
    pub step: Step,
    /// Whether it holds.
    pub ok: bool,
    /// What was found, or what is wrong; English, for people.
    pub detail: String,
}

/// The result of a verification; its JSON form is that of `waymark verify --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The outcome.
    pub verdict: Verdict,
    /// The step that failed, when one did.
    pub step: Option<Step>,
    /// What is wrong; English, for people.
    pub detail: Option<String>,
    /// The chain's id in hexadecimal, when the bundle could be read.
    pub chain_id: Option<String>,
    /// Whether the chain is one that the reader chose to trust.
    pub anchored: bool,
    /// What the verdict rests on; `None` when no anchor was given and the bundle could not be read.
    pub trust: Option<TrustReport>,
    /// The steps taken, up to the first that failed.
    pub steps: Vec<StepReport>,
    /// What the record says, when verified.
    pub record: Option<RecordReport>,
    /// What the stream says, when verified.
    pub stream: Option<StreamReport>,
}

impl Report {
    /// The report on a bundle that could not even be read.
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

    /// The report of a reader that accepts no evidence without an anchor: what would be verified on the word of the
    /// bundle's own chain is not. Every other verdict stays.
    #[must_use]
    pub fn requiring_anchor(self) -> Self {
        let is_own_word = self.trust.as_ref().is_some_and(|trust| trust.source == TrustSource::Bundle);
        if self.verdict != Verdict::Verified || !is_own_word {
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
