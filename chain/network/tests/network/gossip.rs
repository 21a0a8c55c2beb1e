//! Four members in a row, each connected to its neighbours only, gossip transactions. Every member receives an accepted
//! batch once. A batch that a member rejects, ignores or drops is not passed on.

use crate::support::{Member, caller, connect, eventually, plan, within};
use bytes::Bytes;
use chain_network::{GOSSIP_BYTES_MAX, Gossip, SendError};

/// Connects Anna - Ben - Cleo - Dan.
async fn row() -> [Member; 4] {
    let anna = plan(1).knows(caller(2)).start().await;
    let ben = plan(2).knows(anna.peer()).knows(caller(3)).start().await;
    let cleo = plan(3).knows(ben.peer()).knows(caller(4)).start().await;
    let dan = plan(4).knows(cleo.peer()).start().await;
    for (one, other) in [(&anna, &ben), (&ben, &cleo), (&cleo, &dan)] {
        connect(one, other).await;
        let both = || one.status(other).is_subscribed && other.status(one).is_subscribed;
        eventually("both have subscribed", both).await;
    }
    [anna, ben, cleo, dan]
}

async fn next(member: &mut Member) -> Gossip {
    within(member.inbox.gossip.recv()).await.expect("the network runs")
}

#[tokio::test]
async fn an_accepted_batch_reaches_every_member_once_and_a_rejected_one_stops() {
    let [anna, mut ben, mut cleo, mut dan] = row().await;

    for (text, verdict) in
        [("good", "accept"), ("bad", "reject"), ("stale", "ignore"), ("lost", "drop"), ("end", "accept")]
    {
        anna.handle().gossip(Bytes::from(text)).expect("published");
        let batch = next(&mut ben).await;
        assert_eq!((batch.from, batch.bytes.as_ref()), (anna.key, text.as_bytes()));
        match verdict {
            "accept" => batch.accept(),
            "reject" => batch.reject(),
            "ignore" => batch.ignore(),
            _ => drop(batch),
        }
    }
    for (text, from) in [("good", ben.key), ("end", ben.key)] {
        let batch = next(&mut cleo).await;
        assert_eq!((batch.from, batch.bytes.as_ref()), (from, text.as_bytes()));
        batch.accept();
    }
    for text in ["good", "end"] {
        let batch = next(&mut dan).await;
        assert_eq!((batch.from, batch.bytes.as_ref()), (cleo.key, text.as_bytes()));
        batch.accept();
    }
    eventually("the score of the peer that sent the rejected batch falls", || ben.status(&anna).score_milli < 0).await;
    // The same content is the same batch, so it is not delivered twice.
    anna.handle().gossip(Bytes::from_static(b"good")).expect("queued");
    anna.handle().gossip(Bytes::from_static(b"after")).expect("queued");
    assert_eq!(next(&mut ben).await.bytes, "after");
}

#[tokio::test]
async fn a_batch_may_be_as_long_as_the_limit_and_no_longer() {
    let [anna, mut ben, _cleo, _dan] = row().await;
    let batch = Bytes::from(vec![9; GOSSIP_BYTES_MAX]);
    anna.handle().gossip(batch.clone()).expect("at the limit");
    assert_eq!(next(&mut ben).await.bytes, batch);
    let bytes = GOSSIP_BYTES_MAX + 1;
    let refused = anna.handle().gossip(vec![9; bytes].into());
    assert_eq!(refused, Err(SendError::TooLarge { bytes, bytes_max: GOSSIP_BYTES_MAX }));
}
