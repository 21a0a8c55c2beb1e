//! The target gateway of a scenario: a running `waymark up`, or a named gateway. Invariant: the target is reached only
//! through its public HTTP API.

use crate::running::Running;
use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;

/// The target gateway and its credentials.
#[derive(clap::Args, Clone, Debug)]
pub struct TargetArguments {
    /// The data directory of a running `waymark up`, whose sandbox tenant is used
    #[arg(long, env = "WAYMARK_DATA_DIR", default_value = "waymark-data", value_name = "DIR")]
    data: PathBuf,
    /// Another gateway instead
    #[arg(long, env = "WAYMARK_URL", value_name = "URL", requires_all = ["client_id", "client_secret"])]
    url: Option<String>,
    /// Client id for --url
    #[arg(long, env = "WAYMARK_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// Client secret for --url; prefer the environment, where other users cannot see it
    #[arg(long, env = "WAYMARK_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    client_secret: Option<String>,
}

/// A gateway with an access token.
pub struct Target {
    pub url: String,
    client: reqwest::Client,
    token: String,
}

#[derive(Deserialize)]
struct Credentials {
    client_id: String,
    client_secret: String,
}

impl Target {
    /// Finds the gateway and gets a token.
    pub async fn find(arguments: &TargetArguments) -> anyhow::Result<Self> {
        let (url, credentials) = match (&arguments.url, &arguments.client_id, &arguments.client_secret) {
            (Some(url), Some(id), Some(secret)) => {
                (url.clone(), Credentials { client_id: id.clone(), client_secret: secret.clone() })
            }
            _ => Self::local(arguments).await?,
        };
        let client = reqwest::Client::new();
        let response = client
            .post(format!("{url}/oauth/token"))
            .basic_auth(&credentials.client_id, Some(&credentials.client_secret))
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await
            .with_context(|| format!("asking {url} for a token"))?;
        let answer: Value = response.json().await?;
        let Some(token) = answer.get("access_token").and_then(Value::as_str) else {
            bail!("{url} gave no token: {answer}");
        };
        Ok(Self { token: token.to_owned(), url, client })
    }

    async fn local(arguments: &TargetArguments) -> anyhow::Result<(String, Credentials)> {
        let data = arguments.data.display();
        let running = Running::find(&arguments.data)
            .await
            .with_context(|| format!("no `waymark up` runs on {data}; start it, or name a gateway with --url"))?;
        let path = arguments.data.join("sandbox.json");
        let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok((running.url, serde_json::from_slice(&bytes)?))
    }

    /// Captures a document and waits for the final capture job.
    pub async fn capture(&self, document: &'static str) -> anyhow::Result<Value> {
        let response = self
            .client
            .post(format!("{}/epcis/capture", self.url))
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .header("prefer", "wait=20")
            .body(document)
            .send()
            .await?;
        let status = response.status();
        let answer: Value = response.json().await?;
        if status != reqwest::StatusCode::OK {
            bail!("{status}: {answer}");
        }
        Ok(answer)
    }
}
