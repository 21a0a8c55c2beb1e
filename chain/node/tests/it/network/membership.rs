//! The validator set changes over real sockets. A new member that only one member allows is admitted, registers, is
//! then allowed by all, and gets a seat two epochs later. One of the first four leaves and continues as a follower.
//! With another one stopped, the new validator's signature is needed. Finally the bond of the one that left is paid
//! back.

use super::group::{BOND, Group, PATIENCE, seed};
use crate::fixture::{key, operator};
use chain_beacon::{BeaconState, Status};
use chain_node::{CATCH_UP_WAIT, Candidacy, CandidacyError, admit};
use chain_types::{
    Epoch, Height, PublicKey, ShardId, TenantId,
    beacon::{Event, ValidatorId},
    native::Amount,
};
use std::time::{Duration, Instant};

/// The index of the follower, which submits the captures.
pub(super) const FOLLOWER: usize = 4;
/// The id that the ledger assigns to the new validator.
const NEW_VALIDATOR: ValidatorId = ValidatorId(4);

fn tenant(at: usize) -> TenantId {
    TenantId([seed(at); 16])
}

pub(super) fn public_key(at: usize) -> PublicKey {
    key(seed(at)).public_key()
}

pub(super) fn candidacy(group: &Group, at: usize) -> Candidacy {
    Candidacy::new(group.handle(at), &[seed(at); 32], tenant(at))
}

/// Captures one event after the other until the beacon's state satisfies `is_so`.
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
    unreachable!("the loop returns or fails")
}

/// Works until a member has a seat. On a busy machine a short epoch may end before the member acknowledged its seat or
/// signed; then the member returns to duty.
async fn has_seat(group: &Group, at: usize) {
    let status = |beacon: &BeaconState| beacon.registry().by_key(public_key(at)).and_then(|it| beacon.status(it.id));
    let is_decided = |beacon: &BeaconState| matches!(status(beacon), Some(Status::Active | Status::Benched));
    while status(&work_until(group, "a seat kept", is_decided).await) == Some(Status::Benched) {
        // The chain refuses it when the member has returned meanwhile.
        let _ = candidacy(group, at).return_to_duty().await;
    }
}

/// Captures until a block carries a member's signature.
async fn is_signed_by(group: &Group, at: usize) {
    let started = Instant::now();
    for number in 0.. {
        let height = group.capture(FOLLOWER, &format!("signed by {at} {number}")).await.height;
        group.wait_for([FOLLOWER], height).await;
        let status = group.handle(FOLLOWER).status(ShardId(0)).await.expect("the member is running");
        let set = &status.committee.validators.validators;
        let block = group.handle(FOLLOWER).block(ShardId(0), height).await.expect("reads").expect("is final");
        let mut signers = block.certificate.signatures.iter().filter_map(|(index, _)| set.get(usize::from(*index)));
        if block.header.epoch == status.committee.epoch() && signers.any(|one| one.key == public_key(at)) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "member {at} has signed no block: {:?}", block.certificate);
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
            // No event announces a connection, but blocks can be waited for.
            group.capture(FOLLOWER, &format!("until {to} is connected to {at} {number}")).await;
            tip.changed().await.expect("the member is running");
        }
    };
    tokio::time::timeout(PATIENCE, connected).await.unwrap_or_else(|_| panic!("{at} does not connect to {to}"));
}

