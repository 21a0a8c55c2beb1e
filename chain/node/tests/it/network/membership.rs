//! The set of validators changes over real sockets. A newcomer whom one member lets in is admitted, registers, is let
//! in by all, and sits two epochs later; one of the first four leaves and goes on as a follower; then another is gone
//! and the newcomer's signature is needed, and given. At last the bond of the one who left comes back.

use super::group::{BOND, Group, PATIENCE, seed};
use crate::fixture::{key, operator};
use chain_beacon::{BeaconState, Status};
use chain_node::{CATCH_UP_WAIT, Candidacy, CandidacyError, admit};
use chain_types::{
    Epoch, Height, PublicKey, ShardId, TenantId,
    beacon::{Event, ValidatorId},
    native::Amount,
};
use std::time::Instant;

/// The follower, who captures.
pub(super) const FOLLOWER: usize = 4;
/// The number that the ledger gives to the newcomer.
const NEWCOMER: ValidatorId = ValidatorId(4);

fn tenant(at: usize) -> TenantId {
    TenantId([seed(at); 16])
}

pub(super) fn public_key(at: usize) -> PublicKey {
    key(seed(at)).public_key()
}

pub(super) fn candidacy(group: &Group, at: usize) -> Candidacy {
    Candidacy::new(group.handle(at), &[seed(at); 32], tenant(at))
}

/// Captures, one after the other, until the beacon is as wanted.
pub(super) async fn work_until(group: &Group, what: &str, is_so: impl Fn(&BeaconState) -> bool) -> BeaconState {
    let started = Instant::now();
    for number in 0.. {
        let last = group.capture(FOLLOWER, &format!("{what} {number}")).await.height;
        group.wait_for([FOLLOWER], last).await;
        let beacon = group.handle(FOLLOWER).beacon().await.expect("the chain has a beacon");
        if is_so(&beacon) {
            return beacon;
        }
        assert!(started.elapsed() < PATIENCE, "{what}: {:?} {:?}", beacon.plan(), beacon.registry());
    }
    unreachable!("numbers do not end")
}

/// Captures until a block carries a member's signature.
async fn is_signed_by(group: &Group, at: usize) {
    let started = Instant::now();
    for number in 0.. {
        let height = group.capture(FOLLOWER, &format!("signed by {at} {number}")).await.height;
        group.wait_for([FOLLOWER], height).await;
        let status = group.handle(FOLLOWER).status(ShardId(0)).await.expect("it runs");
        let set = &status.committee.validators.validators;
        let block = group.handle(FOLLOWER).block(ShardId(0), height).await.expect("reads").expect("is final");
        let mut signers = block.certificate.signatures.iter().filter_map(|(index, _)| set.get(usize::from(*index)));
        if block.header.epoch == status.committee.epoch() && signers.any(|one| one.key == public_key(at)) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "member {at} signs nothing: {:?}", block.certificate);
    }
}

