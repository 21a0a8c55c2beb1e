//! What a verification answers. Invariant: `verified` is the only success, every other verdict says what stands in the
//! way, and what a record or stream says is told only when it was verified.

mod document;
mod record;

pub use record::{RecordReport, RejectionReport, StreamReport};

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
    /// It is about another chain than the one that the reader trusts.
    UntrustedAnchor,
    /// It is not JSON.
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
    /// The chain is the one that the reader trusts.
    Anchor,
    /// The validators handed over to those who certified the evidence.
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
            steps: Vec::new(),
            record: None,
            stream: None,
        }
    }
}