/// Waits until a member has noticed that its peers are gone.
async fn is_cut_off(group: &Group, at: usize) {
    let handle = group.handle(at);
    let cut_off = async {
        // No event announces a lost connection, and without peers no block comes.
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while handle.peers().iter().any(|peer| peer.connected_since.is_some()) {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, cut_off).await.unwrap_or_else(|_| panic!("{at} is still connected"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_validator_gets_a_seat_and_another_gives_its_seat_up() {
    let mut group = Group::with_beacon(4).await;
    let joining = group.add_known_to(FOLLOWER).await;
    let first = group.capture(FOLLOWER, "before").await.height;
    group.wait_for([joining], first).await;
    assert!(
        group.handle(0).peers().iter().all(|peer| peer.key != public_key(joining)),
        "the other members do not allow it yet"
    );

    // It cannot register before the operator admits it; then it bonds what it was granted.
    let candidate = candidacy(&group, joining);
    assert_eq!(candidate.register(None).await, Err(CandidacyError::NotAdmitted));
    let holder = (public_key(joining), tenant(joining));
    for _ in 0..2 {
        let account = admit(&group.handle(FOLLOWER), &operator(), holder, Amount(BOND)).await.expect("it is admitted");
        assert_eq!((account.admits, account.balance), (true, Amount(BOND)), "admitting twice grants once");
    }
    let admitted = group.tip(FOLLOWER).borrow().height;
    group.wait_for([joining], admitted).await;
    let much = candidate.register(Some(BOND + 1)).await;
    assert_eq!(much, Err(CandidacyError::Unfunded { held: BOND, bond: BOND + 1 }));
    assert_eq!(candidate.register(None).await, Ok(Event::Registered { validator: NEW_VALIDATOR, bond: BOND }));
    assert_eq!(candidate.register(Some(BOND)).await, Err(CandidacyError::Unfunded { held: 0, bond: BOND }));

    // All allow it, and it gets a seat two epochs after the one in which it registered.
    for at in 0..4 {
        is_connected(&group, at, joining).await;
    }
    let beacon = loop {
        let is_decided = |beacon: &BeaconState| beacon.status(NEW_VALIDATOR) != Some(Status::Candidate);
        let beacon = work_until(&group, "a seat", is_decided).await;
        if beacon.status(NEW_VALIDATOR) == Some(Status::Active) {
            break beacon;
        }
        // On a busy machine a short epoch may end before it has acknowledged the seat.
        assert_eq!(candidate.return_to_duty().await, Ok(Event::Returned { validator: NEW_VALIDATOR }));
    };
    let registered = beacon.registry().get(NEW_VALIDATOR).expect("registered").registered;
    assert!(beacon.epoch() >= Epoch(registered.0 + 2), "a seat is planned, then acknowledged, then taken");
    assert_eq!(beacon.committee().members.len(), 5);
    for at in 0..group.members() {
        for shard in [ShardId(0), ShardId(1)] {
            group.wait_for_epoch(at, shard, beacon.epoch()).await;
        }
    }
    is_signed_by(&group, joining).await;

    // One of the first four leaves, another is stopped: the rest needs the new validator.
    let leaver = candidacy(&group, 1);
    assert_eq!(leaver.leave().await, Ok(Event::LeaveAnnounced { validator: ValidatorId(1) }));
    assert_eq!(leaver.leave().await, Err(CandidacyError::Rejected { code: "beacon.leaving".to_owned() }));
    let is_out = |beacon: &BeaconState| beacon.seat_of(public_key(1)).is_none();
    let beacon = work_until(&group, "a seat given back", is_out).await;
    assert_eq!(beacon.status(ValidatorId(1)), Some(Status::Leaving), "its bond is held one epoch longer");
    for at in [0, 2, 3, joining] {
        group.wait_for_epoch(at, ShardId(0), beacon.epoch()).await;
    }
    for at in [0, 3, joining] {
        has_seat(&group, at).await;
    }
    group.stop(2).await;
    is_signed_by(&group, joining).await;

    // The one that left follows. Its bond is paid back to its tenant, once that is registered.
    let is_gone = |beacon: &BeaconState| beacon.status(ValidatorId(1)).is_none();
    work_until(&group, "a bond released", is_gone).await;
    let last = group.capture(FOLLOWER, "with a follower more").await.height;
    group.wait_for([1], last).await;
    let status = group.handle(1).status(ShardId(0)).await.expect("the member is running");
    assert_eq!(status.index, None, "it is a follower");
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

/// A member without connected peers cannot know the chain's height, so a request fails after a wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_a_member_without_peers_fails() {
    let mut group = Group::with_beacon(4).await;
    for gone in 0..4 {
        group.stop(gone).await;
    }
    is_cut_off(&group, FOLLOWER).await;
    let began = Instant::now();
    assert_eq!(candidacy(&group, FOLLOWER).register(None).await, Err(CandidacyError::Behind));
    assert!(began.elapsed() >= CATCH_UP_WAIT);
}
