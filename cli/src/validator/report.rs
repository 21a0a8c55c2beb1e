//! The state of a chain's validators and of this node. Invariant: the validators come from one state of the beacon. The
//! height and the balance are read separately, so a block can lie between them.

use super::tokens::Tokens;
use anyhow::Context as _;
use chain_beacon::{BeaconState, Status};
use chain_node::NodeHandle;
use chain_types::{PublicKey, TenantId, atomic::BEACON_SHARD, beacon::ValidatorId};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The epoch of the next block.
    epoch: u64,
    /// The number of blocks of the beacon's shard in this epoch so far.
    blocks: u64,
    /// The minimum number of blocks in an epoch.
    epoch_blocks: u64,
    /// The protocol version of the epoch.
    version: u16,
    /// The scheduled version, and its first epoch.
    scheduled: Option<(u16, u64)>,
    /// The height of the newest final block of the beacon's shard.
    height: u64,
    /// Whether this node has caught up with its peers.
    is_synced: bool,
    /// All registered validators, by number.
    validators: Vec<Line>,
    own: Own,
}

/// A validator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Line {
    number: u32,
    key: String,
    /// `candidate`, `joining`, `active`, `leaving`, `benched` or `jailed`.
    status: String,
    /// Its seat in the committee.
    seat: Option<u16>,
    /// The epoch in which it joins, if that is planned.
    joins_in: Option<u64>,
    /// Whether it acknowledged that it is synchronised.
    is_ready: bool,
    /// In native units.
    bond: u64,
}

/// The node that was asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Own {
    key: String,
    /// As a validator's, or `follower` when it is not registered.
    status: String,
    /// Its number.
    validator: Option<u32>,
    /// Whether its tenant allows it to register.
    is_admitted: bool,
    /// The balance of its tenant, in native units.
    balance: u64,
    /// What the beacon owes it, in native units.
    owed: u64,
}

impl Report {
    /// Builds the report of a node; `tenant` is the tenant of its key until it is registered.
    pub async fn of(node: &NodeHandle, key: PublicKey, tenant: TenantId) -> anyhow::Result<Self> {
        let height = node.tip(BEACON_SHARD).borrow().height;
        let beacon = node.beacon().await.context("this chain has no beacon, or its shard has stopped here")?;
        let validators: Vec<Line> =
            beacon.registry().validators().iter().filter_map(|one| line(&beacon, one.id)).collect();
        let registered = beacon.registry().by_key(key);
        let tenant = registered.map_or(tenant, |validator| validator.operator);
        let account = node.account(tenant, key).await?;
        let own_line = registered.and_then(|one| validators.iter().find(|line| line.number == one.id.0));
        let own = Own {
            key: key.to_string(),
            status: own_line.map_or_else(|| "follower".to_owned(), |line| line.status.clone()),
            validator: own_line.map(|line| line.number),
            is_admitted: account.admits,
            balance: account.balance.0,
            owed: beacon.treasury().owed.get(&tenant).copied().unwrap_or_default(),
        };
        Ok(Self {
            epoch: beacon.epoch().0,
            blocks: height.0.saturating_sub(beacon.last_of_previous().0),
            epoch_blocks: beacon.parameters().epoch_blocks,
            version: beacon.version().0,
            scheduled: beacon.scheduled().map(|one| (one.version.0, one.from.0)),
            height: height.0,
            is_synced: node.is_synced(BEACON_SHARD),
            validators,
            own,
        })
    }
}

fn line(beacon: &BeaconState, id: ValidatorId) -> Option<Line> {
    let validator = beacon.registry().get(id)?;
    let mut joiners = beacon.plan().changes.iter().filter_map(|change| change.joins);
    let joiner = joiners.find(|joiner| joiner.id == id);
    let status = beacon.status(id)?.name();
    Some(Line {
        number: id.0,
        key: validator.key.to_string(),
        status: if joiner.is_some() { "joining" } else { status }.to_owned(),
        seat: beacon.seat_of(validator.key),
        joins_in: joiner.map(|_| beacon.plan().epoch.0),
        is_ready: joiner.is_some_and(|joiner| joiner.is_ready),
        bond: validator.bond,
    })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, blocks, epoch_blocks, height, validators, own, .. } = self;
        let behind = if self.is_synced { "" } else { "; this node is still catching up" };
        writeln!(f, "epoch {epoch}, {blocks} blocks of at least {epoch_blocks}; shard 0 at block {height}{behind}")?;
        write!(f, "protocol {}", self.version)?;
        if let Some((version, from)) = self.scheduled {
            write!(f, ", {version} from epoch {from}")?;
        }
        writeln!(f)?;
        for Line { number, key, status, seat, joins_in, is_ready, bond } in validators {
            let bond = Tokens(*bond);
            let what = match joins_in {
                Some(epoch) if *is_ready => format!("{status} in epoch {epoch}"),
                Some(epoch) => format!("{status} in epoch {epoch}, not ready yet"),
                None if seat.is_some() && status != Status::Active.name() => format!("{status}, still has a seat"),
                None => status.clone(),
            };
            writeln!(f, "  validator {number}  {key}  {bond} tokens  {what}")?;
        }
        let (balance, owed) = (Tokens(own.balance), Tokens(own.owed));
        let who = own.validator.map_or_else(String::new, |number| format!("validator {number}, "));
        write!(f, "this node: {who}{}; its tenant holds {balance} tokens and is owed {owed}", own.status)?;
        if own.validator.is_none() && !own.is_admitted {
            write!(f, "; not admitted")?;
        }
        Ok(())
    }
}
