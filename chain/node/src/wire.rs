//! Encodes messages to peers, and decodes received messages and gossip. Invariant: every frame begins with its shard's
//! number. A broadcast goes to the committee only, a status to all peers. Received transactions go to the signature
//! check, never directly to a shard.

use crate::{
    budget::Budget,
    reply::{Origin, Verdict},
    request::Request,
    verifier::Job,
};
use bytes::Bytes;
use chain_consensus::Committee;
use chain_network::{GOSSIP_BYTES_MAX, Inbox, NetworkHandle};
use chain_replica::Message;
use chain_types::{PublicKey, ShardId, Transaction, codec};
use crossbeam_channel::Sender;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// Transactions that are gossiped in one batch, at most.
const BATCH_MAX: usize = 1_024;
/// Bytes of a gossip frame besides its transactions: the shard, the time, the submitter, and their count.
const BATCH_OVERHEAD_BYTES: usize = 2 + 8 + 32 + 4;

/// One shard's connection to its peers.
#[derive(Clone)]
pub(crate) struct Wire {
    shard: ShardId,
    network: NetworkHandle,
    own: PublicKey,
    /// The other validators of the committee; all other peers are followers.
    validators: Vec<PublicKey>,
    batch: Vec<u8>,
    batched: u32,
}

impl Wire {
    pub(crate) fn new(shard: ShardId, network: NetworkHandle, own: PublicKey, committee: &Committee) -> Self {
        let mut wire = Self { shard, network, own, validators: Vec::new(), batch: Vec::new(), batched: 0 };
        wire.seat(committee);
        wire
    }

    /// Sends consensus messages to this committee from now on.
    pub(crate) fn seat(&mut self, committee: &Committee) {
        let others = (0_u16..).zip(&committee.validators.validators).filter(|(index, _)| Some(*index) != committee.me);
        self.validators = others.map(|(_, one)| one.key).collect();
    }

    /// Sends to one peer, or to all peers that the message concerns: a status goes to all, other messages to the
    /// committee. The network drops and counts what exceeds a peer's budget; the replica repeats the messages that
    /// matter.
    pub(crate) fn send(&self, to: Option<&PublicKey>, message: &Message) {
        let frame = Bytes::from(codec::encode(&(self.shard, message)));
        match (to, message) {
            (Some(to), _) => {
                let _ = self.network.send(to, frame);
            }
            (None, Message::Status { .. }) => {
                self.network.send_all(&frame);
            }
            (None, _) => {
                for validator in &self.validators {
                    let _ = self.network.send(validator, frame.clone());
                }
            }
        }
    }

    /// Adds a transaction to the batch that [`Wire::flush`] gossips. A transaction that is too long for gossip is sent
    /// to each validator as a message.
    pub(crate) fn spread(&mut self, transaction: &Transaction) {
        let begin = self.batch.len();
        codec::encode_into(transaction, &mut self.batch);
        if self.batch.len() - begin + BATCH_OVERHEAD_BYTES > GOSSIP_BYTES_MAX {
            self.batch.truncate(begin);
            self.send(None, &Message::Transactions(vec![transaction.clone()]));
            return;
        }
        if self.batch.len() + BATCH_OVERHEAD_BYTES > GOSSIP_BYTES_MAX {
            let last = self.batch.split_off(begin);
            self.flush();
            self.batch = last;
        }
        self.batched += 1;
        if self.batched as usize >= BATCH_MAX {
            self.flush();
        }
    }

    /// Gossips the batch. Gossip delivers equal bytes only once, so the frame contains the time: a repetition must
    /// reach peers that lost the first one.
    pub(crate) fn flush(&mut self) {
        if self.batched == 0 {
            return;
        }
        let mut frame = Vec::with_capacity(self.batch.len() + BATCH_OVERHEAD_BYTES);
        codec::encode_into(&self.shard, &mut frame);
        codec::encode_into(&now_ns(), &mut frame);
        codec::encode_into(&self.own, &mut frame);
        codec::encode_into(&self.batched, &mut frame);
        frame.append(&mut self.batch);
        self.batched = 0;
        if let Err(error) = self.network.gossip(Bytes::from(frame)) {
            tracing::warn!(shard = self.shard.0, %error, "gossip failed, will retry");
        }
    }
}

