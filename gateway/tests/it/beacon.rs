//! Tests the network view and evidence on a chain with a beacon (registry of bonded validators). Epoch, randomness,
//! league (leader list), Servi (score for service) and bonds are public. A convicted validator is shown with the shares
//! of its bond. Evidence of later epochs verifies, also after the validators' weights have changed.

use crate::stack::{BOND, Stack, document, event, operator, segment, validator, with_beacon};
use chain_node::Final;
use chain_proof::{Verdict, verify};
use chain_types::{
    Body, Command, Digest, Entry, EntryCore, Epoch, Height, Mode, Receipt, SecretKey, ShardId, TenantId, TimestampMs,
    View,
    atomic::{self, BEACON_SHARD},
    beacon::{self, Evidence},
    certificate::{Equivocation, SignedVote, Step, Vote},
    native::{Amount, TREASURY},
    signature::Namespace,
    transaction::Draft,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The time limit of each step, far longer than a step takes. Only a failing test reaches it.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until the next block of a shard belongs to `epoch`.
async fn until_epoch(stack: &Stack, shard: ShardId, epoch: Epoch) {
    let mut tip = stack.node.tip(shard);
    while stack.node.status(shard).await.expect("the shard runs").committee.epoch() < epoch {
        let changed = tokio::time::timeout(PATIENCE, tip.changed()).await;
        changed.unwrap_or_else(|_| panic!("epoch {epoch} does not begin on shard {shard}")).expect("the node runs");
    }
}

/// Submits one command and returns its outcome.
async fn submit(stack: &Stack, key: &SecretKey, command: Command) -> Final {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let command = Entry { core: EntryCore { subjects: Vec::new(), command }, body: Body::Public(Vec::new()) };
    let draft = Draft {
        chain_id: stack.node.chain_id(),
        tenant: TREASURY,
        valid_until_ms: TimestampMs(u64::try_from(now).expect("a time") + 60_000),
        salt: [7; 16],
        mode: Mode::Independent,
    };
    let outcome = stack.node.submit(BEACON_SHARD, draft.sign(key, vec![command])).await.expect("it is final");
    assert!(matches!(outcome.receipts[..], [Receipt::Applied(_)]), "{:?}", outcome.receipts);
    outcome
}

/// Polls the network view until it satisfies a condition.
async fn network(stack: &Stack, is_done: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let answer = stack.send_as(None, Method::GET, "/v1/ledger/network", &[], b"").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let network = answer.json();
        if is_done(&network) {
            return network;
        }
        assert!(started.elapsed() < PATIENCE, "{network}");
        tokio::task::yield_now().await;
    }
}

/// Captures an event, verifies its evidence offline and returns the bundle.
async fn capture_and_prove(stack: &Stack, id: &str) -> Value {
    let answer = stack.capture(document(&[event(id, "")]).as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let bundle = stack.get(&format!("/v1/provenance/events/{}/evidence", segment(id))).await;
    assert_eq!(bundle.status, StatusCode::OK, "{}", bundle.text());
    let report = verify(&bundle.body, None);
    assert!(matches!(report.verdict, Verdict::Verified), "{report:?}");
    bundle.json()
}

/// Parses an amount.
fn amount(value: &Value) -> u128 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is not a decimal string"))
}

