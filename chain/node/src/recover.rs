//! Opens a shard from its folder. Invariant: a shard starts only from complete, matching data. A validator does not
//! start when the store shows that its journal is an old copy. A sole validator does not start when its store is an old
//! copy.

use crate::{
    NodeError, Tip,
    accusations::Accusations,
    clock::Clock,
    disk::DiskWatch,
    folder::{shard_folder, store_folder},
    journal::Journal,
    promise::PromiseFile,
    reply::PendingReplies,
    shard::Shard,
};
use chain_replica::{Owed, Recovered, Replica, Role, Totals};
use chain_state::State;
use chain_store::{Store, StoreError};
use chain_types::{Genesis, Height, SecretKey, ShardId};
use std::{path::Path, sync::Arc};
use tokio::sync::watch;

/// A recovered shard without a thread and without peers.
pub(crate) struct OpenedShard {
    pub(crate) shard: Shard,
    pub(crate) promises: PromiseFile,
    pub(crate) tip: watch::Receiver<Tip>,
}

/// What all shards of a node share.
pub(crate) struct Member {
    pub(crate) genesis: Arc<Genesis>,
    pub(crate) key: SecretKey,
    pub(crate) role: Role,
    pub(crate) clock: Arc<Clock>,
    /// See [`Shard::only_follows`].
    pub(crate) only_follows: bool,
}

impl Member {
    /// Opens a shard's files and recovers its replica.
    pub(crate) fn open_shard(&self, data_dir: &Path, id: ShardId) -> Result<OpenedShard, NodeError> {
        let failed = |source| NodeError::Store { shard: id, source };
        let Files { store, journal, promises, owed } = Files::open(data_dir, id)?;
        let stored = store.tip().map_err(failed)?;
        let recovered = read_stored(&store, &journal, owed).map_err(failed)?;
        let held = recovered.held.iter().map(|(header, _)| (header.height, header.digest())).collect();
        let first_block = store.first_block().map_err(failed)?.unwrap_or(Height(1));
        let state = State::restore(store.clone(), store.nodes().map_err(failed)?);
        let replica = Replica::recover(Arc::clone(&self.genesis), id, &self.role, state, recovered)
            .map_err(|source| NodeError::Recovery { shard: id, source })?;
        self.check_hand_over(&store, &replica).map_err(failed)?;
        let lost = if self.only_follows { Ok(()) } else { check_journal(&journal, &replica) };
        lost.map_err(|(tip, voted)| NodeError::LostBlocks { shard: id, tip, voted })?;
        let (sender, tip) = watch::channel(self.tip(&replica));
        let height = tip.borrow().height;
        let shard = Shard {
            id,
            key: self.key.clone(),
            role: self.role.clone(),
            index: replica.committee().me,
            replica,
            store,
            journal,
            disk: DiskWatch::new(shard_folder(data_dir, id)),
            lacks_space: Arc::default(),
            // Replaced before the shard runs.
            requests: crossbeam_channel::never(),
            clock: Arc::clone(&self.clock),
            flushed: stored.map_or(Height(0), |stored| stored.flushed),
            first: first_block,
            keep_blocks: None,
            tip: sender,
            known: watch::Sender::new(Some(height)),
            views_skipped: 0,
            pending: PendingReplies::default(),
            wire: None,
            promises: None,
            snapshots: None,
            accusations: Accusations::default(),
            outdated: None,
            held,
            only_follows: self.only_follows,
        };
        Ok(OpenedShard { shard, promises, tip })
    }

    /// Checks that the store has the proof of the hand-over to the next block's epoch: joining peers ask for it.
    fn check_hand_over(&self, store: &Store, replica: &Replica<Store>) -> Result<(), StoreError> {
        let epoch = replica.committee().epoch();
        if epoch == self.genesis.validators.epoch || store.hand_over(epoch)?.is_some() {
            return Ok(());
        }
        Err(StoreError::Missing { what: "hand-over to the epoch", height: height_of(replica).next() })
    }

    fn tip(&self, replica: &Replica<Store>) -> Tip {
        let Totals { transactions, records } = replica.totals();
        let timestamp_ms = replica.tip().map_or(self.genesis.timestamp_ms, |(header, _)| header.timestamp_ms);
        Tip { height: height_of(replica), digest: replica.tip_digest(), timestamp_ms, records, transactions }
    }
}

struct Files {
    store: Store,
    journal: Journal,
    promises: PromiseFile,
    owed: Vec<Owed>,
}

impl Files {
    fn open(data_dir: &Path, id: ShardId) -> Result<Self, NodeError> {
        let failed = |doing| move |source| NodeError::File { doing, source };
        let folder = shard_folder(data_dir, id);
        std::fs::create_dir_all(&folder).map_err(failed("creating a shard's folder"))?;
        let store = Store::open(&store_folder(data_dir, id));
        let store = store.map_err(|source| NodeError::Store { shard: id, source })?;
        let journal = Journal::open(&folder.join("journal")).map_err(failed("opening the journal"))?;
        let (promises, owed) = PromiseFile::open(&folder.join("promises")).map_err(failed("opening the promises"))?;
        Ok(Self { store, journal, promises, owed })
    }
}

/// Reads what the replica starts from, besides the state.
fn read_stored(store: &Store, journal: &Journal, owed: Vec<Owed>) -> Result<Recovered, StoreError> {
    let stored = store.tip()?;
    let tip = match &stored {
        Some(stored) => {
            let missing = StoreError::Missing { what: "block", height: stored.height };
            let block = store.block(stored.height)?.ok_or(missing)?;
            let totals = Totals { transactions: stored.transactions, records: stored.records };
            Some((block.header, block.certificate, totals))
        }
        None => None,
    };
    let height = stored.map_or(Height(0), |stored| stored.height);
    Ok(Recovered {
        tip,
        deltas: stored.map_or_else(|| Ok(Vec::new()), |stored| store.deltas(&stored))?,
        seen: store.seen()?,
        memory: journal.memory(),
        held: store.held(height.next())?,
        owed,
        voted: journal.height(),
    })
}

fn height_of(replica: &Replica<Store>) -> Height {
    replica.tip().map_or(Height(0), |(header, _)| header.height)
}

/// Checks that a validator's store and journal belong together: voting with an old copy of either could contradict an
/// earlier vote. Otherwise returns the store's height and the highest height that the journal knows.
///
/// A sole validator cannot recover blocks that its store lacks. A validator among others catches up. But a journal
/// without the validator's vote for the store's last block is an old copy, or empty.
fn check_journal(journal: &Journal, replica: &Replica<Store>) -> Result<(), (Height, Height)> {
    let committee = replica.committee();
    if committee.me.is_none() {
        return Ok(());
    }
    let (height, is_sole) = (height_of(replica), committee.is_sole());
    let (voted, seat) = (journal.height(), replica.seat_at_tip());
    let signed = replica.tip().is_some_and(|(_, last)| last.signatures.iter().any(|(signer, _)| Some(*signer) == seat));
    let is_old_journal = signed && voted < height;
    let has_lost = is_sole && (journal.persisted() > height || voted > height.next());
    let is_foreign = is_sole
        && voted == height
        && journal.ends_with_finalise()
        && journal.last_block() != replica.tip().map(|(header, _)| header.digest());
    if is_old_journal || has_lost || is_foreign {
        return Err((height, voted.max(journal.persisted())));
    }
    Ok(())
}
