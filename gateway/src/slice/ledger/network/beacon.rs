//! Formats the beacon's state for the API. Invariant: the result depends only on that state and on index rows. Servi
//! (score for service) and league (leader list) are copied, not computed.

use super::model::beacon::{
    Beacon, BeaconPlan, BeaconRound, BeaconTreasury, BeaconValidator, Conviction, SeatChange, ShardAssignment,
};
use chain_beacon::{BeaconState, Status, Validator, When, assignment::Assignment, randomness::Phase, servi::SERVI_MAX};
use chain_types::ShardId;

/// Formats the state of the beacon before `next`, the next block of its shard.
pub(super) fn beacon(state: BeaconState, next: When, convictions: Vec<Conviction>) -> Beacon {
    let state = state.at(next.height);
    let parameters = state.parameters();
    let mode = match state.assignment() {
        Assignment::Full => "full",
        Assignment::Sampled(_) => "sampled",
    };
    Beacon {
        epoch: state.epoch().0,
        elapsed_blocks: next.height.0.saturating_sub(state.last_of_previous().0).saturating_sub(1),
        epoch_blocks: parameters.epoch_blocks,
        may_end: state.may_end(next),
        randomness: state.randomness().to_string(),
        round: round(&state),
        mode: mode.to_owned(),
        assignment: (0..parameters.shards).map(|shard| assignment(&state, shard)).collect(),
        league: state.league().to_vec(),
        servi_max: SERVI_MAX,
        validators: validators(&state),
        plan: plan(&state),
        convictions,
        treasury: treasury(&state),
    }
}

fn round(state: &BeaconState) -> BeaconRound {
    let round = state.round();
    let (phase, dealing_until) = match round.phase() {
        Phase::Dealing { until } => ("dealing", Some(until.0)),
        Phase::Revealing => ("revealing", None),
        Phase::Done { .. } => ("done", None),
    };
    BeaconRound {
        phase: phase.to_owned(),
        dealing_until,
        dealt: round.aggregate().deals().iter().map(|(dealer, _)| *dealer).collect(),
        revealed: round.revealed().to_vec(),
        withheld: round.withheld(),
        output: round.output().map(|output| output.to_string()),
    }
}

fn assignment(state: &BeaconState, shard: u16) -> ShardAssignment {
    let everyone = || (0..).zip(&state.committee().members).map(|(index, _)| index).collect();
    let signers = state.assignment().signers(ShardId(shard));
    ShardAssignment { shard, validators: signers.map_or_else(everyone, <[u16]>::to_vec) }
}

fn validators(state: &BeaconState) -> Vec<BeaconValidator> {
    let believabilities = state.believabilities();
    let one = |validator: &Validator| {
        let index = state.committee().index_of(validator.id);
        let weight = index.and_then(|index| state.committee().member(index)).map(|member| member.weight.to_string());
        let believability = index.and_then(|index| believabilities.get(usize::from(index))).map(u128::to_string);
        BeaconValidator {
            id: validator.id.0,
            key: validator.key.to_string(),
            index,
            status: state.status(validator.id).map_or("", status).to_owned(),
            bond: validator.bond.to_string(),
            weight,
            servi: validator.servi.amount(),
            uptime_ppm: validator.uptime.ppm(),
            believability,
            in_league: index.is_some_and(|index| state.league().contains(&index)),
            registered_epoch: validator.registered.0,
            active_epoch: validator.last_active.map(|epoch| epoch.0),
            inactive_epochs: validator.inactive_epochs,
        }
    };
    state.registry().validators().iter().map(one).collect()
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Candidate => "candidate",
        Status::Active => "active",
        Status::Leaving => "leaving",
        Status::Benched => "benched",
        Status::Jailed => "jailed",
    }
}

fn plan(state: &BeaconState) -> BeaconPlan {
    let plan = state.plan();
    let changes = plan.changes.iter().map(|change| SeatChange {
        joins: change.joins.map(|joiner| joiner.id.0),
        is_ready: change.joins.map(|joiner| joiner.is_ready),
        leaves: change.leaves.map(|id| id.0),
    });
    BeaconPlan { epoch: plan.epoch.0, changes: changes.collect() }
}

fn treasury(state: &BeaconState) -> BeaconTreasury {
    let treasury = state.treasury();
    let owed = treasury.owed.values().fold(0_u128, |sum, amount| sum.saturating_add(u128::from(*amount)));
    BeaconTreasury {
        deposited: treasury.deposited.to_string(),
        bonds: state.registry().bonds().to_string(),
        owed: owed.to_string(),
        fund: treasury.fund.to_string(),
        burned: treasury.burned.to_string(),
        withdrawn: treasury.withdrawn.to_string(),
    }
}
