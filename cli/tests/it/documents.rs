//! The public test documents: valid ones are returned equal, invalid ones are rejected with a pointer.

use crate::{
    api::{Api, segment},
    command::run,
    folder::Folder,
    instance::Instance,
    shared_data::{json_files, read},
};
use serde_json::Value;
use std::{ffi::OsStr, path::Path};

const CAPTURE: &str = "openepcis-test-resources/2.0/EPCIS/JSON/Capture";

#[tokio::test(flavor = "multi_thread")]
async fn valid_documents_come_back_equal_and_invalid_ones_are_refused() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    let api = instance.sign_in().await;
    let mut sent = 0;
    for file in json_files(&format!("{CAPTURE}/Documents"), 31) {
        sent += comes_back_equal(&api, &file).await;
    }
    let stored = api.every_event().await.len();
    assert!(sent >= stored, "{stored} events are there, {sent} were sent");
    for file in json_files(&format!("{CAPTURE}/Invalid"), 9) {
        is_refused(&api, &file).await;
    }
    assert_eq!(api.every_event().await.len(), stored, "nothing of a refused document is kept");
    instance.stop().await;
}

/// Captures a document and reads each of its events by id. Returns the number of events.
async fn comes_back_equal(api: &Api, file: &Path) -> usize {
    let text = read(file);
    let answer = api.capture(text.clone()).await;
    assert!(answer.is_captured(), "{}: {}", file.display(), answer.text());
    let document: Value = serde_json::from_slice(&text).expect("JSON");
    let events = document["epcisBody"]["eventList"].as_array().expect("a list of events");
    let hashes = run(["epcis".as_ref(), "hash".as_ref(), file.as_os_str()] as [&OsStr; 3]);
    assert_eq!(hashes.code, 0, "{}: {hashes:?}", file.display());
    assert_eq!(hashes.stdout.lines().count(), events.len());
    for (event, hash) in events.iter().zip(hashes.stdout.lines()) {
        let id = event["eventID"].as_str();
        let found = api.get(&format!("/epcis/events/{}", segment(id.unwrap_or(hash)))).await.events();
        let is_there = found.iter().any(|found| bare(found, id.is_some()) == bare(event, id.is_some()));
        assert!(is_there, "{}: {event} is not among {found:?}", file.display());
    }
    events.len()
}

/// Removes from an event what the repository sets itself, and its contexts, before the comparison.
fn bare(event: &Value, has_id: bool) -> Value {
    let mut event = event.clone();
    let members = event.as_object_mut().expect("an object");
    members.remove("recordTime");
    members.remove("@context");
    if !has_id {
        members.remove("eventID");
    }
    event
}

async fn is_refused(api: &Api, file: &Path) {
    let answer = api.capture(read(file)).await;
    assert_eq!(answer.status, 400, "{}: {}", file.display(), answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    let faults = problem["errors"].as_array().expect("faults");
    let has_pointer = |fault: &Value| fault["pointer"].as_str().is_some_and(|pointer| pointer.len() > 1);
    assert!(!faults.is_empty() && faults.iter().all(has_pointer), "{}: {problem}", file.display());
}
