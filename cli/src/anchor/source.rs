//! The source of an anchor: a gateway, or the store of a data directory. Invariant: the anchor is of the requested
//! epoch, or the command fails.

use crate::running::Running;
use anyhow::Context as _;
use chain_proof::Anchor;
use chain_store::Store;
use chain_types::{Epoch, atomic::BEACON_SHARD};
use serde_json::Value;
use std::{path::Path, time::Duration};
use url::Url;

/// The time limit of a request to a gateway.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The path segment that requests the newest epoch.
const LATEST: &str = "latest";

/// Requests an anchor from a gateway; the newest one without an epoch.
pub(super) async fn ask(base: &Url, epoch: Option<u64>) -> anyhow::Result<Anchor> {
    let mut url = base.join("/v1/ledger/anchor")?;
    url.query_pairs_mut().append_pair("epoch", &epoch.map_or_else(|| LATEST.to_owned(), |epoch| epoch.to_string()));
    let client = reqwest::Client::builder().timeout(REQUEST_TIMEOUT).build()?;
    let response = client.get(url).send().await.with_context(|| format!("asking {base}"))?;
    let status = response.status();
    let body = response.bytes().await.with_context(|| format!("asking {base}"))?;
    if !status.is_success() {
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or("it does not say why");
        anyhow::bail!("{base} answers {status}: {detail}");
    }
    let anchor = Anchor::parse(&body).with_context(|| format!("reading the answer of {base}"))?;
    let is_asked_for = epoch.is_none_or(|epoch| anchor.epoch() == Epoch(epoch));
    anyhow::ensure!(is_asked_for, "{base} answers with the anchor of epoch {}", anchor.epoch());
    Ok(anchor)
}

/// Returns the anchor of a data directory: from the process that runs on it, or else from its store.
pub(super) async fn find(data: &Path, epoch: Option<u64>) -> anyhow::Result<Anchor> {
    if let Some(running) = Running::find(data).await {
        return ask(&running.url.parse()?, epoch).await;
    }
    anyhow::ensure!(
        data.join("genesis").exists(),
        "{} holds no chain; name the data directory with --data, or a running gateway with --url",
        data.display()
    );
    let genesis = crate::home::read_genesis(data)?;
    let folder = chain_node::store_folder(&crate::home::chain_folder(data), BEACON_SHARD);
    if epoch == Some(0) || !folder.is_dir() {
        anyhow::ensure!(epoch.is_none_or(|epoch| epoch == 0), "{} holds no blocks", data.display());
        return Ok(Anchor::of(genesis)?);
    }
    let store = Store::open(&folder).with_context(|| format!("opening {}", folder.display()))?;
    let proof = match epoch {
        None => store.last_hand_over()?,
        Some(epoch) => {
            let proof = store.hand_over(Epoch(epoch))?;
            Some(proof.with_context(|| format!("epoch {epoch} has not begun in {}", data.display()))?)
        }
    };
    Ok(proof.map_or_else(|| Anchor::of(genesis), |proof| Anchor::of_hand_over(&proof))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_without_a_chain_reports_how_to_name_another() {
        let folder = tempfile::tempdir().expect("a folder");
        for epoch in [None, Some(0), Some(1)] {
            let error = find(folder.path(), epoch).await.expect_err("no chain").to_string();
            assert!(error.contains("--data") && error.contains("--url"), "{error}");
        }
    }
}
