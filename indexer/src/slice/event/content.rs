//! What the events of the ledger's own slices say. Invariant: a content is a function of its record, and has a bounded
//! size, whatever the record contains.

use crate::{batch::AppliedRecord, column};
use chain_types::{
    Command, Epoch, Event, Height, ProtocolVersion, account,
    atomic::{self, BundleRecord, Leg, Payload},
    beacon::{self, HandOver},
    codec, native,
};
use sqlx::types::Uuid;

/// What an event says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EventContent {
    Account(account::Event),
    Native(native::Event),
    Atomic {
        event: atomic::Event,
        /// The payments that the event is about, with the shard on which they are made; none where the record does not
        /// name them. A returned credit is a payment from its payer to itself.
        payments: Vec<Leg>,
        /// The sequence number of the credit that was returned.
        returns: Option<u64>,
    },
    /// Any but those that begin an epoch.
    Beacon(beacon::Event),
    /// An epoch begins on the shard of the event.
    Epoch(NewEpoch),
}

/// The epoch that a hand-over begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewEpoch {
    pub epoch: Epoch,
    /// The rules that it follows.
    pub version: ProtocolVersion,
    /// The height of the beacon's last block before it.
    pub height: Height,
    /// The number of validators of the beacon's shard.
    pub validators: u32,
}

/// The stored form: an event that is no hand-over, or what is kept of one; payments; what was returned.
type Stored = (Option<Event>, Option<(Epoch, ProtocolVersion, Height, u32)>, Vec<Leg>, Option<u64>);

/// The contents of a part of a run, with the index of each record.
pub(super) type Part = Vec<(u32, EventContent)>;

impl EventContent {
    /// What an event about a message or a bundle says.
    pub(crate) fn of_atomic(event: &atomic::Event, record: &AppliedRecord<'_>) -> Self {
        let (payments, returns) = payments(event, record);
        Self::Atomic { event: event.clone(), payments, returns }
    }

    /// What an event of the beacon says.
    pub(crate) fn of_beacon(event: &beacon::Event) -> Self {
        match event {
            beacon::Event::EpochEnded(next) | beacon::Event::EpochEntered(next) => Self::Epoch(NewEpoch::of(next)),
            event => Self::Beacon(event.clone()),
        }
    }

    /// The name of what the event is about, as CloudEvents have it: a tenant, an author, a bundle or a validator.
    /// `None` for a payment, which is about two tenants, and for what concerns the whole chain.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Account(account::Event::TenantRegistered { tenant }) => Some(Uuid::from_bytes(tenant.0).to_string()),
            Self::Account(account::Event::AuthorAdded { author } | account::Event::AuthorRemoved { author }) => {
                Some(author.to_string())
            }
            Self::Atomic { event, .. } => match event {
                atomic::Event::BundleOpened { bundle }
                | atomic::Event::LegPrepared { bundle, .. }
                | atomic::Event::LegRefused { bundle, .. }
                | atomic::Event::LegReported { bundle, .. }
                | atomic::Event::BundleDecided { bundle, .. }
                | atomic::Event::LegSettled { bundle, .. }
                | atomic::Event::LegForgotten { bundle, .. } => Some(bundle.to_string()),
                atomic::Event::Sent { .. }
                | atomic::Event::Credited { .. }
                | atomic::Event::Bounced { .. }
                | atomic::Event::OutboxAcknowledged { .. } => None,
            },
            Self::Beacon(event) => match event {
                beacon::Event::Registered { validator, .. }
                | beacon::Event::SyncAcknowledged { validator, .. }
                | beacon::Event::LeaveAnnounced { validator }
                | beacon::Event::Returned { validator }
                | beacon::Event::Convicted { validator, .. } => Some(format!("validator:{validator}")),
                _ => None,
            },
            Self::Native(_) | Self::Epoch(_) => None,
        }
    }

    fn store(self) -> Stored {
        match self {
            Self::Account(event) => (Some(event.into()), None, Vec::new(), None),
            Self::Native(event) => (Some(event.into()), None, Vec::new(), None),
            Self::Atomic { event, payments, returns } => (Some(event.into()), None, payments, returns),
            Self::Beacon(event) => (Some(event.into()), None, Vec::new(), None),
            Self::Epoch(NewEpoch { epoch, version, height, validators }) => {
                (None, Some((epoch, version, height, validators)), Vec::new(), None)
            }
        }
    }

    /// `None` for values that no indexer wrote.
    fn load(stored: Stored) -> Option<Self> {
        let (event, epoch, payments, returns) = stored;
        Some(match (event, epoch) {
            (Some(Event::Account(event)), None) => Self::Account(event),
            (Some(Event::Native(event)), None) => Self::Native(event),
            (Some(Event::Atomic(event)), None) => Self::Atomic { event, payments, returns },
            (Some(Event::Beacon(event)), None) => Self::Beacon(event),
            (None, Some((epoch, version, height, validators))) => {
                Self::Epoch(NewEpoch { epoch, version, height, validators })
            }
            _ => return None,
        })
    }

    /// The bytes of the stored form.
    pub(super) fn bytes(&self) -> usize {
        codec::encode(&self.clone().store()).len()
    }
}

