//! The beacon slice's law [P14]-[P19]: it loads the beacon, lets `chain-beacon` decide, and stores what was decided.
//! Invariant: a bond is in the beacon or in a balance, never in both and never in neither; and a shard goes from one epoch
//! to the next by proof that the beacon did.

mod enter_epoch;
mod error;
mod state;

use crate::{
    block::{Applied, Context, Verdict},
    mutant,
    native::{balance, set_balance},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Event, Genesis, Rejection,
    atomic::BEACON_SHARD,
    beacon::{self, Operation},
    native::Amount,
    state::StateKey,
};

pub use chain_beacon::BeaconState;
pub use error::{Error, GenesisFault};

/// The beacon of a genesis document; `None` when the document has none.
///
/// # Errors
/// [`GenesisFault`] when no chain may start with it.
pub fn genesis(genesis: &Genesis) -> Result<Option<BeaconState>, GenesisFault> {
    let Some(beacon) = &genesis.beacon else { return Ok(None) };
    let state = BeaconState::genesis(genesis.chain_id(), beacon.parameters.clone(), &beacon.validators)?;
    if state.committee().validator_set() == genesis.validators { Ok(Some(state)) } else { Err(GenesisFault::Weights) }
}

pub(crate) fn execute<R: LeafReader>(
    context: &Context<'_>,
    operation: &Operation,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    if context.law.shard != BEACON_SHARD {
        return match operation {
            Operation::EnterEpoch(proof) => enter_epoch::execute(context, proof, overlay),
            _ => Ok(Err(Error::WrongShard.into())),
        };
    }
    let Some(mut beacon) = state::read(context.law, overlay)? else { return Ok(Err(Error::NoBeacon.into())) };
    let as_validator = beacon.registry().by_key(context.author).map(|validator| validator.operator);
    let tenant = as_validator.unwrap_or(context.tenant);
    let held = balance(context.law, tenant, overlay)?;
    let paid = match operation {
        Operation::Register(_) if mutant::is(mutant::BOND_FOR_NOTHING) => Some(held),
        Operation::Register(registration) => held.checked_sub(Amount(registration.bond)),
        Operation::Withdraw { amount } => held.checked_add(Amount(*amount)),
        _ => Some(held),
    };
    let Some(paid) = paid else { return Ok(Err(Error::InsufficientBalance.into())) };
    let by = chain_beacon::Context { signer: context.author, tenant, height: context.height };
    let event = match beacon.apply(operation, &by) {
        Ok(event) => event,
        Err(error) => return Ok(Err(error.into())),
    };
    if paid != held {
        set_balance(tenant, paid, overlay);
    }
    if let Some(hand_over) = event.hand_over() {
        overlay.write(&StateKey::HandOver(hand_over.epoch()).path(), hand_over);
    }
    state::write(&beacon, overlay);
    Ok(Ok(applied(event)))
}

fn applied(event: beacon::Event) -> Applied {
    Applied { event: Event::Beacon(event), joins_streams: true }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error.code())
    }
}
