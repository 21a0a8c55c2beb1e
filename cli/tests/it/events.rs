//! A receiver on this machine gets what becomes final: `waymark listen` forwards it and `waymark trigger` makes it
//! happen.

mod receiver;

use crate::{
    command::{run, waymark},
    folder::Folder,
    instance::Instance,
};
use receiver::{Receiver, Request};
use serde_json::Value;
use standards_webhooks::{
    secret::Secret,
    verify::{Clock, Headers, Key, TOLERANCE_S_DEFAULT, verify},
};
use std::{path::Path, process::Stdio, time::Duration, time::SystemTime};
use tokio::{process::Command, time::timeout};

const CAPTURED: &str = "waymark.provenance.event_captured";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The time limit of `listen --count` on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

fn trigger(data: &Path, event: &str) -> Value {
    let outcome = run(["trigger".as_ref(), "--json".as_ref(), event.as_ref(), "--data".as_ref(), data.as_os_str()]);
    assert_eq!(outcome.code, 0, "{event}: {outcome:?}");
    outcome.json()
}

fn listen(data: &Path, more: &[&str]) -> Command {
    let mut command = Command::from(waymark());
    command.args(["listen", "--data"]).arg(data).args(more);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Whether the headers of a webhook were made with the secret.
fn is_signed(request: &Request) -> bool {
    let now_s = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let header = |name: &str| request.headers[name].to_str().expect("text");
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let headers = Headers { id, timestamp, signature: header("webhook-signature") };
    let secret = Secret::parse(SECRET).expect("a secret");
    let clock = Clock { now_s, tolerance_s: TOLERANCE_S_DEFAULT };
    verify(&headers, &request.body, &[Key::Secret(&secret)], clock).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_and_a_service_that_restarts_lose_no_event_and_no_order() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start(&data).await;
    // It refuses the first attempt of every event, and answers one of them with a redirect.
    let receiver = Receiver::start(|attempt, number| match (attempt, number) {
        (0, 1) => 302,
        (0, _) => 503,
        _ => 204,
    })
    .await;
    let url = receiver.url();
    let arguments = ["--forward-to", &url, "--secret", SECRET, "--types", CAPTURED, "--after", "0", "--count", "4"];
    let listener = listen(&data, &arguments).spawn().expect("the binary runs");
    let mut made = vec![trigger(&data, CAPTURED), trigger(&data, CAPTURED)];
    receiver.taken(2).await;
    let tenant = instance.ready.tenant_id.clone();
    instance.stop().await;
    let instance = Instance::start(&data).await;
    trigger(&data, "waymark.provenance.master_data_recorded");
    made.extend([trigger(&data, CAPTURED), trigger(&data, CAPTURED)]);
    let output = timeout(PATIENCE, listener.wait_with_output()).await.expect("it ends in time").expect("it runs");
    assert!(output.status.success(), "{output:?}");

    let text = instance.sign_in().await.get("/v1/events").await.text();
    let requests = receiver.requests();
    assert_eq!(requests.len(), 8, "each event twice");
    for (event, attempts) in made.iter().zip(requests.chunks(2)) {
        let id = format!("evt_{tenant}_{}", event["id"].as_str().expect("a number"));
        for request in attempts {
            assert_eq!(request.headers["webhook-id"], id.as_str());
            assert_eq!(request.headers["content-type"], "application/cloudevents+json");
            assert!(is_signed(request), "{request:?}");
            let body = std::str::from_utf8(&request.body).expect("text");
            assert!(text.contains(body), "the bytes are those of the list: {body}");
        }
    }
    let printed = String::from_utf8(output.stdout).expect("text");
    let subjects: Vec<_> = printed.lines().map(|line| line.rsplit("  ").next().unwrap_or_default()).collect();
    assert_eq!(subjects, made.iter().map(|event| event["subject"].as_str().expect("text")).collect::<Vec<_>>());
    let told = String::from_utf8(output.stderr).expect("text");
    for part in ["answers 302", "answers 503", "connecting again"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    instance.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_wants_no_more_and_wrong_flags_end_it() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start(&data).await;
    let receiver = Receiver::start(|_, _| 410).await;
    let secret_key = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    for (arguments, code, told) in [
        (vec!["--after", "0", "--forward-to", &receiver.url()], 1, "answers 410"),
        (vec!["--after", "0", "--forward-to", &receiver.url()], 1, "Secret whsec_"),
        (vec!["--after", "0", "--forward-to", &receiver.url(), "--secret", secret_key], 1, "Public key whpk_"),
        (vec!["--types", "x"], 1, "not a type of events"),
        (vec!["--forward-to", "ftp://127.0.0.1/"], 2, "a receiver has an address"),
        (vec!["--forward-to", "http://127.0.0.1/", "--secret", "x"], 1, "reading the secret"),
        (vec!["--secret", SECRET], 2, "--forward-to"),
    ] {
        let output = timeout(PATIENCE, listen(&data, &arguments).output()).await.expect("it ends").expect("it runs");
        let text = String::from_utf8(output.stderr).expect("text");
        assert_eq!((output.status.code(), text.contains(told)), (Some(code), true), "{arguments:?}: {text}");
    }
    instance.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_of_the_list_can_be_made_to_happen_again_and_again() {
    let folder = Folder::new();
    let data = folder.data();
    let instance = Instance::start(&data).await;
    let list = run(["trigger", "--list", "--json"]).json();
    let mut made = 0;
    for row in list.as_array().expect("a list") {
        let name = row["type"].as_str().expect("a name");
        if row["can"] == false {
            let outcome = run(["trigger", name]);
            assert_eq!(outcome.code, 1, "{outcome:?}");
            assert!(outcome.stderr.contains(row["reason"].as_str().expect("a reason")), "{outcome:?}");
            continue;
        }
        let (first, second) = (trigger(&data, name), trigger(&data, name));
        let types = (&first["type"], &second["type"]);
        assert_eq!(types, (&Value::from(name), &Value::from(name)));
        assert_ne!(first["subject"], second["subject"]);
        made += 1;
    }
    assert_eq!(made, 3);
    assert!(run(["trigger", "--list"]).stdout.starts_with(CAPTURED));
    let unknown = run(["trigger", "waymark.x"]);
    assert!(unknown.code == 1 && unknown.stderr.contains(CAPTURED), "{unknown:?}");
    instance.stop().await;
}
