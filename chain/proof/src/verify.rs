//! The verifier: runs the steps of [`Step`] in order and stops at the first failure [P24, evidence bundles]. Invariant:
//! `verified` is reported only after every step that the bundle's parts require has passed.

mod ancestry;
mod anchor;
mod author;
mod certificate;
mod command;
mod fault;
mod fields;
mod foreign;
mod genesis;
mod hand_overs;
mod inclusion;
mod record;
mod shape;
mod stream;
mod subject;
mod trusted;

use crate::{
    Anchor, Bundle, Report, Step, VERSION, Verdict,
    bundle::{Finality, InclusionPart, RecordBlockPart, RecordPart},
    report::{RecordReport, StepReport, StreamReport, TrustReport, record::uuid},
};
use chain_types::{Digest, TenantId, version::Versions};
use fault::Fault;
pub(crate) use hand_overs::check_decision;
use trusted::Trusted;

/// Verifies a bundle. With an anchor, the evidence must be certified by the anchor's committee or by one that it leads
/// to. Without an anchor the bundle's genesis document is trusted, and the report states that. Never panics and reads
/// nothing but its arguments.
pub fn verify(bytes: &[u8], anchor: Option<&Anchor>) -> Report {
    verify_knowing(Versions::KNOWN, bytes, anchor)
}

/// [`verify`] for a program that knows other protocol versions.
pub fn verify_knowing(versions: Versions, bytes: &[u8], anchor: Option<&Anchor>) -> Report {
    let mut trail = Trail { steps: Vec::new() };
    let read = trail.record(Step::Shape, shape::read(versions, bytes), |_| format!("a bundle of format {VERSION}"));
    let chain_id = read.as_ref().ok().map(|bundle| bundle.chain_id.to_string());
    let of_bundle = || read.as_ref().ok().map(|bundle| TrustReport::of_bundle(&bundle.genesis));
    let trust = anchor.map(Anchor::trust).or_else(of_bundle);
    let outcome = read.and_then(|bundle| verify_parts(&bundle, anchor, &mut trail));
    let failed = trail.steps.iter().find(|step| !step.ok).map(|step| step.step);
    let anchored = trail.steps.iter().any(|step| step.step == Step::Anchor && step.ok);
    let (verdict, detail, record, stream) = match outcome {
        Ok((record, stream)) => (Verdict::Verified, None, record, stream),
        Err(fault) => (fault.verdict, Some(fault.detail), None, None),
    };
    let step = failed.filter(|_| matches!(verdict, Verdict::Tampered | Verdict::UntrustedAnchor));
    Report { verdict, step, detail, chain_id, anchored, trust, steps: trail.steps, record, stream }
}

type Findings = (Option<RecordReport>, Option<StreamReport>);

fn verify_parts(bundle: &Bundle, anchor: Option<&Anchor>, trail: &mut Trail) -> Result<Findings, Fault> {
    trail.record(Step::Genesis, genesis::check(bundle), |()| {
        let genesis = &bundle.genesis;
        let validators = genesis.validators.validators.len();
        format!("chain {:?}: validators {validators}, shards {}", genesis.name, genesis.shards)
    })?;
    if let Some(anchor) = anchor {
        trail.record(Step::Anchor, anchor::check(bundle, anchor), |()| {
            format!("the chain is the trusted one, from epoch {} on", anchor.epoch())
        })?;
    }
    let parts = record_parts(bundle)?;
    let mut trusted = Trusted::of(&bundle.genesis, anchor);
    if let Some(hand_overs) = &bundle.hand_overs {
        let outcome = hand_overs::check(&bundle.genesis, hand_overs, &mut trusted);
        trail.record(Step::HandOvers, outcome, |()| {
            format!("hand-overs {}, the last to epoch {}", hand_overs.len(), trusted.last().epoch())
        })?;
    }
    let (record, leaf) = match parts {
        Some(parts) => {
            let (record, ..) = parts;
            let (report, leaf) = verify_record(bundle, parts, &trusted, trail)?;
            (Some(report), Some((record, leaf)))
        }
        None => (None, None),
    };
    if let Some(stream) = &bundle.stream {
        let is_descended = |block: &RecordBlockPart| matches!(block.finality, Finality::Ancestry(_));
        let is_certified = bundle.block.as_ref().is_some_and(is_descended);
        let outcome = stream::check(bundle, stream, leaf, &trusted, is_certified);
        let tenant = uuid(TenantId(stream.tenant));
        trail.record(Step::Stream, outcome, |()| match stream.leaves.len() {
            0 => format!("tenant {tenant} recorded nothing about it"),
            1 => format!("complete: 1 record of tenant {tenant}"),
            count => format!("complete: {count} records of tenant {tenant}"),
        })?;
    }
    Ok((record, bundle.stream.as_ref().map(|stream| StreamReport::of(stream, leaf))))
}

