//! Tests of every budget of a gateway: what sandboxes, and strangers, can take together.

use super::*;
use crate::{
    auth::credential::Mode,
    client_address::ClientAddress,
    error::code,
    tenant_id::TenantId,
    trace::{self, RequestContext},
};
use futures::FutureExt as _;
use http::HeaderMap;
use indexer::pool::APP_CONNECTIONS_MAX;
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};
use uuid::Uuid;

/// Every budget that requests with credentials use, by its name.
fn all(budgets: &Budgets) -> [(&'static str, Fair); 11] {
    let writes = Fair::new("undecided writes", Limits::of(crate::submit::IN_FLIGHT_KIB_MAX, BODY_WAIT));
    // The pattern fails to compile when a budget is added and not named here.
    let Budgets {
        room,
        public_room: _,
        bytes,
        processors,
        database,
        searches,
        proofs,
        waits,
        streams,
        stream_reads,
        webhook_tests,
    } = budgets.clone();
    [
        ("room", room),
        ("bytes", bytes),
        ("processors", processors),
        ("database", database),
        ("searches", searches),
        ("proofs", proofs),
        ("waits", waits),
        ("streams", streams),
        ("stream_reads", stream_reads),
        ("webhook_tests", webhook_tests),
        ("writes", writes),
    ]
}

fn sandbox(number: u32) -> Sharer {
    Sharer::tenant(TenantId(Uuid::from_u128(number.into())), Mode::Test)
}

fn stranger(number: u32) -> Sharer {
    Sharer::public(ClientAddress::new(IpAddr::V4(Ipv4Addr::from_bits(number))))
}

/// Takes all that a thousand sharers can get in turn.
fn take_all(fair: &Fair, sharer: impl Fn(u32) -> Sharer) -> Vec<Permit> {
    let mut held = Vec::new();
    loop {
        let before = held.len();
        held.extend((0..1_000).filter_map(|number| fair.try_acquire(sharer(number), 1).ok()));
        if held.len() == before {
            return held;
        }
    }
}

fn amount(held: &[Permit]) -> u32 {
    held.iter().map(Permit::amount).sum()
}

#[test]
fn sandboxes_together_take_at_most_half_of_every_budget() {
    let config = GatewayConfig::new("http://waymark.test");
    for (name, fair) in all(&Budgets::new(&config, APP_CONNECTIONS_MAX)) {
        let total = fair.limits().total;
        let held = take_all(&fair, sandbox);
        assert!(amount(&held) <= total / 2, "{name}: sandboxes hold {} of {total}", amount(&held));
        // One tenant in production takes what it can get.
        let ours = Sharer::tenant(TenantId(Uuid::from_u128(1 << 40)), Mode::Live);
        let own = take_all(&fair, |_| ours);
        assert!(amount(&own) >= (total / 4).max(1), "{name}: a tenant gets {} of {total}", amount(&own));
    }
}

#[test]
fn a_sandbox_that_takes_all_it_can_keeps_another_waiting_for_nothing_but_proofs() {
    let config = GatewayConfig::new("http://waymark.test");
    for (name, fair) in all(&Budgets::new(&config, APP_CONNECTIONS_MAX)) {
        // A proof takes a fraction of a millisecond, and the threads that make it also decide blocks.
        if name != "proofs" {
            let held = take_all(&fair, |_| sandbox(1));
            assert!(amount(&held) > 0 && fair.try_acquire(sandbox(2), 1).is_ok(), "{name}: {}", amount(&held));
        }
    }
}

#[test]
fn sandboxes_and_strangers_together_leave_something_of_every_budget() {
    let config = GatewayConfig::new("http://waymark.test");
    for (name, fair) in all(&Budgets::new(&config, APP_CONNECTIONS_MAX)) {
        // Nobody without credentials searches or asks for proofs.
        if !["searches", "proofs"].contains(&name) {
            let (total, held) = (fair.limits().total, [take_all(&fair, sandbox), take_all(&fair, stranger)]);
            let left = total - amount(&held[0]) - amount(&held[1]);
            assert!(left >= (total / 4).max(1), "{name}: {left} of {total} are left");
        }
    }
}

#[tokio::test]
async fn a_request_is_refused_at_once_what_only_its_own_answer_could_give_back() {
    let budgets = Arc::new(Budgets::new(&GatewayConfig::new("http://waymark.test"), APP_CONNECTIONS_MAX));
    let share = budgets.bytes.limits().sandboxes.member_max as usize * 1_024;
    let budget = RequestBudget::new(Arc::clone(&budgets), ClientAddress::new(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    budget.enter(sandbox(1)).await.expect("room");
    let context = RequestContext::from_headers(&HeaderMap::new()).with_budget(budget);
    trace::scope(Arc::new(context), async {
        let page = Charge::reserve(share).await.expect("the whole share");
        page.keep_part_for_answer(1_024);
        Charge::reserve(share - 1_024).await.expect("the rest of the share was given back");
        let error = Charge::reserve(share).now_or_never().expect("at once").expect_err("above the share");
        assert_eq!(error.code(), &code::SHARE_USED);
    })
    .await;
}
