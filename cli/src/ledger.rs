//! Runs the nodes of one process: the data directory's own node and its local validators. Invariant: each validator has
//! its own key, folder, threads and sockets.

use crate::{control::Control, home::Home, local_validators, members::Following};
use anyhow::Context as _;
use chain_node::{NetworkError, Node, NodeError, NodeHandle};
use std::path::Path;

/// The running nodes of one process.
pub struct Ledger {
    node: Node,
    local_validators: Vec<Node>,
    owner_tasks: OwnerTasks,
}

/// The tasks that serve the owner of a data directory while its node runs.
pub struct OwnerTasks {
    _control: Option<Control>,
    _following: Option<Following>,
}

impl OwnerTasks {
    /// Starts the control socket, and the task that follows the file of members if there is one.
    pub fn start(home: &Home, node: &NodeHandle) -> Self {
        let members = home.members.clone();
        Self {
            _control: Control::start(home, node.clone()),
            _following: members.map(|members| Following::start(home.folder.clone(), members, node.clone())),
        }
    }
}

/// Adds what to do when a node cannot listen: the address of a member is in a file, and no flag of this command.
pub fn with_advice(error: NodeError, data: &Path) -> anyhow::Error {
    let cannot_listen = matches!(error, NodeError::Network(NetworkError::Listen { .. }));
    let error = anyhow::Error::new(error);
    if !cannot_listen {
        return error;
    }
    let file = data.join("network.json");
    error.context(format!(
        "it cannot listen; free the address, or write another one of this machine into `listen` of {}",
        file.display()
    ))
}

impl Ledger {
    /// Starts the node of a data directory, then the local validators. Each dials the ones before it.
    pub async fn start(home: &Home) -> anyhow::Result<Self> {
        let node = Node::start(home.node()?).await;
        let node = node.map_err(|error| with_advice(error, &home.folder)).context("starting the ledger")?;
        let local_validators = local_validators::start(home, node.addresses()).await?;
        let owner_tasks = OwnerTasks::start(home, &node.handle());
        Ok(Self { node, local_validators, owner_tasks })
    }

    /// The node of the data directory.
    pub fn handle(&self) -> NodeHandle {
        self.node.handle()
    }

    /// The number of validators in this process besides the node.
    pub const fn local_validators(&self) -> usize {
        self.local_validators.len()
    }

    /// Completes the blocks under way and stops all nodes. Blocks until they have stopped.
    pub fn stop(self) -> anyhow::Result<()> {
        drop(self.owner_tasks);
        let mut outcome = self.node.stop().context("stopping the ledger");
        for (node, index) in self.local_validators.into_iter().zip(1..) {
            let stopped = node.stop().with_context(|| format!("stopping validator {index}"));
            outcome = outcome.and(stopped);
        }
        outcome
    }
}
