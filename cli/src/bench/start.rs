//! Measures the time until `waymark up` is ready: without data, and again on the data that it created. Invariant: both
//! starts use one temporary folder.

use super::instance::{Instance, scratch};
use serde_json::{Value, json};

/// Measures both starts, in milliseconds.
pub async fn measure() -> anyhow::Result<Value> {
    let folder = scratch()?;
    let data = folder.path().join("data");
    let first = Instance::start(&data).await?;
    let fresh_ms = first.took.as_millis();
    first.stop().await?;
    let second = Instance::start(&data).await?;
    let ready_ms = second.took.as_millis();
    second.stop().await?;
    Ok(json!({ "ready_ms": ready_ms, "fresh_ms": fresh_ms }))
}
