//! What events of the ledger's own slices say: accounts, payments, messages and bundles, and the beacon. Invariant: an
//! event says what its record says, and no more.

mod table;

use super::network::conviction::offence;
use crate::{error::ApiError, event::Described, tenant_id::TenantId};
use chain_types::{
    account,
    atomic::{self, Decision, Leg},
    beacon, native,
};
use indexer::event::{EventContent, EventPlace, IndexedEvent, NewEpoch, contents};
use serde_json::{Value, json};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use table::{
    Acknowledged, Answered, Attended, Author, Bounced, Confirmed, Convicted, Credited, Deal, Decided, Grant, NextEpoch,
    OneLeg, Opened, Payment, Pulsed, Registered, Scheduled, Sent, Settled, Shares, Synced, Tenant, Transfer, Validator,
    Withdrawn,
};

pub(crate) use table::schemas;

/// Describes those of the events that are of the ledger's own slices, by their places.
///
/// # Errors
/// Failures of the database.
pub(crate) async fn describe(
    conn: &mut PgConnection,
    tenant: chain_types::TenantId,
    events: &[IndexedEvent],
) -> Result<BTreeMap<EventPlace, Described>, ApiError> {
    let is_own = |event: &&IndexedEvent| OWN.iter().any(|slice| event.event_type.name.starts_with(slice));
    let places: Vec<_> = events.iter().filter(is_own).map(|event| event.place).collect();
    if places.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = contents(conn, tenant, &places).await?;
    let described = found.into_iter().map(|(place, content)| {
        let (subject, data) = (content.name(), data_of(content));
        (place, Described { subject, data, evidence: None })
    });
    Ok(described.collect())
}

/// How the types of the ledger's own slices begin.
const OWN: [&str; 4] = ["account.", "native.", "atomic.", "beacon."];

fn data_of(content: EventContent) -> Value {
    match content {
        EventContent::Account(event) => of_account(&event),
        EventContent::Native(event) => of_native(&event),
        EventContent::Atomic { event, payments, returns } => of_atomic(&event, payments, returns),
        EventContent::Beacon(event) => of_beacon(&event),
        EventContent::Epoch(next) => of_epoch(next),
    }
}

fn of_account(event: &account::Event) -> Value {
    match *event {
        account::Event::TenantRegistered { tenant } => json!(Tenant { tenant: id(tenant) }),
        account::Event::AuthorAdded { author } | account::Event::AuthorRemoved { author } => {
            json!(Author { author: author.to_string() })
        }
    }
}

fn of_native(event: &native::Event) -> Value {
    match *event {
        native::Event::Transferred { from, to, amount } => {
            json!(Transfer { from: id(from), to: id(to), amount: amount.to_string() })
        }
        native::Event::Granted { to, amount } => json!(Grant { to: id(to), amount: amount.to_string() }),
    }
}

fn of_atomic(event: &atomic::Event, payments: Vec<Leg>, returns: Option<u64>) -> Value {
    use atomic::Event;
    let mut legs: Vec<_> = payments.into_iter().map(|leg| Payment::of(leg, returns.is_some())).collect();
    match *event {
        Event::Sent { destination, sequence } => {
            json!(Sent { destination: destination.0, sequence, payment: legs.pop() })
        }
        Event::Credited { source, sequence } => {
            json!(Credited { source: source.0, sequence, payment: legs.pop(), returns })
        }
        Event::Bounced { source, sequence, returned_as } => {
            json!(Bounced { source: source.0, sequence, returned_as, payment: legs.pop() })
        }
        Event::OutboxAcknowledged { destination, sequence } => {
            json!(Acknowledged { destination: destination.0, sequence })
        }
        Event::BundleOpened { bundle } => json!(Opened { bundle: bundle.to_string(), legs }),
        Event::LegPrepared { bundle, leg } | Event::LegRefused { bundle, leg } => {
            json!(Answered { bundle: bundle.to_string(), leg, payment: legs.pop() })
        }
        Event::LegReported { bundle, leg } | Event::LegForgotten { bundle, leg } => {
            json!(OneLeg { bundle: bundle.to_string(), leg })
        }
        Event::BundleDecided { bundle, decision } => {
            json!(Decided { bundle: bundle.to_string(), decision: name_of(decision) })
        }
        Event::LegSettled { bundle, leg, decision } => {
            let (bundle, decision) = (bundle.to_string(), name_of(decision));
            json!(Settled { bundle, leg, decision, payment: legs.pop() })
        }
    }
}

fn of_beacon(event: &beacon::Event) -> Value {
    use beacon::Event;
    match *event {
        Event::Registered { validator, bond } => json!(Registered { validator: validator.0, bond: bond.to_string() }),
        Event::SyncAcknowledged { validator, epoch } => json!(Synced { validator: validator.0, epoch: epoch.0 }),
        Event::LeaveAnnounced { validator } | Event::Returned { validator } => {
            json!(Validator { validator: validator.0 })
        }
        Event::DealAccepted { epoch, dealer } => json!(Deal { epoch: epoch.0, dealer }),
        Event::SharesRevealed { epoch, holder } => json!(Shares { epoch: epoch.0, holder }),
        Event::Convicted { validator, offence: what, slashed, rewarded, compensated, burned } => json!(Convicted {
            validator: validator.0,
            offence: offence(what),
            slashed: slashed.to_string(),
            rewarded: rewarded.to_string(),
            compensated: compensated.to_string(),
            burned: burned.to_string(),
        }),
        Event::Withdrawn { tenant, amount } => json!(Withdrawn { tenant: id(tenant), amount: amount.to_string() }),
        Event::Attended { height, signers } => json!(Attended { height: height.0, signers }),
        Event::ShardConfirmed { shard, epoch } => json!(Confirmed { shard: shard.0, epoch: epoch.0 }),
        Event::EpochEnded(ref next) | Event::EpochEntered(ref next) => of_epoch(NewEpoch::of(next)),
        Event::Pulsed { height } => json!(Pulsed { height: height.0 }),
        Event::VersionScheduled { version, from } => json!(Scheduled { version: version.0, from: from.0 }),
    }
}

