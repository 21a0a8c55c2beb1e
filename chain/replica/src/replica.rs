//! The replica of one shard: its parts and its inputs. Invariant: heights are final in order, and an effect that says
//! something follows the effect that made it durable.

use crate::{
    Input, Recovered, RecoveryError,
    bodies::Bodies,
    clock::Clock,
    effect::Effects,
    join::Join,
    ledger::Ledger,
    mempool::Mempool,
    peers::Peers,
    promise::{Given, Taken},
    voting::{Remembered, Voting},
};
use chain_consensus::{Committee, Input as Answer};
use chain_state::{LeafReader, ReadFailure, State};
use chain_types::{Genesis, Moment, PublicKey, ShardId, TimestampMs, Timing, Versions, version::Outdated};
use std::sync::Arc;

/// A replica's key and timers on its shard.
#[derive(Clone, Debug)]
pub struct Role {
    /// The key it votes with; a key that is not in the validator set makes a follower.
    pub key: PublicKey,
    /// How long views wait.
    pub timing: Timing,
}

/// One shard.
pub struct Replica<R> {
    pub(crate) clock: Clock,
    /// The law, the state and the last final block.
    pub(crate) ledger: Ledger<R>,
    /// Pending transactions.
    pub(crate) mempool: Mempool,
    /// This replica's part in deciding the next height.
    pub(crate) voting: Voting,
    /// Blocks of the next height.
    pub(crate) bodies: Bodies,
    pub(crate) peers: Peers,
    /// The way to a snapshot, for a replica that joins from one.
    pub(crate) join: Option<Join>,
    /// The promises of this validator.
    pub(crate) given: Given,
    /// Other leaders' promises for transactions that came in here.
    pub(crate) taken: Taken,
    /// The next epoch follows a version that this build does not know: the replica has stopped.
    pub(crate) outdated: Option<Outdated>,
}

impl<R: LeafReader> Replica<R> {
    /// A replica over what the disk holds.
    ///
    /// # Errors
    /// [`RecoveryError`] when that does not add up to the last final block's state.
    pub fn recover(
        genesis: Arc<Genesis>,
        shard: ShardId,
        role: &Role,
        state: State<R>,
        recovered: Recovered,
    ) -> Result<Self, RecoveryError> {
        Self::recover_knowing(Versions::KNOWN, genesis, shard, role, state, recovered)
    }

    /// The same for a program that knows other versions.
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
            given: Given::after(voted),
            taken: Taken::default(),
            outdated: None,
        };
        replica.owe(owed);
        if is_sole {
            replica.begin(&mut Vec::new())?;
        }
        Ok(replica)
    }

    /// Reacts to one input.
    ///
    /// # Errors
    /// [`ReadFailure`] when the disk cannot be read; the replica must not be used after it.
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
            Input::Signed(vote) => self.decide(Answer::Signed(vote), effects),
            Input::Persisted => self.persisted(effects),
            Input::Message { from, message } => self.message(from, *message, effects),
        }
    }

    fn tick(&mut self, at: Moment, now: TimestampMs, effects: &mut Effects) -> Result<(), ReadFailure> {
        self.clock.advance(at, now);
        self.promise(effects);
        let work = if self.mempool.len() > 0 { Answer::Work } else { Answer::Rest };
        self.decide(work, effects)?;
        self.decide(Answer::Tick(self.clock.at()), effects)?;
        self.keep_up(effects)
    }
}
