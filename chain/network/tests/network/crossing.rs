//! Anna and Ben dial each other, and Anna's dial gets through only when Ben's connection is already in use. For a
//! moment there are two; both move to the same one without asking each other, the other one is drained and closed, and
//! of what was sent all the while nothing is lost and nothing overtakes.

use crate::{
    relay::TcpRelay,
    support::{Member, connect, eventually, key, plan, within},
};
use bytes::Bytes;
use chain_network::NetworkHandle;
use chain_types::PublicKey;

/// The numbers sent before, while and after the second connection comes.
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
    let door = TcpRelay::to(ben.peer(), false).await;
    anna.handle().allow(door.peer()).expect("a key");
    eventually("anna is on her way", || door.arrived() == 1).await;
    ben.handle().allow(anna.peer()).expect("a key");
    connect(&anna, &ben).await;

    let (speaking, mut speaker) = (anna.handle(), Speaker::new(&anna, &ben));
    speaker.say(MESSAGES / 3);
    door.open();
    eventually("there are two connections, and talk goes on", || {
        speaker.say(10);
        anna.status(&ben).connections == 2 && ben.status(&anna).connections == 2
    })
    .await;
    speaker.say(MESSAGES / 3);
    let listening = async {
        let mut heard = 0;
        loop {
            assert_eq!(ben.receive_from(anna.key).await, heard_as(heard));
            assert_eq!(anna.receive_from(ben.key).await, heard_as(heard));
            heard += 1;
            if heard == speaker.said {
                if heard >= MESSAGES && speaking.peers()[0].connections == 1 {
                    break;
                }
                speaker.say(1);
            }
        }
    };
    within(listening).await;
    eventually("both have one connection", || anna.status(&ben).connections == 1 && ben.status(&anna).connections == 1)
        .await;
    assert_eq!((anna.status(&ben).dropped, ben.status(&anna).dropped), (0, 0));
}

fn heard_as(number: u32) -> Bytes {
    Bytes::copy_from_slice(&number.to_be_bytes())
}

/// Says consecutive numbers in both directions.
struct Speaker {
    anna: (NetworkHandle, PublicKey),
    ben: (NetworkHandle, PublicKey),
    said: u32,
}

impl Speaker {
    fn new(anna: &Member, ben: &Member) -> Self {
        Self { anna: (anna.handle(), anna.key), ben: (ben.handle(), ben.key), said: 0 }
    }

    fn say(&mut self, count: u32) {
        for number in self.said..self.said + count {
            self.anna.0.send(&self.ben.1, heard_as(number)).expect("connected throughout");
            self.ben.0.send(&self.anna.1, heard_as(number)).expect("connected throughout");
        }
        self.said += count;
    }
}
