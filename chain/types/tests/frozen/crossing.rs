//! One value of every encoded type of the native token and of what crosses shards. Invariant: as for [`crate::sample`].

use crate::sample::{TENANT, final_block, genesis};
use chain_types::{
    Digest, Epoch, Event, Height, Operation, ShardId, TenantId, TxId,
    atomic::{
        self, Bundle, BundleId, BundlePhase, BundleRecord, CertifiedHeader, Decision, Leg, Lock, LockPhase, Message,
        NO_DEADLINE, Opening, OutboxHead, Payload, Proof,
    },
    native::{self, Amount},
    state::{StateKey, StateProof, Terminal},
};

const OTHER: TenantId = TenantId([0x91; 16]);
const TX: TxId = TxId(Digest([0x92; 32]));
const BUNDLE: BundleId = BundleId(Digest([0x93; 32]));

pub(crate) fn block() -> CertifiedHeader {
    let block = final_block();
    CertifiedHeader { header: block.header, certificate: block.certificate }
}

fn proof() -> Box<Proof> {
    let terminal = Terminal::Present { value: vec![0x94; 3] };
    Box::new(Proof { block: block(), state: StateProof { siblings: vec![Digest([0x95; 32])], terminal } })
}

fn clock() -> StateProof {
    StateProof { siblings: vec![Digest([0x96; 32])], terminal: Terminal::Present { value: vec![0x97; 8] } }
}

pub(crate) fn opening() -> Opening {
    let leg = |shard, from, to, amount| Leg { shard: ShardId(shard), from, to, amount: Amount(amount) };
    let legs = vec![leg(1, TENANT, OTHER, 11), leg(6, OTHER, TENANT, 12)];
    let bundle = Bundle { legs, deadline: Height(13), attempt: 14, salt: [0x98; 16] };
    Opening { chain_id: genesis().chain_id(), epoch: Epoch(15), tx_id: TX, coordinator: ShardId(1), bundle }
}

pub(crate) fn messages() -> [(&'static str, Message); 2] {
    let message =
        |payload| Message::new((genesis().chain_id(), Epoch(16), TX), (ShardId(17), ShardId(18), 19), payload);
    let credit = Payload::Credit { from: TENANT, to: OTHER, amount: Amount(20) };
    let back = Payload::Return { returns: 21, to: TENANT, amount: Amount(22) };
    [("message_credit", message(credit)), ("message_return", message(back))]
}

pub(crate) fn operations() -> [(&'static str, Operation); 13] {
    use atomic::Operation as Crossing;
    let native = Operation::Native;
    let atomic = Operation::Atomic;
    let [(_, message), _] = messages();
    let (bundle, leg) = (BUNDLE, 24);
    let send = Crossing::Send { to: OTHER, destination: ShardId(25), amount: Amount(26) };
    let lock = Crossing::LockLeg { opening: opening(), leg, proof: proof() };
    let refuse = Crossing::RefuseLeg { opening: opening(), leg, proof: proof() };
    let acknowledge = Crossing::AcknowledgeOutbox { destination: ShardId(27), proof: proof() };
    let expire = Crossing::ExpireLeg { bundle, leg, absence: proof(), clock: clock() };
    [
        ("command_core_transfer", native(native::Operation::Transfer { to: OTHER, amount: Amount(28) })),
        ("command_core_grant", native(native::Operation::Grant { to: OTHER, amount: Amount(29) })),
        ("command_core_send", atomic(send)),
        ("command_core_deliver", atomic(Crossing::Deliver { message, proof: proof() })),
        ("command_core_acknowledge_outbox", atomic(acknowledge)),
        ("command_core_observe_beacon", atomic(Crossing::ObserveBeacon { block: Box::new(block()) })),
        ("command_core_open_bundle", atomic(Crossing::OpenBundle { bundle: opening().bundle })),
        ("command_core_lock_leg", atomic(lock)),
        ("command_core_refuse_leg", atomic(refuse)),
        ("command_core_report_leg", atomic(Crossing::ReportLeg { bundle, leg, proof: proof() })),
        ("command_core_expire_leg", atomic(expire)),
        ("command_core_settle_leg", atomic(Crossing::SettleLeg { bundle, leg, proof: proof() })),
        ("command_core_forget_leg", atomic(Crossing::ForgetLeg { bundle, leg })),
    ]
}

/// Each under its own name, as reports show it.
pub(crate) fn events() -> Vec<(&'static str, Event)> {
    use atomic::Event as Crossed;
    let (bundle, leg, source, destination) = (BUNDLE, 30, ShardId(31), ShardId(32));
    let moved = [
        native::Event::Transferred { from: TENANT, to: OTHER, amount: Amount(33) },
        native::Event::Granted { to: OTHER, amount: Amount(34) },
    ];
    let crossed = [
        Crossed::Sent { destination, sequence: 35 },
        Crossed::Credited { source, sequence: 36 },
        Crossed::Bounced { source, sequence: 37, returned_as: 38 },
        Crossed::OutboxAcknowledged { destination, sequence: 39 },
        Crossed::BeaconObserved { height: Height(40) },
        Crossed::BundleOpened { bundle },
        Crossed::LegPrepared { bundle, leg },
        Crossed::LegRefused { bundle, leg },
        Crossed::LegReported { bundle, leg },
        Crossed::BundleDecided { bundle, decision: Decision::Commit },
        Crossed::LegSettled { bundle, leg, decision: Decision::Abort },
        Crossed::LegForgotten { bundle, leg },
    ];
    let moved = moved.into_iter().map(|event| (event.name(), Event::Native(event)));
    moved.chain(crossed.into_iter().map(|event| (event.name(), Event::Atomic(event)))).collect()
}

pub(crate) fn state_keys() -> [(&'static str, StateKey); 7] {
    [
        ("state_key_balance", StateKey::Balance(TENANT)),
        ("state_key_outbox", StateKey::Outbox(ShardId(41), 42)),
        ("state_key_outbox_head", StateKey::OutboxHead(ShardId(41))),
        ("state_key_inbox_cursor", StateKey::InboxCursor(ShardId(41))),
        ("state_key_bundle", StateKey::Bundle(BUNDLE)),
        ("state_key_lock", StateKey::Lock(BUNDLE, 43)),
        ("state_key_beacon_height", StateKey::BeaconHeight),
    ]
}

pub(crate) fn records() -> [(&'static str, BundleRecord); 2] {
    let record = |phase| BundleRecord { opening: opening(), phase };
    [
        ("bundle_record_open", record(BundlePhase::Open { prepared: 44 })),
        ("bundle_record_decided", record(BundlePhase::Decided(Decision::Commit))),
    ]
}

pub(crate) fn locks() -> Vec<(&'static str, Lock)> {
    let opening = opening();
    let (Some(binding), Some(leg)) = (opening.binding(1), opening.leg(1)) else { return Vec::new() };
    assert!(binding.deadline < NO_DEADLINE);
    let lock = |phase| Lock { binding: binding.clone(), leg: *leg, phase };
    vec![
        ("lock_prepared", lock(LockPhase::Prepared)),
        ("lock_refused", lock(LockPhase::Refused)),
        ("lock_settled", lock(LockPhase::Settled(Decision::Abort))),
    ]
}

pub(crate) const fn outbox_head() -> OutboxHead {
    OutboxHead { sent: 45, acknowledged: 46 }
}
