//! An oracle: the memory of a process. Invariant checked: messages of Byzantine validators cannot make queued and
//! cached data exceed its limits.

use chain_replica::{BODIES_MAX, FINAL_BLOCKS_MAX, IDS_MAX, Load, early_bytes_max};

/// The number of views of one height for which a process may keep blocks named by peers: views ahead within its limit,
/// and past views.
const VIEWS_MAX: usize = 64;

/// Checks what a process keeps. `wishes` is the number of transactions that clients and background senders intended,
/// `validators` the number of validators that may name blocks.
///
/// # Errors
/// The kind of which it keeps too much.
pub fn check(process: usize, load: Load, wishes: usize, validators: usize) -> Result<(), String> {
    let bodies_max = BODIES_MAX + 2 * VIEWS_MAX;
    let amounts = [
        ("transactions", load.waiting, wishes),
        ("blocks", load.bodies, bodies_max),
        ("bytes of named blocks", load.named_bytes, bodies_max * IDS_MAX * 32),
        ("bytes of early messages", load.early_bytes, early_bytes_max(validators)),
        ("final blocks", load.incoming, FINAL_BLOCKS_MAX),
    ];
    match amounts.into_iter().find(|(_, found, most)| found > most) {
        None => Ok(()),
        Some((what, found, most)) => Err(format!("memory: process {process} keeps {found} {what}, more than {most}")),
    }
}
