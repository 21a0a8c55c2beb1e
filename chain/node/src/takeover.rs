//! Adopts a downloaded snapshot, and starts the snapshot server of a shard [P9, recovery]. Invariant: the replica
//! continues from the data on disk, as after a restart, never directly from a peer's messages.

use crate::{
    NodeError, Tip,
    serving::SnapshotServer,
    shard::{Halt, Shard},
};
use chain_replica::{Adoption, Effects, Recovered};
use chain_state::State;
use std::sync::Arc;

impl Shard {
    /// Starts to serve snapshots, if there are peers.
    pub(crate) fn serve_snapshots(&mut self) -> Result<(), NodeError> {
        if let Some(wire) = &self.wire {
            let server = SnapshotServer::start(format!("snapshot-{}", self.id), self.store.clone(), wire.clone());
            let failed = |source| NodeError::File { doing: "starting a snapshot thread", source };
            self.snapshots = Some(server.map_err(failed)?);
        }
        Ok(())
    }

    /// Activates the downloaded snapshot and continues from it.
    pub(crate) fn adopt(&mut self, adoption: &Adoption, effects: &mut Effects) -> Result<(), Halt> {
        let (header, totals) = (&adoption.block.header, adoption.totals);
        let (height, transactions, records) = (header.height, totals.transactions, totals.records);
        let tip = chain_store::Tip { height, transactions, records, flushed: height };
        self.write(|shard| Ok(shard.store.complete_takeover(&tip, &adoption.block)?))?;
        (self.flushed, self.first) = (height, height);
        self.write(|shard| shard.journal.mark_persisted(height).map_err(Halt::Journal))?;
        let recovered = Recovered {
            tip: Some((header.clone(), adoption.block.certificate.clone(), totals)),
            deltas: Vec::new(),
            seen: self.store.seen()?,
            memory: self.journal.memory(),
            held: self.store.held(height.next())?,
            owed: Vec::new(),
            voted: self.journal.height(),
        };
        let state = State::restore(self.store.clone(), self.store.nodes()?);
        self.replica.adopt(&self.role, state, recovered, effects)?;
        let committee = Arc::clone(self.replica.committee());
        self.enter_epoch(&committee);
        let digest = self.replica.tip_digest();
        self.tip.send_replace(Tip { height, digest, timestamp_ms: header.timestamp_ms, records, transactions });
        tracing::info!(shard = self.id.0, height = height.0, "joined from a snapshot");
        Ok(())
    }
}
