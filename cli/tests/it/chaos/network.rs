//! A network of four validators and a gateway, each a process, set up by a consortium's commands. Invariant: every
//! process is ended by its own id, also when the test fails. Each process restarts on its data.

use super::{follower::seed, route::Routes};
use crate::{
    api::Api,
    command::run,
    folder::{Folder, send_signal},
    instance::Instance,
    testnet::{start, stop},
};
use chain_types::SecretKey;
use std::path::{Path, PathBuf};
use tokio::process::Child;

/// The number of validators. Any one of them may be down.
pub(super) const VALIDATORS: usize = 4;
pub(super) const SHARDS: u16 = 2;
/// The gateway's index among the members, after the validators.
pub(super) const GATEWAY: usize = VALIDATORS;
/// The number of followers that the validators allow besides the gateway's.
pub(super) const FOLLOWERS: usize = 2;

/// The options of a network.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    /// The minimum number of blocks in an epoch.
    pub(super) epoch_blocks: Option<u64>,
    /// A validator that another program runs: its folder exists, but no process is started for it.
    pub(super) absent: Option<usize>,
}

/// A running network.
pub(super) struct Network {
    // Dropped in this order: the processes end before their folders are removed.
    validators: Vec<Option<Child>>,
    gateway: Instance,
    /// A client of the sandbox tenant.
    pub(super) api: Api,
    pub(super) routes: Routes,
    /// The validators' public keys.
    pub(super) keys: Vec<String>,
    folder: Folder,
}

impl Network {
    /// Creates keys and documents, and starts every member.
    pub(super) async fn start(routes: Routes) -> Self {
        Self::start_as(routes, Shape::default()).await
    }

    /// The same with options.
    pub(super) async fn start_as(routes: Routes, shape: Shape) -> Self {
        let folder = Folder::new();
        let data = folder.data();
        let keys: Vec<_> = (0..VALIDATORS).map(|index| key("node", &member_folder(&data, index))).collect();
        let gateway = member_folder(&data, GATEWAY);
        let mut dialing = vec![key("node", &gateway)];
        dialing.extend((0..FOLLOWERS).map(|seat| key("node", &follower_folder(&data, seat))));
        let genesis = folder.path("genesis");
        let validators: Vec<_> = (0..VALIDATORS).map(|index| key("validator", &member_folder(&data, index))).collect();
        write_genesis(&genesis, &validators, &key("operator", &gateway), shape.epoch_blocks);
        for from in 0..=GATEWAY {
            let peers = keys.iter().enumerate().filter(|(to, _)| *to != from);
            let mut peers: Vec<_> = peers.map(|(to, key)| format!("{key}@{}", routes.address(from, to))).collect();
            if from != GATEWAY {
                peers.extend(dialing.iter().cloned());
            }
            let listen = routes.listen.get(from).map(ToString::to_string);
            join(&member_folder(&data, from), &genesis, listen.as_deref(), &peers);
        }
        let mut validators = Vec::new();
        for index in 0..VALIDATORS {
            let is_here = shape.absent != Some(index);
            let folder = member_folder(&data, index);
            validators.push(if is_here { Some(start(&["node", "--json"], &folder).await.0) } else { None });
        }
        let gateway = Instance::start(&gateway).await;
        let api = gateway.sign_in().await;
        Self { validators, gateway, api, routes, keys, folder }
    }

    /// The path of the genesis document.
    pub(super) fn genesis(&self) -> PathBuf {
        self.folder.path("genesis")
    }

    /// The key that registers tenants.
    pub(super) fn operator(&self) -> SecretKey {
        SecretKey::from_seed(&seed(&self.member(GATEWAY), "operator"))
    }

    /// The folder of a validator, or of the gateway.
    pub(super) fn member(&self, index: usize) -> PathBuf {
        member_folder(&self.folder.data(), index)
    }

