//! The handle through which other code uses a running node. Invariant: a transaction is reported final only after its
//! block is durable and certified.

use crate::{
    Final, NodeError, ShardStatus, StateProofs, StreamProofParts, SubmitError, Tip,
    allow_list::AllowList,
    budget::Budget,
    clock::{CLOCK_STEP_MS_MIN, Clock, wall_clock},
    disk,
    reply::{Origin, Reply},
    request::{Question, Read, Request},
    verifier::Job,
};
use chain_beacon::{BeaconKey, BeaconState};
use chain_network::{NetworkError, Peer, PeerStatus};
use chain_store::Store;
use chain_types::{
    ChainId, Digest, Epoch, FinalBlock, Genesis, Height, ShardId, Subject, TenantId, TimestampMs, Transaction,
    atomic::{BEACON_SHARD, CertifiedHeader},
    beacon::{HandOverProof, PromiseBatch},
    codec,
    state::{AncestryKey, StateKey, StreamKey, TypedKey},
};
use crossbeam_channel::{Sender, TrySendError};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::{oneshot, watch};

/// A shard's channels and store, for the handle.
#[derive(Clone)]
pub(crate) struct ShardPort {
    pub(crate) requests: Sender<Request>,
    pub(crate) tip: watch::Receiver<Tip>,
    /// The height that the committee is known to have reached, or the highest claim of a peer while that is unknown.
    pub(crate) known: watch::Receiver<Option<Height>>,
    pub(crate) store: Store,
    /// Whether the shard waits for space on the disk.
    pub(crate) lacks_space: Arc<AtomicBool>,
}

pub(crate) struct Shared {
    pub(crate) genesis: Arc<Genesis>,
    pub(crate) chain_id: ChainId,
    pub(crate) jobs: Sender<Job>,
    pub(crate) shards: Vec<ShardPort>,
    pub(crate) budget: Budget,
    pub(crate) allow_list: Option<AllowList>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) data_dir: PathBuf,
}

/// A handle to a running node; cheap to clone.
#[derive(Clone)]
pub struct NodeHandle {
    pub(crate) shared: Arc<Shared>,
}

impl NodeHandle {
    pub fn genesis(&self) -> &Arc<Genesis> {
        &self.shared.genesis
    }

    pub fn chain_id(&self) -> ChainId {
        self.shared.chain_id
    }

    /// The number of shards. Their ids begin at 0.
    pub fn shards(&self) -> u16 {
        self.shared.genesis.shards
    }

    /// Whether the disk of the node has no room for more transactions. Nothing that is final is lost, and the node goes
    /// on by itself once there is space.
    pub fn lacks_space(&self) -> bool {
        let is_waiting = |port: &ShardPort| port.lacks_space.load(Ordering::Relaxed);
        self.shared.shards.iter().any(is_waiting) || !disk::has_room(&self.shared.data_dir)
    }

    /// The error of a question that a shard did not answer.
    fn unanswered(&self, shard: ShardId) -> NodeError {
        let is_full = self.port(shard).is_some_and(|port| port.lacks_space.load(Ordering::Relaxed));
        if is_full { NodeError::Full { shard } } else { NodeError::Stopped { shard } }
    }

    fn port(&self, shard: ShardId) -> Option<&ShardPort> {
        self.shared.shards.get(usize::from(shard.0))
    }

    /// Submits a transaction and returns once it is final. Submitting the same transaction again returns the first
    /// outcome, as long as the transaction has not expired.
    ///
    /// # Errors
    /// [`SubmitError`] says whether to try again.
    pub async fn submit(&self, shard: ShardId, transaction: Transaction) -> Result<Final, SubmitError> {
        self.offer(shard, transaction, None).await
    }