/// Waits until a member is connected to another.
async fn is_connected(group: &Group, at: usize, to: usize) {
    let handle = group.handle(at);
    let mut tip = handle.tip(ShardId(0));
    let connected = async {
        let is_there =
            || handle.peers().iter().any(|peer| peer.key == public_key(to) && peer.connected_since.is_some());
        for number in 0.. {
            if is_there() {
                return;
            }
            // Connections come with no event here; blocks do.
            group.capture(FOLLOWER, &format!("until {to} is connected to {at} {number}")).await;
            tip.changed().await.expect("it runs");
        }
    };
    tokio::time::timeout(PATIENCE, connected).await.unwrap_or_else(|_| panic!("{at} does not let {to} in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_takes_a_seat_and_another_gives_its_seat_back() {
    let mut group = Group::with_beacon(4).await;
    let newcomer = group.add_known_to(FOLLOWER).await;
    let first = group.capture(FOLLOWER, "before").await.height;
    group.wait_for([newcomer], first).await;
    assert!(group.handle(0).peers().iter().all(|peer| peer.key != public_key(newcomer)), "nobody told the first");

    // It cannot register before the operator admits it; then it bonds what it was granted.
    let its = candidacy(&group, newcomer);
    assert_eq!(its.register(None).await, Err(CandidacyError::NotAdmitted));
    let whom = (public_key(newcomer), tenant(newcomer));
    for _ in 0..2 {
        let account = admit(&group.handle(FOLLOWER), &operator(), whom, Amount(BOND)).await.expect("it is admitted");
        assert_eq!((account.admits, account.balance), (true, Amount(BOND)), "once and for all");
    }
    let admitted = group.tip(FOLLOWER).borrow().height;
    group.wait_for([newcomer], admitted).await;
    let much = its.register(Some(BOND + 1)).await;
    assert_eq!(much, Err(CandidacyError::Unfunded { held: BOND, bond: BOND + 1 }));
    assert_eq!(its.register(None).await, Ok(Event::Registered { validator: NEWCOMER, bond: BOND }));
    assert_eq!(its.register(Some(BOND)).await, Err(CandidacyError::Unfunded { held: 0, bond: BOND }));

    // All let it in, and it sits two epochs after the one in which it registered.
    for at in 0..4 {
        is_connected(&group, at, newcomer).await;
    }
    let beacon = loop {
        let is_decided = |beacon: &BeaconState| beacon.status(NEWCOMER) != Some(Status::Candidate);
        let beacon = work_until(&group, "a seat", is_decided).await;
        if beacon.status(NEWCOMER) == Some(Status::Active) {
            break beacon;
        }
        // On a busy machine an epoch of few blocks may end before it said that it is ready.
        assert_eq!(its.return_to_duty().await, Ok(Event::Returned { validator: NEWCOMER }));
    };
    let registered = beacon.registry().get(NEWCOMER).expect("registered").registered;
    assert!(beacon.epoch() >= Epoch(registered.0 + 2), "it is planned, then it acknowledges, then it sits");
    assert_eq!(beacon.committee().members.len(), 5);
    for at in 0..group.members() {
        for shard in [ShardId(0), ShardId(1)] {
            group.wait_for_epoch(at, shard, beacon.epoch()).await;
        }
    }
    is_signed_by(&group, newcomer).await;

    // One of the first four leaves, another is gone: the rest needs the newcomer.
    let leaver = candidacy(&group, 1);
    assert_eq!(leaver.leave().await, Ok(Event::LeaveAnnounced { validator: ValidatorId(1) }));
    assert_eq!(leaver.leave().await, Err(CandidacyError::Rejected { code: "beacon.leaving".to_owned() }));
    let is_out = |beacon: &BeaconState| beacon.seat_of(public_key(1)).is_none();
    let beacon = work_until(&group, "a seat given back", is_out).await;
    assert_eq!(beacon.status(ValidatorId(1)), Some(Status::Leaving), "its bond stays one epoch longer");
    for at in [0, 2, 3, newcomer] {
        group.wait_for_epoch(at, ShardId(0), beacon.epoch()).await;
    }
    group.stop(2).await;
    is_signed_by(&group, newcomer).await;

    // Who left follows, and its bond comes back to its tenant, once that exists.
    let is_gone = |beacon: &BeaconState| beacon.status(ValidatorId(1)).is_none();
    work_until(&group, "a bond released", is_gone).await;
    let last = group.capture(FOLLOWER, "with a follower more").await.height;
    group.wait_for([1], last).await;
    let status = group.handle(1).status(ShardId(0)).await.expect("it runs");
    assert_eq!(status.index, None, "it follows");
    assert_eq!(leaver.withdraw().await, Err(CandidacyError::NotAdmitted));
    let account = admit(&group.handle(FOLLOWER), &operator(), (public_key(1), tenant(1)), Amount::ZERO).await;
    assert_eq!(account.map(|account| account.balance), Ok(Amount::ZERO));
    let admitted: Height = group.tip(FOLLOWER).borrow().height;
    group.wait_for([1], admitted).await;
    let paid = Event::Withdrawn { tenant: tenant(1), amount: BOND };
    assert_eq!(leaver.withdraw().await, Ok(paid));
    assert_eq!(leaver.withdraw().await, Err(CandidacyError::NotOwed));
    group.agree().await;
}

/// A member that hears nobody cannot know how far the chain is; it waits for a while and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_a_member_that_hears_nobody_is_given_up() {
    let mut group = Group::with_beacon(4).await;
    for gone in 0..4 {
        group.stop(gone).await;
    }
    let began = Instant::now();
    assert_eq!(candidacy(&group, FOLLOWER).register(None).await, Err(CandidacyError::Behind));
    assert!(began.elapsed() >= CATCH_UP_WAIT);
}
