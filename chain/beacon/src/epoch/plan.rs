//! Plans which validators join and leave at the next epoch's start. Invariant: a plan is a function of the committee,
//! the registry and the parameters. A plan names each validator at most once.

use super::seat_changes_max;
use crate::registry::{Registry, Standing, Validator};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Epoch,
    beacon::{Parameters, ValidatorId},
};

/// A validator that is planned to join.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Joiner {
    pub id: ValidatorId,
    /// Whether it acknowledged that it holds the state.
    pub is_ready: bool,
}

/// The change of one seat; at least one field is `Some`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Change {
    /// The validator that takes the seat; `None` when the seat is given up.
    pub joins: Option<Joiner>,
    /// The validator that gives the seat up; `None` when the seat is new.
    pub leaves: Option<ValidatorId>,
}

/// The changes that take effect when an epoch begins.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Plan {
    /// The epoch that begins.
    pub epoch: Epoch,
    /// The changes, the most urgent first.
    pub changes: Vec<Change>,
}

impl Plan {
    /// Whether all planned joiners have acknowledged.
    pub(crate) fn is_ready(&self) -> bool {
        self.changes.iter().filter_map(|change| change.joins).all(|joiner| joiner.is_ready)
    }

    /// The planned joiner with this id.
    pub(crate) fn joiner_mut(&mut self, id: ValidatorId) -> Option<&mut Joiner> {
        self.changes.iter_mut().filter_map(|change| change.joins.as_mut()).find(|joiner| joiner.id == id)
    }
}

/// Plans an epoch's changes, in this order: seats of members that must or want to leave, free seats, and seats of
/// members whose bond is below that of the best candidate. Candidates are ordered by bond, then by id.
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

/// The members that must or want to leave: convicted ones first, then those that asked, then inactive ones.
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

/// The members that stay, the lowest bond first.
fn staying<'a>(seated: &[ValidatorId], registry: &'a Registry) -> Vec<&'a Validator> {
    let mut staying: Vec<&Validator> = seated.iter().filter_map(|id| registry.get(*id)).collect();
    staying.retain(|validator| validator.standing == Standing::Willing);
    staying.sort_by_key(|validator| (validator.bond, validator.id));
    staying
}