    /// As [`Self::submit`]. In addition, `promised` receives a leader's promise of the transaction [P15, promises],
    /// if one arrives.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub async fn submit_and_hear(
        &self,
        shard: ShardId,
        transaction: Transaction,
        promised: oneshot::Sender<Arc<PromiseBatch>>,
    ) -> Result<Final, SubmitError> {
        self.offer(shard, transaction, Some(promised)).await
    }

    async fn offer(
        &self,
        shard: ShardId,
        transaction: Transaction,
        promised: Option<oneshot::Sender<Arc<PromiseBatch>>>,
    ) -> Result<Final, SubmitError> {
        let index = usize::from(shard.0);
        if index >= self.shared.shards.len() {
            let detail = format!("there is no shard {shard}");
            return Err(SubmitError::Refused { code: "ledger.unknown_shard", detail });
        }
        let transaction = transaction
            .check()
            .map_err(|error| SubmitError::Refused { code: error.code(), detail: error.to_string() })?;
        let token = self.shared.budget.take(transaction.bytes()).ok_or(SubmitError::Busy)?;
        let (sender, answer) = oneshot::channel();
        let origin = Origin::Client(Reply { sender, promised, token });
        let job = Job { shard: index, transactions: vec![(transaction, origin)] };
        self.shared.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => SubmitError::Busy,
            TrySendError::Disconnected(_) => SubmitError::Stopped,
        })?;
        answer.await.unwrap_or(Err(SubmitError::Stopped))
    }

    /// A final block; `None` when the shard has no block at this height yet.
    ///
    /// # Errors
    /// [`NodeError::AbsentBlock`] when the block is before the snapshot that this node joined from, or its body was
    /// dropped. [`NodeError::Store`] when it cannot be read, [`NodeError::UnknownShard`].
    pub async fn block(&self, shard: ShardId, height: Height) -> Result<Option<Arc<FinalBlock>>, NodeError> {
        let port = self.port(shard).ok_or(NodeError::UnknownShard { shard })?;
        if height > port.tip.borrow().height || height == Height(0) {
            return Ok(None);
        }
        let store = port.store.clone();
        let read = move || {
            let failed = |source| NodeError::Store { shard, source };
            if let Some(block) = store.block(height).map_err(failed)? {
                return Ok(Some(Arc::new(block)));
            }
            match store.first_block().map_err(failed)? {
                Some(first) if height < first => Err(NodeError::AbsentBlock { shard, height, first }),
                _ => Ok(None),
            }
        };
        tokio::task::spawn_blocking(read).await.map_err(|_| NodeError::Stopped { shard })?
    }

    /// The header and certificate of a final block, which stay when its body is dropped [P9, recovery]. `None` for a
    /// block that is not final here, or is before the snapshot that this node joined from.
    ///
    /// # Errors
    /// [`NodeError::Store`] when it cannot be read, [`NodeError::UnknownShard`].
    pub async fn header(&self, shard: ShardId, height: Height) -> Result<Option<CertifiedHeader>, NodeError> {
        let store = self.port(shard).ok_or(NodeError::UnknownShard { shard })?.store.clone();
        let read = move || store.header(height).map_err(|source| NodeError::Store { shard, source });
        tokio::task::spawn_blocking(read).await.map_err(|_| NodeError::Stopped { shard })?
    }

    /// The siblings of a header's path in the tree over all headers before the block `after`, from the leaf up. `None`
    /// for a header before the snapshot that this node joined from, or a block that is not final here.
    ///
    /// # Errors
    /// [`NodeError::Store`] when they cannot be read, [`NodeError::UnknownShard`].
    pub async fn ancestor_path(
        &self,
        shard: ShardId,
        of: Height,
        after: Height,
    ) -> Result<Option<Vec<Digest>>, NodeError> {
        let store = self.port(shard).ok_or(NodeError::UnknownShard { shard })?.store.clone();
        let read = move || store.ancestor_path(of, after).map_err(|source| NodeError::Store { shard, source });
        tokio::task::spawn_blocking(read).await.map_err(|_| NodeError::Stopped { shard })?
    }

    /// Watches the last final block of a shard.
    ///
    /// # Panics
    /// When there is no such shard.
    pub fn tip(&self, shard: ShardId) -> watch::Receiver<Tip> {
        self.port(shard).expect("the shard number is below shards()").tip.clone()
    }

    /// The sum of the wall clock's steps since the process began, in milliseconds. 0 when there were none, or when they
    /// cancel out.
    pub fn clock_stepped_ms(&self) -> i64 {
        self.shared.clock.stepped_ms()
    }

    /// The time of a shard's next block if it were built now: this machine's clock, or the last block's time while the
    /// clock is behind it. The validity of a transaction counts from it.
    ///
    /// # Panics
    /// When there is no such shard.
    pub fn block_time(&self, shard: ShardId) -> TimestampMs {
        wall_clock().max(self.tip(shard).borrow().timestamp_ms)
    }

    /// How far a shard's last block is ahead of this machine's clock, in milliseconds. `None` for a difference that is
    /// normal between good clocks.
    ///
    /// # Panics
    /// When there is no such shard.
    pub fn ahead_ms(&self, shard: ShardId) -> Option<u64> {
        let ahead_ms = self.tip(shard).borrow().timestamp_ms.0.saturating_sub(wall_clock().0);
        (ahead_ms > CLOCK_STEP_MS_MIN).then_some(ahead_ms)
    }

    /// The peers of this node; empty for a sole validator.
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.shared.allow_list.as_ref().map(|list| list.network.peers()).unwrap_or_default()
    }

    /// Whether this node has a network.
    pub(crate) fn has_network(&self) -> bool {
        self.shared.allow_list.is_some()
    }

    /// Replaces the configured members. New ones may connect and are dialed. A peer that is neither a member nor a
    /// registered validator any more is disconnected.
    ///
    /// # Errors
    /// [`NodeError::Network`] when a key is invalid; the other members are set all the same.
    pub fn set_members(&self, members: &[Peer]) -> Result<(), NodeError> {
        let list = self.shared.allow_list.as_ref();
        list.map_or(Ok(()), |list| list.set_members(members)).map_err(NodeError::Network)
    }

    /// Replaces the validators that may connect by the registered ones.
    pub(crate) fn allow_validators(&self, beacon: &BeaconState) -> Result<(), NetworkError> {
        let keys = beacon.registry().validators().iter().map(|validator| validator.network_key);
        self.shared.allow_list.as_ref().map_or(Ok(()), |list| list.set_validators(keys))
    }

    /// The status of a shard.
    ///
    /// # Errors
    /// [`NodeError::Stopped`] when the shard has stopped, [`NodeError::Full`] while it waits for space on its disk,
    /// [`NodeError::UnknownShard`].
    pub async fn status(&self, shard: ShardId) -> Result<ShardStatus, NodeError> {
        let (sender, answer) = oneshot::channel();
        self.ask(shard, Request::Status(sender)).await?;
        answer.await.map_err(|_| self.unanswered(shard))
    }

    pub(crate) async fn ask(&self, shard: ShardId, request: Request) -> Result<(), NodeError> {
        let port = self.port(shard).ok_or(NodeError::UnknownShard { shard })?;
        let requests = port.requests.clone();
        let sent = tokio::task::spawn_blocking(move || requests.send(request).is_ok()).await;
        if sent.unwrap_or(false) { Ok(()) } else { Err(NodeError::Stopped { shard }) }
    }

    /// Proves keys of a shard's state, all against the newest final block.
    ///
    /// # Errors
    /// [`NodeError::Stopped`] when the shard has stopped or has no block yet, [`NodeError::Full`] while it waits for
    /// space on its disk, [`NodeError::UnknownShard`].
    pub async fn prove(&self, shard: ShardId, keys: Vec<StateKey>) -> Result<StateProofs, NodeError> {
        let (sender, answer) = oneshot::channel();
        self.ask(shard, Request::Prove(Question { keys, sender })).await?;
        answer.await.ok().flatten().ok_or_else(|| self.unanswered(shard))
    }

    /// The values of keys of a shard's state after its newest final block, without proof: cheaper than [`Self::prove`].
    ///
    /// # Errors
    /// [`NodeError::Stopped`] when the shard has stopped, [`NodeError::Full`] while it waits for space on its disk,
    /// [`NodeError::UnknownShard`].
    pub async fn read(&self, shard: ShardId, keys: Vec<StateKey>) -> Result<Vec<Option<Vec<u8>>>, NodeError> {
        let (sender, answer) = oneshot::channel();
        self.ask(shard, Request::Read(Read { keys, sender })).await?;
        answer.await.ok().flatten().ok_or_else(|| self.unanswered(shard))
    }

    /// The beacon's state after the newest final block of its shard. `None` when the chain has no beacon, or when the
    /// shard has stopped here.
    pub async fn beacon(&self) -> Option<BeaconState> {
        self.genesis().beacon.as_ref()?;
        match self.read(BEACON_SHARD, vec![BeaconKey.state_key()]).await.ok()?.pop()? {
            Some(value) => codec::decode_own("the beacon", &value).ok(),
            None => chain_ledger::genesis::beacon(self.genesis()).ok().flatten(),
        }
    }

    /// The proof of the hand-over that began an epoch; `None` when that epoch has not begun here.
    pub async fn hand_over(&self, epoch: Epoch) -> Option<HandOverProof> {
        let store = self.port(BEACON_SHARD)?.store.clone();
        tokio::task::spawn_blocking(move || store.hand_over(epoch)).await.ok()?.ok()?
    }

    /// The proof of the hand-over that began the newest epoch here; `None` in the first epoch.
    ///
    /// # Errors
    /// [`NodeError::Store`] when it cannot be read, [`NodeError::UnknownShard`].
    pub async fn last_hand_over(&self) -> Result<Option<HandOverProof>, NodeError> {
        let shard = BEACON_SHARD;
        let store = self.port(shard).ok_or(NodeError::UnknownShard { shard })?.store.clone();
        let read = move || store.last_hand_over().map_err(|source| NodeError::Store { shard, source });
        tokio::task::spawn_blocking(read).await.map_err(|_| NodeError::Stopped { shard })?
    }

    /// Whether a shard here is at most one block behind the height that its committee is known to have reached.
    pub fn is_synced(&self, shard: ShardId) -> bool {
        self.port(shard).is_some_and(|port| {
            let known = *port.known.borrow();
            known.is_some_and(|known| port.tip.borrow().height.next() >= known)
        })
    }

    /// Limits the native value that this validator's open promises may move. Every shard gets an equal part.
    pub(crate) async fn cover(&self, value: u64) -> Result<(), NodeError> {
        let part = value / u64::from(self.shards()).max(1);
        for shard in (0..self.shards()).map(ShardId) {
            self.ask(shard, Request::Cover(part)).await?;
        }
        Ok(())
    }

    /// Drops accusations of a shard that can no longer convict anybody.
    pub(crate) async fn drop_settled(&self, shard: ShardId, settled: BTreeSet<Digest>) -> Result<(), NodeError> {
        self.ask(shard, Request::DropSettled(settled)).await
    }

    /// The head of a subject's stream, proved against the newest final block.
    ///
    /// # Errors
    /// As [`Self::prove`].
    ///
    /// # Panics
    /// When the state holds something else at a stream's key, which the ledger never writes.
    pub async fn prove_stream(
        &self,
        shard: ShardId,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<StreamProofParts, NodeError> {
        let keys = vec![StreamKey(tenant, subject).state_key(), AncestryKey.state_key()];
        let StateProofs { block, proofs } = self.prove(shard, keys).await?;
        let [proof, ancestry] = <[_; 2]>::try_from(proofs).map_err(|_| NodeError::Stopped { shard })?;
        let head = proof
            .value()
            .map(|value| codec::decode_own("a stream head", value).expect("the ledger wrote a valid stream head"));
        Ok(StreamProofParts { header: block.header, certificate: block.certificate, head, proof, ancestry })
    }
}
