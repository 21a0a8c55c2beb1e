//! Four members in a row, each of which knows its neighbours only, gossip transactions. A batch reaches everyone once,
//! passed on by those who accepted it; a batch that a member rejects, or forgets, stops at that member.

use crate::support::{Member, caller, connect, eventually, plan, within};
use bytes::Bytes;
use chain_network::{GOSSIP_BYTES_MAX, Gossip, SendError};

/// Anna - Ben - Cleo - Dan.
async fn row() -> [Member; 4] {
    let anna = plan(1).knows(caller(2)).start().await;
    let ben = plan(2).knows(anna.peer()).knows(caller(3)).start().await;
    let cleo = plan(3).knows(ben.peer()).knows(caller(4)).start().await;
    let dan = plan(4).knows(cleo.peer()).start().await;
    for (one, other) in [(&anna, &ben), (&ben, &cleo), (&cleo, &dan)] {
        connect(one, other).await;
        let both = || one.status(other).hears_gossip && other.status(one).hears_gossip;
        eventually("both listen", both).await;
    }
    [anna, ben, cleo, dan]
}

/// The next batch.
async fn next(member: &mut Member) -> Gossip {
    within(member.inbox.gossip.recv()).await.expect("the network runs")
}

#[tokio::test]
async fn an_accepted_batch_reaches_everyone_once_and_a_rejected_one_travels_no_further() {
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
    eventually("the one who passed on a bad batch is the worse for it", || ben.status(&anna).score_milli < 0).await;
    // The same content again is the same batch: nobody hears of it twice.
    anna.handle().gossip(Bytes::from_static(b"good")).expect("queued");
    anna.handle().gossip(Bytes::from_static(b"after")).expect("queued");
    assert_eq!(next(&mut ben).await.bytes, "after");
}

#[tokio::test]
async fn a_batch_at_the_limit_passes_and_one_byte_more_does_not() {
    let [anna, mut ben, _cleo, _dan] = row().await;
    let batch = Bytes::from(vec![9; GOSSIP_BYTES_MAX]);
    anna.handle().gossip(batch.clone()).expect("at the limit");
    assert_eq!(next(&mut ben).await.bytes, batch);
    let bytes = GOSSIP_BYTES_MAX + 1;
    let refused = anna.handle().gossip(vec![9; bytes].into());
    assert_eq!(refused, Err(SendError::TooLarge { bytes, bytes_max: GOSSIP_BYTES_MAX }));
}
