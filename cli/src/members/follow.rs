//! Applies changes of `network.json` to a running node. Invariant: an unreadable file or an invalid member changes
//! nothing. The file is only read.

use super::Members;
use chain_node::NodeHandle;
use std::{path::PathBuf, time::Duration};
use tokio::{task::JoinHandle, time::MissedTickBehavior};

/// The interval between two reads of the file.
const INTERVAL: Duration = Duration::from_secs(1);

/// A task that follows the file; dropping it ends the task.
pub struct Following(JoinHandle<()>);

impl Following {
    /// Applies later changes of the file to a node. `members` are those that the node started with.
    pub fn start(folder: PathBuf, mut members: Members, node: NodeHandle) -> Self {
        Self(tokio::spawn(async move {
            let mut ticks = tokio::time::interval(INTERVAL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut was_readable = true;
            loop {
                ticks.tick().await;
                let folder = folder.clone();
                let read = tokio::task::spawn_blocking(move || Members::load(&folder)).await;
                let is_readable = matches!(read, Ok(Ok(Some(_))));
                if was_readable && !is_readable {
                    tracing::warn!(?read, "network.json cannot be read; the members stay as they were");
                }
                was_readable = is_readable;
                let Ok(Ok(Some(now))) = read else { continue };
                if now == members {
                    continue;
                }
                let applied = now.links().and_then(|links| Ok(node.set_members(&links.peers)?));
                match applied {
                    Ok(()) => tracing::info!(members = now.peers.len(), "network.json changed"),
                    Err(error) => tracing::warn!(
                        error = format!("{error:#}"),
                        "network.json contains an invalid member; the members stay as they were"
                    ),
                }
                members = now;
            }
        }))
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}
