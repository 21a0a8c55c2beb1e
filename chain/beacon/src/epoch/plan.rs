//! Planning who joins and who leaves. Invariant: a plan is a function of the committee and the registry, and names each
//! validator at most once.

use super::seat_changes_max;
use crate::registry::{Registry, Standing, Validator};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Epoch,
    beacon::{Parameters, ValidatorId},
};

/// Who is to join.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Joiner {
    /// Which validator.
    pub id: ValidatorId,
    /// Whether it said that it holds the state.
    pub is_ready: bool,
}

/// One seat's change; at least one of the two is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Change {
    /// Who takes the seat; nobody when it is given up.
    pub joins: Option<Joiner>,
    /// Who gives it; nobody when it is new.
    pub leaves: Option<ValidatorId>,
}

/// The changes that take effect when an epoch begins.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Plan {
    /// The epoch.
    pub epoch: Epoch,
    /// The changes, the most urgent first.
    pub changes: Vec<Change>,
}

impl Plan {
    /// Whether all planned joiners have acknowledged that they are ready.
    pub(crate) fn is_ready(&self) -> bool {
        self.changes.iter().filter_map(|change| change.joins).all(|joiner| joiner.is_ready)
    }

    /// The joiner with this number.
    pub(crate) fn joiner_mut(&mut self, id: ValidatorId) -> Option<&mut Joiner> {
        self.changes.iter_mut().filter_map(|change| change.joins.as_mut()).find(|joiner| joiner.id == id)
    }
}

/// Plans an epoch's changes: first the seats of who must or wants to go, then free seats, then the seats of who has
/// less at stake than the best who waits. Candidates come in the order of their bonds, then of their numbers.
pub fn make_plan(epoch: Epoch, seated: &[ValidatorId], registry: &Registry, parameters: &Parameters) -> Plan {
    let most = seat_changes_max(seated.len(), parameters.adversary_ppm);
    let mut waiting = waiting(seated, registry, parameters.bond_min).into_iter().peekable();
    let mut changes: Vec<Change> = Vec::new();
    for id in departing(seated, registry).into_iter().take(most) {
        changes.push(Change { joins: waiting.next().map(joiner), leaves: Some(id) });
    }
    let given_up = changes.iter().filter(|change| change.joins.is_none()).count();
    let mut free = usize::from(parameters.seats).saturating_sub(seated.len().saturating_sub(given_up));
    while changes.len() < most && free > 0 {
        let Some(next) = waiting.next() else { break };
        changes.push(Change { joins: Some(joiner(next)), leaves: None });
        free = free.saturating_sub(1);
    }
    for weakest in staying(seated, registry) {
        let is_better = |next: &&Validator| next.bond > weakest.bond;
        if changes.len() >= most {
            break;
        }
        let Some(next) = waiting.next_if(is_better) else { break };
        changes.push(Change { joins: Some(joiner(next)), leaves: Some(weakest.id) });
    }
    Plan { epoch, changes }
}

const fn joiner(validator: &Validator) -> Joiner {
    Joiner { id: validator.id, is_ready: false }
}

fn waiting<'a>(seated: &[ValidatorId], registry: &'a Registry, bond_min: u64) -> Vec<&'a Validator> {
    let may_sit = |validator: &&Validator| validator.may_sit(bond_min) && !seated.contains(&validator.id);
    let mut waiting: Vec<&Validator> = registry.validators().iter().filter(may_sit).collect();
    waiting.sort_by_key(|validator| (std::cmp::Reverse(validator.bond), validator.id));
    waiting
}

/// Who must or wants to go: the convicted first, then who asked, then the inactive.
fn departing(seated: &[ValidatorId], registry: &Registry) -> Vec<ValidatorId> {
    let rank = |id: &ValidatorId| match registry.get(*id).map(|validator| validator.standing) {
        Some(Standing::Willing) => None,
        Some(Standing::Jailed) | None => Some(0),
        Some(Standing::Leaving) => Some(1),
        Some(Standing::Benched) => Some(2),
    };
    let mut departing: Vec<_> = seated.iter().filter_map(|id| Some((rank(id)?, *id))).collect();
    departing.sort_unstable();
    departing.into_iter().map(|(_, id)| id).collect()
}

/// Who stays, the least stake first.
fn staying<'a>(seated: &[ValidatorId], registry: &'a Registry) -> Vec<&'a Validator> {
    let mut staying: Vec<&Validator> = seated.iter().filter_map(|id| registry.get(*id)).collect();
    staying.retain(|validator| validator.standing == Standing::Willing);
    staying.sort_by_key(|validator| (validator.bond, validator.id));
    staying
}
