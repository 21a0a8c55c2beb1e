//! How an operator makes a tenant in a deployment. Invariant: the gateway runs with its exact command afterwards.

use super::deployment::Deployment;
use serde_json::{Value, json};

/// Makes a tenant; returns client id and secret of its first key.
///
/// The gateway admits nobody to make one over the network, so it is started once with that right and then again
/// without.
pub(super) async fn make(deployment: &mut Deployment) -> [String; 2] {
    deployment.stop_one("indexer").await;
    deployment.stop_one("gateway").await;
    deployment.start_with("gateway", &["--open-sandbox"]).await;
    let request = reqwest::Client::new().post(format!("{}/v1/sandboxes", deployment.url()));
    let response = request.json(&json!({ "name": "A tenant" })).send().await.expect("the gateway answers");
    let status = response.status();
    let made: Value = response.json().await.expect("JSON");
    assert!(status.is_success(), "{status}: {made}");
    deployment.stop_one("gateway").await;
    deployment.start("gateway").await;
    deployment.start("indexer").await;
    ["client_id", "secret"].map(|name| made["api_key"][name].as_str().expect("a credential").to_owned())
}
