//! Builds the commands of each step of a bundle (atomic transaction across shards), with proofs from the newest states.
//! Invariant: the functions that return a command change no shard.

use crate::world::{A, ANNA, B, BERT, C, World};
use chain_types::{
    Command, Event, ShardId, TenantId, TimestampMs,
    atomic::{
        self, Bundle, BundleId, BundleKey, BundlePhase, BundleRecord, Command as Crossing, Decision, Event as Crossed,
        Leg, LockKey, LockPhase, Opening,
    },
    native::{Amount, TREASURY},
};

/// An opened bundle and its id.
pub(crate) struct Deal {
    pub(crate) opening: Opening,
    pub(crate) id: BundleId,
}

pub(crate) const fn leg(shard: ShardId, from: TenantId, to: TenantId, amount: u64) -> Leg {
    Leg { shard, from, to, amount: Amount(amount) }
}

/// Delivery versus payment: Anna pays 100 on [`A`], Bert delivers 70 on [`B`] and 30 on [`C`].
pub(crate) fn legs() -> Vec<Leg> {
    vec![leg(A, ANNA, BERT, 100), leg(B, BERT, ANNA, 70), leg(C, BERT, ANNA, 30)]
}

impl Deal {
    /// Opens a bundle with a deadline `ahead_ms` milliseconds after the coordinator's time.
    pub(crate) fn open(world: &mut World, legs: Vec<Leg>, ahead_ms: u64, attempt: u32) -> Self {
        let coordinator = legs[0].shard;
        let deadline = TimestampMs(world.time(coordinator).0 + ahead_ms);
        let bundle = Bundle { legs, deadline, attempt, salt: [0x5a; 16] };
        let open = Command::Atomic(Crossing::OpenBundle { bundle });
        let Event::Atomic(Crossed::BundleOpened { bundle: id }) = world.applied(coordinator, ANNA, open) else {
            panic!("the bundle was not opened")
        };
        let record: BundleRecord = world.read(coordinator, &BundleKey(id)).expect("an opened bundle is in the state");
        Self { opening: record.opening, id }
    }

    pub(crate) fn debtor(&self, leg: u8) -> TenantId {
        self.opening.bundle.legs[usize::from(leg)].from
    }

    pub(crate) fn shard(&self, leg: u8) -> ShardId {
        self.opening.bundle.legs[usize::from(leg)].shard
    }

    pub(crate) fn legs(&self) -> impl Iterator<Item = u8> + use<> {
        0..u8::try_from(self.opening.bundle.legs.len()).expect("at most eight legs")
    }

    pub(crate) const fn key(&self) -> BundleKey {
        BundleKey(self.id)
    }

    pub(crate) const fn lock_key(&self, leg: u8) -> LockKey {
        LockKey(self.id, leg)
    }

    pub(crate) fn lock(&self, world: &mut World, leg: u8) -> Command {
        let proof = world.prove(self.opening.coordinator, &self.key());
        Command::Atomic(Crossing::LockLeg(atomic::LegAnswer { opening: self.opening.clone(), leg, proof }))
    }

    pub(crate) fn refuse(&self, world: &mut World, leg: u8) -> Command {
        let proof = world.prove(self.opening.coordinator, &self.key());
        Command::Atomic(Crossing::RefuseLeg(atomic::LegAnswer { opening: self.opening.clone(), leg, proof }))
    }

    pub(crate) fn report(&self, world: &mut World, leg: u8) -> Command {
        let proof = world.prove(self.shard(leg), &self.lock_key(leg));
        Command::Atomic(Crossing::ReportLeg(atomic::ReportLeg { bundle: self.id, leg, proof }))
    }

    pub(crate) fn settle(&self, world: &mut World, leg: u8) -> Command {
        let proof = world.prove(self.opening.coordinator, &self.key());
        Command::Atomic(Crossing::SettleLeg(atomic::SettleLeg { bundle: self.id, leg, proof }))
    }

    pub(crate) const fn forget(&self, leg: u8) -> Command {
        Command::Atomic(Crossing::ForgetLeg(atomic::ForgetLeg { bundle: self.id, leg }))
    }

    /// Locks a leg as its debtor and returns the event.
    pub(crate) fn lock_now(&self, world: &mut World, leg: u8) -> Event {
        let lock = self.lock(world, leg);
        world.applied(self.shard(leg), self.debtor(leg), lock)
    }

    /// Sets the time of a leg's shard to the deadline, for its next block.
    pub(crate) fn wait(&self, world: &mut World, leg: u8) {
        world.wait(self.shard(leg), self.opening.bundle.deadline);
    }

    /// Refuses a leg as a tenant that is not its debtor and returns the event.
    pub(crate) fn refuse_now(&self, world: &mut World, leg: u8) -> Event {
        let refuse = self.refuse(world, leg);
        world.applied(self.shard(leg), TREASURY, refuse)
    }

    /// Reports a leg to the coordinator and returns the event.
    pub(crate) fn report_now(&self, world: &mut World, leg: u8) -> Event {
        let report = self.report(world, leg);
        world.applied(self.opening.coordinator, BERT, report)
    }

    /// Settles a leg and returns the event.
    pub(crate) fn settle_now(&self, world: &mut World, leg: u8) -> Event {
        let settle = self.settle(world, leg);
        world.applied(self.shard(leg), BERT, settle)
    }

    pub(crate) fn refused(&self, leg: u8) -> Event {
        Event::Atomic(Crossed::LegRefused { bundle: self.id, leg })
    }

    pub(crate) fn decided(&self, decision: Decision) -> Event {
        Event::Atomic(Crossed::BundleDecided { bundle: self.id, decision })
    }

    pub(crate) fn settled(&self, leg: u8, decision: Decision) -> Event {
        Event::Atomic(Crossed::LegSettled { bundle: self.id, leg, decision })
    }

    /// The phase of the bundle on its coordinator.
    pub(crate) fn phase(&self, world: &mut World) -> BundlePhase {
        let record: Option<BundleRecord> = world.read(self.opening.coordinator, &self.key());
        record.expect("an opened bundle is never removed").phase
    }

    /// The phase of a leg on its shard.
    pub(crate) fn lock_phase(&self, world: &mut World, leg: u8) -> Option<LockPhase> {
        world.read(self.shard(leg), &self.lock_key(leg)).map(|lock| lock.phase)
    }
}
