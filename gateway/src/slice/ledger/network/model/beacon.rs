//! The beacon part of `GET /v1/ledger/network`. Invariant: amounts are decimal strings, because they exceed what a JSON
//! number holds exactly.

use super::Accusation;
use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The beacon as of the newest final block of shard 0: bonds, randomness, epochs and seats of the validators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Beacon {
    /// The current epoch.
    pub epoch: u64,
    /// The number of blocks of shard 0 since the epoch began.
    pub elapsed_blocks: u64,
    /// The minimum length of an epoch, in blocks of shard 0.
    pub epoch_blocks: u64,
    /// Whether the next block may end the epoch: it is long enough, the next randomness is drawn and every shard has
    /// entered the epoch.
    pub may_end: bool,
    /// The randomness of the current epoch, from which league and assignment were drawn, 64 hexadecimal digits.
    pub randomness: String,
    /// The round that draws the randomness of the next epoch.
    pub round: BeaconRound,
    /// `full`: every validator signs every shard. `sampled`: each validator signs shard 0 and one more shard, which is
    /// drawn again for each epoch.
    pub mode: String,
    /// The signers of each shard, in order of the shards.
    pub assignment: Vec<ShardAssignment>,
    /// The believable league: indices into the validator set, in the order drawn. Its members lead in turn.
    pub league: Vec<u16>,
    /// The maximum Servi of a validator.
    pub servi_max: u32,
    /// All validators with a bond, by id: those with a seat, those that wait for one and those that are leaving.
    pub validators: Vec<BeaconValidator>,
    /// The planned changes of seats.
    pub plan: BeaconPlan,
    /// The newest indexed convictions, at most 100, newest first.
    pub convictions: Vec<Conviction>,
    /// The distribution of the native units.
    pub treasury: BeaconTreasury,
}

/// A round of leaderless randomness. The set of deals is fixed before any share is revealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconRound {
    /// The phase: `dealing`, `revealing` or `done`.
    pub phase: String,
    /// The height of shard 0 from which the set of deals is fixed, once more than two thirds of the weight has dealt;
    /// null after the dealing phase.
    pub dealing_until: Option<u64>,
    /// The validators whose deals count, as indices into the validator set.
    pub dealt: Vec<u16>,
    /// The validators that revealed their shares, in the order of revealing, as indices into the validator set.
    pub revealed: Vec<u16>,
    /// The validators that hold shares and have not revealed them, as indices into the validator set.
    pub withheld: Vec<u16>,
    /// The number drawn, which is the randomness of the next epoch, 64 hexadecimal digits; null until `done`.
    pub output: Option<String>,
}

/// The signers of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct ShardAssignment {
    /// The number of the shard, from 0.
    pub shard: u16,
    /// Indices into the validator set, ascending.
    pub validators: Vec<u16>,
}

/// A validator in the beacon's registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconValidator {
    /// Its id in the registry. Ids are never reused.
    pub id: u32,
    /// Its public key, 66 hexadecimal digits.
    pub key: String,
    /// Its index in the validator set; null while it has no seat.
    pub index: Option<u16>,
    /// `active`, `candidate` (waits for a seat), `leaving`, `benched` (was inactive) or `jailed` (was convicted).
    pub status: String,
    /// Its bond in native units of 10^-8 token, decimal.
    pub bond: String,
    /// Its voting weight in native units, decimal: the bond, capped per operator. Null without a seat.
    pub weight: Option<String>,
    /// Credit for work that the chain itself observed, from 0 to `servi_max`.
    pub servi: u32,
    /// The share of attended blocks that it signed, averaged over past epochs, in parts per million.
    pub uptime_ppm: u32,
    /// `weight * (servi_max + servi) * uptime_ppm`, decimal; null without a seat. The league is drawn by this value.
    pub believability: Option<String>,
    /// Whether it is a member of the believable league.
    pub in_league: bool,
    /// The epoch in which it registered.
    pub registered_epoch: u64,
    /// The last epoch in which it had a seat; null before the first.
    pub active_epoch: Option<u64>,
    /// The number of consecutive epochs in which it was inactive.
    pub inactive_epochs: u8,
}

/// The changes of seats at the beginning of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconPlan {
    /// The epoch that will begin with these changes.
    pub epoch: u64,
    /// The changes, most urgent first.
    pub changes: Vec<SeatChange>,
}

/// The change of one seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct SeatChange {
    /// The id of the validator that takes the seat; null when the seat is removed.
    pub joins: Option<u32>,
    /// Whether the joining validator reported that it has the state; it does not join before. Null when no validator
    /// joins.
    pub is_ready: Option<bool>,
    /// The id of the validator that leaves the seat; null when the seat is new.
    pub leaves: Option<u32>,
}

/// A validator convicted by evidence. `slashed = rewarded + compensated + burned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct Conviction {
    /// The id of the validator in the registry.
    pub validator: u32,
    /// Its public key, 66 hexadecimal digits; null when it has left the registry and the offence is not an
    /// equivocation.
    pub key: Option<String>,
    /// The epoch of the offence.
    pub epoch: u64,
    /// `equivocation`, `broken_promise`, `bad_deal` or `foreign_vote`.
    pub offence: String,
    /// The height of the block of shard 0 that contains the conviction.
    pub height: u64,
    /// The time at which that block was proposed, RFC 3339 UTC.
    pub timestamp: String,
    /// The id of the transaction with the evidence, 64 hexadecimal digits.
    pub tx_id: String,
    /// The amount taken from the bond, in native units, decimal.
    pub slashed: String,
    /// The reporter's share, in native units, decimal.
    pub rewarded: String,
    /// The compensation fund's share, in native units, decimal.
    pub compensated: String,
    /// The burned share, in native units, decimal.
    pub burned: String,
    /// The two votes of an equivocation; null for another offence, whose evidence is only in the transaction.
    pub accusation: Option<Accusation>,
}

/// The distribution of the native units: `deposited = bonds + owed + fund + burned + withdrawn`. All amounts are
/// decimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, SimpleObject)]
pub struct BeaconTreasury {
    /// The total ever deposited as bonds.
    pub deposited: String,
    /// The total currently bonded.
    pub bonds: String,
    /// Released bonds and rewards that tenants have not withdrawn yet.
    pub owed: String,
    /// The compensation fund for parties harmed by a slashed validator.
    pub fund: String,
    /// The total burned.
    pub burned: String,
    /// The total withdrawn by tenants.
    pub withdrawn: String,
}