#[tokio::test(flavor = "multi_thread")]
async fn epochs_are_public_and_events_of_later_epochs_verify() {
    let stack = Stack::start_on(with_beacon()).await;
    let home = stack.gateway.submitter.home(stack.tenant.tenant);
    until_epoch(&stack, home, Epoch(3)).await;
    capture_and_prove(&stack, "urn:uuid:in-a-later-epoch").await;
    let newest = stack.node.tip(home).borrow().height;
    let block = stack.node.block(home, newest).await.expect("it can be read").expect("it is final");
    assert!(block.header.epoch >= Epoch(3), "{:?}", block.header);

    let network = network(&stack, |network| network["beacon"]["epoch"].as_u64() >= Some(3)).await;
    let beacon = &network["beacon"];
    let epoch = beacon["epoch"].as_u64().expect("an epoch");
    let begun = stack.node.hand_over(Epoch(epoch)).await.expect("it has begun").hand_over;
    assert_eq!(beacon["randomness"], begun.randomness.to_string());
    assert_eq!((&beacon["league"], &beacon["mode"]), (&json!(begun.league), &json!("full")));
    assert_eq!(beacon["epoch_blocks"], 2);
    assert_eq!(beacon["assignment"], json!([{ "shard": 0, "validators": [0] }, { "shard": 1, "validators": [0] }]));
    assert_eq!(beacon["plan"], json!({ "epoch": epoch + 1, "changes": [] }));
    assert_eq!(beacon["convictions"], json!([]));
    let round = &beacon["round"];
    let phase = round["phase"].as_str().expect("a phase");
    assert_eq!(round["dealing_until"].is_u64(), phase == "dealing", "{round}");
    assert_eq!(round["output"].is_string(), phase == "done", "{round}");
    assert_eq!(round["withheld"].as_array().map(Vec::is_empty), Some(round["revealed"] == json!([0])), "{round}");

    let one = &beacon["validators"][0];
    assert_eq!((&one["id"], &one["index"], &one["status"]), (&json!(0), &json!(0), &json!("active")));
    assert_eq!((amount(&one["bond"]), amount(&one["weight"])), (u128::from(BOND), u128::from(BOND)));
    assert_eq!((&one["in_league"], &one["uptime_ppm"]), (&json!(true), &json!(1_000_000)));
    let (servi, most) = (one["servi"].as_u64().expect("Servi"), beacon["servi_max"].as_u64().expect("a maximum"));
    assert!(servi > 0, "a validator earns Servi by revealing in each epoch: {one}");
    assert_eq!(amount(&one["believability"]), u128::from(BOND) * u128::from(most + servi) * 1_000_000);
    assert_eq!(amount(&beacon["treasury"]["bonds"]), u128::from(BOND));

    let asked = "{ ledgerNetwork { beacon { epoch round { phase } validators { bond servi inLeague } } } }";
    let shown = &stack.graphql(asked).await["ledgerNetwork"]["beacon"];
    assert!(shown["epoch"].as_u64() >= Some(epoch), "{shown}");
    assert_eq!((&shown["validators"][0]["bond"], &shown["validators"][0]["inLeague"]), (&one["bond"], &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conviction_is_shown_with_its_votes_and_the_shares_of_the_bond() {
    let stack = Stack::start_on(with_beacon()).await;
    until_epoch(&stack, BEACON_SHARD, Epoch(1)).await;
    let epoch = stack.node.beacon().await.expect("a beacon").epoch();
    let signed = |block| {
        let (chain_id, step) = (stack.node.chain_id(), Step::Notarise);
        let (height, view) = (Height(7), View(9));
        let vote = Vote { chain_id, shard: BEACON_SHARD, epoch, height, view, step, block: Digest([block; 32]) };
        let signature = validator().sign(Namespace::VOTE, &vote.digest());
        SignedVote { vote, signer: 0, signature }
    };
    let evidence = Evidence::Equivocation(Equivocation { first: signed(1), second: signed(2) });
    let report = Command::Beacon(beacon::Command::ReportEvidence(Box::new(evidence)));
    let outcome = submit(&stack, &operator(), report).await;

    let seen = network(&stack, |network| network["beacon"]["convictions"] != json!([])).await;
    let beacon = &seen["beacon"];
    let conviction = &beacon["convictions"][0];
    let key = validator().public_key().to_string();
    assert_eq!((&conviction["validator"], &conviction["key"]), (&json!(0), &json!(key)));
    assert_eq!((&conviction["offence"], &conviction["epoch"]), (&json!("equivocation"), &json!(epoch.0)));
    assert_eq!(
        (&conviction["height"], &conviction["tx_id"]),
        (&json!(outcome.height.0), &json!(outcome.tx_id.to_string()))
    );
    // Half the bond is slashed: a tenth of that to the reporter, two fifths to the fund, the rest burned.
    let amounts = ["slashed", "rewarded", "compensated", "burned"].map(|name| amount(&conviction[name]));
    assert_eq!(amounts, [BOND / 2, BOND / 20, BOND / 5, BOND / 4].map(u128::from));
    assert_eq!(
        (&conviction["accusation"]["key"], &conviction["accusation"]["first"]["view"]),
        (&json!(key), &json!(9))
    );
    let one = &beacon["validators"][0];
    assert_eq!((&one["status"], &one["servi"]), (&json!("jailed"), &json!(0)));
    assert_eq!(amount(&one["bond"]), u128::from(BOND / 2));
    let treasury = ["owed", "fund", "burned"].map(|name| amount(&beacon["treasury"][name]));
    assert_eq!(treasury, [BOND / 20, BOND / 5, BOND / 4].map(u128::from));

    // From the next epoch on, half the weight is gone. A verifier learns this from the hand-overs in the bundle.
    let home = stack.gateway.submitter.home(stack.tenant.tenant);
    until_epoch(&stack, home, Epoch(epoch.0 + 2)).await;
    let bundle = capture_and_prove(&stack, "urn:uuid:after-the-conviction").await;
    assert!(bundle["hand_overs"].as_array().is_some_and(|changes| !changes.is_empty()), "{bundle}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undelivered_message_between_shards_is_counted() {
    let stack = Stack::start_on(with_beacon()).await;
    let to = TenantId([8; 16]);
    let send = atomic::Command::Send(atomic::Send { destination: ShardId(1), to, amount: Amount(5) });
    submit(&stack, &operator(), Command::Atomic(send)).await;
    let seen = network(&stack, |network| network["outboxes"] != json!([])).await;
    // This test runs no relayer, so the message is not delivered.
    let queue = json!({ "source": 0, "destination": 1, "sent": 1, "acknowledged": 0 });
    assert_eq!(seen["outboxes"], json!([queue]));
}
