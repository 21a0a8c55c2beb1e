//! Measures round trips and throughput of the network between two members on the loopback interface. Run with `cargo
//! run --release -p chain-network --example pace`. Both members run in this process and share its cores.

use bytes::Bytes;
use chain_network::{Inbox, Limits, Network, NetworkConfig, NetworkHandle, Peer, SendError};
use chain_types::{ChainId, Digest, PublicKey, SecretKey, Versions};
use std::{
    error::Error,
    io::{Write, stdout},
    net::SocketAddr,
    time::{Duration, Instant},
};

const VOTE_BYTES: usize = 200;
const ROUND_TRIPS: usize = 20_000;
const THROUGHPUT_BYTES: usize = 1 << 30;

async fn start(seed: u8, peers: Vec<Peer>) -> Result<(Network, Inbox, PublicKey), Box<dyn Error>> {
    let config = NetworkConfig {
        chain_id: ChainId(Digest([1; 32])),
        versions: Versions::KNOWN,
        key: [seed; 32].into(),
        listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
        peers,
        limits: Limits::default(),
    };
    let (network, inbox) = Network::start(config).await?;
    Ok((network, inbox, key(seed)))
}

fn key(seed: u8) -> PublicKey {
    SecretKey::from_seed(&[seed; 32]).public_key()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (anna, mut from_ben, _) = start(1, vec![Peer { key: key(2), addresses: Vec::new() }]).await?;
    let to_anna = Peer { key: key(1), addresses: anna.addresses().to_vec() };
    let (ben, mut from_anna, _) = start(2, vec![to_anna]).await?;
    let (anna, ben) = (anna.handle(), ben.handle());
    while [&anna, &ben].iter().any(|one| one.peers().iter().any(|peer| peer.connected_since.is_none())) {
        tokio::task::yield_now().await;
    }
    round_trips(&anna, &ben, &mut from_ben, &mut from_anna).await?;
    for length in [VOTE_BYTES, 64 << 10, 1 << 20] {
        throughput(&anna, length, &mut from_anna).await?;
    }
    Ok(())
}

async fn round_trips(
    anna: &NetworkHandle,
    ben: &NetworkHandle,
    from_ben: &mut Inbox,
    from_anna: &mut Inbox,
) -> Result<(), Box<dyn Error>> {
    let vote = Bytes::from(vec![7; VOTE_BYTES]);
    let mut took = Vec::with_capacity(ROUND_TRIPS);
    for _ in 0..ROUND_TRIPS {
        let begun = Instant::now();
        anna.send(&key(2), vote.clone())?;
        let there = from_anna.messages.recv().await.ok_or("stopped")?;
        ben.send(&key(1), there.bytes)?;
        from_ben.messages.recv().await.ok_or("stopped")?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    let percentile = |permille: usize| took.get(ROUND_TRIPS * permille / 1_000).copied().unwrap_or(Duration::MAX);
    let (p50, p99) = (percentile(500), percentile(990));
    writeln!(stdout(), "round trip of {VOTE_BYTES} bytes: p50 {p50:?}, p99 {p99:?}")?;
    Ok(())
}

async fn throughput(anna: &NetworkHandle, length: usize, from_anna: &mut Inbox) -> Result<(), Box<dyn Error>> {
    let message = Bytes::from(vec![7; length]);
    let count = (THROUGHPUT_BYTES / length).min(1_000_000);
    let begun = Instant::now();
    let (mut sent, mut received) = (0, 0);
    while received < count {
        while sent < count {
            match anna.send(&key(2), message.clone()) {
                Ok(()) => sent += 1,
                Err(SendError::QueueFull) => break,
                Err(error) => return Err(error.into()),
            }
        }
        from_anna.messages.recv().await.ok_or("stopped")?;
        received += 1;
        while from_anna.messages.try_recv().is_ok() {
            received += 1;
        }
    }
    let millis = begun.elapsed().as_millis().max(1);
    let per_second = u128::try_from(count)? * 1_000 / millis;
    let mb_per_second = per_second * u128::try_from(length)? / 1_000_000;
    writeln!(stdout(), "messages of {length} bytes: {per_second}/s, {mb_per_second} MB/s")?;
    Ok(())
}
