//! The contents of verified streams as `waymark verify --json` prints them, and files that are no bundle. Invariant: a
//! report names the tenant of a stream, and shows each record that the bundle opens.

use crate::{
    vector::whole::{all, complete, declared_erroneous, event, lot, stream},
    world::{LOT, World, event_id, record},
};
use chain_proof::{Bundle, Disclosure, Verdict, bundle::StreamPart, verify};
use serde_json::{Value, json};

const TENANT_TEXT: &str = "11111111-1111-1111-1111-111111111111";

fn report(bundle: &Bundle) -> Value {
    let report = verify(&bundle.to_json(), None);
    assert_eq!(report.verdict, Verdict::Verified, "{report:?}");
    serde_json::to_value(report).expect("a report is JSON")
}

fn alone(world: &World, stream: StreamPart) -> Bundle {
    Bundle { stream: Some(stream), ..Bundle::of(&world.genesis) }
}

fn detail(report: &Value) -> &Value {
    &report["steps"].as_array().and_then(|steps| steps.last()).expect("there are steps")["detail"]
}

#[test]
fn a_stream_is_one_of_a_tenant() {
    let world = World::new(&[1]);
    let absent = report(&alone(&world, stream(&world, "event", &event_id(1_000))));
    assert_eq!(absent["stream"]["tenant"], TENANT_TEXT);
    assert_eq!((&absent["stream"]["count"], &absent["stream"]["records"]), (&json!(0), &json!([])));
    assert_eq!(*detail(&absent), format!("tenant {TENANT_TEXT} recorded nothing about it"));
    let whole = report(&alone(&world, lot(&world)));
    assert_eq!((&whole["stream"]["tenant"], &whole["stream"]["id"]), (&json!(TENANT_TEXT), &json!(LOT)));
    let count = whole["stream"]["count"].as_u64().expect("a number");
    assert_eq!(*detail(&whole), format!("complete: {count} records of tenant {TENANT_TEXT}"));
    let single = report(&alone(&world, stream(&world, "event", &event_id(record::PUBLIC))));
    assert_eq!(*detail(&single), format!("complete: 1 record of tenant {TENANT_TEXT}"));
}

#[test]
fn each_record_of_a_stream_is_shown_as_far_as_the_bundle_opens_it() {
    let world = World::new(&[1]);
    let found = report(&complete(&world));
    let records = found["stream"]["records"].as_array().expect("records");
    let leaves: Vec<_> = lot(&world).leaves.iter().map(|leaf| json!(leaf.to_string())).collect();
    assert_eq!(records.iter().map(|record| record["leaf"].clone()).collect::<Vec<_>>(), leaves);
    let at = |index: u32| {
        let leaf = json!(world.leaves()[index as usize].to_string());
        records.iter().find(|record| record["leaf"] == leaf).unwrap_or_else(|| panic!("no record {index}"))
    };
    // The bundle's own record is not repeated in the stream, and is shown all the same.
    let own = &at(record::EVENT)["opened"];
    assert_eq!((&own["outcome"], &own["events"]), (&json!("applied"), &json!(["provenance.event_captured"])));
    assert_eq!((&own["withheld"], &own["document"]), (&json!(0), &found["record"]["document"]));
    let public = &at(record::PUBLIC)["opened"];
    let document = json!({ "type": "ObjectEvent", "action": "OBSERVE" });
    assert_eq!((&public["withheld"], &public["document"]), (&json!(0), &document));
    let declared = &at(record::DECLARED)["opened"];
    assert_eq!(declared["events"], json!(["provenance.error_declared"]));
    assert_eq!((&declared["withheld"], &declared["document"]), (&Value::Null, &Value::Null), "the key is unknown");
    let closed = records.iter().filter(|record| record["opened"] == Value::Null).count();
    assert_eq!(closed, records.len() - 4);
}

#[test]
fn an_event_that_was_declared_erroneous_shows_it() {
    let events = |bundle: &Bundle| {
        let found = report(bundle);
        let records = found["stream"]["records"].as_array().expect("records").clone();
        assert_eq!(records.len(), 2);
        records.into_iter().map(|record| record["opened"]["events"][0].clone()).collect::<Vec<_>>()
    };
    let both = [json!("provenance.event_captured"), json!("provenance.error_declared")];
    assert_eq!(events(&declared_erroneous(|world| Some(all(world, record::DECLARED)))), both);
    assert_eq!(events(&declared_erroneous(|_| Some(Disclosure::Unknown))), both);
    assert_eq!(events(&declared_erroneous(|_| None)), [both[0].clone(), Value::Null], "a closed record tells nothing");
}

#[test]
fn json_without_a_version_is_no_bundle() {
    let foreign = |value: &Value| {
        let report = verify(value.to_string().as_bytes(), None);
        assert_eq!((report.verdict, report.step), (Verdict::Unreadable, None), "{value}");
        report.detail.expect("a fault has a reason")
    };
    let plain = "this is not an evidence bundle";
    for value in [json!([]), json!(null), json!({}), json!({ "type": "EPCISDocument" }), json!(["version"])] {
        assert_eq!(foreign(&value), plain, "{value}");
    }
    let problem = json!({ "type": "about:blank", "title": "Not \u{1b}[31m\u{9b} found", "status": 404 });
    assert_eq!(foreign(&problem), format!("{plain}, but an error: \"Not \\u001b[31m\\u009b found\""));
    for (member, other) in [("type", json!(1)), ("title", json!(null)), ("status", json!("404"))] {
        let mut other_shape = problem.clone();
        other_shape[member] = other;
        assert_eq!(foreign(&other_shape), plain, "{member}");
    }
    let long = json!({ "type": "about:blank", "title": "x".repeat(1_000_000), "status": 500 });
    assert!(foreign(&long).len() < 400, "a title is shown up to a limit");
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(verify(deep.as_bytes(), None).verdict, Verdict::Unreadable);
    let mut null = serde_json::from_slice::<Value>(&event(&World::new(&[1])).to_json()).expect("a bundle is JSON");
    null["version"] = Value::Null;
    assert_eq!(verify(null.to_string().as_bytes(), None).verdict, Verdict::Tampered, "the member is there");
}
