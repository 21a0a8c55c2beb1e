//! What `GET /v1/ledger/network` answers about the beacon. Amounts are decimal strings: they exceed what a JSON number
//! holds exactly.

use super::Accusation;
use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who decides, and on what grounds: the beacon as of the newest final block of shard 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Beacon {
    /// The present epoch.
    pub epoch: u64,
    /// Blocks of shard 0 since it began.
    pub elapsed_blocks: u64,
    /// The least number of blocks of shard 0 in an epoch whose end nobody waits for.
    pub epoch_blocks: u64,
    /// Whether the next block may end it: it is long enough, the next randomness is drawn and every shard entered it.
    pub may_end: bool,
    /// The present epoch's randomness, from which league and assignment were drawn, 64 hexadecimal digits.
    pub randomness: String,
    /// How the next epoch's randomness is drawn.
    pub round: BeaconRound,
    /// `full`: every validator signs every shard; `sampled`: each signs shard 0 and one more, drawn anew each epoch.
    pub mode: String,
    /// Who signs each shard, in order.
    pub assignment: Vec<ShardAssignment>,
    /// The believable league: indices into the validator set, in the order drawn. They lead in turn.
    pub league: Vec<u16>,
    /// The most Servi that a validator can hold.
    pub servi_max: u32,
    /// Every validator with a bond, by its number: those that sit, that wait, and that are on their way out.
    pub validators: Vec<BeaconValidator>,
    /// The changes of seats that are planned.
    pub plan: BeaconPlan,
    /// The newest convictions that are indexed, at most 100, newest first.
    pub convictions: Vec<Conviction>,
    /// Where the native units are.
    pub treasury: BeaconTreasury,
}

/// One epoch's round of leaderless randomness: deals are fixed as a set before any share is revealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconRound {
    /// `dealing`, `revealing` or `done`.
    pub phase: String,
    /// The height of shard 0 from which on the set of deals is fixed, once more than two thirds of the weight dealt;
    /// null after that.
    pub dealing_until: Option<u64>,
    /// Whose deals count: indices into the validator set.
    pub dealt: Vec<u16>,
    /// Who revealed its shares, in the order they did: indices into the validator set.
    pub revealed: Vec<u16>,
    /// Who holds shares and has not revealed them: indices into the validator set.
    pub withheld: Vec<u16>,
    /// The number drawn, the next epoch's randomness, 64 hexadecimal digits; null until `done`.
    pub output: Option<String>,
}

/// Who signs a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct ShardAssignment {
    /// The shard.
    pub shard: u16,
    /// Indices into the validator set, ascending.
    pub validators: Vec<u16>,
}

/// A validator as the beacon's registry holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconValidator {
    /// Its number in the registry, never given twice.
    pub id: u32,
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
    /// Its index in the validator set; null while it has no seat.
    pub index: Option<u16>,
    /// `active`, `candidate` (it waits for a seat), `leaving`, `benched` (it was inactive) or `jailed` (it was
    /// convicted).
    pub status: String,
    /// Its bond in native units of 10^-8 token, decimal.
    pub bond: String,
    /// Its voting weight, its bond capped per operator, in native units, decimal; null without a seat.
    pub weight: Option<String>,
    /// Credit for work that the chain itself saw, 0 to `servi_max`.
    pub servi: u32,
    /// The share of attended blocks that it signed, averaged over past epochs, in parts per million.
    pub uptime_ppm: u32,
    /// `weight * (servi_max + servi) * uptime_ppm`, decimal; null without a seat. The league is drawn by it.
    pub believability: Option<String>,
    /// Whether it sits in the believable league.
    pub in_league: bool,
    /// The epoch in which it registered.
    pub registered_epoch: u64,
    /// The last epoch in which it had a seat; null before the first.
    pub active_epoch: Option<u64>,
    /// Epochs of inactivity in a row.
    pub inactive_epochs: u8,
}

/// The changes with which an epoch will begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconPlan {
    /// That epoch.
    pub epoch: u64,
    /// The changes, the most urgent first.
    pub changes: Vec<SeatChange>,
}

/// One seat's change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct SeatChange {
    /// The number of the validator that takes the seat; null when the seat is given up.
    pub joins: Option<u32>,
    /// Whether it said that it holds the state; without that it does not join. Null when nobody joins.
    pub is_ready: Option<bool>,
    /// The number of the validator that gives the seat; null when the seat is new.
    pub leaves: Option<u32>,
}

/// A validator that evidence convicted. `slashed = rewarded + compensated + burned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Conviction {
    /// Its number in the registry.
    pub validator: u32,
    /// Its public key, 66 hexadecimal digits; null when it has left the registry and its offence is no equivocation.
    pub key: Option<String>,
    /// The epoch of the offence.
    pub epoch: u64,
    /// `equivocation`, `broken_promise`, `bad_deal` or `foreign_vote`.
    pub offence: String,
    /// The block of shard 0 that convicted.
    pub height: u64,
    /// When that block was proposed, RFC 3339 UTC.
    pub timestamp: String,
    /// The transaction that brought the evidence, 64 hexadecimal digits.
    pub tx_id: String,
    /// What the bond lost, in native units, decimal.
    pub slashed: String,
    /// The reporter's part of it, in native units, decimal.
    pub rewarded: String,
    /// The compensation fund's part of it, in native units, decimal.
    pub compensated: String,
    /// The part that ceased to exist, in native units, decimal.
    pub burned: String,
    /// The two votes of an equivocation; null for another offence, whose evidence stands in the transaction alone.
    pub accusation: Option<Accusation>,
}

/// Where the beacon's native units are: `deposited = bonds + owed + fund + burned + withdrawn`. All decimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconTreasury {
    /// All that ever came in as bonds.
    pub deposited: String,
    /// What is bonded.
    pub bonds: String,
    /// Released bonds and rewards that tenants have not taken yet.
    pub owed: String,
    /// The compensation fund, for who was harmed by a slashed validator.
    pub fund: String,
    /// What ceased to exist.
    pub burned: String,
    /// What tenants took.
    pub withdrawn: String,
}
