//! Tests of the fair semaphore: limits hold in every sequence of events, nobody starves, and a sharer with one request
//! waits for at most one grant of each other.

use super::{
    Fair, Limits, Permit, Refused, Share,
    queue::{Grouped, Queue},
};
use crate::{
    auth::credential::Mode,
    budget::{Kind, Sharer},
    tenant_id::TenantId,
};
use proptest::prelude::*;
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

const LIMITS: Limits = Limits {
    total: 8,
    tenant_max: 4,
    sandboxes: Share { group_max: 4, member_max: 3 },
    public: Share { group_max: 2, member_max: 1 },
    leaves_as_much: true,
    waiting_max: 40,
    waiting_per_member_max: 12,
    wait_max: Duration::from_millis(20),
};

/// A group of each kind in turn.
impl Grouped for u8 {
    fn kind(self) -> Kind {
        [Kind::Tenant, Kind::Sandboxes, Kind::Public][usize::from(self) % 3]
    }
}

#[derive(Clone, Debug)]
enum Event {
    /// A member of a group asks for an amount.
    Ask { group: u8, member: u8, amount: u32 },
    /// A holder, by its position, gives back.
    Release(prop::sample::Index),
    /// A waiter, by its position, leaves.
    Leave(prop::sample::Index),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..3_u8, 0..3_u8, 1..=5_u32).prop_map(|(group, member, amount)| Event::Ask { group, member, amount }),
        3 => any::<prop::sample::Index>().prop_map(Event::Release),
        1 => any::<prop::sample::Index>().prop_map(Event::Leave),
    ]
}

type Place = (u8, u8, u32, u64);

/// A queue beside a plain record of who holds and who waits.
struct Model {
    queue: Queue<u8, u8, u64>,
    held: Vec<Place>,
    waiting: Vec<Place>,
}

impl Model {
    fn grant(&mut self) {
        while let Some(granted) = self.queue.next() {
            let is_it = |place: &Place| place.0 == granted.group && place.1 == granted.member;
            // The queue of one member is first come, first served.
            let position = self.waiting.iter().position(is_it).expect("a granted request waited");
            let place = self.waiting.remove(position);
            assert_eq!(place.2, granted.amount);
            self.held.push(place);
        }
    }

    fn check(&self) {
        let sum = |is_it: &dyn Fn(&Place) -> bool| {
            self.held.iter().filter(|place| is_it(place)).map(|place| place.2).sum::<u32>()
        };
        assert_eq!(sum(&|_| true) + self.queue.free(), LIMITS.total);
        for group in 0..3 {
            let share = LIMITS.share(group.kind());
            assert!(sum(&|place| place.0 == group) <= share.group_max);
            for member in 0..3 {
                assert!(sum(&|place| (place.0, place.1) == (group, member)) <= share.member_max);
            }
        }
    }
}

