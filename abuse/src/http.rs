//! Well-formed HTTP requests, and the answers to any request. Invariant: an answer keeps at most [`BODY_KEPT_MAX`]
//! bytes of its body, so that a large answer costs this program no memory.

use serde_json::Value;

/// The maximum number of bytes of a body that are kept; further bytes are counted and dropped.
pub(crate) const BODY_KEPT_MAX: usize = 2 * 1024 * 1024;

/// A well-formed request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// A POST with a JSON body.
    pub(crate) fn post(path: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", path).with_json(body)
    }

    /// The same request with a JSON body.
    #[must_use]
    pub(crate) fn with_json(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }.header("content-type", "application/json")
    }

    /// A GraphQL request.
    pub(crate) fn graphql(query: &str) -> Self {
        Self::post("/graphql", serde_json::json!({ "query": query }).to_string())
    }

    /// A token request by the client credentials grant (RFC 6749, section 4.4).
    pub(crate) fn token(client_id: &str, client_secret: &str) -> Self {
        let form = format!("grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}");
        let request = Self { body: form.into_bytes(), ..Self::new("POST", "/oauth/token") };
        request.header("content-type", "application/x-www-form-urlencoded")
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The request as bytes (RFC 9112). A header `host` replaces the default.
    pub(crate) fn to_bytes(&self, host: &str) -> Vec<u8> {
        let mut lines = vec![format!("{} {} HTTP/1.1", self.method, self.path)];
        if !self.headers.iter().any(|(name, _)| name == "host") {
            lines.push(format!("host: {host}"));
        }
        for (name, value) in &self.headers {
            lines.push(format!("{name}: {value}"));
        }
        if !self.body.is_empty() || self.method != "GET" {
            lines.push(format!("content-length: {}", self.body.len()));
        }
        let mut bytes = format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// The first [`BODY_KEPT_MAX`] bytes of the body.
    pub(crate) body: Vec<u8>,
    /// The length of the whole body in bytes.
    pub(crate) length: usize,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The stable code of a problem document (RFC 9457), or of the first GraphQL error; empty when there is none.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        let code = body.get("code").or_else(|| body.pointer("/errors/0/extensions/code"));
        code.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Whether the answer is a problem document with a code.
    pub(crate) fn is_problem(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default();
        kind.starts_with("application/problem+json") && !self.code().is_empty()
    }

    /// Whether the connection ends after this answer.
    pub(crate) fn is_last(&self) -> bool {
        self.is_stream() || self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Whether it is a stream of events, which does not end. Only its beginning is read.
    pub(crate) fn is_stream(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"))
    }
}

/// Encodes a text for a path segment or a query value (RFC 3986, section 2.1): all bytes but letters, digits and `-`.
pub(crate) fn encode(text: impl AsRef<[u8]>) -> String {
    let encode = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.as_ref().iter().map(encode).collect()
}