fn of_epoch(next: NewEpoch) -> Value {
    let NewEpoch { epoch, version, height, validators } = next;
    json!(NextEpoch { epoch: epoch.0, version: version.0, height: height.0, validators })
}

impl Payment {
    fn of(leg: Leg, is_return: bool) -> Self {
        let Leg { shard, from, to, amount } = leg;
        Self { shard: shard.0, from: (!is_return).then(|| id(from)), to: id(to), amount: amount.to_string() }
    }
}

/// The id of a tenant as the API has it.
fn id(tenant: chain_types::TenantId) -> String {
    TenantId::from(tenant).to_string()
}

const fn name_of(decision: Decision) -> &'static str {
    match decision {
        Decision::Commit => "commit",
        Decision::Abort => "abort",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::{
        Digest, Epoch, Height, PROTOCOL_VERSION, SecretKey, ShardId,
        atomic::BundleId,
        beacon::{HandOver, ValidatorId},
        validator::ValidatorSet,
    };
    use std::collections::BTreeSet;

    #[test]
    fn every_type_of_the_ledger_has_a_schema() {
        let own = indexer::event_types().map(|it| it.name).filter(|name| OWN.iter().any(|own| name.starts_with(own)));
        let mut with_schema: Vec<_> = schemas().into_iter().map(|(name, _)| name).collect();
        let mut own: Vec<_> = own.collect();
        own.sort_unstable();
        with_schema.sort_unstable();
        assert_eq!(with_schema, own);
    }

    /// The members of what an event says are those of the schema of its type.
    #[test]
    fn what_is_said_has_the_members_of_its_schema() {
        let schemas: BTreeMap<_, _> = schemas().into_iter().collect();
        let (from, to) = (chain_types::TenantId([1; 16]), chain_types::TenantId([2; 16]));
        let (shard, sequence, leg, decision) = (ShardId(1), 7, 1, Decision::Abort);
        let payment = Leg { shard, from, to, amount: native::Amount(u64::MAX) };
        let (bundle, validator, epoch) = (BundleId(Digest::ZERO), ValidatorId(3), Epoch(4));
        let author = SecretKey::from_seed(&[1; 32]).public_key();
        let next = || Box::new(HandOver::first(PROTOCOL_VERSION, ValidatorSet { epoch, validators: Vec::new() }));
        let convicted = beacon::Event::Convicted {
            validator,
            offence: beacon::Offence::BadDeal,
            slashed: 6,
            rewarded: 1,
            compensated: 2,
            burned: 3,
        };
        let account = [
            account::Event::TenantRegistered { tenant: to },
            account::Event::AuthorAdded { author },
            account::Event::AuthorRemoved { author },
        ];
        let native = [
            native::Event::Transferred { from, to, amount: payment.amount },
            native::Event::Granted { to, amount: payment.amount },
        ];
        let atomic = [
            atomic::Event::Sent { destination: shard, sequence },
            atomic::Event::Credited { source: shard, sequence },
            atomic::Event::Bounced { source: shard, sequence, returned_as: 8 },
            atomic::Event::OutboxAcknowledged { destination: shard, sequence },
            atomic::Event::BundleOpened { bundle },
            atomic::Event::LegPrepared { bundle, leg },
            atomic::Event::LegRefused { bundle, leg },
            atomic::Event::LegReported { bundle, leg },
            atomic::Event::BundleDecided { bundle, decision },
            atomic::Event::LegSettled { bundle, leg, decision },
            atomic::Event::LegForgotten { bundle, leg },
        ];
        let beacon = [
            beacon::Event::Registered { validator, bond: 1 },
            beacon::Event::SyncAcknowledged { validator, epoch },
            beacon::Event::LeaveAnnounced { validator },
            beacon::Event::Returned { validator },
            beacon::Event::DealAccepted { epoch, dealer: 0 },
            beacon::Event::SharesRevealed { epoch, holder: 0 },
            convicted,
            beacon::Event::Withdrawn { tenant: to, amount: 1 },
            beacon::Event::Attended { height: Height(1), signers: 1 },
            beacon::Event::ShardConfirmed { shard, epoch },
            beacon::Event::EpochEnded(next()),
            beacon::Event::EpochEntered(next()),
            beacon::Event::Pulsed { height: Height(1) },
            beacon::Event::VersionScheduled { version: PROTOCOL_VERSION, from: epoch },
        ];
        let mut said = Vec::new();
        said.extend(account.map(|event| (event.name(), EventContent::Account(event))));
        said.extend(native.map(|event| (event.name(), EventContent::Native(event))));
        said.extend(
            atomic.map(|event| (event.name(), EventContent::Atomic { event, payments: vec![payment], returns: None })),
        );
        said.extend(beacon.map(|event| (event.name(), EventContent::Beacon(event))));
        assert_eq!(said.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), schemas.keys().copied().collect());
        for (name, content) in said {
            let data = data_of(content);
            let members = |value: &Value| value.as_object().map(|it| it.keys().cloned().collect::<Vec<_>>());
            assert_eq!(members(&data), members(&schemas[name]["properties"]), "{name}: {data}");
            let (amount, paid) = (&data["amount"], &data["payment"]["amount"]);
            assert!([amount, paid].iter().all(|it| it.is_null() || it.is_string()), "{name}: {data}");
        }
    }
}
