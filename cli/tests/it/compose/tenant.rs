//! How an operator makes a tenant in a deployment.

use super::deployment::Deployment;
use serde_json::Value;

/// Makes a tenant; returns client id and secret of its first key.
pub(super) async fn make(deployment: &Deployment) -> [String; 2] {
    let create = ["operator", "tenant", "create", "--name", "A tenant", "--json"];
    let made: Value = serde_json::from_str(&deployment.run("gateway", &create).await).expect("JSON");
    ["client_id", "client_secret"].map(|name| made[name].as_str().expect("a credential").to_owned())
}
