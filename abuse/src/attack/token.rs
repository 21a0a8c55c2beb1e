//! Access tokens that were forged, changed or broken (RFC 8725). Every one gets the same refusal.

use super::Attack;
use crate::{
    context::{Context, STRANGER},
    http::Request,
    load::{Flood, flood},
    tally::{Expected, Tally},
};
use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::FutureExt as _;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "tokens-forged",
        "45 tokens made from a valid one: other algorithms, keys, claims and signatures, odd encodings, odd headers",
        "401 with the code auth.invalid_token or auth.unauthenticated",
        |context| forged(context).boxed(),
    ),
    Attack::new(
        "tokens-malformed-flood",
        "32 connections, 1,000 requests/s with tokens of the right form and a wrong signature",
        "401 or 429, and a log that does not grow with each",
        |context| malformed(context).boxed(),
    ),
    Attack::new(
        "token-requests-flood",
        "32 connections, 400 requests/s for tokens with the attacker's own valid key",
        "200 or 429",
        |context| own_tokens(context).boxed(),
    ),
];

/// The parts of a valid token: its header and claims as JSON, and its signature as text.
fn parts(token: &str) -> anyhow::Result<(Value, Value, String)> {
    let mut parts = token.split('.');
    let mut json = || -> anyhow::Result<Value> {
        Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next().context("a part")?)?)?)
    };
    let (header, claims) = (json()?, json()?);
    Ok((header, claims, token.rsplit('.').next().context("a signature")?.to_owned()))
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Forged tokens, each with what is wrong with it.
fn forge(token: &str, key_set: &Value) -> anyhow::Result<Vec<(String, String)>> {
    let (header, claims, signature) = parts(token)?;
    let (head, _) = token.rsplit_once('.').context("three parts")?;
    let with = |base: &Value, name: &str, value: Value| {
        let mut changed = base.clone();
        changed[name] = value;
        encoded(&changed)
    };
    let mut forged = vec![
        ("empty parts".to_owned(), "..".to_owned()),
        ("a word".to_owned(), "abc".to_owned()),
        ("two parts".to_owned(), head.to_owned()),
        ("four parts".to_owned(), format!("{token}.x")),
        ("no signature".to_owned(), format!("{head}.")),
        ("padding".to_owned(), format!("{token}=")),
        ("a cut signature".to_owned(), format!("{head}.{}", &signature[..signature.len() - 4])),
        ("a zero signature".to_owned(), format!("{head}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        ("a space inside".to_owned(), token.replacen('.', ". ", 1)),
        ("a long tail".to_owned(), format!("{token}{}", "A".repeat(5_000))),
    ];
    for bit in [0, 255, 256, 511] {
        let mut bytes = URL_SAFE_NO_PAD.decode(&signature)?;
        bytes[bit / 8] ^= 1 << (bit % 8);
        forged.push((format!("bit {bit} of the signature"), format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes))));
    }
    for algorithm in ["none", "None", "nOnE", "", "HS256", "RS256", "ES256", "eddsa", "Ed25519"] {
        let head = format!("{}.{}", with(&header, "alg", json!(algorithm)), encoded(&claims));
        forged.push((format!("alg {algorithm}, no signature"), format!("{head}.")));
        forged.push((format!("alg {algorithm}"), format!("{head}.{signature}")));
    }
    let changes = [
        ("typ", json!("JWT")),
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' UNION SELECT 1 --")),
        ("kid", json!("a\u{0}b")),
        ("kid", json!(["a"])),
        ("jku", json!("http://127.0.0.1:1/jwks.json")),
        ("x5u", json!("http://127.0.0.1:1/cert")),
        ("jwk", key_set.pointer("/keys/0").cloned().unwrap_or_default()),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
    ];
    for (name, value) in changes {
        let token = format!("{}.{}.{signature}", with(&header, name, value.clone()), encoded(&claims));
        forged.push((format!("header {name} {value}"), token));
    }
    let changes = [
        ("tenant", json!("00000000-0000-0000-0000-000000000000")),
        ("exp", json!(99_999_999_999_u64)),
        ("scope", json!("tenant:admin key:admin")),
        ("sub", json!("wc_other")),
        ("aud", json!(["*"])),
        ("iss", json!("http://elsewhere.example")),
        ("admin", json!(true)),
    ];
    for (name, value) in changes {
        let token = format!("{}.{}.{signature}", encoded(&header), with(&claims, name, value.clone()));
        forged.push((format!("claim {name} {value}"), token));
    }
    Ok(forged)
}

async fn forged(context: Arc<Context>) -> anyhow::Result<Tally> {
    let key_set = context.send_as_stranger(Request::get("/.well-known/jwks.json")).await?.json();
    let (mut tally, mut client) = (Tally::default(), context.client());
    for (label, token) in forge(&context.attacker.token, &key_set)? {
        for path in ["/v1/tenant", "/epcis/events"] {
            let answer = client.send(&Request::get(path).bearer(&token)).await;
            tally.expect(&label, &answer, &Expected::Status(&[401]));
        }
    }
    let answer = client.send(&Request::get("/v1/tenant").bearer(&context.attacker.token)).await;
    tally.expect("the valid token", &answer, &Expected::Status(&[200]));
    Ok(tally)
}

async fn malformed(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 32, per_second: 1_000, source: STRANGER };
    let (head, _) = context.attacker.token.rsplit_once('.').context("three parts")?;
    let head = head.to_owned();
    let make = move |number: u64| {
        let signature: Vec<u8> = number.to_le_bytes().repeat(8);
        Request::get("/v1/tenant").bearer(&format!("{head}.{}", URL_SAFE_NO_PAD.encode(signature)))
    };
    Ok(flood(&context, load, Expected::Status(&[401, 503]), make).await)
}

async fn own_tokens(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 32, per_second: 400, source: context.attacker.source };
    let (id, secret) = (context.attacker.client_id.clone(), context.attacker.client_secret.clone());
    Ok(flood(&context, load, Expected::Status(&[200, 503]), move |_| Request::token(&id, &secret)).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forged_token_differs_from_the_valid_one() {
        let signature = URL_SAFE_NO_PAD.encode([7; 64]);
        let token = format!("{}.{}.{signature}", encoded(&json!({"alg": "EdDSA"})), encoded(&json!({"exp": 1})));
        let forged = forge(&token, &json!({})).expect("forges");
        assert!(forged.len() >= 45, "{}", forged.len());
        assert!(forged.iter().all(|(_, forged)| *forged != token));
    }
}