proptest! {
    #[test]
    fn limits_hold_and_everybody_is_served_in_the_end(events in prop::collection::vec(event(), 1..200)) {
        let mut model = Model { queue: Queue::new(LIMITS), held: Vec::new(), waiting: Vec::new() };
        for event in events {
            match event {
                Event::Ask { group, member, amount } => {
                    match model.queue.push(group, member, amount, 0) {
                        Ok(ticket) => model.waiting.push((group, member, amount, ticket)),
                        Err(is_share) => {
                            let own = model.waiting.iter().filter(|it| (it.0, it.1) == (group, member)).count();
                            let of_group = model.waiting.iter().filter(|it| it.0 == group).count();
                            let is_full = model.waiting.len() >= LIMITS.waiting_max
                                || of_group >= LIMITS.waiting_of_kind_max(group.kind());
                            let most = LIMITS.share(group.kind()).member_max;
                            let is_own = amount > most || own >= LIMITS.waiting_per_member_max;
                            let is_right = if is_share { is_own } else { is_full };
                            prop_assert!(is_right);
                        }
                    }
                }
                Event::Release(index) if !model.held.is_empty() => {
                    let at = index.index(model.held.len());
                    let (group, member, amount, _) = model.held.remove(at);
                    model.queue.release(group, member, amount);
                }
                Event::Leave(index) if !model.waiting.is_empty() => {
                    let at = index.index(model.waiting.len());
                    let (group, member, _, ticket) = model.waiting.remove(at);
                    prop_assert!(model.queue.leave(group, member, ticket));
                }
                _ => {}
            }
            model.grant();
            model.check();
        }
        // Once holders give back, all who wait are served.
        while !model.held.is_empty() {
            let (group, member, amount, _) = model.held.remove(0);
            model.queue.release(group, member, amount);
            model.grant();
            model.check();
        }
        prop_assert!(model.waiting.is_empty(), "{:?} starve", model.waiting);
        prop_assert_eq!(model.queue.free(), LIMITS.total);
    }

    #[test]
    fn a_single_request_waits_for_at_most_one_grant_of_each_other(noisy in 1..12_u8, requests in 1..60_usize) {
        let limits = Limits { waiting_max: 10_000, waiting_per_member_max: 1_000, ..LIMITS };
        let mut queue: Queue<u8, u8, bool> = Queue::new(limits);
        for group in 0..noisy {
            for _ in 0..requests {
                queue.push(group, 0, 1, false).expect("a place");
            }
        }
        let mut held = Vec::new();
        let grant = |queue: &mut Queue<u8, u8, bool>, held: &mut Vec<u8>| {
            let mut granted = Vec::new();
            while let Some(next) = queue.next() {
                held.push(next.group);
                granted.push((next.group, next.wake));
            }
            granted
        };
        grant(&mut queue, &mut held);
        queue.push(200, 0, 1, true).expect("a place");
        let mut before: HashMap<u8, usize> = HashMap::new();
        'served: loop {
            for (group, is_ours) in grant(&mut queue, &mut held) {
                if is_ours {
                    break 'served;
                }
                *before.entry(group).or_default() += 1;
            }
            let group = held.remove(0);
            queue.release(group, 0, 1);
        }
        prop_assert!(before.values().all(|count| *count <= 1), "{:?}", before);
    }
}

fn tenant(number: u128, mode: Mode) -> Sharer {
    Sharer::tenant(TenantId(Uuid::from_u128(number)), mode)
}

async fn take_all(fair: &Fair, sharer: Sharer) -> Vec<Permit> {
    let mut permits = Vec::new();
    while let Ok(permit) = fair.acquire(sharer, 1).await {
        permits.push(permit);
    }
    permits
}

#[tokio::test]
async fn a_tenant_is_refused_at_its_share_and_others_at_the_total() {
    let fair = Fair::new("places", LIMITS);
    let (ours, theirs) = (tenant(1, Mode::Live), tenant(2, Mode::Live));
    let held = take_all(&fair, ours).await;
    assert_eq!(held.len(), 4);
    assert_eq!(fair.acquire(ours, 1).await.err(), Some(Refused::Share("places")));
    let more = take_all(&fair, theirs).await;
    assert_eq!((more.len(), fair.free()), (2, 2));
    assert_eq!(fair.acquire(theirs, 1).await.err(), Some(Refused::Share("places")));
    let rest = fair.acquire(tenant(3, Mode::Live), 2).await.expect("free");
    assert_eq!(fair.acquire(tenant(4, Mode::Live), 1).await.err(), Some(Refused::Full("places")));
    drop((held, more, rest));
    assert_eq!(fair.free(), 8);
}

#[tokio::test]
async fn a_thousand_sandboxes_weigh_as_one_tenant_and_share_among_themselves() {
    let fair = Fair::new("places", LIMITS);
    let mut held = Vec::new();
    for number in 0..1_000 {
        held.extend(fair.acquire(tenant(number, Mode::Test), 1).await);
    }
    assert_eq!(held.len(), 4, "all of them hold what a group may");
    assert!(fair.acquire(tenant(2_000, Mode::Live), 4).await.is_ok(), "a tenant in production has all of its share");
}

#[tokio::test]
async fn sandboxes_that_wait_in_large_numbers_leave_places_to_wait_for_tenants() {
    let fair = Fair::new("places", LIMITS);
    let mut waiting = Vec::new();
    for number in 0..1_000 {
        let mut asked = Box::pin(fair.acquire(tenant(number, Mode::Test), 1));
        if futures::poll!(asked.as_mut()).is_pending() {
            waiting.push(asked);
        }
    }
    assert_eq!(fair.waiting(), LIMITS.waiting_max / 2, "sandboxes wait in half of the places");
    let ours = tenant(2_000, Mode::Live);
    let held = fair.acquire(ours, 4).await.expect("its share is free");
    let mut more = std::pin::pin!(fair.acquire(ours, 1));
    assert!(futures::poll!(more.as_mut()).is_pending(), "a tenant finds a place to wait");
    drop(held);
    assert!(more.await.is_ok());
}

