//! Access to another tenant's records. A foreign id must look like a random one: in status, body, headers and time.

use super::Attack;
use crate::{
    context::Context,
    http::{Answer, Request, encode},
    tally::{Expected, Tally},
};
use anyhow::Context as _;
use futures::FutureExt as _;
use serde_json::Value;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "foreign-ids",
        "the neighbour's event, lot, operation, capture job, key and member in 14 requests, beside random ids",
        "the same status, code and headers as for a random id",
        |context| foreign_ids(context).boxed(),
    ),
    Attack::new(
        "foreign-cursors",
        "cursors of the neighbour, of another list, cut and changed, on four lists",
        "400, or a page of the attacker's own records",
        |context| foreign_cursors(context).boxed(),
    ),
];

async fn foreign_ids(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let (event, lot) = (context.neighbour_event.clone(), context.neighbour_lot.clone());
    let text =
        |answer: &Answer, pointer: &str| answer.json().pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let operations = context.send_as_neighbour(Request::get("/v1/operations?limit=1")).await?;
    let operation = text(&operations, "/items/0/id").context("an operation of the neighbour")?;
    let keys = context.send_as_neighbour(Request::get("/v1/api-keys")).await?;
    let key = text(&keys, "/items/0/id").context("a key of the neighbour")?;
    let (random_event, random_lot) = ("urn:uuid:00000000-1111-4222-8333-444444444444", crate::document::lot("NOBODY"));
    let random_operation = format!("{}{}", &operation[..operation.len() - 12], "0123456789ab");
    let random_key = format!("{}{}", &key[..key.len() - 12], "0123456789ab");
    let pairs = [
        ("/epcis/events/@", &event, random_event),
        ("/epcis/events?EQ_eventID=@", &event, random_event),
        ("/epcis/events?MATCH_anyEPCClass=@", &lot, &random_lot),
        ("/v1/provenance/events/@/evidence", &event, random_event),
        ("/v1/operations/@", &operation, &random_operation),
        ("/epcis/capture/@", &operation, &random_operation),
    ];
    for (path, foreign, random) in pairs {
        let ask = |id: &str| context.send(Request::get(path.replace('@', &encode(id))));
        compare(&mut tally, path, ask(foreign).await, ask(random).await, foreign, random);
    }
    for (method, path, body) in
        [("DELETE", "/v1/api-keys/@", ""), ("POST", "/v1/api-keys/@/rotate", r#"{"grace_s":0}"#)]
    {
        let ask = |id: &str| context.send(Request::new(method, path.replace('@', id)).with_json(body));
        compare(&mut tally, path, ask(&key).await, ask(&random_key).await, &key, &random_key);
    }
    for field in [
        "event(id: \"@\") { eventId }",
        "operation(id: \"@\") { id }",
        "events(filter: { EQ_eventID: [\"@\"] }) { nodes { eventId } }",
    ] {
        let (foreign, random) =
            if field.starts_with("operation") { (&*operation, &*random_operation) } else { (&*event, random_event) };
        let ask = |id: &str| context.send(Request::graphql(&format!("{{ {} }}", field.replace('@', id))));
        compare(&mut tally, field, ask(foreign).await, ask(random).await, foreign, random);
    }
    Ok(tally)
}

/// Compares two answers, apart from the ids themselves, trace ids and times.
pub(super) fn compare(
    tally: &mut Tally,
    label: &str,
    foreign: anyhow::Result<Answer>,
    random: anyhow::Result<Answer>,
    foreign_id: &str,
    random_id: &str,
) {
    tally.count(label, &foreign);
    let (Ok(foreign), Ok(random)) = (foreign, random) else { return tally.fault(format!("{label}: no answer")) };
    let shape = |answer: &Answer, id: &str| {
        let mut body = answer.json();
        if let Some(problem) = body.as_object_mut() {
            problem.remove("trace_id");
            problem.remove("creationDate");
        }
        let names: Vec<_> = answer.headers.iter().map(|(name, _)| name.clone()).collect();
        (answer.status, body.to_string().replace(id, "").replace(&encode(id), ""), names)
    };
    let (left, right) = (shape(&foreign, foreign_id), shape(&random, random_id));
    tally.check(left == right, || format!("{label}: {left:?} for a foreign id, {right:?} for a random one"));
}

async fn foreign_cursors(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let lists = [
        ("/v1/operations?limit=1", "cursor"),
        ("/v1/api-keys?limit=1", "cursor"),
        ("/epcis/capture?perPage=1", "nextPageToken"),
        ("/epcis/events?perPage=1", "nextPageToken"),
    ];
    let mut cursors = vec!["AAAA".to_owned(), "e30".to_owned(), "-".repeat(2_000)];
    for (path, _) in lists {
        let page = context.send_as_neighbour(Request::get(path)).await?;
        let link = page.header("link").unwrap_or_default();
        let cursor = page.json()["next_cursor"].as_str().map(str::to_owned).or_else(|| {
            let value = link.split("nextPageToken=").nth(1)?;
            Some(value.split(['&', '>', ';']).next()?.to_owned())
        });
        if let Some(cursor) = cursor {
            cursors.push(cursor[..cursor.len() / 2].to_owned());
            cursors.push(format!("{cursor}A"));
            cursors.push(cursor);
        }
    }
    tally.check(cursors.len() > 3, || "the neighbour's lists have no cursor".to_owned());
    for (path, name) in lists {
        for cursor in &cursors {
            let answer = context.send(Request::get(format!("{path}&{name}={cursor}"))).await;
            tally.expect(&format!("{path} {cursor:.20}"), &answer, &Expected::Typed);
            let Ok(answer) = answer else { continue };
            let shows = String::from_utf8_lossy(&answer.body).contains(&context.neighbour_event);
            tally.check(!shows, || format!("{path} {cursor}: the neighbour's event"));
        }
    }
    Ok(tally)
}
