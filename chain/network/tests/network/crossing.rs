//! Two members dial each other, and the second connection is established while the first is in use. Both move to the
//! same connection without communicating, the other is drained and closed, and no message is lost or reordered.

use crate::{
    relay::TcpRelay,
    support::{Member, connect, eventually, key, plan, within},
};
use bytes::Bytes;
use chain_network::NetworkHandle;
use chain_types::PublicKey;

/// Messages sent before, while and after the second connection is established.
const MESSAGES: u32 = 30_000;

#[tokio::test]
async fn the_connection_of_the_smaller_key_is_kept_when_it_comes_later() {
    cross(true).await;
}

#[tokio::test]
async fn the_connection_of_the_smaller_key_is_kept_when_it_was_first() {
    cross(false).await;
}

async fn cross(is_anna_smaller: bool) {
    let (smaller, greater) = if key(1) < key(2) { (1, 2) } else { (2, 1) };
    let (anna, ben) = if is_anna_smaller { (smaller, greater) } else { (greater, smaller) };
    let (mut anna, mut ben) = (plan(anna).start().await, plan(ben).start().await);
    let relay = TcpRelay::to(ben.peer(), false).await;
    anna.handle().allow(relay.peer()).expect("the key is valid");
    eventually("anna's dial reaches the relay", || relay.arrived() == 1).await;
    ben.handle().allow(anna.peer()).expect("the key is valid");
    connect(&anna, &ben).await;

    let (handle, mut sender) = (anna.handle(), NumberSender::new(&anna, &ben));
    sender.send_next(MESSAGES / 3);
    relay.open();
    eventually("there are two connections, and messages still arrive", || {
        sender.send_next(10);
        anna.status(&ben).connections == 2 && ben.status(&anna).connections == 2
    })
    .await;
    sender.send_next(MESSAGES / 3);
    let receiving = async {
        let mut received = 0;
        loop {
            assert_eq!(ben.receive_from(anna.key).await, encode(received));
            assert_eq!(anna.receive_from(ben.key).await, encode(received));
            received += 1;
            if received == sender.sent {
                if received >= MESSAGES && handle.peers()[0].connections == 1 {
                    break;
                }
                sender.send_next(1);
            }
        }
    };
    within(receiving).await;
    eventually("both have one connection", || anna.status(&ben).connections == 1 && ben.status(&anna).connections == 1)
        .await;
    assert_eq!((anna.status(&ben).dropped, ben.status(&anna).dropped), (0, 0));
}

fn encode(number: u32) -> Bytes {
    Bytes::copy_from_slice(&number.to_be_bytes())
}

/// Sends consecutive numbers in both directions.
struct NumberSender {
    anna: (NetworkHandle, PublicKey),
    ben: (NetworkHandle, PublicKey),
    sent: u32,
}

impl NumberSender {
    fn new(anna: &Member, ben: &Member) -> Self {
        Self { anna: (anna.handle(), anna.key), ben: (ben.handle(), ben.key), sent: 0 }
    }

    fn send_next(&mut self, count: u32) {
        for number in self.sent..self.sent + count {
            self.anna.0.send(&self.ben.1, encode(number)).expect("connected throughout");
            self.ben.0.send(&self.anna.1, encode(number)).expect("connected throughout");
        }
        self.sent += count;
    }
}
