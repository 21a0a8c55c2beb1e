//! Measures the verification of one event's evidence in native code, as `waymark verify` does it. Invariant: the
//! measured evidence verifies.
//!
//! The bound is checking its three signatures alone: the author's, and those in the certificates of the record's block
//! and of the stream's block.

use super::{
    documents::document,
    instance::{Instance, scratch},
    statistics::{percentile_ms, round},
};
use anyhow::{Context as _, ensure};
use chain_proof::{Verdict, verify};
use chain_types::{
    SecretKey,
    digest::{Tag, hash},
    signature::{self, Claim, Namespace},
};
use serde_json::{Value, json};
use std::{hint::black_box, time::Instant};

/// The number of signatures in an event's evidence.
const SIGNATURES: usize = 3;

/// Measures the time per verification, and its bound.
pub async fn measure(quick: bool) -> anyhow::Result<Value> {
    let rounds = if quick { 500 } else { 5_000 };
    let bundle = bundle().await?;
    ensure!(verify(&bundle, None).verdict == Verdict::Verified, "the evidence does not verify");
    let mut samples =
        (0..rounds).map(|_| timed(|| drop(black_box(verify(black_box(&bundle), None))))).collect::<Vec<_>>();
    let key = SecretKey::from_seed(&[3; 32]);
    let digest = hash(Tag::VOTE, &[b"bench"]);
    let claim = Claim { key: key.public_key(), digest, signature: key.sign(Namespace::VOTE, &digest) };
    let mut bound = (0..rounds)
        .map(|_| {
            timed(|| {
                for _ in 0..SIGNATURES {
                    assert!(signature::verify(Namespace::VOTE, black_box(&claim)), "a valid signature");
                }
            })
        })
        .collect::<Vec<_>>();
    let (p50, bound) = (percentile_ms(&mut samples, 500), percentile_ms(&mut bound, 500));
    Ok(json!({
        "p50_us": round(p50 * 1_000.0),
        "p99_us": round(percentile_ms(&mut samples, 990) * 1_000.0),
        "bound_us": round(bound * 1_000.0),
        "ratio": round(p50 / bound),
        "bound": "its three signatures alone",
        "bundle_bytes": bundle.len(),
    }))
}

fn timed(work: impl FnOnce()) -> std::time::Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// Returns the evidence of an event in the middle of a document of 100 events.
async fn bundle() -> anyhow::Result<Vec<u8>> {
    let folder = scratch()?;
    let instance = Instance::start(&folder.path().join("data")).await?;
    let client = reqwest::Client::new();
    let token = instance.token(&client).await?;
    let text = document(0, 100, 7);
    let parsed: Value = serde_json::from_str(&text)?;
    let event_id = parsed.pointer("/epcisBody/eventList/50/eventID").and_then(Value::as_str).context("an id")?;
    let event_id = percent_encoding::utf8_percent_encode(event_id, percent_encoding::NON_ALPHANUMERIC).to_string();
    client
        .post(format!("{}/epcis/capture", instance.ready.url))
        .bearer_auth(&token)
        .header("content-type", "application/json")
        .header("prefer", "wait=20")
        .body(text)
        .send()
        .await?
        .error_for_status()?;
    let url = format!("{}/v1/provenance/events/{event_id}/evidence", instance.ready.url);
    let bundle = client.get(url).bearer_auth(&token).send().await?.error_for_status()?.bytes().await?;
    instance.stop().await?;
    Ok(bundle.to_vec())
}
