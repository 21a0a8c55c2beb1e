//! Tests that one tenant, or a caller without credentials, takes nothing from another tenant.

use crate::harness::{Account, Setting, World, request};
use axum::body::Body;
use futures::{StreamExt as _, future::join_all, stream};
use gateway::{
    auth::credential::Mode,
    budget::{Permit, Sharer},
    config::GatewayConfig,
    freshness::HEIGHTS_AHEAD_MAX,
};
use http::{Method, Request, StatusCode, header};
use serde_json::json;
use sqlx::Connection as _;
use std::time::{Duration, Instant};

/// The time in which a request of a tenant without load is answered, also on a busy machine.
const PROMPT: Duration = Duration::from_secs(3);

fn setting(change: impl FnOnce(&mut GatewayConfig)) -> Setting {
    let mut setting = Setting::default();
    change(&mut setting.config);
    setting
}

/// A request whose body never ends, after `len` bytes.
fn endless(path: &str, bearer: Option<&str>, len: usize) -> Request<Body> {
    let chunks = stream::once(async move { Ok::<_, std::io::Error>(vec![b' '; len]) }).chain(stream::pending());
    let mut request = request(Method::POST, path, bearer, None);
    request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().expect("a type"));
    request.headers_mut().insert(header::CONTENT_LENGTH, (len + 1).into());
    *request.body_mut() = Body::from_stream(chunks);
    request
}

/// Waits until an attack holds what it can.
async fn until(is_held: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_held() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the attack does not hold that");
        tokio::task::yield_now().await;
    }
}

