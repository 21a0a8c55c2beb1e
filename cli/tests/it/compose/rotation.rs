//! The key-encryption key of a running deployment is replaced: captures go on, the old key is removed, and the evidence
//! of records that it had sealed still opens and verifies, also after a restart without it.

use super::{deployment::Deployment, document, tenant};
use crate::{api::Api, poll::until};
use chain_proof::{Anchor, Verdict, verify};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

fn event_id(number: usize) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{number:012}")
}

/// Captures one event after the other until it is told to stop; counts them.
async fn capture_until(api: Api, stop: Arc<AtomicBool>, captured: Arc<AtomicUsize>) {
    while !stop.load(Ordering::Relaxed) {
        let number = captured.load(Ordering::Relaxed) + 1;
        let answer = api.capture(document(&event_id(number))).await;
        assert!(answer.is_captured(), "{number}: {} {}", answer.status, answer.text());
        captured.store(number, Ordering::Relaxed);
    }
}

async fn verifies(api: &Api, number: usize) {
    let anchor = Anchor::parse(&api.anchor().await).expect("an anchor");
    let report = verify(&api.evidence(&event_id(number)).await, Some(&anchor));
    assert_eq!(report.verdict, Verdict::Verified, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_encryption_key_is_replaced_while_events_are_captured() {
    let mut deployment = Deployment::new();
    deployment.up().await;
    let [client_id, secret] = tenant::make(&deployment).await;
    let api = Api::sign_in(&deployment.url(), &client_id, &secret).await;
    let (stop, captured) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writer = tokio::spawn(capture_until(api.clone(), Arc::clone(&stop), Arc::clone(&captured)));
    let more = async |than: usize| {
        until("more captures", async || (captured.load(Ordering::Relaxed) > than).then_some(())).await;
    };
    more(2).await;
    deployment.run("secrets", &["secrets", "--folder=/secrets", "add-kek"]).await;
    deployment.stop_one("indexer").await;
    deployment.start("indexer").await;
    deployment.run("gateway", &["operator", "kek", "reseal"]).await;
    let before = captured.load(Ordering::Relaxed);
    more(before + 2).await;
    stop.store(true, Ordering::Relaxed);
    writer.await.expect("every capture succeeded");
    deployment.run("secrets", &["secrets", "--folder=/secrets", "retire-keks"]).await;

    deployment.stop().await;
    deployment.up().await;
    let api = Api::sign_in(&deployment.url(), &client_id, &secret).await;
    let last = captured.load(Ordering::Relaxed);
    verifies(&api, 1).await;
    verifies(&api, last).await;
    assert!(api.capture(document(&event_id(last + 1))).await.is_captured());
    verifies(&api, last + 1).await;
    assert_eq!(api.every_event().await.len(), last + 1);
    deployment.stop().await;
}
