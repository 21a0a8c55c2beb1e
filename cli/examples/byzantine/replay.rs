//! Submits the proofs of other members again. Invariant: the commands are exact copies from final transactions of other
//! members.

use chain_node::{NodeHandle, SubmitError, upkeep};
use chain_types::{Command, Height, Receipt, SecretKey, atomic::BEACON_SHARD, beacon::Command as Duty};
use std::collections::BTreeSet;

/// Submits again the first deal, reveal, end of an epoch, attendance and evidence of other members, unchanged and each
/// in its own transaction, and prints the answers.
pub(crate) async fn submit_again(node: NodeHandle, key: &SecretKey) {
    let (mut tip, mut next, mut submitted) = (node.tip(BEACON_SHARD), Height(1), BTreeSet::new());
    while tip.changed().await.is_ok() {
        while next <= tip.borrow_and_update().height {
            let Ok(Some(block)) = node.block(BEACON_SHARD, next).await else { break };
            next = next.next();
            let others = block.block.transactions.iter().filter(|one| one.header.author != key.public_key());
            for duty in others.flat_map(|one| &one.entries).filter_map(|entry| match &entry.core.command {
                Command::Beacon(duty) => Some(duty),
                _ => None,
            }) {
                if let Some(kind) = kind(duty).filter(|kind| submitted.insert(*kind)) {
                    tokio::spawn(submit(node.clone(), key.clone(), kind, duty.clone()));
                }
            }
        }
    }
}

const fn kind(duty: &Duty) -> Option<&'static str> {
    match duty {
        Duty::Deal(_) => Some("deal"),
        Duty::Reveal(_) => Some("reveal"),
        Duty::EndEpoch { .. } => Some("end of an epoch"),
        Duty::Attend(_) => Some("attendance"),
        Duty::ReportEvidence(_) => Some("evidence"),
        _ => None,
    }
}

/// Submits a proof until the ledger answers. A transaction that is not taken, or expires, is replaced after the next
/// block.
async fn submit(node: NodeHandle, key: SecretKey, kind: &str, duty: Duty) {
    let mut tip = node.tip(BEACON_SHARD);
    loop {
        let transaction = upkeep(&node, BEACON_SHARD, &key, [Command::Beacon(duty.clone())]);
        let codes: Vec<String> = match node.submit(BEACON_SHARD, transaction).await {
            Ok(outcome) => outcome.receipts.into_iter().map(code).collect(),
            Err(SubmitError::Refused { code, .. }) => vec![code.to_owned()],
            Err(error) => {
                println!("{}", serde_json::json!({ "not_taken": kind, "why": error.to_string() }));
                if tip.changed().await.is_err() {
                    return;
                }
                continue;
            }
        };
        return println!("{}", serde_json::json!({ "replayed": kind, "said": codes }));
    }
}

fn code(receipt: Receipt) -> String {
    match receipt {
        Receipt::Applied(_) => "applied".to_owned(),
        Receipt::Repeated => "repeated".to_owned(),
        Receipt::Rejected(rejection) => rejection.code,
    }
}
