//! The ledger of one process: the node of its data directory and, when the directory has them, the other validators of
//! its chain. Invariant: each validator has its own key, folder, threads and sockets; what they share is the process.

use crate::{control::Control, home::Home, local_validators, members::Following};
use anyhow::Context as _;
use chain_node::{Node, NodeHandle};

/// Running nodes of one process.
pub struct Ledger {
    node: Node,
    local_validators: Vec<Node>,
    attendants: Attendants,
}

/// The parts that listen for the owner of a data directory while its node runs.
pub struct Attendants {
    _control: Option<Control>,
    _following: Option<Following>,
}

impl Attendants {
    /// Listens to commands, and follows the file of members when there is one.
    pub fn start(home: &Home, node: &NodeHandle) -> Self {
        let members = home.members.clone();
        Self {
            _control: Control::start(home, node.clone()),
            _following: members.map(|members| Following::start(home.folder.clone(), members, node.clone())),
        }
    }
}

impl Ledger {
    /// Starts the node of a data directory, then the local validators, each of which dials those before it.
    pub async fn start(home: &Home) -> anyhow::Result<Self> {
        let node = Node::start(home.node()?).await.context("starting the ledger")?;
        let local_validators = local_validators::start(home, node.addresses()).await?;
        let attendants = Attendants::start(home, &node.handle());
        Ok(Self { node, local_validators, attendants })
    }

    /// The node of the data directory.
    pub fn handle(&self) -> NodeHandle {
        self.node.handle()
    }

    /// How many validators run in this process besides the node.
    pub const fn local_validators(&self) -> usize {
        self.local_validators.len()
    }

    /// Finishes the blocks under way and ends all nodes; blocks until they have ended.
    pub fn stop(self) -> anyhow::Result<()> {
        drop(self.attendants);
        let mut outcome = self.node.stop().context("stopping the ledger");
        for (node, index) in self.local_validators.into_iter().zip(1..) {
            let stopped = node.stop().with_context(|| format!("stopping validator {index}"));
            outcome = outcome.and(stopped);
        }
        outcome
    }
}