/// A record with the parts that connect it to the chain.
type RecordParts<'b> = (&'b RecordPart, &'b InclusionPart, &'b RecordBlockPart);

/// The parts of the record to verify. `None` when the bundle holds only a stream.
fn record_parts(bundle: &Bundle) -> Result<Option<RecordParts<'_>>, Fault> {
    match (&bundle.record, &bundle.inclusion, &bundle.block) {
        (Some(record), Some(inclusion), Some(block)) => Ok(Some((record, inclusion, block))),
        (Some(_), None, _) => Err(Fault::incomplete("the record comes without its inclusion")),
        (Some(_), _, None) => Err(Fault::incomplete("the record comes without its block")),
        // A verified bundle must not carry parts that no step checks.
        (None, Some(_), _) => Err(Fault::incomplete("an inclusion comes without its record")),
        (None, _, Some(_)) => Err(Fault::incomplete("a block comes without its record")),
        (None, None, None) if bundle.subject.is_some() => {
            Err(Fault::incomplete("a subject comes without the record that is about it"))
        }
        (None, None, None) if bundle.stream.is_none() => {
            Err(Fault::incomplete("the bundle holds neither a record nor a stream"))
        }
        (None, None, None) => Ok(None),
    }
}

fn verify_record(
    bundle: &Bundle,
    (record, inclusion, block): RecordParts<'_>,
    trusted: &Trusted<'_>,
    trail: &mut Trail,
) -> Result<(RecordReport, Digest), Fault> {
    trail.record(Step::Fields, fields::check(&record.body), Clone::clone)?;
    let body = trail.record(Step::Command, command::check(record), |_| {
        format!("command {} of {}", record.command.index, record.transaction.entry_count)
    })?;
    let tx_id = trail.record(Step::Author, author::check(record, bundle.chain_id), |tx_id| {
        format!("{} signed transaction {tx_id}", record.transaction.author)
    })?;
    let leaf = record::leaf(record, tx_id, &body);
    let leaf = trail.record(Step::Record, Ok(leaf), |leaf| format!("leaf {leaf}"))?;
    trail.record(Step::Inclusion, inclusion::check(leaf, inclusion, &block.header), |()| {
        format!("in block {} of shard {}", block.header.height, block.header.shard)
    })?;
    trail.record(Step::Certificate, check_finality(bundle, block, trusted), Clone::clone)?;
    if let Some(subject) = &bundle.subject {
        trail.record(Step::Subject, subject::check(record, subject), |()| {
            format!("about the {} {:?}", subject.kind, subject.id)
        })?;
    }
    Ok((RecordReport::of(record, &block.header, tx_id, leaf), leaf))
}

/// Checks that the record's block is final; returns the finding in words.
fn check_finality(bundle: &Bundle, block: &RecordBlockPart, trusted: &Trusted<'_>) -> Result<String, Fault> {
    match &block.finality {
        Finality::Certificate(certificate) => {
            let (weight, total) = certificate::check(&block.header, certificate, trusted)?;
            Ok(format!("signed by {weight} of {total} by weight"))
        }
        Finality::Ancestry(part) => {
            let stream = bundle.stream.as_ref();
            let (weight, total) = ancestry::check(&block.header, part, stream, trusted)?;
            let height = part.peaks.count();
            Ok(format!("an ancestor of block {height}, which is signed by {weight} of {total} by weight"))
        }
    }
}

/// The record of the steps that ran so far.
struct Trail {
    steps: Vec<StepReport>,
}

impl Trail {
    /// Adds a step with its outcome, and returns the outcome.
    fn record<T>(
        &mut self,
        step: Step,
        outcome: Result<T, Fault>,
        describe: impl FnOnce(&T) -> String,
    ) -> Result<T, Fault> {
        let detail = match &outcome {
            Ok(found) => describe(found),
            Err(fault) => fault.detail.clone(),
        };
        self.steps.push(StepReport { step, ok: outcome.is_ok(), detail });
        outcome
    }
}
