//! A network without work writes nothing: after a refused transaction no journal changes by a byte for as long as the
//! test watches, and the next valid transaction is final at once.

use super::group::{Group, PATIENCE};
use crate::fixture::{capture, sign_as_stranger};
use chain_node::SubmitError;
use chain_types::{
    Digest, ShardId,
    digest::{Tag, hash},
};
use std::time::{Duration, Instant};
use tokio::time::{interval, timeout};

/// How long the idle network is watched, in seconds. `WAYMARK_IDLE_SECONDS` overrides it.
const IDLE_SECONDS: u64 = 20;
/// The interval at which the journals are read.
const BEAT: Duration = Duration::from_millis(500);
/// A network whose journals do not change for this long is at rest.
const REST: Duration = Duration::from_secs(5);
/// The limit for the finality of a transaction on a network at rest.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// The length and digest of every validator's journal.
fn journals(group: &Group) -> Vec<(u64, Digest)> {
    let of = |at| {
        let bytes = std::fs::read(group.journal(at, ShardId(0))).expect("reads");
        (bytes.len() as u64, hash(Tag::FIELDS, &[&bytes]))
    };
    (0..4).map(of).collect()
}

/// Waits until no journal changes any more.
async fn at_rest(group: &Group) -> Vec<(u64, Digest)> {
    let rest = async {
        let (mut last, mut since) = (journals(group), Instant::now());
        let mut beat = interval(BEAT);
        while since.elapsed() < REST {
            beat.tick().await;
            let now = journals(group);
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
        last
    };
    timeout(PATIENCE, rest).await.expect("the network comes to rest")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_network_signs_nothing_and_answers_at_once() {
    let seconds = std::env::var("WAYMARK_IDLE_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(IDLE_SECONDS);
    let group = Group::start(4).await;
    let follower = group.handle(4);
    let refused = follower.submit(ShardId(0), sign_as_stranger(&group.genesis, vec![capture("x")]));
    let refused = timeout(PATIENCE, refused).await.expect("in time");
    assert!(matches!(refused, Err(SubmitError::Refused { .. })), "{refused:?}");
    let before = at_rest(&group).await;
    let (began, mut beat) = (Instant::now(), interval(BEAT));
    while began.elapsed() < Duration::from_secs(seconds) {
        beat.tick().await;
        assert_eq!(journals(&group), before, "after {:?}", began.elapsed());
    }
    let began = Instant::now();
    let outcome = group.capture(4, "good").await;
    assert!(began.elapsed() < ANSWER_MAX, "took {:?}", began.elapsed());
    group.wait_for(0..group.members(), outcome.height).await;
}
