//! Submits the requests of validators' operators to register, leave, return and withdraw. Invariant: an operator
//! submits only commands that a node's operator can submit. The ledger decides on each command.

use super::World;
use crate::{
    background::Sender,
    cast::{BOND, tenant_of},
    dice::Dice,
};
use chain_beacon::{BeaconState, Standing};
use chain_ledger::OPERATOR_TENANT;
use chain_types::{
    Command, SecretKey, ShardId, TenantId,
    account::{self, TenantKey},
    atomic::BEACON_SHARD,
    beacon::Command as Duty,
    codec,
    native::{Amount, BalanceKey, Command as Paying, Grant},
    state::TypedKey,
};

/// The minimum size of a committee that a member leaves: the rest must tolerate one fault.
const SEATS_LEFT_MIN: usize = 4;

/// The operators' plans.
#[derive(Default)]
pub(super) struct MemberPlans {
    /// The machines that become validators, with their start times in microseconds since the start.
    come: Vec<(usize, u64)>,
    /// The machine that leaves, with its time in microseconds since the start.
    go: Option<(usize, u64)>,
    /// The newcomer that acknowledges its synchronisation late.
    slow: Option<usize>,
}

impl MemberPlans {
    /// Draws plans for the given newcomers.
    pub(super) fn draw(newcomers: std::ops::Range<usize>, faults_us: u64, dice: &mut Dice) -> Self {
        let machines = newcomers.end;
        let first_us = dice.below(faults_us / 2);
        let come = newcomers.map(|machine| (machine, first_us + dice.below(faults_us / 4))).collect();
        let go = dice.chance(700).then(|| (dice.index(machines), dice.below(faults_us)));
        Self { come, go, slow: dice.chance(250).then(|| machines - 1) }
    }

    /// Whether a machine delays its acknowledgement.
    pub(super) fn hesitates(&self, machine: usize, dice: &mut Dice) -> bool {
        self.slow == Some(machine) && !dice.chance(150)
    }
}

/// A request: the signing key, the tenant and the commands.
type Request = (SecretKey, TenantId, Vec<Command>);

impl World {
    /// Submits what a machine's operator wants, if it is time. Returns whether it submitted something.
    pub(super) fn submit_plan(&mut self, machine: usize, home: usize, beacon: &BeaconState) -> bool {
        if self.machines[machine].is_liar || !self.background_dice.chance(400) {
            return false;
        }
        let Some((key, tenant, commands)) = self.next_request(machine, home, beacon) else { return false };
        self.send_for(machine, BEACON_SHARD, &key, tenant, commands);
        true
    }

    /// The request that a machine's operator makes next, if it is time.
    fn next_request(&mut self, machine: usize, home: usize, beacon: &BeaconState) -> Option<Request> {
        let key = self.cast.keys[machine].clone();
        let own = tenant_of(machine);
        let has_come = |from_us: u64| self.now_us >= from_us;
        let Some(member) = beacon.registry().by_key(key.public_key()) else {
            let wants_in = self.members.come.iter().any(|(one, from_us)| *one == machine && has_come(*from_us));
            let owed = beacon.treasury().owed.get(&own).copied();
            if !wants_in && owed.is_none() {
                return None;
            }
            let (is_registered, held) = self.account(home, own)?;
            let lacks = wants_in && held.0 < BOND;
            if !is_registered || lacks {
                return Some(self.admit(machine, is_registered, lacks));
            }
            // A request for more than is available must be rejected.
            let excess = self.background_dice.below(2);
            let duty = match owed {
                Some(amount) => Duty::Withdraw { amount: amount + excess },
                None => Duty::Register(Box::new(self.cast.registration(machine, held.0 + excess))),
            };
            return Some((key, own, vec![Command::Beacon(duty)]));
        };
        self.members.come.retain(|(one, _)| *one != machine);
        let tenant = self.signs_for(machine, beacon)?;
        let wants_out = self.members.go.is_some_and(|(one, from_us)| one == machine && has_come(from_us));
        let seats = beacon.committee().members.len();
        let duty = match member.standing {
            Standing::Benched => Duty::Return,
            Standing::Willing if wants_out && seats > SEATS_LEFT_MIN => Duty::Leave,
            _ => return None,
        };
        if tenant == own && !self.account(home, own)?.0 {
            return Some(self.admit(machine, false, false));
        }
        Some((key, tenant, vec![Command::Beacon(duty)]))
    }

    /// The chain's operator registers a machine's tenant and grants it a bond.
    fn admit(&self, machine: usize, is_registered: bool, is_granted: bool) -> Request {
        let (tenant, author) = (tenant_of(machine), self.cast.key(machine));
        let register = account::Command::RegisterTenant(account::RegisterTenant { tenant, author, partitions: 1 });
        let grant = Paying::Grant(Grant { to: tenant, amount: Amount(BOND) });
        let register = (!is_registered).then_some(Command::Account(register));
        let grant = is_granted.then_some(Command::Native(grant));
        (self.cast.operator.clone(), OPERATOR_TENANT, register.into_iter().chain(grant).collect())
    }

    /// Whether a tenant is registered, and its balance.
    fn account(&mut self, home: usize, tenant: TenantId) -> Option<(bool, Amount)> {
        let values = self.read_many(home, &[TenantKey(tenant).state_key(), BalanceKey(tenant).state_key()])?;
        let held = values.get(1)?.as_ref().map_or(Ok(Amount::ZERO), |value| codec::decode_own("a balance", value));
        Some((values.first()?.is_some(), held.ok()?))
    }

    /// The tenant that a machine's key signs for, as in a node: the operator's with a seat, its own without one.
    pub(super) fn signs_for(&self, machine: usize, beacon: &BeaconState) -> Option<TenantId> {
        let key = self.cast.key(machine);
        let validator = beacon.registry().by_key(key)?;
        Some(if beacon.seat_of(key).is_some() { OPERATOR_TENANT } else { validator.operator })
    }

    /// Sends commands for a tenant, and lets the machine's duty loop wait for them.
    pub(super) fn send_for(
        &mut self,
        machine: usize,
        shard: ShardId,
        key: &SecretKey,
        tenant: TenantId,
        commands: Vec<Command>,
    ) {
        let Some(process) = self.process_at(machine, shard).filter(|_| !commands.is_empty()) else { return };
        let sender = Sender { chain_id: self.cast.genesis.chain_id(), key, tenant, now_us: self.now_us };
        self.background_count += 1;
        let transaction = sender.write(self.background_count, commands);
        self.duty_loops[machine].pending.sent(shard, transaction.header.id(), self.now_us);
        self.submit(process, transaction, chain_replica::Source::Client);
    }
}
