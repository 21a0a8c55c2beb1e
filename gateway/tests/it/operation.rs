//! Tests the outbox: every committed operation is submitted until the ledger has decided it once, even after a crash.

use crate::stack::{Client, Stack, document, event};
use chain_types::{Command, Entry, EntryCore, Mode, PublicKey, account, body::Body};
use gateway::{
    db,
    operation::{OperationId, Status, find},
    submit::{IN_FLIGHT_KIB_MAX, INDEX_PACE_MS_MAX, Request, SHARED_RECORDS_MAX, Submission, now_us},
};
use http::{Method, StatusCode};
use sqlx::{Connection as _, Row as _};
use std::time::Duration;

/// A signed submission of the stack's tenant that adds an author.
async fn add_author(stack: &Stack, seed: u8) -> Submission {
    let (vault, tenant) = (stack.vault.clone(), stack.tenant.tenant);
    let keys = db::run(&stack.gateway.pool, tenant, move |conn| {
        Box::pin(async move { Ok(vault.tenant_keys(conn, tenant).await?) })
    });
    let keys = keys.await.expect("keys");
    let author = chain_types::SecretKey::from_seed(&[seed; 32]).public_key();
    let command = Command::Account(account::Command::AddAuthor(account::AddAuthor { author }));
    let core = EntryCore { subjects: Vec::new(), command };
    let request = Request {
        kind: "account.add_author",
        tenant,
        signer: None,
        subject: "a test".to_owned(),
        trace_id: None,
        accepted_at_us: now_us(),
        pointer: "",
        mode: Mode::Atomic,
        refused: Vec::new(),
        commands: vec![Entry { core, body: Body::Public(Vec::new()) }],
    };
    stack.gateway.submitter.sign(request, &keys.signing).expect("within the memory limit")
}

/// A transaction of the stack's tenant that adds an author, with an expiry in the past.
fn expired(stack: &Stack, signing: &chain_types::SecretKey, seed: u8) -> chain_types::Transaction {
    let draft = chain_types::transaction::Draft {
        chain_id: stack.node.chain_id(),
        tenant: stack.tenant.tenant.on_ledger(),
        valid_until_ms: chain_types::TimestampMs(1_700_000_000_001),
        salt: [5; 16],
        mode: Mode::Atomic,
    };
    let author = chain_types::SecretKey::from_seed(&[seed; 32]).public_key();
    let command = Command::Account(account::Command::AddAuthor(account::AddAuthor { author }));
    let core = EntryCore { subjects: Vec::new(), command };
    draft.sign(signing, vec![Entry { core, body: Body::Public(Vec::new()) }])
}

/// Commits a submission without submitting it, as after a crash right after the commit.
async fn store_and_crash(stack: &Stack, submission: Submission) -> OperationId {
    let id = submission.record().id;
    let stored = db::run(&stack.gateway.pool, stack.tenant.tenant, move |conn| {
        Box::pin(async move { Ok(submission.store(conn).await?) })
    });
    stored.await.expect("stored");
    id
}