async fn is_served_promptly(world: &World, account: &Account) {
    let begun = Instant::now();
    let answer = world.get("/v1/tenant", &account.secret).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(begun.elapsed() < PROMPT, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn bodies_of_strangers_that_never_arrive_take_no_room() {
    let world = World::start_with(setting(|config| config.public_concurrency_max = 4)).await;
    let account = world.tenant("Farm").await;
    let attack = join_all((0..300).map(|_| world.send(endless("/oauth/token", None, 1))));
    let victim = async {
        for _ in 0..5 {
            is_served_promptly(&world, &account).await;
            world.token(&account).await;
        }
    };
    tokio::select! {
        _ = attack => panic!("the bodies never arrive"),
        () = victim => {}
    }
}

#[tokio::test]
async fn a_tenant_that_fills_its_room_is_refused_and_another_is_served() {
    let world = World::start_with(setting(|config| config.concurrency_max = 8)).await;
    let (noisy, other) = (world.live_tenant("Noisy").await, world.live_tenant("Other").await);
    let attack = join_all((0..40).map(|_| world.send(endless("/epcis/capture", Some(&noisy.secret), 1))));
    let victim = async {
        until(|| world.gateway.budgets.room.free() == 4).await;
        world.get("/v1/tenant", &noisy.secret).await.assert_problem(429, "limit.share");
        for _ in 0..5 {
            is_served_promptly(&world, &other).await;
        }
    };
    tokio::select! {
        answers = attack => {
            let codes: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
            panic!("the room was not held: {codes:?}")
        }
        () = victim => {}
    }
}

#[tokio::test]
async fn a_tenant_that_fills_its_memory_is_refused_and_another_is_served() {
    // 16 MiB: the share of one tenant is one body of 8 MiB.
    let world = World::start_with(setting(|config| config.body_kib_max = 16 * 1_024)).await;
    let (noisy, other) = (world.live_tenant("Noisy").await, world.live_tenant("Other").await);
    let len = 8 * 1_024 * 1_024 - 1;
    let attack = join_all((0..6).map(|_| world.send(endless("/epcis/capture", Some(&noisy.secret), len))));
    let victim = async {
        until(|| world.gateway.budgets.bytes.free() == 8 * 1_024).await;
        let body = json!({ "name": "Ann", "email": "ann@farm.example", "role": "viewer" });
        world.post("/v1/members", &noisy.secret, &body).await.assert_problem(429, "limit.share");
        let begun = Instant::now();
        let made = world.post("/v1/members", &other.secret, &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        assert!(begun.elapsed() < PROMPT);
    };
    tokio::join!(victim, async {
        for answer in attack.await {
            assert!([408, 429].contains(&answer.status.as_u16()), "{}", answer.text());
        }
    });
    assert_eq!(world.gateway.budgets.bytes.free(), 16 * 1_024, "all memory is given back");
    assert_eq!(world.gateway.budgets.room.free(), world.gateway.config.concurrency_max);
}

/// Each of them would hold a part of the memory and wait for the rest, until all are refused.
#[tokio::test]
async fn bodies_of_unknown_length_are_read_in_turn() {
    // 16 MiB: the share of one tenant is one body of 8 MiB.
    let world = World::start_with(setting(|config| config.body_kib_max = 16 * 1_024)).await;
    let tenant = world.live_tenant("Farm").await;
    let body = || {
        let chunks = (0..48).map(|_| Ok::<_, std::io::Error>(vec![b' '; 64 * 1_024]));
        let mut request = request(Method::POST, "/epcis/capture", Some(&tenant.secret), None);
        request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().expect("a type"));
        // Between two chunks the other bodies arrive, as they do over a network.
        let chunks = stream::iter(chunks).then(|chunk| async { (tokio::task::yield_now().await, chunk).1 });
        *request.body_mut() = Body::from_stream(chunks);
        request
    };
    for answer in join_all((0..12).map(|_| world.send(body()))).await {
        answer.assert_problem(400, "request.malformed_json");
    }
    assert_eq!(world.gateway.budgets.bytes.free(), 16 * 1_024, "all memory is given back");
}

#[tokio::test]
async fn a_tenant_whose_statements_wait_leaves_connections_to_others() {
    let world = World::start_with(Setting { connections_max: Some(4), ..Setting::default() }).await;
    let (noisy, other) = (world.live_tenant("Noisy").await, world.live_tenant("Other").await);
    let mut owner = world.database.owner().await;
    sqlx::query("SELECT pg_advisory_lock(hashtextextended('tenant:' || $1::text, 0))")
        .bind(noisy.tenant.0)
        .execute(&mut owner)
        .await
        .expect("locks");
    let body = |n: u32| json!({ "name": "Ann", "email": format!("ann{n}@farm.example"), "role": "viewer" });
    let attack = join_all((0..40).map(|n| async move { body(n) })).await;
    let attack = join_all(attack.iter().map(|body| world.post("/v1/members", &noisy.secret, body)));
    let victim = async {
        until(|| world.gateway.budgets.database.free() == 2).await;
        for _ in 0..10 {
            is_served_promptly(&world, &other).await;
        }
    };
    let (answers, ()) = tokio::join!(attack, victim);
    for answer in answers {
        assert!([429, 503].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    assert_eq!(world.gateway.budgets.database.free(), 4);
}

/// Sandboxes of many owners that act together.
#[tokio::test]
async fn sandboxes_that_act_together_leave_half_of_the_memory_to_a_tenant_in_production() {
    // 32 MiB: all sandboxes hold two bodies of 8 MiB.
    let world = World::start_with(setting(|config| config.body_kib_max = 32 * 1_024)).await;
    let mut sandboxes = Vec::new();
    for number in 0..6 {
        sandboxes.push(world.tenant(&format!("Try {number}")).await);
    }
    let tenant = world.live_tenant("Farm").await;
    let len = 8 * 1_024 * 1_024 - 1;
    let attack = join_all(sandboxes.iter().map(|one| world.send(endless("/epcis/capture", Some(&one.secret), len))));
    let victim = async {
        until(|| world.gateway.budgets.bytes.free() <= 16 * 1_024 && world.gateway.budgets.bytes.waiting() == 4).await;
        assert_eq!(world.gateway.budgets.bytes.free(), 16 * 1_024, "half is left");
        let whole = vec![b' '; len];
        let mut capture = request(Method::POST, "/epcis/capture", Some(&tenant.secret), None);
        capture.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().expect("a type"));
        *capture.body_mut() = whole.into();
        let begun = Instant::now();
        world.send(capture).await.assert_problem(400, "request.malformed_json");
        assert!(begun.elapsed() < PROMPT, "{:?}", begun.elapsed());
    };
    tokio::select! {
        _ = attack => panic!("the bodies never arrive"),
        () = victim => {}
    }
}

#[tokio::test]
async fn a_tenant_that_searches_leaves_processors_to_others() {
    let world = World::start().await;
    let noisy = world.tenant("Noisy").await;
    let budgets = &world.gateway.budgets;
    let (searches, connections) = (budgets.searches.free(), budgets.database.free());
    let mut owner = world.database.owner().await;
    let mut locked = owner.begin().await.expect("a transaction");
    sqlx::query("LOCK TABLE index.provenance_event").execute(&mut *locked).await.expect("locks");
    let attack =
        join_all((0..10).map(|_| world.send(request(Method::GET, "/epcis/events", Some(&noisy.secret), None))));
    let taken = || searches - budgets.searches.free();
    let observer = async {
        // A search waits only when its tenant has all that it may have. It holds no connection meanwhile.
        until(|| budgets.searches.waiting() > 0 && connections - budgets.database.free() == taken()).await;
        let taken = taken();
        assert!(taken <= searches / 2, "{taken} of {searches}");
        locked.rollback().await.expect("unlocks");
    };
    let (answers, ()) = tokio::join!(attack, observer);
    for answer in answers {
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    }
    assert_eq!(budgets.searches.free(), searches);
}

#[tokio::test]
async fn a_height_far_ahead_is_refused_at_once_and_a_near_one_after_the_wait() {
    let world = World::start().await;
    let account = world.live_tenant("Farm").await;
    let ask = |height: u64| {
        let mut request = request(Method::GET, "/epcis/events", Some(&account.secret), None);
        request.headers_mut().insert("waymark-min-height", format!("0={height}").parse().expect("a value"));
        world.send(request)
    };
    let begun = Instant::now();
    ask(9_999_999_999).await.assert_problem(503, "ledger.index_behind");
    assert!(begun.elapsed() < PROMPT, "refused without a wait");
    let tip = world.gateway.node.tip(chain_types::ShardId(0)).borrow().height.0;
    ask(tip + HEIGHTS_AHEAD_MAX + 1).await.assert_problem(503, "ledger.index_behind");
    assert!(begun.elapsed() < PROMPT);
    let waiting = join_all((0..300).map(|_| ask(tip + HEIGHTS_AHEAD_MAX)));
    let answers = waiting.await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(503), count(429)), (256, 44), "the share of one tenant waits");
    assert!(begun.elapsed() >= Duration::from_millis(gateway::freshness::WAIT_MS_MAX));
}

#[tokio::test]
async fn sandboxes_are_limited_in_number() {
    let world = World::start_with(setting(|config| {
        config.sandbox_open = true;
        config.sandboxes_per_hour = 20;
    }))
    .await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let body = json!({ "name": "Try" });
        statuses.push(world.send(request(Method::POST, "/v1/sandboxes", None, Some(&body))).await.status.as_u16());
    }
    assert_eq!(statuses, [201, 201, 429]);
}

