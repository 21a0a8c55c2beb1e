//! One of four validators is Byzantine: it votes twice in every view, withholds randomness shares and replays proofs.
//! The other validators continue. Its own signatures convict it, so it is slashed and loses its seat. Later evidence
//! verifies across the change of validators.

use super::{
    STALL_MAX,
    follower::Follower,
    load::Load,
    network::{Network, Shape, VALIDATORS},
    route::Routes,
    stored::same_chain,
};
use crate::{api::Api, command::run, folder::Folder, poll::until, validators::document};
use bytes::Bytes;
use chain_types::{Epoch, PublicKey, atomic::BEACON_SHARD};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex},
    time::Instant,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// The Byzantine validator.
const TRAITOR: usize = 3;
/// Short, so that its seat is lost within the test.
const EPOCH_BLOCKS: u64 = 20;

/// The refusal of a proof that it submits after it has lost its seat. On a busy machine its process is that late.
const WITHOUT_SEAT: &str = "ledger.unknown_author";

/// The process of the Byzantine validator.
struct Traitor {
    // Dropped first, which kills it.
    _process: Child,
    printed: Arc<Mutex<Vec<Value>>>,
}

impl Traitor {
    /// Starts it in the place of a validator, with a follower's folder for its view of the chain.
    fn start(validator: &Path, follower: &Path) -> Self {
        let mut command = Command::new(binary());
        command.arg(validator).arg(follower).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("the traitor's binary is built with the examples");
        let mut lines = BufReader::new(process.stdout.take().expect("the output is piped")).lines();
        let printed = Arc::<Mutex<Vec<Value>>>::default();
        let sink = Arc::clone(&printed);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln!("the traitor: {line}");
                let line = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: it printed {line:?}"));
                sink.lock().expect("no thread panicked while it held the lock").push(line);
            }
        });
        Self { _process: process, printed }
    }

    /// The lines of its output that have this JSON member.
    fn printed(&self, member: &str) -> Vec<Value> {
        let printed = self.printed.lock().expect("no thread panicked while it held the lock");
        printed.iter().filter(|line| !line[member].is_null()).cloned().collect()
    }
}

