//! The replica of one shard: its parts, its recovery and its inputs. Invariant: blocks become final in order of height.
//! An effect that announces a vote or a block follows the effect that made it durable.

use crate::{
    Input, Recovered, RecoveryError,
    bodies::Bodies,
    clock::Clock,
    effect::Effects,
    join::Join,
    ledger::Ledger,
    mempool::Mempool,
    peers::Peers,
    promise::{GivenPromises, ReceivedPromises},
    voting::{Remembered, Voting},
};
use chain_consensus::{Committee, Input as ConsensusInput};
use chain_state::{LeafReader, ReadFailure, State};
use chain_types::{Genesis, Moment, PublicKey, ShardId, TimestampMs, Timing, Versions, version::Outdated};
use std::sync::Arc;

/// A replica's key and timers on its shard.
#[derive(Clone, Debug)]
pub struct Role {
    /// The voting key. A key that is not in the validator set makes a follower.
    pub key: PublicKey,
    /// The timeouts of views.
    pub timing: Timing,
}

/// The replica of one shard.
pub struct Replica<R> {
    pub(crate) clock: Clock,
    /// The rules, the state and the last final block.
    pub(crate) ledger: Ledger<R>,
    pub(crate) mempool: Mempool,
    /// This replica's part in deciding the next height.
    pub(crate) voting: Voting,
    /// Blocks of the next height.
    pub(crate) bodies: Bodies,
    pub(crate) peers: Peers,
    /// The progress of joining from a snapshot, if it joins.
    pub(crate) join: Option<Join>,
    /// The promises of this validator.
    pub(crate) given: GivenPromises,
    /// Other leaders' promises for transactions of local clients.
    pub(crate) received: ReceivedPromises,
    /// Set when the next epoch follows a version that this build does not know: the replica has stopped.
    pub(crate) outdated: Option<Outdated>,
}

impl<R: LeafReader> Replica<R> {
    /// Recovers a replica from disk.
    ///
    /// # Errors
    /// [`RecoveryError`] when the stored data does not match the last final block.
    pub fn recover(
        genesis: Arc<Genesis>,
        shard: ShardId,
        role: &Role,
        state: State<R>,
        recovered: Recovered,
    ) -> Result<Self, RecoveryError> {
        Self::recover_knowing(Versions::KNOWN, genesis, shard, role, state, recovered)
    }

    /// As [`Self::recover`], for a build that knows other versions.
    ///
    /// # Errors
    /// As [`Self::recover`].
    pub fn recover_knowing(
        versions: Versions,
        genesis: Arc<Genesis>,
        shard: ShardId,
        role: &Role,
        state: State<R>,
        recovered: Recovered,
    ) -> Result<Self, RecoveryError> {
        let (ledger, present) = Ledger::recover(versions, genesis, shard, state, &recovered)?;
        let Recovered { memory, held, owed, voted, .. } = recovered;
        let remembered = Remembered::of(memory, held, ledger.tip().next_height())?;
        let committee = Committee::of(ledger.law().chain_id, &present, shard, &role.key);
        let is_sole = committee.is_sole();
        let mut replica = Self {
            clock: Clock::before_first_tick(ledger.time()),
            ledger,
            mempool: Mempool::default(),
            voting: Voting::new(role.clone(), committee, remembered, voted),
            bodies: Bodies::default(),
            peers: Peers::default(),
            join: None,
            given: GivenPromises::after(voted),
            received: ReceivedPromises::default(),
            outdated: None,
        };
        replica.restore_promises(owed);
        if is_sole {
            replica.begin(&mut Vec::new())?;
        }
        Ok(replica)
    }

    /// The native value that this validator's open promises may move at most; see [`Input::Cover`].
    pub const fn cover(&self) -> u64 {
        self.given.cover()
    }

    /// Handles one input.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read. The replica must not be used after it.
    pub fn step(&mut self, input: Input, effects: &mut Effects) -> Result<(), ReadFailure> {
        if self.outdated.is_some() {
            return self.step_outdated(input, effects);
        }
        match input {
            Input::Submit { transaction, source } => self.submit(*transaction, source, effects),
            Input::Cover(value) => {
                self.given.set_cover(value);
                Ok(())
            }
            Input::Tick { at, now } => self.tick(at, now, effects),
            Input::Signed(vote) => self.decide(ConsensusInput::Signed(vote), effects),
            Input::Persisted => self.persisted(effects),
            Input::Message { from, message } => self.message(from, *message, effects),
        }
    }

    fn tick(&mut self, at: Moment, now: TimestampMs, effects: &mut Effects) -> Result<(), ReadFailure> {
        self.clock.advance(at, now);
        self.sign_promises(effects);
        let work = if self.mempool.len() > 0 { ConsensusInput::Work } else { ConsensusInput::Rest };
        self.decide(work, effects)?;
        self.decide(ConsensusInput::Tick(self.clock.moment()), effects)?;
        self.run_periodic(effects)
    }
}