#[tokio::test]
async fn a_change_in_one_tenant_leaves_the_known_keys_of_others() {
    let world = World::start().await;
    let (ours, theirs) = (world.tenant("Ours").await, world.tenant("Theirs").await);
    is_served_promptly(&world, &theirs).await;
    let cached = || {
        let known = theirs.client_id.clone();
        let credential = gateway::auth::Credential::parse(&theirs.secret).expect("a key");
        assert_eq!(credential.client_id(), known);
        world.gateway.keys.cached(credential.tenant, credential.key_id)
    };
    assert!(cached().is_some());
    let body = json!({ "name": "Ann", "email": "ann@farm.example", "role": "viewer" });
    let member = world.post("/v1/members", &ours.secret, &body).await.json();
    let path = format!("/v1/members/{}", member["id"].as_str().expect("an id"));
    assert_eq!(world.delete(&path, &ours.secret).await.status, StatusCode::NO_CONTENT);
    assert!(cached().is_some(), "still known");
}

#[tokio::test]
async fn refused_credentials_of_an_address_do_not_touch_those_that_are_good() {
    let rate = gateway::config::Rate { per_second: 1, burst: 3 };
    let world = World::start_with(setting(|config| config.address_rate = rate)).await;
    let account = world.tenant("Farm").await;
    let token = world.token(&account).await;
    let guess = gateway::auth::Credential {
        tenant: account.tenant,
        key_id: uuid::Uuid::from_u128(7),
        secret: gateway::auth::Secret::random(),
    };
    let guess = guess.to_text(gateway::auth::credential::Mode::Test);
    for bad in [&*guess, "not.a.token", "eyJhbGciOiJub25lIn0.e30.", &guess, "x"] {
        world.get("/v1/tenant", bad).await;
    }
    for bad in [&*guess, "not.a.token"] {
        world.get("/v1/tenant", bad).await.assert_problem(429, "limit.rate");
    }
    for good in [&account.secret, &token] {
        assert_eq!(world.get("/v1/tenant", good).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn sandboxes_share_a_rate() {
    let rate = gateway::config::Rate { per_second: 1, burst: 4 };
    let world = World::start_with(setting(|config| config.sandbox_rate = rate)).await;
    let (one, other) = (world.tenant("One").await, world.tenant("Other").await);
    for account in [&one, &other, &one, &other] {
        assert_eq!(world.get("/v1/tenant", &account.secret).await.status, StatusCode::OK);
    }
    for account in [&one, &other] {
        world.get("/v1/tenant", &account.secret).await.assert_problem(429, "limit.rate");
    }
}

#[tokio::test]
async fn readiness_does_not_wait_for_tenants() {
    let world = World::start().await;
    let mut held = Vec::new();
    for _ in 0..indexer::pool::APP_CONNECTIONS_MAX {
        held.push(world.gateway.pool.acquire().await.expect("a connection"));
    }
    let begun = Instant::now();
    assert_eq!(world.get("/readyz", "").await.status, StatusCode::OK);
    assert!(begun.elapsed() < PROMPT);
}

#[tokio::test]
async fn one_group_asks_for_one_proof_at_a_time() {
    let world = World::start().await;
    let proofs = &world.gateway.budgets.proofs;
    let sharer = |number| {
        let tenant = gateway::tenant_id::TenantId(uuid::Uuid::from_u128(number));
        gateway::budget::Sharer::tenant(tenant, gateway::auth::credential::Mode::Live)
    };
    let first = proofs.acquire(sharer(1), 1).await.expect("free");
    let mut second = std::pin::pin!(proofs.acquire(sharer(1), 1));
    assert!(futures::poll!(second.as_mut()).is_pending(), "the same tenant waits");
    let other = proofs.acquire(sharer(2), 1).await.expect("another tenant does not");
    drop((first, other));
    assert!(second.await.is_ok());
}

#[tokio::test]
async fn a_tenant_uses_every_processor_and_another_starts_at_once() {
    let world = World::start().await;
    let processors = &world.gateway.budgets.processors;
    let sharer = |number| {
        let tenant = gateway::tenant_id::TenantId(uuid::Uuid::from_u128(number));
        gateway::budget::Sharer::tenant(tenant, gateway::auth::credential::Mode::Live)
    };
    let count = std::thread::available_parallelism().expect("known").get();
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(processors.acquire(sharer(1), 1).await.expect("one per processor"));
    }
    let mut more = std::pin::pin!(processors.acquire(sharer(1), 1));
    assert!(futures::poll!(more.as_mut()).is_pending());
    processors.acquire(sharer(2), 1).await.expect("another tenant starts at once");
}

/// Checks that a request waits for what its tenant holds of a budget, and is answered once that is given back.
async fn waits_for(world: &World, account: &Account, path: &str, held: Permit) {
    let mut asked = std::pin::pin!(world.get(path, &account.secret));
    tokio::time::timeout(Duration::from_secs(1), asked.as_mut()).await.expect_err("the request waits for its turn");
    drop(held);
    let answer = asked.await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[tokio::test]
async fn a_proof_waits_for_the_turn_of_its_tenant() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let own = Sharer::tenant(account.tenant, Mode::Test);
    let held = world.gateway.budgets.proofs.acquire(own, 1).await.expect("free");
    waits_for(&world, &account, "/v1/provenance/evidence?epc=urn:x:1", held).await;
}

#[tokio::test]
async fn an_answer_waits_for_a_processor_of_its_tenant() {
    let world = World::start().await;
    let account = world.tenant("Farm").await;
    let own = Sharer::tenant(account.tenant, Mode::Test);
    let count = u32::try_from(std::thread::available_parallelism().expect("known").get()).expect("few");
    let held = world.gateway.budgets.processors.acquire(own, count).await.expect("one per processor");
    waits_for(&world, &account, "/epcis/events", held).await;
}
