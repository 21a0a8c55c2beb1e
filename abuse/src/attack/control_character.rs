//! Control characters, and bytes that are no text, wherever a text can be sent. Databases, logs and terminals treat
//! them specially, so each must be refused or kept exactly.

use super::Attack;
use crate::{
    context::Context,
    document::{CONTEXT, document, item, lot, lot_event},
    http::{Answer, Request, encode},
    load::each,
    tally::{Expected, Tally},
};
use anyhow::Context as _;
use futures::FutureExt as _;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "control-characters-in-parameters",
        "each of 14 odd texts as each path, query and header parameter of /openapi.json, one request at a time",
        "an answer, or a problem with a code; never 500",
        |context| parameters(context).boxed(),
    ),
    Attack::new(
        "control-characters-in-events",
        "events with each of 8 control characters in each member that may hold a text, in namespaces and in prefixes",
        "400 with a pointer; or the event can be read and proved, and so can its lot",
        |context| events(context).boxed(),
    ),
    Attack::new(
        "control-characters-in-graphql",
        "each of 8 control characters in each argument of GraphQL, as a literal and as a variable",
        "data or typed errors; never an internal failure",
        |context| graphql(context).boxed(),
    ),
];

/// Texts in percent-encoding: controls, bytes that are not UTF-8, an encoded surrogate, marks of direction and order.
const ENCODED: [&str; 14] = [
    "%00",
    "a%00b",
    "%01",
    "%08",
    "%0A",
    "%0D%0A",
    "%1B%5B31m",
    "%7F",
    "%C2%85",
    "%E2%80%AE",
    "%EF%BB%BF",
    "%ED%A0%80",
    "%FF",
    "%C0%80",
];
/// The control characters that JSON can express.
const CONTROLS: [&str; 8] = ["\\u0000", "\\u0001", "\\u0008", "\\n", "\\u001b", "\\u007f", "\\u0085", "\\u009f"];

async fn parameters(context: Arc<Context>) -> anyhow::Result<Tally> {
    let document = context.send(Request::get("/openapi.json")).await?;
    anyhow::ensure!(document.status == 200, "/openapi.json: {}", document.status);
    let document = fetch_json(&context, "/openapi.json").await?;
    let mut cases = Vec::new();
    for (path, operations) in document["paths"].as_object().context("paths")? {
        let Some(parameters) = operations.pointer("/get/parameters").and_then(Value::as_array) else { continue };
        for parameter in parameters {
            let (name, place) = (parameter["name"].as_str().context("a name")?, parameter["in"].as_str());
            for text in ENCODED {
                let request = match place {
                    Some("query") => Request::get(format!("{}?{name}={text}", fill(path, "1"))),
                    Some("path") => Request::get(fill(path, text)),
                    _ => Request::get(fill(path, "1")).header(name, text),
                };
                let request = request.bearer(&context.attacker.token);
                cases.push((format!("{path} {name}={text}"), request, Expected::Typed));
            }
        }
    }
    anyhow::ensure!(cases.len() > 200, "only {} cases in /openapi.json", cases.len());
    Ok(each(&mut context.client(), cases).await)
}

/// The path with every `{name}` replaced.
fn fill(path: &str, text: &str) -> String {
    let segments = path.split('/').map(|part| if part.starts_with('{') { text } else { part });
    segments.collect::<Vec<_>>().join("/")
}

/// A JSON answer of any size up to what is kept.
async fn fetch_json(context: &Context, path: &str) -> anyhow::Result<Value> {
    Ok(context.send(Request::get(path)).await?.json())
}