/// Polls the database until an operation is decided and stored. The test runner's timeout is the bound.
async fn settled(stack: &Stack, id: OperationId) -> i16 {
    let mut owner = stack.database.owner().await;
    loop {
        let row = sqlx::query(
            "SELECT o.status, EXISTS (SELECT FROM app.outbox b WHERE b.operation_id = o.operation_id) AS waiting
             FROM app.operation o WHERE o.operation_id = $1",
        );
        let row = row.bind(id.0).fetch_one(&mut owner).await.expect("a row");
        if !row.get::<bool, _>("waiting") {
            return row.get("status");
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_commit_and_submit_loses_nothing() {
    let stack = Stack::start().await;
    let id = store_and_crash(&stack, add_author(&stack, 40).await).await;
    let stack = stack.restart().await;
    assert_eq!(settled(&stack, id).await, Status::Final.number());
    let record = find::find(&stack.gateway, stack.tenant.tenant, &id.to_string()).await.expect("found");
    assert_eq!(record.status(), Status::Final);
    assert!(record.decision.is_some_and(|decision| decision.height.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_finality_finds_the_decision_and_repeats_nothing() {
    let stack = Stack::start().await;
    let answer = stack.capture(document(&[event("urn:uuid:1", "")]).as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let id: OperationId = answer.header("location").rsplit('/').next().expect("an id").parse().expect("an id");
    assert_eq!(settled(&stack, id).await, Status::Final.number());
    let before = stack.get(&format!("/v1/operations/{id}")).await.json();
    // Undoes the decision and restores the outbox row, as if the settler's commit had not happened.
    let mut owner = stack.database.owner().await;
    let height: i64 = sqlx::query_scalar("SELECT height FROM app.operation WHERE operation_id = $1")
        .bind(id.0)
        .fetch_one(&mut owner)
        .await
        .expect("a height");
    let shard = chain_types::ShardId(u16::try_from(before["shard"].as_u64().expect("a shard")).expect("small"));
    let block =
        stack.node.block(shard, chain_types::Height(height.unsigned_abs())).await.expect("read").expect("there");
    let carried = block.block.transactions.iter().find(|it| it.header.id().to_string() == before["tx_id"]);
    let bytes = chain_types::codec::encode(carried.expect("in its block"));
    sqlx::query("UPDATE app.operation SET status = 0, height = NULL, executed_at_us = NULL WHERE operation_id = $1")
        .bind(id.0)
        .execute(&mut owner)
        .await
        .expect("undone");
    sqlx::query("INSERT INTO app.outbox SELECT tenant_id, operation_id, $2 FROM app.operation WHERE operation_id = $1")
        .bind(id.0)
        .bind(bytes)
        .execute(&mut owner)
        .await
        .expect("put back");
    let stack = stack.restart().await;
    assert_eq!(settled(&stack, id).await, Status::Final.number());
    let after = stack.get(&format!("/v1/operations/{id}")).await.json();
    assert_eq!((&after["height"], &after["tx_id"]), (&before["height"], &before["tx_id"]));
    assert_eq!(stack.get("/epcis/events").await.events().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_expired_in_the_outbox_is_reported_as_expired() {
    let stack = Stack::start().await;
    let submission = add_author(&stack, 41).await;
    let id = submission.record().id;
    let keys = stack.vault.cached_tenant_keys(stack.tenant.tenant).expect("open");
    let late = expired(&stack, &keys.signing, 41);
    store_and_crash(&stack, submission).await;
    let mut owner = stack.database.owner().await;
    sqlx::query("UPDATE app.outbox SET transaction = $2 WHERE operation_id = $1")
        .bind(id.0)
        .bind(chain_types::codec::encode(&late))
        .execute(&mut owner)
        .await
        .expect("replaced");
    sqlx::query("UPDATE app.operation SET tx_id = $2 WHERE operation_id = $1")
        .bind(id.0)
        .bind(late.header.id().0.as_bytes().as_slice())
        .execute(&mut owner)
        .await
        .expect("replaced");
    let stack = stack.restart().await;
    assert_eq!(settled(&stack, id).await, Status::Expired.number());
}

/// A transaction whose decision was not stored, and which the ledger takes no more, is looked up in the index. An index
/// that has lost the rows, as in the middle of a rebuild in place, proves nothing, although its height was announced.
#[tokio::test(flavor = "multi_thread")]
async fn a_final_operation_is_not_called_expired_while_the_index_lacks_its_block() {
    let stack = Stack::start().await;
    let answer = stack.capture(document(&[event("urn:uuid:1", "")]).as_bytes()).await;
    let captured: OperationId = answer.header("location").rsplit('/').next().expect("an id").parse().expect("an id");
    assert_eq!(settled(&stack, captured).await, Status::Final.number());
    let submission = add_author(&stack, 42).await;
    let id = submission.record().id;
    let keys = stack.vault.cached_tenant_keys(stack.tenant.tenant).expect("open");
    let late = expired(&stack, &keys.signing, 42);
    let mut owner = stack.database.owner().await;
    for statement in [
        "CREATE SCHEMA saved",
        "CREATE TABLE saved.transaction AS TABLE index.transaction",
        "CREATE TABLE saved.cursor AS TABLE index.cursor",
        "TRUNCATE index.transaction, index.cursor",
    ] {
        sqlx::query(statement).execute(&mut owner).await.expect("the owner may run the statement");
    }
    store_and_crash(&stack, submission).await;
    sqlx::query("UPDATE app.outbox SET transaction = $2 WHERE operation_id = $1")
        .bind(id.0)
        .bind(chain_types::codec::encode(&late))
        .execute(&mut owner)
        .await
        .expect("replaced");
    // Old enough that the relay of this process adopts it at its next scan.
    let replace = "UPDATE app.operation SET accepted_at_us = accepted_at_us - 60000000,
            tx_id = (SELECT tx_id FROM app.operation WHERE operation_id = $2)
        WHERE operation_id = $1";
    sqlx::query(replace).bind(id.0).bind(captured.0).execute(&mut owner).await.expect("replaced");
    let mut ticket = loop {
        match stack.gateway.submitter.ticket(stack.tenant.tenant, id) {
            Some(ticket) => break ticket,
            None => tokio::task::yield_now().await,
        }
    };
    assert!(!ticket.decided(Duration::from_secs(1)).await, "nothing is decided without the rows");
    for statement in [
        "INSERT INTO index.transaction SELECT * FROM saved.transaction",
        "INSERT INTO index.cursor SELECT * FROM saved.cursor",
    ] {
        sqlx::query(statement).execute(&mut owner).await.expect("the owner may run the statement");
    }
    assert_eq!(settled(&stack, id).await, Status::Final.number());
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_above_a_share_of_memory_are_refused_before_anything_is_stored() {
    let stack = Stack::start().await;
    let kib = IN_FLIGHT_KIB_MAX as usize / 4 - 64;
    let sign = || {
        let command = Command::Account(account::Command::RemoveAuthor(account::RemoveAuthor {
            author: PublicKey::Ed25519([1; 32]),
        }));
        let core = EntryCore { subjects: Vec::new(), command };
        let body = Body::Public(vec![0; kib * 1_024]);
        let request = Request {
            kind: "account.remove_author",
            tenant: stack.tenant.tenant,
            signer: None,
            subject: "a test".to_owned(),
            trace_id: None,
            accepted_at_us: now_us(),
            pointer: "",
            mode: Mode::Atomic,
            refused: Vec::new(),
            commands: vec![Entry { core, body }],
        };
        stack.gateway.submitter.sign(request, &chain_types::SecretKey::from_seed(&[1; 32]))
    };
    // One sharer has half of the memory.
    let held: Vec<_> = (0..2).map(|_| sign().expect("within the share")).collect();
    assert_eq!(sign().map(|_| ()).expect_err("above the share").code(), &gateway::error::code::SHARE_USED);
    drop(held);
    assert!(sign().is_ok(), "dropped submissions free their memory");
}

/// While another tenant writes to its shard, a tenant's next write waits for the index, but not for one that has
/// stopped.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_the_index_lacks_keeps_its_tenant_waiting_for_a_while() {
    let stack = Stack::start().await;
    let home = |client: &Client| stack.gateway.submitter.home(client.tenant);
    let other = loop {
        let other = stack.another_tenant().await;
        if home(&other) == home(&stack.tenant) {
            break other;
        }
    };
    let mut owner = stack.database.owner().await;
    let mut locked = owner.begin().await.expect("a transaction");
    sqlx::query("LOCK TABLE index.provenance_event").execute(&mut *locked).await.expect("locks");
    let send = async |client: &Client, number: u32, count: u32| {
        let events: Vec<_> = (0..count).map(|at| event(&format!("urn:uuid:{number}-{at}"), "")).collect();
        let body = document(&events);
        let json = [("content-type", "application/json")];
        let answer = stack.send_as(Some(client), Method::POST, "/epcis/capture", &json, body.as_bytes()).await;
        assert_eq!(answer.status.as_u16(), 202, "{}", answer.text());
        let id = answer.header("location").rsplit('/').next().expect("an id").parse().expect("an id");
        stack.gateway.submitter.ticket(client.tenant, id).expect("it is being worked on")
    };
    send(&other, 0, 1).await;
    send(&stack.tenant, 1, SHARED_RECORDS_MAX).await;
    send(&other, 2, 1).await;
    let mut second = send(&stack.tenant, 3, 1).await;
    assert!(second.decided(Duration::from_secs(30)).await, "an index that stands still does not stop the ledger");
    let record = second.record();
    assert_eq!(record.indexed_at_us, None, "the index stands still");
    let waited_us = record.decision.expect("decided").executed_at_us - record.accepted_at_us;
    assert!(waited_us >= i64::try_from(INDEX_PACE_MS_MAX * 1_000).expect("small"), "{waited_us} us");
    locked.rollback().await.expect("unlocks");
    assert!(second.visible(Duration::from_secs(30)).await, "nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_has_every_step_in_order() {
    let stack = Stack::start().await;
    let answer = stack.capture(document(&[event("urn:uuid:1", "")]).as_bytes()).await;
    let id = answer.header("location").rsplit('/').next().expect("an id").to_owned();
    let operation = stack.get(&format!("/v1/operations/{id}")).await.json();
    let steps: Vec<_> = operation["timeline"].as_array().expect("steps").iter().map(|it| it["step"].clone()).collect();
    assert_eq!(steps, ["accepted", "signed", "ordered", "executed", "indexed"]);
    assert_eq!(operation["commands"][0]["outcome"], "applied");
    assert_eq!(operation["commands"][0]["pointer"], "/epcisBody/eventList/0");
    let shown = stack.graphql(&format!("{{ operation(id: \"{id}\") {{ status txId timeline {{ step }} }} }}")).await;
    assert_eq!(shown["operation"]["txId"], operation["tx_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_page_from_the_newest() {
    let stack = Stack::start().await;
    for n in 0..5 {
        stack.capture(document(&[event(&format!("urn:uuid:{n}"), "")]).as_bytes()).await;
    }
    let mut seen = Vec::new();
    let mut next = Some("/v1/operations?limit=2".to_owned());
    while let Some(uri) = next {
        let answer = stack.get(&uri).await;
        let page = answer.json()["items"].as_array().expect("a list").clone();
        seen.extend(page.iter().map(|it| it["id"].as_str().expect("an id").to_owned()));
        let link = answer.header("link").to_owned();
        next = link.strip_prefix('<').and_then(|link| link.split_once(">;")).map(|(uri, _)| uri.to_owned());
    }
    assert_eq!(seen.len(), 6, "five captures and the tenant's registration");
    assert!(seen.is_sorted_by(|newer, older| newer > older));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_parallel_repetitions_have_one_effect() {
    let stack = std::sync::Arc::new(Stack::start().await);
    let body = document(&[event("urn:uuid:1", "")]);
    let tries: Vec<_> = (0..100)
        .map(|_| {
            let (stack, body) = (stack.clone(), body.clone());
            tokio::spawn(async move {
                let headers = [("content-type", "application/json"), ("idempotency-key", "once")];
                stack.send(Method::POST, "/epcis/capture", &headers, body.as_bytes()).await
            })
        })
        .collect();
    let mut locations = std::collections::BTreeSet::new();
    for attempt in tries {
        let answer = attempt.await.expect("finished");
        match answer.status {
            StatusCode::ACCEPTED => drop(locations.insert(answer.header("location").to_owned())),
            StatusCode::CONFLICT => drop(answer.problem(409, "idempotency.in_flight")),
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!(locations.len(), 1);
    assert_eq!(stack.operation_count().await, 1);
    let id: OperationId =
        locations.first().and_then(|it| it.rsplit('/').next()).expect("an id").parse().expect("an id");
    if let Some(mut ticket) = stack.gateway.submitter.ticket(stack.tenant.tenant, id) {
        assert!(ticket.visible(Duration::from_secs(20)).await);
    }
    assert_eq!(stack.get("/epcis/events").await.events().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_is_stored_before_it_is_indexed_is_not_done() {
    let stack = Stack::start().await;
    let headers = [("content-type", "application/json"), ("prefer", "wait=20"), ("idempotency-key", "k-1")];
    let text = document(&[event("urn:uuid:1", "")]);
    let first = stack.send(Method::POST, "/epcis/capture", &headers, text.as_bytes()).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let id = first.json()["captureID"].as_str().and_then(|id| id.parse::<OperationId>().ok()).expect("an id");
    settled(&stack, id).await;
    // As when the index was down: the decision has no time of indexing, and its block is not indexed.
    let mut owner = stack.database.owner().await;
    sqlx::query("UPDATE app.operation SET indexed_at_us = NULL, height = 1000000 WHERE operation_id = $1")
        .bind(id.0)
        .execute(&mut owner)
        .await
        .expect("updated");
    let headers = [("content-type", "application/json"), ("prefer", "wait=1"), ("idempotency-key", "k-1")];
    let again = stack.send(Method::POST, "/epcis/capture", &headers, text.as_bytes()).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text());
    // Once the index has the block, the answer is complete.
    sqlx::query("UPDATE app.operation SET height = 1 WHERE operation_id = $1")
        .bind(id.0)
        .execute(&mut owner)
        .await
        .expect("updated");
    let done = stack.send(Method::POST, "/epcis/capture", &headers, text.as_bytes()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
}
