//! The control socket: how a command reaches the node that runs on a data directory.
//!
//! Invariant: only the owner can open the socket's folder. A request does nothing that the owner cannot do with the
//! directory's keys.

mod responder;
pub mod socket;

use crate::home::{Home, chain_folder};
use chain_node::NodeHandle;
use responder::Responder;
use serde::{Deserialize, Serialize};
use socket::{Listening, exchange};
use std::path::{Path, PathBuf};

/// The file name of the socket.
const SOCKET: &str = "control";

/// A request to a running node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Report the state of the validators, including this one.
    Status,
    /// Register as a validator.
    Register {
        /// The bond in native units; `None` for the whole balance of its tenant.
        bond: Option<u64>,
    },
    /// Copy the stores of all shards into the checkpoint folder.
    Checkpoint,
    /// Leave the validators.
    Leave,
    /// End the suspension (bench) for inactivity.
    Return,
    /// Withdraw what the beacon owes.
    Withdraw,
    /// As the chain's operator, admit a validator.
    Admit {
        /// Its key, 66 hexadecimal digits.
        key: String,
        /// The balance that its tenant is to have, in native units.
        bond: u64,
    },
    /// As the chain's operator, schedule a higher protocol version.
    ScheduleVersion {
        version: u16,
        /// The first epoch with that version.
        from: u64,
    },
}

fn socket(data: &Path) -> PathBuf {
    chain_folder(data).join(SOCKET)
}

/// Sends a request to the node that runs on a data directory.
pub async fn ask<A: for<'a> Deserialize<'a>>(data: &Path, request: &Request) -> anyhow::Result<A> {
    let shown = data.display();
    let absent = format!("no node runs on {shown}; start it with `waymark node --data {shown}`");
    exchange(&socket(data), request, absent).await
}

/// Listens for a running node. Returns `None` if the path of the directory is too long for a socket.
pub fn listen(home: &Home, node: NodeHandle) -> Option<Listening> {
    let socket = socket(&home.folder);
    let shown = socket.display().to_string();
    Listening::start(socket, Responder::new(home, node))
        .inspect_err(|error| tracing::warn!(%error, socket = shown, "`waymark validator` cannot reach this node"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_directory_without_a_node_reports_how_to_start_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = ask::<serde_json::Value>(folder.path(), &Request::Status).await.expect_err("nobody runs");
        assert!(error.to_string().contains("waymark node --data"), "{error}");
    }
}
