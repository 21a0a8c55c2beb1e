//! One shard's thread: interprets the replica's effects. Invariant: it alone touches the replica, and it performs
//! effects strictly in order; when the disk fails it stops for good, and when the chain leaves the versions that this build
//! knows it takes nothing more.

use crate::{
    Final, ShardStatus, StateProofs, SubmitError, Tip,
    budget::Token,
    clock::{Clock, Look},
    disk::DiskWatch,
    journal::Journal,
    promise::Promising,
    reply::{Origin, Waiting},
    serving::Serving,
    wire::Wire,
};
use chain_consensus::Committee;
use chain_network::Share;
use chain_replica::{
    Effect, Effects, FINAL_BLOCKS_MAX, FINAL_BYTES_MAX, Fetched, Finalised, Input, Message, RecoveryError, Refused,
    Replica, Role, Source, WRITE_SETS_BYTES_MAX,
};
use chain_store::Store;
use chain_types::{
    Digest, FinalBlock, Height, PublicKey, SecretKey, ShardId, TxId, VerifiedTransaction, atomic::CertifiedHeader,
    beacon::Evidence, certificate::Equivocation, state::StateKey, version::Outdated,
};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::{sync::Arc, time::Duration};
use tokio::sync::{oneshot, watch};

/// Requests that may wait for a shard; a submission request holds a whole batch.
pub(crate) const REQUESTS_MAX: usize = 256;
/// Requests taken in before the next block is built.
const REQUESTS_PER_ROUND: usize = 64;
/// Between two looks at the clock while something is under way.
const ACTIVE_TICK: Duration = Duration::from_millis(10);
/// Between two looks at the clock while nothing is.
const IDLE_TICK: Duration = Duration::from_millis(100);
/// Accusations that are kept for whoever asks.
const ACCUSATIONS_MAX: usize = 64;

/// A question about keys of the state.
pub(crate) struct Question {
    pub(crate) keys: Vec<StateKey>,
    pub(crate) sender: oneshot::Sender<Option<StateProofs>>,
}

/// A question about the values of keys, without proof.
pub(crate) struct Read {
    pub(crate) keys: Vec<StateKey>,
    pub(crate) sender: oneshot::Sender<Option<Vec<Option<Vec<u8>>>>>,
}

/// What a shard is asked.
pub(crate) enum Request {
    Submit(Vec<(VerifiedTransaction, Origin)>),
    Peer {
        from: PublicKey,
        message: Box<Message>,
        /// What it occupies until it is handled; this node's own occupy nothing.
        held: Option<(Token, Share)>,
    },
    Prove(Question),
    Read(Read),
    Status(oneshot::Sender<ShardStatus>),
    /// See [`Input::Cover`].
    Cover(u64),
    Stop,
}

impl Request {
    /// Answers a request that no shard will serve.
    pub(crate) fn refuse(self) {
        if let Self::Submit(batch) = self {
            for (_, origin) in batch {
                origin.refuse(SubmitError::Stopped);
            }
        }
    }
}