#[tokio::test]
async fn tenants_that_take_all_they_can_get_leave_room_for_one_more() {
    for mode in [Mode::Live, Mode::Test] {
        let fair = Fair::new("places", Limits::of(128, Duration::ZERO));
        let limits = *fair.limits();
        let mut held: Vec<Vec<Permit>> = (0..4).map(|_| Vec::new()).collect();
        // They take turns, so all of them grow until none can.
        loop {
            let before = fair.free();
            for (number, held) in (0..).zip(&mut held) {
                held.extend(fair.try_acquire(tenant(number, mode), 1));
            }
            if fair.free() == before {
                break;
            }
        }
        let room = if mode == Mode::Live { limits.total } else { limits.sandboxes.group_max };
        let all: usize = held.iter().map(Vec::len).sum();
        let left = room - u32::try_from(all).expect("few");
        assert!(left >= room / 5, "{mode:?}: {left} of {room}");
        let newcomer = tenant(9, mode);
        assert!(fair.try_acquire(newcomer, left).is_ok(), "{mode:?}: one more gets what is left");
        assert_eq!(fair.try_acquire(tenant(0, mode), 1).err(), Some(Refused::Share("places")));
        // Who holds nothing is not told that it uses its share.
        assert!(fair.try_acquire(newcomer, left).is_ok());
        let _rest = fair.try_acquire(newcomer, left);
        assert_eq!(fair.try_acquire(tenant(10, mode), 1).err(), Some(Refused::Full("places")));
    }
}

#[tokio::test]
async fn a_caller_that_stops_to_wait_leaves_nothing_behind() {
    let fair = Fair::new("places", Limits { wait_max: Duration::from_mins(1), ..LIMITS });
    let (ours, theirs) = (tenant(1, Mode::Live), tenant(2, Mode::Live));
    let held = (fair.acquire(ours, 4).await.expect("free"), fair.acquire(theirs, 3).await.expect("free"));
    let third = tenant(3, Mode::Live);
    {
        let mut large = std::pin::pin!(fair.acquire(third, 4));
        assert!(futures::poll!(large.as_mut()).is_pending());
        // The large request is in front and waits for what others hold, so a small one behind it waits, too.
        let mut small = std::pin::pin!(fair.acquire(tenant(4, Mode::Live), 1));
        assert!(futures::poll!(small.as_mut()).is_pending());
        large.set(fair.acquire(third, 4));
        assert!(small.await.is_ok(), "served once the large one is gone");
    }
    drop(held);
    assert_eq!(fair.free(), 8);
}

#[tokio::test]
async fn an_amount_that_is_not_free_is_refused_at_once() {
    let fair = Fair::new("places", LIMITS);
    let (ours, theirs) = (tenant(1, Mode::Live), tenant(2, Mode::Live));
    let held = fair.try_acquire(ours, 4).expect("free");
    assert_eq!(fair.try_acquire(ours, 1).err(), Some(Refused::Share("places")));
    let more = fair.try_acquire(theirs, 4).expect("free");
    assert_eq!(fair.try_acquire(tenant(3, Mode::Live), 1).err(), Some(Refused::Full("places")));
    drop((held, more));
    assert_eq!(fair.free(), 8);
    assert!(fair.try_acquire(ours, 4).is_ok());
}

#[test]
fn what_is_free_is_never_refused_whoever_else_asks() {
    let fair = Fair::new("places", Limits::of(64, Duration::ZERO));
    std::thread::scope(|scope| {
        for number in 0..8 {
            let fair = &fair;
            scope.spawn(move || {
                for _ in 0..20_000 {
                    assert!(fair.try_acquire(tenant(number, Mode::Live), 1).is_ok());
                }
            });
        }
    });
    assert_eq!(fair.free(), 64);
}

#[tokio::test]
async fn an_amount_shrinks_and_joins() {
    let fair = Fair::new("places", LIMITS);
    let ours = tenant(1, Mode::Live);
    let mut permit = fair.acquire(ours, 3).await.expect("free");
    permit.join(fair.acquire(ours, 1).await.expect("free"));
    assert_eq!((permit.amount(), fair.free()), (4, 4));
    permit.shrink_to(1);
    assert_eq!((permit.amount(), fair.free()), (1, 7));
    drop(permit);
    assert_eq!(fair.free(), 8);
}
