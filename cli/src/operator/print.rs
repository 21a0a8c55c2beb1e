//! The answers of a gateway to the operator, as text for people.

use super::request::Request;
use serde_json::Value;
use std::fmt::Write as _;

/// The text of an answer.
pub fn text(request: &Request, answer: &Value) -> String {
    let word = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    match request {
        Request::CreateKey | Request::CreateTenant { .. } | Request::RecoverTenant { .. } => format!(
            "  Tenant    {}\n  Client    {}\n  Secret    {}\n\nThe secret is not shown again.",
            word("tenant_id"),
            word("client_id"),
            word("client_secret")
        ),
        Request::ListTenants { .. } => lines(&answer["tenants"], |tenant| {
            let state = if tenant["suspended_at"].is_null() { "active" } else { "suspended" };
            format!("{}  {:<4}  {state:<9}  {}", plain(&tenant["tenant_id"]), plain(&tenant["mode"]), tenant["name"])
        }),
        Request::SuspendTenant { tenant, is_suspended: true } => {
            format!("{tenant} is suspended; other gateways refuse it within 5 seconds")
        }
        Request::SuspendTenant { tenant, is_suspended: false } => format!("{tenant} is active again"),
        Request::RotateTokenKey { revoke } => {
            let tokens =
                if *revoke { "all earlier tokens are invalid" } else { "earlier tokens stay valid until they expire" };
            format!("key {} signs tokens from now on; {tokens}", word("kid"))
        }
        Request::RotateSecret { name } => {
            format!("`{name}` is replaced; restart the other gateways of this deployment, if there are any")
        }
        Request::SealStatus | Request::LoadKeys | Request::Reseal | Request::RotateSealKey | Request::DropOldKeys => {
            seal_keys(answer)
        }
        Request::ConsoleLink { .. } => word("url"),
        Request::Audit => lines(&answer["lines"], |line| {
            format!("{}  {:<26}  {}", plain(&line["happened_at"]), plain(&line["action"]), plain(&line["subject"]))
        }),
    }
}

/// A value of JSON without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn lines(items: &Value, line: impl Fn(&Value) -> String) -> String {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() { "none".to_owned() } else { items.iter().map(line).collect::<Vec<_>>().join("\n") }
}

fn seal_keys(answer: &Value) -> String {
    let mut text = String::new();
    for (index, key) in answer["keys"].as_array().into_iter().flatten().enumerate() {
        let _ = writeln!(text, "key {}  {}", plain(key), if index == 0 { "seals" } else { "only opens" });
    }
    for resealed in answer["resealed"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "sealed again  app.{:<16} {} rows", plain(&resealed["table"]), resealed["rows"]);
    }
    for under in answer["sealed"].as_array().into_iter().flatten() {
        let (table, key) = (plain(&under["table"]), plain(&under["key_id"]));
        let _ = writeln!(text, "app.{table:<16} {} rows sealed with {key}", under["rows"]);
    }
    text.trim_end().to_owned()
}