fn binary() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_waymark")).parent().expect("it is in a folder");
    folder.join("examples").join("byzantine")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byzantine_validator_is_convicted_slashed_and_loses_its_seat() {
    let shape = Shape { epoch_blocks: Some(EPOCH_BLOCKS), absent: Some(TRAITOR) };
    let network = Network::start_as(Routes::direct(), shape).await;
    let honest: Vec<_> = (0..VALIDATORS).filter(|index| *index != TRAITOR).collect();
    let watcher = Follower::start(&network, 1, &honest).await;
    let traitor = Traitor::start(&network.member(TRAITOR), &network.follower(0));
    let key: PublicKey = network.keys[TRAITOR].parse().expect("a key");
    let (began, load) = (Instant::now(), Load::start(&network.api, None));

    let node = watcher.handle();
    let (may_sit, bond, is_conserved) = until("the conviction", async || {
        let beacon = node.beacon().await?;
        let one = beacon.registry().by_key(key)?;
        let is_convicted = beacon.convictions().iter().any(|conviction| conviction.validator == one.id);
        is_convicted.then(|| (one.may_sit(0), one.bond, beacon.is_conserved()))
    })
    .await;
    let convicted = began.elapsed();
    let others = honest.iter().map(|index| network.keys[*index].parse().expect("a key"));
    let bonds: Vec<u64> = {
        let beacon = node.beacon().await.expect("there is a beacon");
        others.map(|key| beacon.registry().by_key(key).expect("it is registered").bond).collect()
    };
    assert!(!may_sit, "it is jailed");
    assert!(bonds.iter().all(|other| bond < *other), "{bond} of {bonds:?}");
    assert!(is_conserved, "bonds, fund and what was burned add up");

    until("the epoch without its seat", async || {
        let status = node.status(BEACON_SHARD).await.ok()?;
        status.committee.validators.validators.iter().all(|one| one.key != key).then_some(())
    })
    .await;
    let unseated = began.elapsed();
    let replayed = until("the answers to the replayed proofs", async || {
        let replayed = traitor.printed("replayed");
        let is_said = |kind: &str| replayed.iter().any(|line| line["replayed"] == kind);
        ["deal", "reveal", "evidence"].into_iter().all(is_said).then_some(replayed)
    })
    .await;
    for line in &replayed {
        let codes = line["said"].as_array().expect("an answer to each").iter().filter_map(Value::as_str);
        let is_refusal = |code: &str| code.starts_with("beacon.") || code == WITHOUT_SEAT;
        assert!(codes.into_iter().all(is_refusal), "{line}");
    }
    let withheld = traitor.printed("withheld");
    assert!(!withheld.is_empty(), "it dealt and withheld its shares");
    let epoch = until("randomness is drawn without its shares", async || {
        let epoch = node.beacon().await?.epoch();
        (epoch > Epoch(1)).then_some(epoch)
    })
    .await;

    let evidence = evidence_across_the_change(&network.api).await;
    let history = load.finish().await;
    eprintln!(
        "chaos: convicted after {convicted:?}, without a seat after {unseated:?}, epoch {epoch}; longest stall {:?} of {} documents",
        history.longest_stall(),
        history.documents().count(),
    );
    assert!(history.longest_stall() <= STALL_MAX, "no capture was final for {:?}", history.longest_stall());
    let folder = Folder::new();
    let bundle = folder.write("bundle.json", &evidence);
    is_shown(&network.api.get("/v1/ledger/network").await.json(), &network.keys[TRAITOR]);
    let report = run(["verify".as_ref(), "--json".as_ref(), bundle.as_os_str()]);
    assert_eq!(report.code, 0, "{report:?}");
    let heights = network.heights().await;
    drop((node, watcher, traitor));
    for validator in honest {
        Follower::start(&network, 1, &[validator]).await.reaches(&heights).await;
    }
    same_chain(&network.stop().await, &heights, VALIDATORS);
}

/// Captures until the evidence of the captured event contains a change of validators, and returns it. The tenant's
/// shard enters an epoch after the beacon's shard.
async fn evidence_across_the_change(api: &Api) -> Bytes {
    let mut number = 0;
    until("evidence with a hand-over", async || {
        number += 1;
        let id = format!("urn:uuid:afterwards-{number}");
        assert!(api.capture(document(&id)).await.is_captured(), "{id}");
        let evidence = api.evidence(&id).await;
        let parsed: Value = serde_json::from_slice(&evidence).expect("JSON");
        parsed["hand_overs"].as_array().is_some_and(|passed| !passed.is_empty()).then_some(evidence)
    })
    .await
}

/// Asserts that the API's view of the network shows the convicted validator, the offence, the slashed amount and the
/// two votes that prove it.
fn is_shown(network: &Value, key: &str) {
    let convictions = network["beacon"]["convictions"].as_array().expect("convictions");
    let [conviction] = &convictions[..] else { panic!("{convictions:?}") };
    assert_eq!((conviction["key"].as_str(), conviction["offence"].as_str()), (Some(key), Some("equivocation")));
    let amount = |member: &str| conviction[member].as_str().and_then(|units| units.parse::<u64>().ok());
    let parts = ["rewarded", "compensated", "burned"].map(|member| amount(member).expect("native units"));
    assert_eq!(amount("slashed"), Some(parts.iter().sum()), "{conviction}");
    assert!(parts.iter().all(|part| *part > 0), "{conviction}");
    assert!(!conviction["accusation"].is_null(), "{conviction}");
    let seats = network["validators"].as_array().expect("validators");
    assert!(seats.iter().all(|seat| seat["key"] != key), "{seats:?}");
}