async fn events(context: Arc<Context>) -> anyhow::Result<Tally> {
    let (mut tally, mut client) = (Tally::default(), context.client());
    let lot = lot("CONTROL");
    let places: [(&str, &str); 11] = [
        ("eventID", r#","eventID":"urn:x:@""#),
        ("bizStep", r#","bizStep":"urn:x:@""#),
        ("bizStep by prefix", r#","bizStep":"odd:step""#),
        ("disposition by prefix", r#","disposition":"odd:state""#),
        ("readPoint", r#","readPoint":{"id":"urn:x:@"}"#),
        ("bizLocation", r#","bizLocation":{"id":"urn:x:@"}"#),
        ("bizTransaction", r#","bizTransactionList":[{"type":"po","bizTransaction":"urn:x:@"}]"#),
        ("source", r#","sourceList":[{"type":"owning_party","source":"urn:x:@"}]"#),
        ("extension", r#","odd:note":"a@b""#),
        ("extension name", r#","odd:no@te":"b""#),
        ("ilmd", r#","ilmd":{"odd:note":"a@b"}"#),
    ];
    for control in CONTROLS {
        for (number, (place, more)) in places.iter().enumerate() {
            let label = format!("{place} {control}");
            let contexts = format!(r#",{{"odd":"https://odd.example/{control}/"}}"#);
            let own = format!(r#"{},"odd:serial":"{control}{number}""#, more.replace('@', control));
            let text = lot_event(&lot, &own);
            let body = format!(r#"{{"@context":["{CONTEXT}"{contexts}],{}"#, &text[1..]);
            let request = Request::post("/epcis/events", body).header("prefer", "wait=10");
            let answer = client.send(&request.bearer(&context.attacker.token)).await;
            tally.count(&label, &answer);
            let Ok(answer) = answer else { continue };
            if answer.status < 300 {
                check_found(&context, &mut tally, &label, &answer).await;
            } else if answer.status == 400 {
                let has_pointer = answer.json().pointer("/errors/0/pointer").is_some_and(Value::is_string);
                tally.check(has_pointer, || format!("{label}: a refusal without a pointer: {}", answer.code()));
            }
        }
    }
    let evidence = format!("/v1/provenance/evidence?epc={}", encode(&lot));
    tally.expect("the lot's evidence", &context.send(Request::get(evidence)).await, &Expected::Status(&[200, 404]));
    let document = document(r#",{"odd":"https://odd.example/\u0000/"}"#, &[crate::document::event(&[item(1)], "")]);
    tally.expect(
        "an unused namespace",
        &context.send(Request::post("/epcis/capture", document)).await,
        &Expected::Typed,
    );
    Ok(tally)
}

async fn check_found(context: &Context, tally: &mut Tally, label: &str, stored: &Answer) {
    let Some(place) = stored.header("location") else {
        return tally.fault(format!("{label}: stored without a location"));
    };
    let found = context.send(Request::get(place)).await;
    tally.expect(&format!("{label}: {place}"), &found, &Expected::Status(&[200]));
    let name = place.rsplit('/').next().unwrap_or_default();
    let evidence = context.send(Request::get(format!("/v1/provenance/events/{name}/evidence"))).await;
    tally.expect(&format!("{label}: evidence"), &evidence, &Expected::Status(&[200]));
}

async fn graphql(context: Arc<Context>) -> anyhow::Result<Tally> {
    let fields = [
        "event(id: \"@\") { eventId }",
        "identifier(epc: \"@\") { canonical }",
        "identifier(epc: \"urn:x:@\") { events { nodes { eventId } } evidence }",
        "operation(id: \"@\") { id }",
        "events(after: \"@\") { pageInfo { endCursor } }",
        "events(filter: { EQ_bizStep: [\"@\"] }) { pageInfo { endCursor } }",
        "events(filter: { EQ_eventID: [\"@\"] }) { pageInfo { endCursor } }",
        "events(filter: { EQ_readPoint: [\"urn:x:@\"] }) { pageInfo { endCursor } }",
        "events(filter: { MATCH_anyEPC: [\"urn:x:@\"] }) { pageInfo { endCursor } }",
    ];
    let mut cases = Vec::new();
    for control in CONTROLS {
        for field in fields {
            let query = format!("{{ {} }}", field.replace('@', control));
            cases.push((query.clone(), Request::graphql(&query)));
        }
        let value: Value = serde_json::from_str(&format!("\"{control}\""))?;
        let body =
            json!({ "query": "query Q($id: String!) { event(id: $id) { eventId } }", "variables": { "id": value } });
        cases.push((format!("variable {control}"), Request::post("/graphql", body.to_string())));
    }
    let (mut tally, mut client) = (Tally::default(), context.client());
    for (label, request) in cases {
        let answer = client.send(&request.bearer(&context.attacker.token)).await;
        tally.expect(&label, &answer, &Expected::Any);
        if let Ok(answer) = answer {
            tally.check(answer.code() != "internal.failure", || format!("{label}: internal.failure"));
        }
    }
    Ok(tally)
}