    /// The folder of a follower's keys.
    pub(super) fn follower(&self, seat: usize) -> PathBuf {
        follower_folder(&self.folder.data(), seat)
    }

    /// Kills a validator, as a power failure would.
    pub(super) async fn kill(&mut self, index: usize) {
        let mut child = self.validators[index].take().expect("it runs");
        child.kill().await.expect("it is ours");
    }

    /// Restarts a validator and waits until it listens.
    pub(super) async fn start_again(&mut self, index: usize) {
        let (child, _) = start(&["node", "--json"], &self.member(index)).await;
        assert!(self.validators[index].replace(child).is_none(), "validator {index} was down");
    }

    /// Suspends a validator: it keeps its connections and sends nothing.
    pub(super) fn pause(&self, index: usize) {
        self.signal(index, "STOP");
    }

    /// Resumes a suspended validator.
    pub(super) fn resume(&self, index: usize) {
        self.signal(index, "CONT");
    }

    fn signal(&self, index: usize, signal: &str) {
        let pid = self.validators[index].as_ref().and_then(Child::id);
        send_signal(pid.expect("it runs"), signal);
    }

    /// The height of each shard at the gateway's node.
    pub(super) async fn heights(&self) -> Vec<u64> {
        let status = self.api.get("/v1/ledger/status").await.json();
        let shards = status["shards"].as_array().expect("shards").iter();
        shards.map(|shard| shard["height"].as_u64().expect("a height")).collect()
    }

    /// Stops every process with SIGTERM and keeps the folders.
    pub(super) async fn stop(self) -> Stopped {
        let Self { validators, gateway, folder, .. } = self;
        gateway.stop().await;
        for child in validators.into_iter().flatten() {
            stop(child).await;
        }
        Stopped(folder)
    }
}

/// The folders of a stopped network.
pub(super) struct Stopped(Folder);

impl Stopped {
    /// The folders of the validators and of the gateway.
    pub(super) fn members(&self) -> Vec<PathBuf> {
        (0..=GATEWAY).map(|index| member_folder(&self.0.data(), index)).collect()
    }
}

fn member_folder(data: &Path, index: usize) -> PathBuf {
    // `Folder` stops the Postgres of the data folder with the gateway's name.
    data.join(if index == GATEWAY { "gateway".to_owned() } else { format!("validator-{index}") })
}

fn follower_folder(data: &Path, seat: usize) -> PathBuf {
    data.join(format!("follower-{seat}"))
}

/// Returns a public key of a member; creates it if it does not exist.
fn key(name: &str, folder: &Path) -> String {
    let output = keys(&["show", "--data", text(folder)]);
    let line = output.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("{name} in {output}")).trim().to_owned()
}

fn write_genesis(path: &Path, validators: &[String], operator: &str, epoch_blocks: Option<u64>) {
    let shards = SHARDS.to_string();
    let epoch_blocks = epoch_blocks.map(|blocks| blocks.to_string());
    let mut arguments = vec!["genesis", "--operator", operator, "--shards", &shards, "--out", text(path)];
    arguments.extend(validators.iter().flat_map(|key| ["--validator", key]));
    arguments.extend(epoch_blocks.iter().flat_map(|blocks| ["--epoch-blocks", blocks, "--epoch-seconds", "1"]));
    keys(&arguments);
}

fn join(folder: &Path, genesis: &Path, listen: Option<&str>, peers: &[String]) {
    let mut arguments = vec!["join", "--data", text(folder), "--genesis", text(genesis)];
    arguments.extend(listen.iter().flat_map(|address| ["--listen", address]));
    arguments.extend(peers.iter().flat_map(|peer| ["--peer", peer]));
    keys(&arguments);
}

/// Runs `waymark keys` and returns its output.
fn keys(arguments: &[&str]) -> String {
    let outcome = run(std::iter::once("keys").chain(arguments.iter().copied()));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    outcome.stdout
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder's name is UTF-8")
}
