//! Queries of fields without an index, each of which examines as many events, and as much master data, as one page may.

use super::Attack;
use crate::{
    context::Context,
    document::{document, lot, lot_event},
    http::{Request, encode},
    load::{Flood, flood},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use serde_json::json;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "query-fields-without-an-index",
        "24 connections, 40 queries/s that find nothing among 10,000 events: of sensors, of users' fields at any depth, \
         of attributes of 10,000 ids",
        "a page that ends at a bound, or a refusal; the neighbour is served meanwhile",
        |context| examined(context, 24, 40).boxed(),
    )
    .after(|context| store(context).boxed()),
    Attack::new(
        "query-attributes-of-large-master-data",
        "24 connections, 40 queries/s of attributes of 400 elements of 60 KB, one in each event",
        "a page that ends at a bound, or a refusal; the neighbour is served meanwhile",
        |context| large(context, 24, 40).boxed(),
    )
    .after(|context| store_large(context).boxed())
    .long(),
];

const CONTEXTS: &str = r#",{"e":"https://e.example/"}"#;
const VOCABULARY: &str = "urn:epcglobal:epcis:vtype:BusinessTransaction";
/// The lots of the events, by which a query asks for them alone.
const LOTS: [&str; 2] = ["EXAMINED", "DESCRIBED"];

async fn capture(context: &Context, text: String, tally: &mut Tally) {
    let request = Request::post("/epcis/capture", text).header("prefer", "wait=30");
    tally.expect("storing", &context.send(request).await, &Expected::Status(&[200, 202]));
}

/// A document of master data alone.
fn described(elements: &[serde_json::Value]) -> String {
    let list = json!([{ "type": VOCABULARY, "vocabularyElementList": elements }]);
    let header = format!(r#""epcisHeader":{{"epcisMasterData":{{"vocabularyList":{list}}}}},"epcisBody""#);
    document(CONTEXTS, &[]).replacen(r#""epcisBody""#, &header, 1)
}

/// Stores 10,000 events that name a transaction each, and master data of 2,000 of these.
async fn store(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for part in 0..10 {
        let one = |number: u32| {
            let more = format!(
                r#","eventID":"urn:x:examined:{number}","bizTransactionList":[{{"bizTransaction":"urn:x:of:{number}"}}],
                "e:outer":{{"e:inner":[{number},{{"e:deep":{number}}}]}},"sensorElementList":[{{"sensorReport":[
                {{"type":"Temperature","value":{number},"uom":"CEL"}},{{"type":"Mass","value":1,"uom":"KGM"}}]}}]"#
            );
            lot_event(&lot(LOTS[0]), &more)
        };
        let events: Vec<_> = (part * 1_000..(part + 1) * 1_000).map(one).collect();
        capture(&context, document(CONTEXTS, &events), &mut tally).await;
    }
    for part in 0..2 {
        let one = |number: u32| json!({ "id": format!("urn:x:of:{number}"), "attributes": [{ "id": "e:number", "attribute": number }] });
        let elements: Vec<_> = (part * 1_000..(part + 1) * 1_000).map(one).collect();
        capture(&context, described(&elements), &mut tally).await;
    }
    Ok(tally)
}

/// Stores 400 events that name a transaction each, and 60 KB of master data of each.
async fn store_large(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let id = |number: u32| format!("urn:x:described:{number}");
    let one = |number: u32| {
        let more = format!(
            r#","eventID":"urn:x:named:{number}","bizTransactionList":[{{"bizTransaction":"{}"}}]"#,
            id(number)
        );
        lot_event(&lot(LOTS[1]), &more)
    };
    capture(&context, document(CONTEXTS, &(0..400).map(one).collect::<Vec<_>>()), &mut tally).await;
    for part in 0..8 {
        let note = "large note ".repeat(5_400);
        let one = |number: u32| {
            json!({ "id": id(number), "attributes": [
                { "id": "e:note", "attribute": note }, { "id": "e:number", "attribute": number } ] })
        };
        let elements: Vec<_> = (part * 50..(part + 1) * 50).map(one).collect();
        capture(&context, described(&elements), &mut tally).await;
    }
    Ok(tally)
}

/// A query of the events of a lot with one more condition.
fn query(context: &Context, lot_name: &str, name: &str, value: &str) -> Request {
    let lot = encode(lot(lot_name));
    let path = format!("/epcis/events?MATCH_anyEPCClass={lot}&{}={}", encode(name), encode(value));
    Request::get(path).bearer(&context.attacker.token)
}

async fn send(context: &Arc<Context>, requests: Vec<Request>, connections: u32, per_second: u32) -> Tally {
    let load = Flood { connections, per_second, source: context.attacker.source };
    let make = move |number: u64| requests[usize::try_from(number).unwrap_or(0) % requests.len()].clone();
    flood(context, load, Expected::Any, make).await
}

async fn examined(context: Arc<Context>, connections: u32, per_second: u32) -> anyhow::Result<Tally> {
    let requests = [
        ("GE_value_KEL", "1000000"),
        ("EQ_INNER_https://e.example/#deep", "1000000"),
        ("HASATTR_bizTransaction", "https://e.example/none"),
        ("EQ_ATTR_bizTransaction_https://e.example/number", "1000000"),
        ("EXISTS_https://e.example/#none", "true"),
    ]
    .map(|(name, value)| query(&context, LOTS[0], name, value));
    Ok(send(&context, requests.into(), connections, per_second).await)
}

async fn large(context: Arc<Context>, connections: u32, per_second: u32) -> anyhow::Result<Tally> {
    let requests = [
        ("HASATTR_bizTransaction", "https://e.example/none"),
        ("EQ_ATTR_bizTransaction_https://e.example/number", "1000000"),
    ]
    .map(|(name, value)| query(&context, LOTS[1], name, value));
    Ok(send(&context, requests.into(), connections, per_second).await)
}
