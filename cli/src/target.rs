//! The gateway that a command of a client works on: a running `waymark up`, or a named gateway. Invariant: the target
//! is reached only through its public HTTP API.

use crate::running::Running;
use anyhow::Context as _;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use std::{fmt, path::PathBuf};

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

/// A gateway with an access token, which is good for some minutes.
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

/// An answer without success.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    body: String,
}

impl Refused {
    /// Whether the same request would be refused again: a wrong credential or parameter, but no limit and no failure of
    /// the service.
    pub fn is_lasting(&self) -> bool {
        let is_passing = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&self.status);
        self.status.is_client_error() && !is_passing
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.body.trim())
    }
}

impl std::error::Error for Refused {}

impl Target {
    /// Finds the gateway and gets a token.
    ///
    /// # Errors
    /// [`Refused`] when the gateway gives no token.
    pub async fn find(arguments: &TargetArguments) -> anyhow::Result<Self> {
        let (url, credentials) = match (&arguments.url, &arguments.client_id, &arguments.client_secret) {
            (Some(url), Some(id), Some(secret)) => {
                let url = url.trim_end_matches('/').to_owned();
                (url, Credentials { client_id: id.clone(), client_secret: secret.clone() })
            }
            _ => Self::local(arguments).await?,
        };
        let client = reqwest::Client::new();
        let request = client
            .post(format!("{url}/oauth/token"))
            .basic_auth(&credentials.client_id, Some(&credentials.client_secret))
            .form(&[("grant_type", "client_credentials")]);
        let answer: Value = send(request).await.with_context(|| format!("asking {url} for a token"))?.json().await?;
        let token = answer.get("access_token").and_then(Value::as_str);
        let token = token.with_context(|| format!("{url} gave no token: {answer}"))?.to_owned();
        Ok(Self { url, client, token })
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

    /// Gets an answer whose body was not read yet. The values of the query are encoded here.
    ///
    /// # Errors
    /// [`Refused`] for a status without success; failures of the connection.
    pub async fn get(&self, path: &str, query: &[(&str, String)]) -> anyhow::Result<Response> {
        let request = self.client.get(format!("{}{path}", self.url)).query(query).bearer_auth(&self.token);
        send(request).await.with_context(|| format!("asking {} for {path}", self.url))
    }

    /// Captures an EPCIS document in JSON and returns its capture job, which is decided unless that takes too long.
    ///
    /// # Errors
    /// As [`get`](Self::get). A document that is not valid is refused.
    pub async fn capture(&self, document: String) -> anyhow::Result<Value> {
        let request = self
            .client
            .post(format!("{}/epcis/capture", self.url))
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .header("prefer", "wait=20")
            .body(document);
        let response = send(request).await?;
        Ok(response.json().await?)
    }
}

async fn send(request: RequestBuilder) -> anyhow::Result<Response> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.text().await.unwrap_or_default();
    Err(Refused { status, body }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_that_would_come_again_is_lasting() {
        for (status, expected) in [(400, true), (401, true), (403, true), (408, false), (429, false), (503, false)] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(Refused { status, body: String::new() }.is_lasting(), expected, "{status}");
        }
    }
}