/// The disk failed in the middle of something.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    #[error("the state cannot be read")]
    Read(#[from] chain_state::ReadFailure),
    #[error("the store cannot be read or written")]
    Store(#[from] chain_store::StoreError),
    #[error("the journal cannot be written")]
    Journal(#[source] std::io::Error),
    #[error("the state that was taken over from others does not add up")]
    Takeover(#[from] RecoveryError),
}

pub(crate) struct Shard {
    pub(crate) id: ShardId,
    pub(crate) key: SecretKey,
    pub(crate) role: Role,
    /// This validator's index; followers have none and sign nothing.
    pub(crate) index: Option<u16>,
    pub(crate) replica: Replica<Store>,
    pub(crate) store: Store,
    pub(crate) journal: Journal,
    pub(crate) disk: DiskWatch,
    pub(crate) clock: Arc<Clock>,
    pub(crate) flushed: Height,
    /// The first block that has its body.
    pub(crate) first: Height,
    /// How many of the newest blocks keep theirs; `None` for all.
    pub(crate) keep_blocks: Option<u64>,
    pub(crate) tip: watch::Sender<Tip>,
    /// The height that the committee is known to have reached.
    pub(crate) known: watch::Sender<Option<Height>>,
    pub(crate) waiting: Waiting,
    /// The way to the peers; a validator alone has none.
    pub(crate) wire: Option<Wire>,
    /// What writes and says this validator's promises.
    pub(crate) promising: Option<Promising>,
    /// What serves snapshots to peers.
    pub(crate) serving: Option<Serving>,
    pub(crate) accusations: Vec<Evidence>,
    /// The chain goes on without this build.
    pub(crate) outdated: Option<Outdated>,
    /// Blocks that the store holds and whose height is not decided.
    pub(crate) held: Vec<(Height, Digest)>,
}

impl Shard {
    /// Serves requests until it is told to stop or the disk fails.
    pub(crate) fn run(mut self, requests: &Receiver<Request>) -> Result<(), Halt> {
        let mut effects = Effects::new();
        while let Some(first) = self.next(requests) {
            if self.replica.waiting() == 0 {
                // Without work the last look may be long ago, and what comes in is judged by the clock.
                self.tick(&mut effects)?;
            }
            let more = requests.try_iter().take(REQUESTS_PER_ROUND);
            let mut questions = Vec::new();
            let mut stop = false;
            for request in first.into_iter().chain(more) {
                match request {
                    Request::Submit(batch) => self.submit(batch, &mut effects)?,
                    Request::Peer { from, message, held } => {
                        self.step(Input::Message { from, message }, &mut effects)?;
                        drop(held);
                    }
                    Request::Prove(question) => questions.push(question),
                    Request::Read(read) => {
                        let _ = read.sender.send(self.replica.read(&read.keys)?);
                    }
                    Request::Status(sender) => {
                        let _ = sender.send(self.status());
                    }
                    Request::Cover(value) => self.step(Input::Cover(value), &mut effects)?,
                    Request::Stop => stop = true,
                }
            }
            self.tick(&mut effects)?;
            // Alone, each tick ends with a block on disk: build on until nothing waits.
            while self.wire.is_none() && self.replica.waiting() > 0 {
                self.tick(&mut effects)?;
            }
            if let Some(wire) = &mut self.wire {
                wire.flush();
                // Who hears no member, such as a newcomer that only a follower knows, has nothing better than claims.
                let known = self.replica.known_height().or_else(|| self.replica.claimed_height());
                self.known.send_if_modified(|last| std::mem::replace(last, known) != known);
            }
            self.prove(questions)?;
            if stop {
                break;
            }
        }
        Ok(())
    }

    /// Waits for a request, or for the next look at the clock; `None` when there will be no more requests.
    #[expect(
        clippy::option_option,
        reason = "no request now, and no requests ever again, are different ends of a wait"
    )]
    fn next(&self, requests: &Receiver<Request>) -> Option<Option<Request>> {
        if self.wire.is_none() {
            return requests.recv().ok().map(Some);
        }
        let wait = if self.replica.is_active() { ACTIVE_TICK } else { IDLE_TICK };
        match requests.recv_timeout(wait) {
            Ok(request) => Some(Some(request)),
            Err(RecvTimeoutError::Timeout) => Some(None),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn submit(&mut self, batch: Vec<(VerifiedTransaction, Origin)>, effects: &mut Effects) -> Result<(), Halt> {
        let has_space = self.disk.has_space();
        for (transaction, origin) in batch {
            if self.outdated.is_some() || !has_space {
                origin.refuse(if self.outdated.is_some() { SubmitError::Stopped } else { SubmitError::Busy });
                continue;
            }
            let source = match origin {
                Origin::Client(reply) => {
                    self.waiting.add(transaction.checked().id(), reply);
                    Source::Client
                }
                Origin::Peer { submitter, .. } => Source::Peer(submitter),
            };
            self.replica.step(Input::Submit { transaction: Box::new(transaction), source }, effects)?;
        }
        self.perform(effects)
    }

    fn tick(&mut self, effects: &mut Effects) -> Result<(), Halt> {
        let Look { at, now } = self.clock.look();
        self.step(Input::Tick { at, now }, effects)
    }

    fn step(&mut self, input: Input, effects: &mut Effects) -> Result<(), Halt> {
        self.replica.step(input, effects)?;
        self.perform(effects)
    }

    fn perform(&mut self, effects: &mut Effects) -> Result<(), Halt> {
        while !effects.is_empty() {
            for effect in std::mem::take(effects) {
                match effect {
                    Effect::Log(certificate) => self.journal.log(certificate),
                    Effect::Hold(held) => self.hold(&held)?,
                    Effect::Sign(vote) => {
                        let Some(index) = self.index else { continue };
                        let signed = self.journal.record(vote, index, &self.key).map_err(Halt::Journal)?;
                        let Some(signed) = signed else { continue };
                        self.replica.step(Input::Signed(signed), effects)?;
                    }
                    Effect::Persist(commit) => {
                        self.persist(&commit)?;
                        self.replica.step(Input::Persisted, effects)?;
                    }
                    Effect::Finalised(finalised) => self.announce(&finalised),
                    Effect::Refuse { tx_id, reason } => self.waiting.answer(&tx_id, &Err(refusal(reason))),
                    Effect::AlreadyFinal { tx_id, height } => self.answer_again(&tx_id, height)?,
                    Effect::Send { to, message } => {
                        if let Some(wire) = &self.wire {
                            wire.send(to.as_ref(), &message);
                        }
                    }
                    Effect::SendFinal { to, from } => {
                        if let Some(wire) = &self.wire {
                            let blocks = self.store.blocks(from, FINAL_BLOCKS_MAX, FINAL_BYTES_MAX)?;
                            wire.send(Some(&to), &Message::Final(blocks));
                        }
                    }
                    Effect::SendWriteSets { to, from } => self.send_write_sets(&to, from)?,
                    Effect::SendSnapshot { to, ask } => {
                        if let Some(serving) = &self.serving {
                            serving.answer(to, ask);
                        }
                    }
                    Effect::TakeOverState(part) => self.store.take_over_leaves(&part)?,
                    Effect::TakeOverSeen(blocks) => self.store.take_over_seen(&blocks)?,
                    Effect::TakeOverHandOvers(proofs) => self.store.take_over_hand_overs(&proofs)?,
                    Effect::DropTakeover => self.store.clear_unfinished()?,
                    Effect::Adopt(adoption) => self.adopt(&adoption, effects)?,
                    Effect::Spread(transaction) => {
                        if let Some(wire) = &mut self.wire {
                            wire.spread(transaction.transaction());
                        }
                    }
                    Effect::Promise(request) => {
                        if let Some(promising) = &self.promising {
                            promising.request(request);
                        }
                    }
                    Effect::Kept(ids) => {
                        if let Some(promising) = &self.promising {
                            promising.kept(ids, self.tip.borrow().timestamp_ms);
                        }
                    }
                    Effect::Promised { tx_id, promise } => self.waiting.promised(&tx_id, &promise),
                    Effect::EnterEpoch(committee) => self.enter_epoch(&committee),
                    Effect::Accuse(evidence) => self.accuse(*evidence),
                    Effect::Alarm(alarm) => tracing::error!(shard = self.id.0, "{alarm}"),
                    Effect::Outdated(outdated) => self.end_at(outdated),
                }
            }
        }
        Ok(())
    }

    fn send_write_sets(&self, to: &PublicKey, from: Height) -> Result<(), Halt> {
        let Some(wire) = &self.wire else { return Ok(()) };
        let blocks = self.store.blocks_with_write_sets(from, FINAL_BLOCKS_MAX, WRITE_SETS_BYTES_MAX)?;
        let blocks = blocks.into_iter().map(|(block, write_set)| Fetched { block, write_set });
        wire.send(Some(to), &Message::WriteSets(blocks.collect()));
        Ok(())
    }

    pub(crate) fn enter_epoch(&mut self, committee: &Committee) {
        self.index = committee.me;
        if let Some(wire) = &mut self.wire {
            wire.seat(committee);
        }
        tracing::info!(shard = self.id.0, epoch = committee.epoch().0, index = self.index, "an epoch begins");
    }

    /// The last block that this build can make or follow is final: whoever waits hears that it ends here.
    fn end_at(&mut self, outdated: Outdated) {
        tracing::error!(shard = self.id.0, "{outdated}");
        self.outdated = Some(outdated);
        self.waiting.answer_all(&Err(SubmitError::Stopped));
    }

    fn announce(&mut self, finalised: &Finalised) {
        let header = &finalised.block.header;
        self.tip.send_replace(Tip {
            height: header.height,
            digest: finalised.digest,
            timestamp_ms: header.timestamp_ms,
            records: finalised.totals.records,
            transactions: finalised.totals.transactions,
        });
        for (tx_id, first, count) in &finalised.transactions {
            for reply in self.waiting.take(tx_id) {
                reply.send(Ok(Final {
                    shard: self.id,
                    height: header.height,
                    timestamp_ms: header.timestamp_ms,
                    tx_id: *tx_id,
                    first_record: *first,
                    receipts: finalised.receipts(*first, *count),
                }));
            }
        }
    }

    fn answer_again(&mut self, tx_id: &TxId, height: Height) -> Result<(), Halt> {
        let replies = self.waiting.take(tx_id);
        if replies.is_empty() {
            return Ok(());
        }
        let found = self.store.block(height)?.and_then(|block| outcome(self.id, &block, tx_id));
        let absent = SubmitError::Refused {
            code: "ledger.block_absent",
            detail: format!("the transaction is final in block {height}, which this node does not have"),
        };
        for reply in replies {
            reply.send(found.clone().ok_or_else(|| absent.clone()));
        }
        Ok(())
    }

    fn accuse(&mut self, evidence: Evidence) {
        match &evidence {
            Evidence::Equivocation(Equivocation { first, .. }) => {
                let (signer, height) = (first.signer, first.vote.height.0);
                tracing::warn!(shard = self.id.0, signer, height, "a validator contradicted itself");
            }
            Evidence::BrokenPromise(broken) => {
                let (signer, height) = (broken.promise.signed.promise.leader, broken.header.height.0);
                tracing::warn!(shard = self.id.0, signer, height, "a leader broke its promise");
            }
            Evidence::BadDeal(_) | Evidence::ForeignVote(_) => {}
        }
        if self.accusations.len() < ACCUSATIONS_MAX && !self.accusations.contains(&evidence) {
            self.accusations.push(evidence);
        }
    }

    fn status(&self) -> ShardStatus {
        ShardStatus {
            shard: self.id,
            index: self.index,
            committee: Arc::clone(self.replica.committee()),
            tip: *self.tip.borrow(),
            waiting: self.replica.waiting(),
            certificate: self.replica.tip().map(|(_, certificate)| certificate.clone()),
            accusations: self.accusations.clone(),
            outdated: self.outdated,
        }
    }

    /// Answers all questions of a round together: a block that is being decided steps aside once for all of them.
    fn prove(&mut self, questions: Vec<Question>) -> Result<(), Halt> {
        if questions.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = questions.iter().flat_map(|question| question.keys.iter().cloned()).collect();
        let mut proofs = self.replica.prove(&keys)?.map(Vec::into_iter);
        for Question { keys, sender } in questions {
            let proved = proofs.as_mut().map(|proofs| proofs.take(keys.len()).collect());
            let answer = proved.zip(self.replica.tip().cloned()).map(|(proofs, (header, certificate))| StateProofs {
                block: CertifiedHeader { header, certificate },
                proofs,
            });
            let _ = sender.send(answer);
        }
        Ok(())
    }
}

fn refusal(reason: Refused) -> SubmitError {
    match reason {
        Refused::Busy => SubmitError::Busy,
        Refused::Expired => SubmitError::Expired,
        Refused::NotAdmitted(why) => SubmitError::Refused { code: why.code(), detail: why.detail().to_owned() },
    }
}

/// The outcome of a transaction that a block holds.
fn outcome(shard: ShardId, block: &FinalBlock, tx_id: &TxId) -> Option<Final> {
    let mut first = 0;
    for transaction in &block.block.transactions {
        let count = transaction.entries.len();
        if transaction.header.id() == *tx_id {
            return Some(Final {
                shard,
                height: block.header.height,
                timestamp_ms: block.header.timestamp_ms,
                tx_id: *tx_id,
                first_record: u32::try_from(first).ok()?,
                receipts: block.block.receipts.get(first..first + count)?.to_vec(),
            });
        }
        first += count;
    }
    None
}
