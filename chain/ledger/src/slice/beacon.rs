//! Executes the beacon commands [P14]-[P19] (bonds to epochs) as `chain-beacon` decides. Invariant: a bond is in
//! exactly one place, the beacon or a balance. A shard enters an epoch only by a proof that the beacon began it.

mod enter_epoch;
mod state;

use crate::{
    mutant,
    native::{balance, set_balance},
    overlay::Overlay,
    verdict::{Context, Verdict, applied, halts, require},
};
use chain_types::{
    atomic::BEACON_SHARD,
    beacon::{Command, HandOverKey},
    native::Amount,
    state::TypedKey,
};

pub use chain_beacon::{BeaconState, Rejection};

halts!(Rejection);

pub(crate) fn execute(context: &Context<'_>, command: &Command, overlay: &mut Overlay<'_>) -> Verdict {
    if context.law.shard != BEACON_SHARD {
        return match command {
            Command::EnterEpoch(proof) => enter_epoch::execute(context, proof, overlay),
            _ => Err(Rejection::WrongShard.into()),
        };
    }
    let mut beacon = state::read(context.law, overlay)?.ok_or(Rejection::NoBeacon)?;
    let needs_operator = matches!(command, Command::ScheduleVersion { .. });
    require(context.is_operator || !needs_operator, Rejection::NotOperator)?;
    let as_validator = beacon.registry().by_key(context.author).map(|validator| validator.operator);
    let tenant = as_validator.unwrap_or(context.tenant);
    let balance_before = balance(context.law, tenant, overlay)?;
    let balance_after = match command {
        // A deliberately broken variant; the simulator must detect it.
        Command::Register(_) if mutant::is(mutant::BOND_FOR_NOTHING) => Some(balance_before),
        Command::Register(registration) => balance_before.checked_sub(Amount(registration.bond)),
        Command::Withdraw { amount } => balance_before.checked_add(Amount(*amount)),
        _ => Some(balance_before),
    };
    let balance_after = balance_after.ok_or(Rejection::InsufficientBalance)?;
    let when = chain_beacon::When { height: context.height, time: context.time };
    let by = chain_beacon::Context { signer: context.author, tenant, when };
    let event = beacon.apply(command, &by)?;
    if balance_after != balance_before {
        set_balance(tenant, balance_after, overlay);
    }
    if let Some(hand_over) = event.hand_over() {
        overlay.write(&HandOverKey(hand_over.epoch()).slot(), hand_over);
    }
    state::write(&beacon, overlay);
    applied(event)
}
