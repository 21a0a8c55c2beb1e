//! Sample values of all encoded types of the native token, messages and bundles (atomic transactions across shards).
//! Invariant: values are constants. No two members of a value hold the same bytes.

use crate::sample::{TENANT, final_block, genesis};
use chain_types::{
    Digest, Epoch, ShardId, TenantId, TimestampMs, TxId,
    atomic::{
        self, Bundle, BundleId, BundleKey, BundlePhase, BundleRecord, CertifiedHeader, Decision, InboxCursorKey, Leg,
        Lock, LockKey, LockPhase, Message, NO_DEADLINE, Opening, OutboxHead, OutboxHeadKey, OutboxKey, Payload, Proof,
    },
    native::{self, Amount, BalanceKey},
    state::{StateKey, StateProof, Terminal, TypedKey},
};

const OTHER: TenantId = TenantId([0x91; 16]);
const TX: TxId = TxId(Digest([0x92; 32]));
const BUNDLE: BundleId = BundleId(Digest([0x93; 32]));

pub(crate) fn block() -> CertifiedHeader {
    let block = final_block();
    CertifiedHeader { header: block.header, certificate: block.certificate }
}

pub(crate) fn proof() -> Box<Proof> {
    let terminal = Terminal::Present { value: vec![0x94; 3] };
    Box::new(Proof { block: block(), state: StateProof { siblings: vec![Digest([0x95; 32])], terminal } })
}

pub(crate) fn opening() -> Opening {
    let leg = |shard, from, to, amount| Leg { shard: ShardId(shard), from, to, amount: Amount(amount) };
    let legs = vec![leg(1, TENANT, OTHER, 11), leg(6, OTHER, TENANT, 12)];
    let bundle = Bundle { legs, deadline: TimestampMs(13), attempt: 14, salt: [0x98; 16] };
    Opening { chain_id: genesis().chain_id(), epoch: Epoch(15), tx_id: TX, coordinator: ShardId(1), bundle }
}

pub(crate) fn messages() -> [(&'static str, Message); 2] {
    let message =
        |payload| Message::new((genesis().chain_id(), Epoch(16), TX), (ShardId(17), ShardId(18), 19), payload);
    let credit = Payload::Credit { from: TENANT, to: OTHER, amount: Amount(20) };
    let back = Payload::Return { returns: 21, to: TENANT, amount: Amount(22) };
    [("message_credit", message(credit)), ("message_return", message(back))]
}

pub(crate) fn native_commands() -> Vec<(&'static str, native::Command)> {
    use native::{Command, Grant, Transfer};
    every! { Command:
        Transfer [(Transfer { to: OTHER, amount: Amount(28) })]
        Grant [(Grant { to: OTHER, amount: Amount(29) })]
    }
}

pub(crate) fn atomic_commands() -> Vec<(&'static str, atomic::Command)> {
    use atomic::{AcknowledgeOutbox, Command, Deliver, ForgetLeg, LegAnswer, ReportLeg, Send, SettleLeg};
    let [(_, message), _] = messages();
    let (bundle, leg) = (BUNDLE, 24);
    every! { Command:
        Send [(Send { to: OTHER, destination: ShardId(25), amount: Amount(26) })]
        Deliver [(Deliver { message, proof: proof() })]
        AcknowledgeOutbox [(AcknowledgeOutbox { destination: ShardId(27), proof: proof() })]
        OpenBundle [{ bundle: opening().bundle }]
        LockLeg [(LegAnswer { opening: opening(), leg, proof: proof() })]
        RefuseLeg [(LegAnswer { opening: opening(), leg, proof: proof() })]
        ReportLeg [(ReportLeg { bundle, leg, proof: proof() })]
        SettleLeg [(SettleLeg { bundle, leg, proof: proof() })]
        ForgetLeg [(ForgetLeg { bundle, leg })]
    }
}

pub(crate) fn native_events() -> Vec<(&'static str, native::Event)> {
    use native::Event;
    every! { Event:
        Transferred [{ from: TENANT, to: OTHER, amount: Amount(33) }]
        Granted [{ to: OTHER, amount: Amount(34) }]
    }
}

pub(crate) fn atomic_events() -> Vec<(&'static str, atomic::Event)> {
    use atomic::Event;
    let (bundle, leg, source, destination) = (BUNDLE, 30, ShardId(31), ShardId(32));
    every! { Event:
        Sent [{ destination, sequence: 35 }]
        Credited [{ source, sequence: 36 }]
        Bounced [{ source, sequence: 37, returned_as: 38 }]
        OutboxAcknowledged [{ destination, sequence: 39 }]
        BundleOpened [{ bundle }]
        LegPrepared [{ bundle, leg }]
        LegRefused [{ bundle, leg }]
        LegReported [{ bundle, leg }]
        BundleDecided [{ bundle, decision: Decision::Commit }]
        LegSettled [{ bundle, leg, decision: Decision::Abort }]
        LegForgotten [{ bundle, leg }]
    }
}

pub(crate) fn state_keys() -> [(&'static str, StateKey); 6] {
    [
        ("state_key_balance", BalanceKey(TENANT).state_key()),
        ("state_key_outbox", OutboxKey(ShardId(41), 42).state_key()),
        ("state_key_outbox_head", OutboxHeadKey(ShardId(41)).state_key()),
        ("state_key_inbox_cursor", InboxCursorKey(ShardId(41)).state_key()),
        ("state_key_bundle", BundleKey(BUNDLE).state_key()),
        ("state_key_lock", LockKey(BUNDLE, 43).state_key()),
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