/// This machine's time in nanoseconds. It is never read; it only makes each batch unique.
fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The channels for items received from peers.
#[derive(Clone)]
pub(crate) struct Arrivals {
    pub(crate) jobs: Sender<Job>,
    pub(crate) shards: Vec<Sender<Request>>,
    pub(crate) budget: Budget,
    /// The budget of messages that wait for a shard.
    pub(crate) requests: Budget,
}

impl Arrivals {
    /// Handles received items until the network ends.
    pub(crate) async fn run(self, mut inbox: Inbox) {
        let gossip = {
            let arrivals = self.clone();
            let mut batches = inbox.gossip;
            async move {
                while let Some(batch) = batches.recv().await {
                    arrivals.gossip(batch);
                }
            }
        };
        let messages = async {
            while let Some(message) = inbox.messages.recv().await {
                self.message(message).await;
            }
        };
        tokio::join!(gossip, messages);
    }

    async fn message(&self, arrival: chain_network::Message) {
        let (from, bytes) = (arrival.from, arrival.bytes.len());
        let Ok((shard, message)) = codec::decode::<(ShardId, Message)>("a frame", &arrival.bytes) else {
            tracing::warn!(%from, "peer sent an invalid message");
            return;
        };
        let Some(port) = self.shards.get(usize::from(shard.0)) else { return };
        if let Message::Transactions(transactions) = message {
            self.check(shard, transactions, from, None);
            return;
        }
        let Some(token) = self.requests.take(bytes) else {
            tracing::debug!(%from, bytes, "message budget exceeded, message dropped");
            return;
        };
        // The message counts against its sender's budget until the shard has handled it.
        let held = Some((token, arrival.into_share()));
        let request = Request::Peer { from, message: Box::new(message), held };
        // When the shard's queue is full, waiting here applies backpressure to the network, and through it to the
        // peers.
        if let Err(crossbeam_channel::TrySendError::Full(request)) = port.try_send(request) {
            let port = port.clone();
            let _ = tokio::task::spawn_blocking(move || port.send(request)).await;
        }
    }

    fn gossip(&self, batch: chain_network::Gossip) {
        match codec::decode::<(ShardId, u64, PublicKey, Vec<Transaction>)>("a batch", &batch.bytes) {
            Ok((shard, _, submitter, transactions)) if usize::from(shard.0) < self.shards.len() => {
                self.check(shard, transactions, submitter, Some(&Arc::new(Verdict::new(batch))));
            }
            _ => batch.reject(),
        }
    }

    /// Sends transactions to the signature check. Transactions above the budget are dropped; their sender repeats them.
    fn check(
        &self,
        shard: ShardId,
        transactions: Vec<Transaction>,
        submitter: PublicKey,
        verdict: Option<&Arc<Verdict>>,
    ) {
        let mut job = Job { shard: usize::from(shard.0), transactions: Vec::with_capacity(transactions.len()) };
        for transaction in transactions {
            let checked = match transaction.check() {
                Ok(checked) => checked,
                Err(error) => {
                    if let Some(verdict) = verdict {
                        verdict.mark_invalid();
                    }
                    tracing::debug!(%error, "peer sent a malformed transaction");
                    continue;
                }
            };
            let Some(token) = self.budget.take(checked.bytes()) else { break };
            job.transactions.push((checked, Origin::Peer { token, submitter, verdict: verdict.cloned() }));
        }
        if !job.transactions.is_empty() {
            let _ = self.jobs.try_send(job);
        }
    }
}
