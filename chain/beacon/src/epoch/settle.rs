//! Applies a plan of seat changes at the boundary of an epoch. Invariant: the committee keeps at least one bonded
//! member that was not convicted. The committee never exceeds its seats. At most [`seat_changes_max`] seats change,
//! even after convictions.

use super::{Change, Plan, seat_changes_max};
use crate::{
    mutant,
    registry::{Registry, Standing},
};
use chain_types::beacon::{Parameters, ValidatorId};

/// The seats of the epoch that the plan is for. A joiner that replaces a member takes that member's index.
pub fn settle_plan(
    plan: &Plan,
    seated: &[ValidatorId],
    registry: &Registry,
    parameters: &Parameters,
) -> Vec<ValidatorId> {
    let mut remaining = seat_changes_max(seated.len(), parameters.adversary_ppm);
    let mut seats = seated.to_vec();
    for change in changes_by_urgency(plan, seated, registry) {
        // A deliberately broken variant; the simulator must detect it.
        if remaining == 0 || mutant::is(mutant::KEEP_SEAT) {
            break;
        }
        if apply(&mut seats, &change, registry, parameters) {
            remaining = remaining.saturating_sub(1);
        }
    }
    seats
}

/// The planned changes, with a change added for each convicted member that the plan does not name. Convicted members
/// come first.
fn changes_by_urgency(plan: &Plan, seated: &[ValidatorId], registry: &Registry) -> Vec<Change> {
    let is_jailed = |id: &ValidatorId| registry.get(*id).is_none_or(|validator| validator.standing == Standing::Jailed);
    let is_planned = |id: &ValidatorId| plan.changes.iter().any(|change| change.leaves == Some(*id));
    let convicted = seated.iter().filter(|id| is_jailed(id) && !is_planned(id));
    let unplanned = convicted.map(|id| Change { joins: None, leaves: Some(*id) });
    let urgent = plan.changes.iter().filter(|change| change.leaves.as_ref().is_some_and(is_jailed)).copied();
    let others = plan.changes.iter().filter(|change| !change.leaves.as_ref().is_some_and(is_jailed)).copied();
    urgent.chain(unplanned).chain(others).collect()
}

/// Applies one change and returns whether it did.
fn apply(seats: &mut Vec<ValidatorId>, change: &Change, registry: &Registry, parameters: &Parameters) -> bool {
    let ready = change.joins.filter(|joiner| {
        let may_sit = registry.get(joiner.id).is_some_and(|validator| validator.may_sit(parameters.bond_min));
        (joiner.is_ready || mutant::is(mutant::SIT_UNREADY)) && may_sit && !seats.contains(&joiner.id)
    });
    let place = change.leaves.and_then(|id| seats.iter().position(|seated| *seated == id));
    match (ready, place) {
        (Some(joiner), Some(place)) => {
            if let Some(seat) = seats.get_mut(place) {
                *seat = joiner.id;
            }
            true
        }
        (Some(joiner), None) if seats.len() < usize::from(parameters.seats) => {
            seats.push(joiner.id);
            true
        }
        (None, Some(place)) if may_leave_empty(change, registry) && keeps_bonded_member(seats, place, registry) => {
            seats.remove(place);
            true
        }
        _ => false,
    }
}

/// Whether a seat may be given up without a successor: always after a conviction, otherwise only when no joiner was
/// planned.
fn may_leave_empty(change: &Change, registry: &Registry) -> bool {
    match change.leaves.and_then(|id| registry.get(id)).map(|validator| validator.standing) {
        Some(Standing::Jailed) | None => true,
        Some(Standing::Leaving | Standing::Benched) => change.joins.is_none(),
        Some(Standing::Willing) => false,
    }
}

/// Whether another seat holds a member with a bond that was not convicted.
fn keeps_bonded_member(seats: &[ValidatorId], place: usize, registry: &Registry) -> bool {
    let others = seats.iter().enumerate().filter(|(other, _)| *other != place);
    others.filter_map(|(_, id)| registry.get(*id)).any(|seated| seated.standing != Standing::Jailed && seated.bond > 0)
}
