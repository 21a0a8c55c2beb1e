//! `waymark health`: asks a service whether it is well, for container managers. Invariant: exit code 0 means that
//! the status was 2xx and arrived in time. The body decides nothing.

use anyhow::{Context as _, ensure};
use std::{process::ExitCode, time::Duration};
use url::Url;

/// The time for the answer: less than the managers' own limit, so that the reason is still printed.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);

/// Flags of `waymark health`.
#[derive(clap::Args, Clone, Debug)]
pub struct HealthArguments {
    /// What to ask: /livez or /readyz of a gateway, or of a --health-listen
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:8080/readyz")]
    url: Url,
}

/// Asks once.
pub async fn run(arguments: HealthArguments) -> anyhow::Result<ExitCode> {
    let url = arguments.url;
    let client = reqwest::Client::builder().timeout(ANSWER_TIMEOUT).no_proxy().build()?;
    let response = client.get(url.clone()).send().await.with_context(|| format!("asking {url}"))?;
    let status = response.status();
    let body = response.text().await.unwrap_or_default();
    ensure!(status.is_success(), "{url} answers {status}: {}", body.trim());
    Ok(crate::exit::SUCCESS.into())
}