impl NewEpoch {
    /// What is kept of a hand-over.
    pub fn of(next: &HandOver) -> Self {
        let validators = u32::try_from(next.committee.validators.len()).unwrap_or(u32::MAX);
        Self { epoch: next.epoch(), version: next.version, height: next.height, validators }
    }
}

/// The payments that an event is about, and the sequence number of a returned credit. The commands name them.
fn payments(event: &atomic::Event, record: &AppliedRecord<'_>) -> (Vec<Leg>, Option<u64>) {
    use atomic::Command::{Deliver, LockLeg, OpenBundle, RefuseLeg, Send, SettleLeg};
    let Command::Atomic(command) = &record.entry.core.command else { return (Vec::new(), None) };
    let one = |leg: Option<&Leg>| (leg.copied().into_iter().collect(), None);
    match (event, command) {
        (atomic::Event::Sent { .. }, Send(sent)) => {
            let leg = Leg { shard: sent.destination, from: record.tenant, to: sent.to, amount: sent.amount };
            (vec![leg], None)
        }
        (atomic::Event::Credited { .. } | atomic::Event::Bounced { .. }, Deliver(delivered)) => {
            let shard = delivered.message.binding.destination;
            match delivered.message.payload {
                Payload::Credit { from, to, amount } => (vec![Leg { shard, from, to, amount }], None),
                Payload::Return { returns, to, amount } => (vec![Leg { shard, from: to, to, amount }], Some(returns)),
            }
        }
        (atomic::Event::BundleOpened { .. }, OpenBundle { bundle }) => (bundle.legs.clone(), None),
        (
            atomic::Event::LegPrepared { leg, .. } | atomic::Event::LegRefused { leg, .. },
            LockLeg(answer) | RefuseLeg(answer),
        ) => one(answer.opening.leg(*leg)),
        (atomic::Event::LegSettled { leg, .. }, SettleLeg(settled)) => {
            one(proved(settled).as_ref().and_then(|bundle| bundle.opening.leg(*leg)))
        }
        _ => (Vec::new(), None),
    }
}

/// The bundle whose state a settlement proves.
pub(super) fn proved(settled: &atomic::SettleLeg) -> Option<BundleRecord> {
    settled.proof.state.value().and_then(|value| codec::decode("a bundle", value).ok())
}

column::column_types! {
    Part as Vec<u8>: |part| Ok(codec::encode(&part.into_iter().map(|(at, content)| (at, content.store())).collect::<Vec<_>>())),
        |sql| {
            let stored: Vec<(u32, Stored)> = codec::decode("the contents of events", &sql)?;
            let loaded = stored.into_iter().map(|(at, content)| Some((at, EventContent::load(content)?)));
            loaded.collect::<Option<_>>().ok_or_else(|| "the indexer never writes such contents of events".into())
        };
}
