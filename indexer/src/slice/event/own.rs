//! The events of the ledger's own slices: their types, and the tenants that they concern besides the one whose
//! transaction has the record. Invariant: every variant is named here.

use super::{content::proved, kind::event_types};
use chain_types::{
    Command, TenantId, account,
    atomic::{self, Leg, Payload},
    beacon, native,
};

event_types! {
    ACCOUNT_TYPES, account_type for account:
    101 TenantRegistered "account.tenant_registered";
    102 AuthorAdded "account.author_added";
    103 AuthorRemoved "account.author_removed";
}

event_types! {
    NATIVE_TYPES, native_type for native:
    201 Transferred "native.transferred";
    202 Granted "native.granted";
}

event_types! {
    ATOMIC_TYPES, atomic_type for atomic:
    301 Sent "atomic.sent";
    302 Credited "atomic.credited";
    303 Bounced "atomic.bounced";
    304 OutboxAcknowledged "atomic.outbox_acknowledged";
    305 BundleOpened "atomic.bundle_opened";
    306 LegPrepared "atomic.leg_prepared";
    307 LegRefused "atomic.leg_refused";
    308 LegReported "atomic.leg_reported";
    309 BundleDecided "atomic.bundle_decided";
    310 LegSettled "atomic.leg_settled";
    311 LegForgotten "atomic.leg_forgotten";
}

event_types! {
    BEACON_TYPES, beacon_type for beacon:
    401 Registered "beacon.registered";
    402 SyncAcknowledged "beacon.sync_acknowledged";
    403 LeaveAnnounced "beacon.leave_announced";
    404 Returned "beacon.returned";
    405 DealAccepted "beacon.deal_accepted";
    406 SharesRevealed "beacon.shares_revealed";
    407 Convicted "beacon.convicted";
    408 Withdrawn "beacon.withdrawn";
    409 Attended "beacon.attended";
    410 ShardConfirmed "beacon.shard_confirmed";
    411 EpochEnded "beacon.epoch_ended";
    412 EpochEntered "beacon.epoch_entered";
    413 Pulsed "beacon.pulsed";
    414 VersionScheduled "beacon.version_scheduled";
}

/// The tenants that an event concerns besides the one whose transaction has the record.
pub(crate) type Concerned = [Option<TenantId>; 2];

pub(crate) const fn concerned_by_account(event: &account::Event) -> Concerned {
    match event {
        account::Event::TenantRegistered { tenant } => [Some(*tenant), None],
        account::Event::AuthorAdded { .. } | account::Event::AuthorRemoved { .. } => [None, None],
    }
}

pub(crate) const fn concerned_by_native(event: &native::Event) -> Concerned {
    match event {
        native::Event::Transferred { from, to, .. } => [Some(*from), Some(*to)],
        native::Event::Granted { to, .. } => [Some(*to), None],
    }
}

pub(crate) const fn concerned_by_beacon(event: &beacon::Event) -> Concerned {
    match event {
        beacon::Event::Withdrawn { tenant, .. } => [Some(*tenant), None],
        // What validators do concerns the whole chain.
        beacon::Event::Registered { .. }
        | beacon::Event::SyncAcknowledged { .. }
        | beacon::Event::LeaveAnnounced { .. }
        | beacon::Event::Returned { .. }
        | beacon::Event::DealAccepted { .. }
        | beacon::Event::SharesRevealed { .. }
        | beacon::Event::Convicted { .. }
        | beacon::Event::Attended { .. }
        | beacon::Event::ShardConfirmed { .. }
        | beacon::Event::EpochEnded(_)
        | beacon::Event::EpochEntered(_)
        | beacon::Event::Pulsed { .. }
        | beacon::Event::VersionScheduled { .. } => [None, None],
    }
}

/// The commands of these events name the tenants.
pub(crate) fn concerned_by_atomic(event: &atomic::Event, command: &Command) -> Concerned {
    match event {
        atomic::Event::Credited { .. } => match command {
            Command::Atomic(atomic::Command::Deliver(delivered)) => receiver(&delivered.message.payload),
            _ => [None, None],
        },
        atomic::Event::LegPrepared { leg, .. } | atomic::Event::LegRefused { leg, .. } => match command {
            Command::Atomic(atomic::Command::LockLeg(answer) | atomic::Command::RefuseLeg(answer)) => {
                parties(answer.opening.leg(*leg))
            }
            _ => [None, None],
        },
        atomic::Event::LegSettled { leg, .. } => match command {
            Command::Atomic(atomic::Command::SettleLeg(settled)) => {
                parties(proved(settled).as_ref().and_then(|bundle| bundle.opening.leg(*leg)))
            }
            _ => [None, None],
        },
        // What the author alone does, or what relayers do for the tenants of other records.
        atomic::Event::Sent { .. }
        | atomic::Event::Bounced { .. }
        | atomic::Event::OutboxAcknowledged { .. }
        | atomic::Event::BundleOpened { .. }
        | atomic::Event::LegReported { .. }
        | atomic::Event::BundleDecided { .. }
        | atomic::Event::LegForgotten { .. } => [None, None],
    }
}

const fn receiver(payload: &Payload) -> Concerned {
    match payload {
        Payload::Credit { to, .. } | Payload::Return { to, .. } => [Some(*to), None],
    }
}

fn parties(leg: Option<&Leg>) -> Concerned {
    [leg.map(|leg| leg.from), leg.map(|leg| leg.to)]
}
