//! An HTTP client of the API with an access token, for tests.

use crate::poll::until;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder, Response, header::HeaderMap};
use serde_json::Value;

/// A gateway with a tenant's token.
#[derive(Clone)]
pub(crate) struct Api {
    token: String,
    url: String,
    client: Client,
}

/// A complete response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {}", self.status, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Whether it is a completed capture job that captured every event.
    pub(crate) fn is_captured(&self) -> bool {
        self.status == 200 && {
            let job = self.json();
            job["running"] == false && job["success"] == true
        }
    }

    /// The events of an `EPCISQueryDocument`.
    pub(crate) fn events(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.text());
        let document = self.json();
        let list = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"].as_array();
        list.expect("a list of events").clone()
    }
}

impl Api {
    /// Gets a token with the client credentials grant.
    pub(crate) async fn sign_in(url: &str, client_id: &str, client_secret: &str) -> Self {
        let client = Client::new();
        let request = client
            .post(format!("{url}/oauth/token"))
            .basic_auth(client_id, Some(client_secret))
            .form(&[("grant_type", "client_credentials")]);
        let answer = answer(request).await.expect("the gateway answers");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let grant = answer.json();
        assert_eq!(grant["token_type"], "Bearer");
        let token = grant["access_token"].as_str().expect("a token").to_owned();
        Self { token, url: url.to_owned(), client }
    }

    /// Gets an answer with events as they were captured.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[("gs1-epc-format", "Never_Translates")]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Answer {
        let mut request = self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Begins to read an answer that does not end.
    pub(crate) async fn open(&self, path: &str, headers: &[(&'static str, &str)]) -> Response {
        let mut request = self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(response.status(), 200, "{path}");
        response
    }

    /// The number of the tenant's newest event.
    pub(crate) async fn newest_event(&self) -> u64 {
        self.get("/v1/events?limit=1").await.json()["newest"].as_u64().expect("a number")
    }

    /// Sends JSON. Fails when the gateway is killed meanwhile.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> reqwest::Result<Answer> {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.token);
        let mut request = request.header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    /// Captures a document and waits for the outcome.
    pub(crate) async fn capture(&self, document: impl Into<reqwest::Body>) -> Answer {
        self.post("/epcis/capture", &[("prefer", "wait=30")], document).await.expect("the gateway answers")
    }

    /// Runs a query and returns its events.
    pub(crate) async fn query(&self, query: &Value) -> Vec<Value> {
        let answer = self.post("/epcis/events", &[], query.to_string()).await.expect("the gateway answers");
        answer.events()
    }

    /// Returns every event of the tenant, page by page, by ascending record time.
    pub(crate) async fn every_event(&self) -> Vec<Value> {
        let first = "/epcis/events?orderBy=recordTime&orderDirection=ASC&perPage=1000".to_owned();
        let mut next = Some(first);
        let mut events = Vec::new();
        while let Some(path) = next {
            let page = self.get(&path).await;
            events.extend(page.events());
            next = next_page(page.header("link")).map(|link| link.trim_start_matches(&self.url).to_owned());
        }
        events
    }

    /// Returns the evidence of an event.
    pub(crate) async fn evidence(&self, event_id: &str) -> Bytes {
        let answer = self.get(&evidence_path(event_id)).await;
        assert_eq!(answer.status, 200, "{event_id}: {}", answer.text());
        answer.body
    }

    /// Returns the chain's anchor file.
    pub(crate) async fn anchor(&self) -> Bytes {
        let answer = self.get("/v1/ledger/anchor").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.body
    }

    /// Waits until the index contains every final block.
    pub(crate) async fn await_indexed(&self) {
        until("the index", async || {
            let status = self.get("/v1/ledger/status").await.json();
            let shards = status["shards"].as_array().expect("shards");
            shards.iter().all(|shard| shard["indexed_height"] == shard["height"]).then_some(())
        })
        .await;
    }
}

/// The path of an event's evidence.
pub(crate) fn evidence_path(event_id: &str) -> String {
    format!("/v1/provenance/events/{}/evidence", segment(event_id))
}

/// Percent-encodes a path segment or query value.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Returns the target of a `Link` header with `rel="next"` (RFC 8288).
fn next_page(link: &str) -> Option<&str> {
    let (target, relation) = link.strip_prefix('<')?.split_once('>')?;
    relation.contains("next").then_some(target)
}

async fn answer(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, headers, body: response.bytes().await? })
}
