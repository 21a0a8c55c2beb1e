//! The tables of types agree with the ledger's names.

use crate::slice::{event_type, event_types};
use chain_types::{
    Digest, Epoch, Event, Height, PROTOCOL_VERSION, SecretKey, ShardId, Subject, TenantId, account, atomic,
    atomic::{BundleId, Decision},
    beacon::{self, HandOver, Offence, ValidatorId},
    native, provenance,
    validator::ValidatorSet,
};
use std::collections::BTreeSet;

const TENANT: TenantId = TenantId([1; 16]);
const BUNDLE: BundleId = BundleId(Digest::ZERO);

fn samples() -> Vec<Event> {
    let author = SecretKey::from_seed(&[1; 32]).public_key();
    let (amount, to) = (native::Amount(1), TENANT);
    let (validator, epoch, height) = (ValidatorId(1), Epoch(1), Height(1));
    let shard = ShardId(0);
    let hand_over = || {
        let set = ValidatorSet { epoch, validators: Vec::new() };
        Box::new(HandOver::first(PROTOCOL_VERSION, set))
    };
    let event = Subject(Digest::ZERO);
    let (bundle, leg, decision, sequence) = (BUNDLE, 0, Decision::Commit, 1);
    vec![
        account::Event::TenantRegistered { tenant: TENANT }.into(),
        account::Event::AuthorAdded { author }.into(),
        account::Event::AuthorRemoved { author }.into(),
        native::Event::Transferred { from: TENANT, to, amount }.into(),
        native::Event::Granted { to, amount }.into(),
        atomic::Event::Sent { destination: shard, sequence }.into(),
        atomic::Event::Credited { source: shard, sequence }.into(),
        atomic::Event::Bounced { source: shard, sequence, returned_as: 1 }.into(),
        atomic::Event::OutboxAcknowledged { destination: shard, sequence }.into(),
        atomic::Event::BundleOpened { bundle }.into(),
        atomic::Event::LegPrepared { bundle, leg }.into(),
        atomic::Event::LegRefused { bundle, leg }.into(),
        atomic::Event::LegReported { bundle, leg }.into(),
        atomic::Event::BundleDecided { bundle, decision }.into(),
        atomic::Event::LegSettled { bundle, leg, decision }.into(),
        atomic::Event::LegForgotten { bundle, leg }.into(),
        beacon::Event::Registered { validator, bond: 1 }.into(),
        beacon::Event::SyncAcknowledged { validator, epoch }.into(),
        beacon::Event::LeaveAnnounced { validator }.into(),
        beacon::Event::Returned { validator }.into(),
        beacon::Event::DealAccepted { epoch, dealer: 0 }.into(),
        beacon::Event::SharesRevealed { epoch, holder: 0 }.into(),
        beacon::Event::Convicted {
            validator,
            offence: Offence::BadDeal,
            slashed: 0,
            rewarded: 0,
            compensated: 0,
            burned: 0,
        }
        .into(),
        beacon::Event::Withdrawn { tenant: TENANT, amount: 1 }.into(),
        beacon::Event::Attended { height, signers: 1 }.into(),
        beacon::Event::ShardConfirmed { shard, epoch }.into(),
        beacon::Event::EpochEnded(hand_over()).into(),
        beacon::Event::EpochEntered(hand_over()).into(),
        beacon::Event::Pulsed { height }.into(),
        beacon::Event::VersionScheduled { version: PROTOCOL_VERSION, from: epoch }.into(),
        provenance::Event::EventCaptured { event }.into(),
        provenance::Event::ErrorDeclared { event }.into(),
        provenance::Event::MasterDataRecorded { element: event }.into(),
    ]
}

#[test]
fn every_type_has_the_name_of_its_event_and_a_code_of_its_own() {
    let samples = samples();
    for event in &samples {
        assert_eq!(event_type(event).name, event.name());
    }
    let sampled: BTreeSet<_> = samples.iter().map(event_type).collect();
    assert_eq!(event_types().collect::<BTreeSet<_>>(), sampled, "each type has a sample");
    assert!(event_types().is_sorted_by(|left, right| left.code < right.code), "codes are distinct and in order");
}
